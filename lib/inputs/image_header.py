"""What an image file says about itself without being decoded: its size as seen, and the lens's focal length."""

import math
from dataclasses import dataclass

from PIL import Image

from ..base.errors import InputError, in_one_line
from ..base.files import open_file

_ORIENTATION, _EXIF = 0x0112, 0x8769
_QUARTER_TURNS = (5, 6, 7, 8)
_FOCAL_MM, _FOCAL_35MM = 0x920A, 0xA405
_PLANE_X, _PLANE_UNIT = 0xA20E, 0xA210
_UNIT_MM = {2: 25.4, 3: 10.}  # inch, centimetre
_DIAGONAL_35MM = math.hypot(36., 24.)  # what "35 mm equivalent" compares: diagonals (CIPA DCG-001)


@dataclass(frozen=True)
class PhotoHeader:
    """``width`` and ``height`` px with the camera's turn undone, ``focal`` length in px or None where it is unknown."""

    width: int
    height: int
    focal: float = None


def read_header(path):
    """The PhotoHeader of an image file. Raises InputError where it is no image."""
    try:
        with open_file(path) as file, Image.open(file) as image:
            (width, height), exif = image.size, image.getexif()
            details = exif.get_ifd(_EXIF)
    except InputError:
        raise
    except Exception as error:  # PIL raises many kinds for a damaged file
        raise InputError(f'{path}: no image, or a damaged one ({in_one_line(error)})') from None
    focal = _focal(details, width, height)
    if exif.get(_ORIENTATION) in _QUARTER_TURNS:
        width, height = height, width
    return PhotoHeader(width, height, focal)


def _focal(details, width, height):
    """Focal length in px, from the 35 mm equivalent or from the sensor's resolution (Exif 2.32, section 4.6.5)."""
    try:
        equivalent, plane = float(details.get(_FOCAL_35MM, 0)), float(details.get(_PLANE_X, 0))
        millimetres, unit = float(details.get(_FOCAL_MM, 0)), _UNIT_MM.get(details.get(_PLANE_UNIT, 2), 25.4)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    pixels = equivalent / _DIAGONAL_35MM * math.hypot(width, height) if equivalent else millimetres * plane / unit
    return pixels if 0 < pixels < math.inf else None


def focal_of_view(degrees, width, height):
    """Focal length in px of a field of view of ``degrees`` across the longer side."""
    return max(width, height) / 2. / math.tan(math.radians(degrees) / 2.)
