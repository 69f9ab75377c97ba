"""Calibrations in JSON: our own, {"cameras": [{"name", "size", "K", "distortion", "R", "t"}, ...]}, and the like.

K px; distortion k1, k2, p1, p2, k3 ... in OpenCV's order, may be missing, as may size; R as a matrix or a rotation
vector and t, from the world to the camera: x ~ K (R X + t). CMU Panoptic's files are so, in cm, and people's own have
other usual names, cameras by their names, or no list around them.
"""

import json
from typing import Any

from ...base.errors import InputError, quoted
from .camera import Camera
from .toml_files import size_of, turn_of

#: How each is called, ours first.
_NAMES = {'K': ('K', 'matrix', 'camera_matrix', 'intrinsic', 'intrinsics', 'mtx'), 'R': ('R', 'rotation', 'rvec'),
          't': ('t', 'T', 'translation', 'tvec'), 'size': ('size', 'resolution', 'image_size')}
_DISTORTION = ('distortion', 'distortions', 'dist', 'distCoef', 'distCoeffs', 'dist_coeffs', 'distortion_coefficients',
               'D')
_NEEDED = 'K', 'R', 't'
_WANTED = 'wanted {"cameras": [{"name": ..., "size": ..., "K": ..., "distortion": ..., "R": ..., "t": ...}, ...]}'


def json_cameras(text: str) -> list[Camera]:
    """The cameras of a file. Raises InputError where it is none."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f'no JSON that can be read ({error})') from None
    entries = data.get('cameras', data) if isinstance(data, dict) else data
    if isinstance(entries, dict) and all(isinstance(entry, dict) for entry in entries.values()):
        entries = [{'name': name, **entry} for name, entry in entries.items()]
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise InputError(_WANTED)
    return [_camera(entry) for entry in entries]


def _camera(entry: dict[str, Any]) -> Camera:
    name = str(entry.get('name', ''))
    try:
        found = {key: _first(entry, names) for key, names in _NAMES.items()}
        missing = [key for key in _NEEDED if found[key] is None]
        if missing:
            raise InputError(f'lacks {", ".join(missing)}')
        return Camera(name, size_of(found['size']), found['K'], _distortion(entry), turn_of(found['R']), found['t'])
    except InputError as error:
        raise InputError(f'camera {name}: {error}') from None


def _distortion(entry: dict[str, Any]) -> Any:
    """What a camera says of its distortion. Raises InputError where it does so under a name that is not known."""
    found = _first(entry, _DISTORTION)
    other = [key for key in entry if key.casefold().startswith('dist') and entry[key]]
    if found is None and other:
        raise InputError(f'{quoted(other[0])} is not known; call the distortion {_DISTORTION[0]}')
    return [] if found is None else found


def _first(entry: dict[str, Any], names: tuple[str, ...]) -> Any:
    return next((entry[name] for name in names if entry.get(name) is not None), None)
