"""From Anny's 104 bones to SMPL's 24 joints: who moves with them, and people in the T pose.

Bones of Anny are named by label ('upperleg01.L'); points are in SMPL's axes, metres.
"""
import numpy as np

from lib.body.skeleton import PARENTS
from lib.outputs.exported.anny_t_pose import t_pose_motions
from models.make import dual_quaternions

# Bone label without its side, by prefix -> the SMPL joint (left) that moves its skin.
MOVED_BY = {'root': 0, 'pelvis': 0, 'spine05': 0, 'spine04': 0, 'spine03': 3, 'spine02': 6, 'spine01': 9, 'upperleg': 1,
            'lowerleg': 4, 'foot': 7, 'toe': 10, 'clavicle': 13, 'shoulder01': 13, 'upperarm': 16, 'lowerarm': 18,
            'wrist': 20, 'metacarpal': 20, 'finger1-1': 20, 'finger': 22, 'neck': 12, 'head': 15, 'eye': 15}


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


def t_pose(vertices, heads, bone_weights, labels, parents):
    """One person's vertices (V, 3) and SMPL joints (24, 3) in the T pose."""
    rotations, translations, joints = t_pose_motions(heads, labels, parents)
    return dual_quaternions.skin(vertices, bone_weights, rotations, translations, parents), joints
