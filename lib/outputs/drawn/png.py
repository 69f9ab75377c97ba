"""PNG files (W3C, Portable Network Graphics, third edition), written by the quickest deflate that is there.

Most of a picture of a body is empty. OpenCV's zlib takes 2 ms for each megabyte of nothing; Intel's ISA-L, which is
made for the processors that nearly everybody has, a sixth of that.
"""

import struct
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

import cv2
import numpy as np

from ...drawing.drawer import CLEAR, Drawing

try:
    from isal import isal_zlib as deflate
except ImportError:  # setup.py asks for it where there is one for the processor
    deflate = zlib  # type: ignore[misc]

_SIGNATURE = b'\x89PNG\r\n\x1a\n'
_BITS, _UP, _LEVEL = 8, 2, 1  # of a channel; the filter: differences from the row above; the quickest of small ones
_SOME = 32  # rows that fit into a processor's cache
#: PNG's colour types by the number of channels, and OpenCV's way from blue first to red first.
_KINDS = {3: (2, cv2.COLOR_BGR2RGB), 4: (6, cv2.COLOR_BGRA2RGBA)}


def png_bytes(picture: np.ndarray) -> bytes:
    """The bytes of a PNG file of a picture (H, W, 3 or 4) uint8, blue first, the fourth channel opacity."""
    height, width, channels = picture.shape
    plain = _red_first(picture)
    rows = _rows(height, plain.shape[1])
    rows[0, 1:] = plain[0]  # above it is nothing, 0
    np.subtract(plain[1:], plain[:-1], out=rows[1:, 1:])
    return _file([rows], width, height, channels)


def drawing_png(drawing: Drawing) -> bytes:
    """The same of a Drawing as a whole picture, but what is not in its box costs nearly nothing."""
    left, top, right, bottom = drawing.box
    channels = len(CLEAR)
    last = 1 if drawing.box.empty else min(bottom + 1, drawing.height)  # below all rows are as the one above
    rows = _rows(last, channels * drawing.width)
    rows[0, 1:] = np.tile(CLEAR, drawing.width)
    if not drawing.box.empty:
        body, clear = _red_first(drawing.patch), np.tile(CLEAR, right - left)
        changed = rows[top:, 1 + channels * left:1 + channels * right]
        changed[0] += body[0] - clear
        np.subtract(body[1:], body[:-1], out=changed[1:len(body)])
        changed[len(body):] = clear - body[-1]
    return _file([rows, *_empty_rows(drawing.height - last, channels * drawing.width)], drawing.width, drawing.height,
                 channels)


def _red_first(picture: np.ndarray) -> np.ndarray:
    """The rows (H, channels * W) of a picture as PNG has them."""
    return cv2.cvtColor(picture, _KINDS[picture.shape[2]][1]).reshape(len(picture), -1)


def _rows(height: int, length: int) -> np.ndarray:
    """Rows (height, 1 + length) that are as the one above, the first one 0."""
    rows = np.zeros((height, 1 + length), dtype=np.uint8)
    rows[:, 0] = _UP
    return rows


def _empty_rows(count: int, length: int) -> Iterator[np.ndarray]:
    """So many rows of these, some at a time: the same few again and again."""
    some = _rows(min(count, _SOME), length)
    for start in range(0, count, _SOME):
        yield some[:count - start]


def _file(parts: Iterable[np.ndarray], width: int, height: int, channels: int) -> bytes:
    """The file of rows that come in ``parts`` (h, 1 + channels * width)."""
    header = struct.pack('>IIBBBBB', width, height, _BITS, _KINDS[channels][0], 0, 0, 0)
    stream = deflate.compressobj(_LEVEL)
    data = b''.join([*map(stream.compress, parts), stream.flush()])
    return b''.join([_SIGNATURE, *_chunk(b'IHDR', header), *_chunk(b'IDAT', data), *_chunk(b'IEND', b'')])


def _chunk(name: bytes, data: Any) -> tuple[bytes, ...]:
    return struct.pack('>I', len(data)), name, data, struct.pack('>I', deflate.crc32(data, deflate.crc32(name)))
