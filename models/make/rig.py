"""From Anny's 104 bones to SMPL's 24 joints: where the joints are, who moves with them, and the T pose.

Bones of Anny are named by label ('upperleg01.L'); points are in SMPL's axes, metres.
"""
import numpy as np
from scipy.spatial.transform import Rotation

from lib.body.skeleton import PARENTS
from models.make import dual_quaternions

# SMPL joint -> bone heads whose weighted mean is its place. The spine's joints are the bone heads nearest to SMPL's
# (0.11, 0.24 and 0.30 m above the pelvis); the collars lie along the clavicle, as SMPL's do, not at its inner end.
JOINT_PLACES = (
    {'root': 1}, {'upperleg01.L': 1}, {'upperleg01.R': 1}, {'spine03': 1}, {'lowerleg01.L': 1}, {'lowerleg01.R': 1},
    {'spine02': 1}, {'foot.L': 1}, {'foot.R': 1}, {'spine01': 1}, {'toe3-1.L': 1}, {'toe3-1.R': 1}, {'neck01': 1},
    {'clavicle.L': .5, 'shoulder01.L': .5}, {'clavicle.R': .5, 'shoulder01.R': .5}, {'head': 1},
    {'upperarm01.L': 1}, {'upperarm01.R': 1}, {'lowerarm01.L': 1}, {'lowerarm01.R': 1}, {'wrist.L': 1}, {'wrist.R': 1},
    {'finger3-1.L': 1}, {'finger3-1.R': 1})

# Bone label without its side, by prefix -> the SMPL joint (left) that moves its skin.
MOVED_BY = {'root': 0, 'pelvis': 0, 'spine05': 0, 'spine04': 0, 'spine03': 3, 'spine02': 6, 'spine01': 9, 'upperleg': 1,
            'lowerleg': 4, 'foot': 7, 'toe': 10, 'clavicle': 13, 'shoulder01': 13, 'upperarm': 16, 'lowerarm': 18,
            'wrist': 20, 'metacarpal': 20, 'finger1-1': 20, 'finger': 22, 'neck': 12, 'head': 15, 'eye': 15}

COLLAR_RAISE = np.radians(8)  # raising the arms sideways lifts the shoulders
LEG_SPREAD = np.radians(1.5)  # of the hip-ankle line in the T pose, as SMPL's
TWIST_SHARE = {'lowerarm01': 0.2, 'lowerarm02': 0.6}  # of the turn between elbow and wrist


def merged_weights(bone_weights, labels, most=4):
    """(V, 24) skinning weights from (V, 104): at most `most` a vertex (equal ones go together), rows sum to 1."""
    merged = np.zeros((len(bone_weights), 24))
    for column, label in zip(bone_weights.T, labels):
        name, _, side = label.partition('.')
        longest_first = sorted(MOVED_BY.items(), key=lambda item: -len(item[0]))
        joint = next(j for prefix, j in longest_first if name.startswith(prefix))
        merged[:, joint + (side == 'R' and joint not in (0, 3, 6, 9, 12, 15))] += column
    merged[merged <= np.sort(merged, axis=1)[:, [-most - 1]]] = 0
    merged[merged < 1e-3] = 0
    return merged / merged.sum(1, keepdims=True)


def neighbours(joint):
    """The joint, its parent and its children: whose skin lies around it."""
    return sorted({joint, max(PARENTS[joint], 0), *np.flatnonzero(PARENTS == joint)})


def joint_places_among_heads(labels):
    """(24, 104) rows of JOINT_PLACES."""
    places = np.zeros((24, len(labels)))
    for row, place in zip(places, JOINT_PLACES):
        for label, share in place.items():
            row[labels.index(label)] = share
    return places


def unit(v):
    return v / np.linalg.norm(v)


def frame(forward, side):
    """Rotation matrix whose columns are `forward`, the part of `side` across it, and their cross product."""
    x = unit(forward)
    y = unit(side - (side @ x) * x)
    return np.column_stack([x, y, np.cross(x, y)])


def turn(axis, angle):
    return Rotation.from_rotvec(np.asarray(axis, dtype=float) * angle).as_matrix()


def arm_rotations(at, side, sign):
    """World rotations (3, 3) of one arm's bones, by the beginning of their names; ``at`` bone heads (3,) by label."""
    shoulder, elbow, wrist = (at[f'{bone}.{side}'] for bone in ('upperarm01', 'lowerarm01', 'wrist'))
    along = np.array([sign, 0, 0])
    hinge = np.array([0, -sign, 0])
    upper = frame(along, hinge) @ frame(elbow - shoulder, np.cross(elbow - shoulder, wrist - elbow)).T
    lower = frame(along, hinge) @ frame(wrist - elbow, np.cross(elbow - shoulder, wrist - elbow)).T
    across = at[f'finger2-1.{side}'] - at[f'finger5-1.{side}']
    hand = frame(along, np.array([0, 0, 1.])) @ frame(at[f'finger3-1.{side}'] - wrist, across).T
    twist = Rotation.from_matrix(hand @ lower.T).as_rotvec()
    collar = turn([0, 0, 1], sign * COLLAR_RAISE)
    forearms = {name: Rotation.from_rotvec(share * twist).as_matrix() @ lower for name, share in TWIST_SHARE.items()}
    return {'clavicle': collar, 'shoulder': collar, 'upperarm': upper, **forearms,
            'wrist': hand, 'metacarpal': hand, 'finger': hand}


def leg_rotations(at, side, sign):
    """The same of one leg's bones."""
    hip, ankle = at[f'upperleg01.{side}'], at[f'foot.{side}']
    leg = turn([0, 0, 1], sign * LEG_SPREAD - np.arctan2(ankle[0] - hip[0], hip[1] - ankle[1]))
    return {'upperleg': leg, 'lowerleg': leg}


def t_pose_rotations(heads, labels):
    """(104, 3, 3) world rotations of the bones that bring one person (bone heads (104, 3)) into SMPL's rest pose.

    Arms horizontal along x with the elbows' hinges vertical, palms down, hip-ankle lines LEG_SPREAD from vertical, feet
    as they stood.
    """
    at = dict(zip(labels, heads))
    limbs = {side: {**arm_rotations(at, side, sign), **leg_rotations(at, side, sign)}
             for side, sign in (('L', 1.), ('R', -1.))}

    def rotation(label):
        name, _, side = label.partition('.')
        return next((found for begin, found in limbs.get(side, {}).items() if name.startswith(begin)), np.eye(3))
    return np.array([rotation(label) for label in labels])


def moved_heads(heads, rotations, parents):
    """(B, 3) bone heads after the bones (parents before children) took the world `rotations` (B, 3, 3)."""
    moved = heads.copy()
    for bone, parent in enumerate(parents):
        if parent >= 0:
            moved[bone] = moved[parent] + rotations[parent] @ (heads[bone] - heads[parent])
    return moved


def t_pose(vertices, heads, bone_weights, labels, parents):
    """One person's vertices (V, 3) and SMPL joints (24, 3) in the T pose; origin midway between hips and shoulders."""
    rotations = t_pose_rotations(heads, labels)
    moved = moved_heads(heads, rotations, parents)
    translations = moved - np.einsum('bij,bj->bi', rotations, heads)
    posed = dual_quaternions.skin(vertices, bone_weights, rotations, translations, parents)
    joints = joint_places_among_heads(labels) @ moved
    origin = joints[[1, 2, 16, 17]].mean(0)
    return posed - origin, joints - origin
