"""Read motion capture kept as rotation vectors: an archive motions.npz of many clips of one skeleton.

Keys: ``names`` (J,) of the joints, after the usual BVH conversion of CMU's database; ``parents`` (J,), -1 for the root;
``offsets`` (J, 3), the bone from the parent in the rest pose; and for each clip (F, J, 3) rotation vectors relative to
the parent. Every fourth frame of CMU's, so 30 a second.
"""
import re

import numpy as np
from scipy.spatial.transform import Rotation

from lib.base.errors import InputError
from lib.base.files import array_names, load_npz

FRAME_RATE = 30
_SKELETON = ('names', 'parents', 'offsets')
# 'soccer_soccer_3' and 'walking_extra_walking_13': folder, action, number.
_KEY = re.compile(r'(?P<action>.+?)(_.+)?_(?P=action)_\d+')
# The ASF bone that begins at each joint: CMU's BVH files tell the same bones by other names.
_BONES = {'Hips': 'root', 'LowerBack': 'lowerback', 'Spine': 'upperback', 'Spine1': 'thorax', 'Neck': 'lowerneck',
          'Neck1': 'upperneck', 'Head': 'head'}
_SIDE_BONES = {'UpLeg': 'femur', 'Leg': 'tibia', 'Foot': 'foot', 'ToeBase': 'toes', 'Shoulder': 'clavicle',
               'Arm': 'humerus', 'ForeArm': 'radius', 'Hand': 'wrist', 'FingerBase': 'hand', 'HandIndex1': 'fingers'}
_BONES.update({side + joint: side[0].lower() + bone for side in ('Left', 'Right')
               for joint, bone in _SIDE_BONES.items()})


def action_of(key):
    """What is done in a clip, by its name in the archive."""
    found = _KEY.fullmatch(key)
    return found['action'] if found else key.rstrip('0123456789').rstrip('_')


def read_rotations(path):
    """Rest direction (3,) of every bone, by ASF's names, and {clip: {bone: Rotation of F frames in the world}}.

    Raises InputError where the file is no such archive.
    """
    names, parents, offsets = load_npz(path, *_SKELETON)
    clips = [key for key in array_names(path) if key not in _SKELETON]
    arrays = dict(zip(clips, load_npz(path, *clips)))
    for key, clip in arrays.items():
        if clip.shape[1:] != (len(names), 3) or not np.isfinite(clip).all():
            raise InputError(f'{path}: clip {key} is no finite array of shape (frames, {len(names)}, 3)')
    bones = {_BONES[name]: joint for joint, name in enumerate(names) if name in _BONES}
    ends = {parent: joint for joint, parent in reversed(list(enumerate(parents)))}
    directions = {bone: offsets[ends[joint]] for bone, joint in bones.items() if joint in ends}
    return directions, {key: {bone: turned for bone, turned in _world(bones, parents, clip)}
                        for key, clip in arrays.items()}


def _world(bones, parents, clip):
    """(Bone, its Rotation in the world) of a clip (F, J, 3); parents come before their children."""
    world = []
    for joint, parent in enumerate(parents):
        local = Rotation.from_rotvec(clip[:, joint])
        world.append(local if parent < 0 else world[parent] * local)
    return ((bone, world[joint]) for bone, joint in bones.items())
