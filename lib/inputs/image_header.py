"""What an image file says about itself without being decoded: its size as seen, its turn, the lens's focal length.

The turn is that of the EXIF tag Orientation, as OpenCV and so most detectors heed it; TIFF readers differ in whether
``size`` is that before or after it, so there the file's own tags are asked.
"""

import math
import os
import struct
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, BinaryIO

from PIL import Image, UnidentifiedImageError
from PIL.JpegImagePlugin import JpegImageFile

from ..base.constraints import Interval
from ..base.errors import InputError, in_one_line
from ..base.files import open_file
from ..base.quiet import quietly
from .image_kinds import OTHER_TIFF, formats, own_limits, why_unread

#: Pixels that an image may have: decoded they take 768 MB. Cameras of 200 million pixels are below.
MAX_PIXELS = 1 << 28
_MIN_SIDE = 16  # pixels; below, there is no person to see
#: Longer side over shorter side: of panoramas at most about 20; result pictures are at least 48 px high.
_MAX_OBLONG = 40
#: Degrees across the longer side: from what the longest lenses see to what no lens projects onto a plane any more.
FIELD_OF_VIEW = Interval(0.1, 175.)

#: How a JPEG file begins.
JPEG = b'\xff\xd8\xff'
_PNG_SIGNATURE = b'\x89PNG\r\n\x1a\n'
_WIDE_MODES = ('F', 'I')  # of Pillow's, of 32 bits
_START = 16  # bytes that tell kinds of files
_ORIENTATION, _EXIF, _TIFF_WIDTH, _TIFF_HEIGHT = 0x0112, 0x8769, 0x0100, 0x0101
_QUARTER_TURNS = (5, 6, 7, 8)
_FOCAL_MM, _FOCAL_35MM = 0x920A, 0xA405
_PLANE_X, _PLANE_UNIT = 0xA20E, 0xA210
_UNIT_MM = {2: 25.4, 3: 10.}  # inch, centimetre
_DIAGONAL_35MM = math.hypot(36., 24.)  # what "35 mm equivalent" compares: diagonals (CIPA DCG-001)


@dataclass(frozen=True)
class PhotoHeader:
    """``width`` and ``height`` px as seen, the camera's turn undone; ``focal`` length in px or None where unknown.

    ``turn`` is the EXIF orientation, 1 to 8, in which a decoder that does not heed it gives the pixels.
    """

    width: int
    height: int
    focal: float | None = None
    turn: int = 1


def read_header(path: str) -> PhotoHeader:
    """The PhotoHeader of an image file. Raises InputError where it is none, or of a size that is not fitted."""
    with open_file(path) as file:
        return parse_header(file, path)


def parse_header(file: BinaryIO, name: str) -> PhotoHeader:
    """The PhotoHeader of an open image file called ``name``. Raises InputError as read_header does."""
    try:
        with quietly(), own_limits(), _opened(file) as image:
            tiff = image.format == 'TIFF'
            tags: Mapping[int, Any] = image.tag_v2 if tiff else _exif(image, file)  # type: ignore[attr-defined]
            width, height = (int(tags[key]) for key in (_TIFF_WIDTH, _TIFF_HEIGHT)) if tiff else image.size
            orientation, details = tags.get(_ORIENTATION, 1), _details(image, tags)
            other_tiff = tiff and image.mode in _WIDE_MODES
    except UnidentifiedImageError:
        file.seek(0)
        raise InputError(f'{name}: {why_unread(file.read(_START))}') from None
    except Exception as error:  # PIL raises many kinds for a damaged file
        raise InputError(f'{name}: no image, or a damaged one ({in_one_line(error)})') from None
    if other_tiff:
        raise InputError(f'{name}: {OTHER_TIFF}')
    focal = _focal(details, width, height)
    if orientation in _QUARTER_TURNS:
        width, height = height, width
    check_size(width, height, name)
    turn = orientation if isinstance(orientation, int) and 1 <= orientation <= 8 and not tiff else 1
    return PhotoHeader(width, height, focal, turn)


def _opened(file: BinaryIO) -> Image.Image:
    """An image file as Pillow reads it. Raises UnidentifiedImageError, or others as Pillow does."""
    start = file.read(len(JPEG))
    file.seek(0)
    if start != JPEG:
        return Image.open(file, formats=formats())
    with suppress(SyntaxError, IndexError, TypeError, struct.error):  # what Image.open takes for "not this format"
        return JpegImageFile(file)  # Image.open would load the readers of all common formats, 20 ms
    raise UnidentifiedImageError


def check_size(width: int, height: int, name: str) -> None:
    """Raises InputError where no photograph, or none that is fitted, has this size."""
    what = None
    if width * height > MAX_PIXELS:
        what = f'too large: at most {MAX_PIXELS / 1e6:.0f} million pixels are read; make it smaller'
    elif min(width, height) < _MIN_SIDE:
        what = 'too small to show a person'
    elif max(width, height) > _MAX_OBLONG * min(width, height):
        what = f'too narrow: wanted one side at most {_MAX_OBLONG} times the other'
    if what is not None:
        raise InputError(f'{name}: the image is {width} x {height} px, {what}')


def _exif(image: Image.Image, file: BinaryIO) -> Mapping[int, Any]:
    """The image's EXIF tags; none where they are damaged."""
    data = _png_exif(file) if image.format == 'PNG' else image.info.get('exif', b'')
    exif = Image.Exif()
    try:
        exif.load(data)
        exif.get(_ORIENTATION)
    except Exception:  # PIL raises many kinds; the image itself may be sound
        return Image.Exif()
    return exif


def _png_exif(file: BinaryIO) -> bytes:
    """The chunk eXIf of a PNG file, wherever it stands: PIL finds one behind the pixels only by decoding them.

    Raises ValueError where a chunk claims to go on after the file's end: OpenCV would make room for it, up to 2 GB.
    """
    end, place, exif = file.seek(0, os.SEEK_END), len(_PNG_SIGNATURE), b''
    while True:
        file.seek(place)
        head = file.read(8)
        if len(head) < 8 or head[4:] == b'IEND':
            return exif
        length = int.from_bytes(head[:4], 'big')
        if place + 12 + length > end:  # length, name, content, checksum
            raise ValueError('it is cut short')
        if head[4:] == b'eXIf':
            exif = file.read(length)
        place += 12 + length


def _details(image: Image.Image, tags: Mapping[int, Any]) -> Mapping[int, Any]:
    """The EXIF tags about how the photograph was taken."""
    try:
        return (tags if isinstance(tags, Image.Exif) else image.getexif()).get_ifd(_EXIF)
    except Exception:  # as above
        return {}


def _focal(details: Mapping[int, Any], width: int, height: int) -> float | None:
    """Focal length in px, from the 35 mm equivalent or from the sensor's resolution (Exif 2.32, section 4.6.5)."""
    try:
        equivalent, plane = float(details.get(_FOCAL_35MM, 0)), float(details.get(_PLANE_X, 0))
        millimetres, unit = float(details.get(_FOCAL_MM, 0)), _UNIT_MM.get(details.get(_PLANE_UNIT, 2), 25.4)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    pixels = equivalent / _DIAGONAL_35MM * math.hypot(width, height) if equivalent else millimetres * plane / unit
    if not 0 < pixels < math.inf:
        return None
    return pixels if FIELD_OF_VIEW.accepts(view_of_focal(pixels, width, height)) else None


def focal_of_view(degrees: float, width: int, height: int) -> float:
    """Focal length in px of a field of view of ``degrees`` across the longer side."""
    return max(width, height) / 2. / math.tan(math.radians(degrees) / 2.)


def view_of_focal(focal: float, width: int, height: int) -> float:
    """Field of view in degrees across the longer side of a focal length in px."""
    return 2. * math.degrees(math.atan2(max(width, height) / 2., focal))
