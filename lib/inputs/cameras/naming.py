"""Which folder or file is which camera's: those that have the camera's name, whatever stands around it.

Calibrations call a camera cam_01, folders cam01_json, clips cam01.mp4: words and numbers are compared, one by one.
"""

import os
import re
from collections.abc import Callable, Sequence

from ...base.errors import InputError
from ...base.files import list_folder
from ..names import some
from .reading import Rig

#: What Pose2Sim calls a camera after, besides its name: its folder of images, int_cam1_img.
_OF_IMAGES = 'int', 'ext', 'img'
_PARTS = re.compile(r'[^\W\d_]+|\d+')


def entries_of(rig: Rig, path: str, wanted: Callable[[str], bool], what: str) -> dict[str, str]:
    """{name of a camera: the path in the folder ``path`` that is its}; of one camera it may be ``path`` itself.

    ``wanted`` tells by a path whether it is ``what`` is looked for. Raises InputError where there is something of no
    camera of the Rig, or of more than one, or nothing.
    """
    cameras = [camera.name for camera in rig.cameras]
    names = [name for name in list_folder(path) if wanted(os.path.join(path, name))] if os.path.isdir(path) else []
    claims = {name: [camera for camera in cameras if _is_of(name, camera)] for name in names}
    if len(cameras) == 1 and sum(map(len, claims.values())) != 1:  # none, or its frames
        return {cameras[0]: path}
    if not names:
        raise InputError(f'{path}: wanted a folder with {what} of each camera of {rig.path}: {some(cameras)}')
    for name, own in claims.items():
        if len(own) != 1:
            why = f'may be of {" or ".join(own)}' if own else f'is of no camera of {rig.path}, which has ' \
                f'{some(cameras)}'
            raise InputError(f'{os.path.join(path, name)}: {why}; rename it, or take it out of the folder')
    found: dict[str, str] = {}
    for name, (camera,) in claims.items():
        if camera in found:
            raise InputError(f'{path}: {os.path.basename(found[camera])} and {name} may both be of {camera}; leave one')
        found[camera] = os.path.join(path, name)
    return found


def _is_of(name: str, camera: str) -> bool:
    """Whether the words and numbers of the ``camera`` stand in a ``name``, one after the other."""
    parts, wanted = _parts(os.path.splitext(name)[0]), _parts(camera)
    wanted = [part for part in wanted if part not in _OF_IMAGES] or wanted
    return bool(wanted) and any(parts[i:i + len(wanted)] == wanted for i in range(len(parts)))


def _parts(name: str) -> Sequence[str]:
    return [part.lstrip('0') or '0' for part in _PARTS.findall(name.casefold())]
