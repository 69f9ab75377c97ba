"""Image files of every kind, made here: a picture with a colour in each quarter, so that every turn shows."""

import io
import struct
import zlib

import numpy as np
from PIL import Image

ORIENTATION = 0x0112
#: Colours (red first) of the quarters as the photographer saw them: top left, top right, bottom left, bottom right.
QUARTERS = ((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255))
#: How a camera that was held so (EXIF orientation) stores the picture as seen: transposed?, flipped down?, across?
STORED = {1: (False, 1, 1), 2: (False, 1, -1), 3: (False, -1, -1), 4: (False, -1, 1),
          5: (True, 1, 1), 6: (True, 1, -1), 7: (True, -1, -1), 8: (True, -1, 1)}


def as_seen(width=64, height=40):
    """The picture (H, W, 3) uint8, red first."""
    out = np.empty((height, width, 3), np.uint8)
    for i, colour in enumerate(QUARTERS):
        rows = slice(height // 2, None) if i // 2 else slice(height // 2)
        out[rows, slice(width // 2, None) if i % 2 else slice(width // 2)] = colour
    return out


def quarters(picture):
    """The colours of a picture's (H, W, 3) quarters, each channel 0 or 255."""
    height, width = picture.shape[:2]
    return tuple(tuple(np.where(picture[y, x] > 127, 255, 0).tolist())
                 for y in (height // 4, 3 * height // 4) for x in (width // 4, 3 * width // 4))


def image_bytes(kind='PNG', orientation=None, mode='RGB', picture=None, **options):
    """A file of Pillow's format ``kind``: the picture as a camera held in ``orientation`` stores it."""
    picture = as_seen() if picture is None else picture
    transposed, down, across = STORED[orientation or 1]
    # as seen = turned(stored): undo the turn, the flips first
    stored = picture.transpose(1, 0, 2)[::across, ::down] if transposed else picture[::down, ::across]
    image = Image.fromarray(np.ascontiguousarray(stored))
    if mode == 'I;16':
        image = Image.fromarray(np.asarray(image.convert('L')).astype(np.uint16) * 257)
    elif mode != 'RGB':
        image = image.convert(mode)
    if orientation is not None:
        exif = Image.Exif()
        exif[ORIENTATION] = orientation
        options['exif'] = exif
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def png_chunk(name, data):
    return struct.pack('>I', len(data)) + name + data + struct.pack('>I', zlib.crc32(name + data))


def png_claiming(width, height):
    """A PNG file whose header claims a size that nothing behind it bears out."""
    return (b'\x89PNG\r\n\x1a\n' + png_chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, 8, 2, 0, 0, 0))
            + png_chunk(b'IDAT', zlib.compress(bytes(1000))) + png_chunk(b'IEND', b''))


def png_with_late_exif(orientation):
    """A PNG file whose EXIF stands behind its pixels, as some tools write it."""
    plain = image_bytes('PNG', picture=_stored(orientation))
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    end = plain.index(b'IEND') - 4
    return plain[:end] + png_chunk(b'eXIf', exif.tobytes().removeprefix(b'Exif\0\0')) + plain[end:]


def _stored(orientation):
    with Image.open(io.BytesIO(image_bytes('PNG', orientation))) as image:
        return np.asarray(image)
