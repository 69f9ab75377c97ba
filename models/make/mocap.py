"""Motion capture as poses of SMPL's 24 joints: retargeted, mirrored, repaired.

Retargeting copies the *orientation of each limb in the world*, so that bone lengths do not matter: SMPL's joint j takes
the world rotation of its ASF bone, times the alignment that turns SMPL's rest direction of that limb (legs straight
down, arms along x) into the ASF's (CMU's legs rest 20 degrees apart). Both rigs rest with y up, facing +z, the body's
left at +x.
"""
import numpy as np
from scipy.spatial.transform import Rotation

from lib.base.errors import InputError
from lib.body.skeleton import N_JOINTS, N_POSE, PARENTS, SMPL_NAMES

# SMPL joint -> the ASF bone that begins at it. The forearm twist (lwrist) and the hand's own bending (lhand) meet in
# SMPL's wrist.
SMPL_BONES = ('root', 'lfemur', 'rfemur', 'lowerback', 'ltibia', 'rtibia', 'upperback', 'lfoot', 'rfoot', 'thorax',
              'ltoes', 'rtoes', 'upperneck', 'lclavicle', 'rclavicle', 'head', 'lhumerus', 'rhumerus', 'lradius',
              'rradius', 'lhand', 'rhand', 'lfingers', 'rfingers')
# Bones whose SMPL rest direction differs from the ASF's by a turn about z, with that direction; the feet follow the
# shins.
REST_DIRECTIONS = {'lfemur': (0, -1), 'rfemur': (0, -1), 'ltibia': (0, -1), 'rtibia': (0, -1),
                   'lhumerus': (1, 0), 'rhumerus': (-1, 0), 'lradius': (1, 0), 'rradius': (-1, 0)}
ALIGNED_WITH = {'lfoot': 'ltibia', 'ltoes': 'ltibia', 'rfoot': 'rtibia', 'rtoes': 'rtibia', 'lhand': 'lradius',
                'lfingers': 'lradius', 'rhand': 'rradius', 'rfingers': 'rradius'}
OTHER_SIDE = {'left': 'right', 'right': 'left'}
MIRRORED_JOINTS = [SMPL_NAMES.index('_'.join(OTHER_SIDE.get(word, word) for word in name.split('_')))
                   for name in SMPL_NAMES]
# Of the upper arm's swing: less than the shoulder blade's third, as SMPL's collars turn about the neck's base.
COLLAR_SHARE = 0.2
# Rotation angles (radians) that no person reaches; in CMU's subjects 01-03 mixed-up markers pass them, in some ankles
# and wrists for minutes.
DISTAL_LIMITS = {'ankle': 1.2, 'wrist': 1.9}
LIMITS = {'hip': 2.4, 'shoulder': 2.9}


def _alignment(directions, name):
    """The turn about z from SMPL's rest direction of this limb to the ASF's."""
    name = ALIGNED_WITH.get(name, name)
    if name not in REST_DIRECTIONS:
        return Rotation.identity()
    (x0, y0), (x, y, _) = REST_DIRECTIONS[name], directions[name]
    return Rotation.from_euler('z', np.arctan2(y, x) - np.arctan2(y0, x0))


def retarget(directions, rotations):
    """SMPL pose vectors (F, 72), radians, of a motion: the bones' rest directions {name: (3,)} and their rotations in
    the world {name: Rotation of F frames}, by ASF's names.
    """
    missing = sorted(set(SMPL_BONES) - (set(directions) & set(rotations)))
    if missing:
        raise InputError(f'the skeleton lacks the bones {", ".join(missing)}')
    world = [rotations[name] * _alignment(directions, name) for name in SMPL_BONES]
    local = [world[0]] + [world[parent].inv() * world[joint] for joint, parent in enumerate(PARENTS) if joint]
    for side, outwards in (('left', 1), ('right', -1)):
        _move_collar(local, SMPL_NAMES.index(side + '_collar'), SMPL_NAMES.index(side + '_shoulder'), outwards)
    return np.concatenate([rotation.as_rotvec() for rotation in local], axis=1)


def _move_collar(local, collar, shoulder, outwards):
    """Let the shoulder girdle follow the arm where the rig holds it still (as CMU's clavicles are): it takes a share of
    the swing of the upper arm away from the T pose. The arm's own rotation in the world stays."""
    if local[collar].magnitude().max() > 1e-3:
        return
    arm = local[collar] * local[shoulder]
    rest = np.array([outwards, 0., 0.])
    direction = arm.apply(rest)
    axis = np.cross(rest, direction)
    sine = np.linalg.norm(axis, axis=1, keepdims=True)
    swing = axis / np.maximum(sine, 1e-9) * np.arctan2(sine, direction @ rest[:, None])
    local[collar] = Rotation.from_rotvec(COLLAR_SHARE * swing)
    local[shoulder] = local[collar].inv() * arm


def mirror(poses):
    """The poses (..., 72) seen in a mirror: left and right swapped, rotation vectors' y and z reversed."""
    rotvecs = poses.reshape(poses.shape[:-1] + (N_JOINTS, 3))
    return (rotvecs[..., MIRRORED_JOINTS, :] * (1, -1, -1)).reshape(poses.shape)


def _by_joint(limits):
    """Limits by the joints' numbers, both sides."""
    kinds = [name.split('_')[-1] for name in SMPL_NAMES]
    return {joint: limits[kind] for joint, kind in enumerate(kinds) if kind in limits}


def repair(poses, rng):
    """The poses (F, 72) without those no person can take, which come from markers mixed up.

    Ankles and wrists, which some clips spin for minutes, take the rotation of a random sound frame of the clip; frames
    with another joint beyond its limit are left out.
    """
    rotvecs = poses.reshape(-1, N_JOINTS, 3).copy()
    angles = np.linalg.norm(rotvecs, axis=2)
    for joint, limit in _by_joint(DISTAL_LIMITS).items():
        wrong = np.flatnonzero(angles[:, joint] > limit)
        sound = np.flatnonzero(angles[:, joint] <= limit)
        if len(wrong) and len(sound):
            rotvecs[wrong, joint] = rotvecs[rng.choice(sound, len(wrong)), joint]
    limits = _by_joint(LIMITS)
    possible = (angles[:, list(limits)] <= list(limits.values())).all(axis=1)
    return rotvecs[possible].reshape(-1, N_POSE)
