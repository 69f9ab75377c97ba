"""A motion as Biovision's BVH: SMPL's skeleton of one shape, in metres, and its angles frame by frame.

The format: M. Meredith and S. Maddock, "Motion Capture File Formats Explained", University of Sheffield, 2001.
"""

from collections.abc import Iterator

import numpy as np
from scipy.spatial.transform import Rotation

from ...body.skeleton import N_JOINTS, PARENTS, SMPL_NAMES
from .rig import Poses

_ORDER = 'ZYX'  # turned about the joint's own axes, one after the other
_ANGLES = ' '.join(f'{axis}rotation' for axis in _ORDER)
_PLACE = 'Xposition Yposition Zposition'
_TIP = 0.1  # metres: how far a bone without a joint at its end goes on


def bvh_bytes(rest: np.ndarray, moves: Poses, frame_rate: float) -> bytes:
    """The bytes of a BVH file of Poses of the joints ``rest`` (24, 3) at rest."""
    lines = ['HIERARCHY', *_joint(0, rest, ''), 'MOTION', f'Frames: {len(moves.poses)}',
             f'Frame Time: {1. / frame_rate:.8f}']
    turns = Rotation.from_rotvec(moves.poses.reshape(-1, 3)).as_euler(_ORDER, degrees=True)
    turns = turns.reshape(len(moves.poses), N_JOINTS, 3)[:, _depth_first(0)]
    numbers = np.concatenate([rest[0] + moves.trans, turns.reshape(len(turns), -1)], axis=1)
    lines += [' '.join(f'{number:.6f}' for number in row) for row in numbers]
    return ('\n'.join(lines) + '\n').encode('ascii')


def _depth_first(joint: int) -> list[int]:
    """``joint`` and those below it, in the order in which a file names them."""
    return [joint, *(below for child in np.flatnonzero(PARENTS == joint) for below in _depth_first(int(child)))]


def _joint(joint: int, rest: np.ndarray, indent: str) -> Iterator[str]:
    """The lines of a joint and those below it."""
    bone = np.zeros(3) if joint == 0 else rest[joint] - rest[PARENTS[joint]]
    yield f'{indent}{"JOINT" if joint else "ROOT"} {SMPL_NAMES[joint]}'
    yield f'{indent}{{'
    deeper = f'{indent}  '
    yield f'{deeper}{_offset(bone)}'
    yield f'{deeper}CHANNELS {3 if joint else 6} {_ANGLES if joint else f"{_PLACE} {_ANGLES}"}'
    children = np.flatnonzero(PARENTS == joint)
    for child in children:
        yield from _joint(int(child), rest, deeper)
    if len(children) == 0:
        yield from (f'{deeper}End Site', f'{deeper}{{', f'{deeper}  {_offset(_TIP * bone / np.linalg.norm(bone))}',
                    f'{deeper}}}')
    yield f'{indent}}}'


def _offset(bone: np.ndarray) -> str:
    return 'OFFSET ' + ' '.join(f'{metres:.6f}' for metres in bone)
