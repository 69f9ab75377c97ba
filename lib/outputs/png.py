"""PNG files (W3C, Portable Network Graphics, third edition), written by the quickest deflate that is there.

Most of a picture of a body is empty. OpenCV's zlib takes 2 ms for each megabyte of nothing; Intel's ISA-L, which is
made for the processors that nearly everybody has, a sixth of that.
"""

import struct
import zlib
from typing import Any

import cv2
import numpy as np

try:
    from isal import isal_zlib as deflate
except ImportError:  # setup.py asks for it where there is one for the processor
    deflate = zlib  # type: ignore[misc]

_SIGNATURE = b'\x89PNG\r\n\x1a\n'
_BITS, _UP, _LEVEL = 8, 2, 1  # of a channel; the filter: differences from the row above; the quickest of small ones
#: PNG's colour types by the number of channels, and OpenCV's way from blue first to red first.
_KINDS = {3: (2, cv2.COLOR_BGR2RGB), 4: (6, cv2.COLOR_BGRA2RGBA)}


def png_bytes(picture: np.ndarray) -> bytes:
    """The bytes of a PNG file of a picture (H, W, 3 or 4) uint8, blue first, the fourth channel opacity."""
    height, width, channels = picture.shape
    kind, order = _KINDS[channels]
    plain = cv2.cvtColor(picture, order).reshape(height, -1)
    rows = np.empty((height, 1 + plain.shape[1]), dtype=np.uint8)
    rows[:, 0] = _UP
    rows[0, 1:] = plain[0]  # above it is nothing, 0
    np.subtract(plain[1:], plain[:-1], out=rows[1:, 1:])
    header = struct.pack('>IIBBBBB', width, height, _BITS, kind, 0, 0, 0)
    return b''.join([_SIGNATURE, *_chunk(b'IHDR', header), *_chunk(b'IDAT', deflate.compress(rows, _LEVEL)),
                     *_chunk(b'IEND', b'')])


def _chunk(name: bytes, data: Any) -> tuple[bytes, ...]:
    return struct.pack('>I', len(data)), name, data, struct.pack('>I', deflate.crc32(data, deflate.crc32(name)))
