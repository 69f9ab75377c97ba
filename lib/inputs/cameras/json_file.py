"""Our own calibration file, plain JSON: {"cameras": [{"name", "size", "K", "distortion", "R", "t"}, ...]}.

K px; distortion k1, k2, p1, p2, k3 ... in OpenCV's order, may be missing, as may size; R as a matrix or a rotation
vector and t in metres, from the world to the camera: x ~ K (R X + t).
"""

import json
from typing import Any

from ...base.errors import InputError
from .camera import Camera
from .toml_files import size_of, turn_of

_NEEDED = 'name', 'K', 'R', 't'
_WANTED = 'wanted {"cameras": [{"name": ..., "size": ..., "K": ..., "distortion": ..., "R": ..., "t": ...}, ...]}'


def json_cameras(text: str) -> list[Camera]:
    """The cameras of a file. Raises InputError where it is none."""
    try:
        entries = json.loads(text)['cameras']
    except (ValueError, RecursionError) as error:
        raise InputError(f'no JSON that can be read ({error})') from None
    except (KeyError, TypeError):
        raise InputError(_WANTED) from None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise InputError(_WANTED)
    return [_camera(entry) for entry in entries]


def _camera(entry: dict[str, Any]) -> Camera:
    name = str(entry.get('name', ''))
    try:
        missing = [key for key in _NEEDED if key not in entry]
        if missing:
            raise InputError(f'lacks {", ".join(missing)}')
        return Camera(name, size_of(entry.get('size')), entry['K'], entry.get('distortion', []), turn_of(entry['R']),
                      entry['t'])
    except InputError as error:
        raise InputError(f'camera {name}: {error}') from None
