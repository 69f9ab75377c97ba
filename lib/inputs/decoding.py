"""Image files -> pictures, of bounded size, turned as the camera was held."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager

import cv2
import numpy as np

from ..base.errors import InputError
from .image_header import parse_header

_STDERR = 2
#: How cv2.flip puts the pixels of each EXIF orientation upright; those from 5 up are transposed before.
_FLIPS = {2: 1, 3: -1, 4: 0, 6: 1, 7: -1, 8: 0}
_TRANSPOSED = 5


def decode_image(data: bytes, name: str) -> np.ndarray:
    """Image file bytes to a picture (H, W, 3) uint8, blue first, of the size that its header says.

    Raises InputError where they are no image, or one of a size that is not fitted (image_header.check_size).
    """
    header = parse_header(io.BytesIO(data), name)
    picture = _decoded(data, name)
    if header.turn >= _TRANSPOSED:
        picture = cv2.transpose(picture)
    if header.turn in _FLIPS:
        picture = cv2.flip(picture, _FLIPS[header.turn])
    height, width = picture.shape[:2]
    if (width, height) != (header.width, header.height):
        raise InputError(f'{name}: a damaged image: it says that it has {header.width} x {header.height} px, and has '
                         f'{width} x {height}')
    return picture


def _decoded(data: bytes, name: str) -> np.ndarray:
    """The pixels as they are stored."""
    try:
        with quietly():
            picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
    except cv2.error as error:
        if error.code == cv2.Error.StsNoMem:
            raise InputError(f'{name}: no memory left to decode the image') from None
        picture = None
    if picture is None:
        raise InputError(f'{name}: no image, or a damaged one, or of a kind that OpenCV {cv2.__version__} cannot '
                         'decode')
    return picture


@contextmanager
def quietly() -> Iterator[None]:
    """Without what the decoders of C print: they write to the standard error stream itself, past Python.

    What goes wrong is said in one line. What other threads print meanwhile is lost, too: it takes milliseconds.
    """
    try:
        kept = os.dup(_STDERR)
    except OSError:  # it is closed: nothing will be seen
        yield
        return
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, _STDERR)
        os.close(nowhere)
        yield
    finally:
        os.dup2(kept, _STDERR)
        os.close(kept)
