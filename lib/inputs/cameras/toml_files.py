"""Calibrations in TOML: Pose2Sim's and Anipose's, which are alike but for the unit.

A table for each camera: name, size, matrix, distortions, rotation (a rotation vector) and translation, from the world
to the camera. Pose2Sim's are in metres, and each says whether it is fisheye; Anipose's are in the unit of the board.
"""

import sys
from typing import Any

import cv2
import numpy as np

from ...base.errors import InputError
from .camera import Camera

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_NEEDED = 'matrix', 'rotation', 'translation'


def toml_cameras(text: str) -> tuple[list[Camera], bool]:
    """The cameras of a file, and whether they are known to be in metres. Raises InputError where it is none."""
    try:
        tables = {name: table for name, table in tomllib.loads(text).items()
                  if name != 'metadata' and isinstance(table, dict)}
    except tomllib.TOMLDecodeError as error:
        raise InputError(f'no TOML that can be read ({error})') from None
    cameras = [_camera(name, table) for name, table in tables.items()]
    return cameras, bool(tables) and all(table.get('fisheye') is False for table in tables.values())


def _camera(key: str, table: dict[str, Any]) -> Camera:
    name = str(table.get('name', key))
    try:
        missing = [entry for entry in _NEEDED if entry not in table]
        if missing:
            raise InputError(f'lacks {", ".join(missing)}')
        if table.get('fisheye'):
            raise InputError('is fisheye, which is not read; straighten its pictures first')
        return Camera(name, size_of(table.get('size')), table['matrix'], table.get('distortions', []),
                      turn_of(table['rotation']), table['translation'])
    except InputError as error:
        raise InputError(f'camera {name}: {error}') from None


def size_of(values: Any) -> tuple[int, int] | None:
    """(width, height) of two numbers, None of nothing. Raises InputError where they are no such numbers."""
    if values is None:
        return None
    try:
        width, height = (round(float(value)) for value in values)
    except (TypeError, ValueError, OverflowError):
        raise InputError('its size is not two numbers') from None
    return width, height


def turn_of(values: Any) -> np.ndarray:
    """The matrix (3, 3) of a rotation, given so or as a rotation vector (3,). Raises InputError where it is neither."""
    try:
        array = np.array(values, dtype=float)
    except (TypeError, ValueError):
        array = np.zeros(0)
    if array.size not in (3, 9):
        raise InputError('its rotation is neither a vector of 3 numbers nor a matrix of 3 x 3')
    return cv2.Rodrigues(array.ravel())[0] if array.size == 3 else array.reshape(3, 3)
