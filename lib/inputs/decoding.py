"""Image files -> pictures, of bounded size, turned as the camera was held."""

import io

import cv2
import numpy as np

from ..base.errors import InputError
from ..base.quiet import quietly
from .image_header import parse_header

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
