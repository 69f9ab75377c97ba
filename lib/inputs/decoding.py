"""Image files -> pictures, of bounded size, turned as the camera was held."""

import io
import math
from typing import NamedTuple

import cv2
import numpy as np

from ..base.errors import InputError
from ..base.quiet import quietly
from .image_header import JPEG, parse_header
from .image_kinds import decode_by_pillow

#: How cv2.flip puts the pixels of each EXIF orientation upright; those from 5 up are transposed before.
_FLIPS = {2: 1, 3: -1, 4: 0, 6: 1, 7: -1, 8: 0}
_TRANSPOSED = 5
#: OpenCV's flag by how many times smaller a picture is wanted; of a JPEG it is rounded up.
_REDUCED = {2: cv2.IMREAD_REDUCED_COLOR_2, 4: cv2.IMREAD_REDUCED_COLOR_4, 8: cv2.IMREAD_REDUCED_COLOR_8}


#: What stands for an image until it is decoded: its file's content, or a frame that comes decoded (H, W, 3).
Image = bytes | np.ndarray


class Photograph(NamedTuple):
    """A ``picture`` (h, w, 3) uint8, blue first, of a photograph of ``shape`` (H, W, 3), and perhaps smaller."""

    picture: np.ndarray
    shape: tuple[int, ...]


def decode_image(image: Image, name: str) -> np.ndarray:
    """An Image as a picture (H, W, 3) uint8, blue first, of the size that its header says.

    Raises InputError where it is no image, or one of a size that is not fitted (image_header.check_size).
    """
    return decode_photograph(image, name).picture


def decode_photograph(image: Image, name: str, least: float = math.inf) -> Photograph:
    """The same where a picture whose longer side has ``least`` px will do: JPEG decoders are quicker with a half, a
    quarter or an eighth of the size."""
    if isinstance(image, np.ndarray):
        return Photograph(image, image.shape)
    header = parse_header(io.BytesIO(image), name)
    longest = max(header.width, header.height)
    times = max((n for n in _REDUCED if longest >= n * least), default=1) if image.startswith(JPEG) else 1
    picture = _decoded(image, name, _REDUCED.get(times, cv2.IMREAD_COLOR))
    if header.turn >= _TRANSPOSED:
        picture = cv2.transpose(picture)
    if header.turn in _FLIPS:
        picture = cv2.flip(picture, _FLIPS[header.turn])
    height, width = picture.shape[:2]
    if (width, height) != (-(-header.width // times), -(-header.height // times)):
        raise InputError(f'{name}: a damaged image: it says that it has {header.width} x {header.height} px, and has '
                         f'{times * width} x {times * height}')
    return Photograph(picture, (header.height, header.width, 3))


def photograph_shape(image: Image, name: str) -> tuple[int, ...]:
    """The shape (H, W, 3) that decode_photograph will tell, by the header alone. Raises InputError as it does for
    that."""
    if isinstance(image, np.ndarray):
        return image.shape
    header = parse_header(io.BytesIO(image), name)
    return header.height, header.width, 3


def _decoded(data: bytes, name: str, flag: int) -> np.ndarray:
    """The pixels as they are stored; ``flag``: all of them in colour, or reduced."""
    try:
        with quietly():
            picture = cv2.imdecode(np.frombuffer(data, np.uint8), flag | cv2.IMREAD_IGNORE_ORIENTATION)
    except cv2.error as error:
        if error.code == cv2.Error.StsNoMem:
            raise InputError(f'{name}: no memory left to decode the image') from None
        picture = None
    picture = decode_by_pillow(data) if picture is None else picture
    if picture is None:
        raise InputError(f'{name}: no image, or a damaged one, or of a kind that OpenCV {cv2.__version__} cannot '
                         'decode')
    return picture
