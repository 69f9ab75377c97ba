"""Poses from which the pose blend shapes are learned: motion capture, single bends, and random people."""
import numpy as np

from lib.body.skeleton import N_JOINTS, SMPL_NAMES
from models.make import clips, mocap

# Joints bent one at a time: axes, and the angles (degrees) to either side that a body reaches. Left side; the right is
# its mirror.
SINGLE_BENDS = {
    'left_hip': ((0, -120, 40), (1, -50, 50), (2, -30, 70)), 'left_knee': ((0, 0, 135),),
    'left_ankle': ((0, -40, 50), (1, -30, 30), (2, -30, 30)), 'left_foot': ((0, -40, 30),),
    'left_collar': ((0, -15, 15), (1, -25, 25), (2, -20, 35)),
    'left_shoulder': ((0, -90, 90), (1, -110, 40), (2, -95, 90)),
    'left_elbow': ((1, -140, 0), (0, -60, 60)), 'left_wrist': ((0, -90, 90), (1, -30, 30), (2, -80, 80)),
    'left_hand': ((2, -90, 30),),
    'spine1': ((0, -20, 45), (1, -30, 30), (2, -30, 30)), 'spine2': ((0, -20, 45), (1, -30, 30), (2, -30, 30)),
    'spine3': ((0, -20, 30), (1, -30, 30), (2, -30, 30)), 'neck': ((0, -40, 40), (1, -50, 50), (2, -35, 35)),
    'head': ((0, -40, 40), (1, -50, 50), (2, -35, 35))}


def single_bends(step=10):
    """(P, 72) rest poses with one joint turned about one axis, every `step` degrees, and their mirror images."""
    poses = []
    for name, ranges in SINGLE_BENDS.items():
        for axis, low, high in ranges:
            for angle in range(low, high + 1, step):
                pose = np.zeros((N_JOINTS, 3))
                pose[SMPL_NAMES.index(name), axis] = np.radians(angle)
                poses.append(pose.ravel())
    poses = np.array(poses)
    return np.vstack([poses, mocap.mirror(poses)])


def random_people(count, rng):
    """(count, 72) poses with every joint of SINGLE_BENDS somewhere within its ranges, near the rest pose more often
    than far.
    """
    poses = np.zeros((count, N_JOINTS, 3))
    for name, ranges in SINGLE_BENDS.items():
        for axis, low, high in ranges:
            joint = SMPL_NAMES.index(name)
            poses[:, joint, axis] = np.radians(rng.triangular(low - 1, 0, high + 1, count))
            poses[:, mocap.MIRRORED_JOINTS[joint], axis] = np.radians(rng.triangular(low - 1, 0, high + 1, count))
            if 'left' in name and axis > 0:
                poses[:, mocap.MIRRORED_JOINTS[joint], axis] *= -1
    return poses.reshape(count, -1)


def mocap_poses(folder, per_clip, rng):
    """Training and held-out poses (P, 72) and (Q, 72): up to `per_clip` frames of each clip below `folder`."""
    found = clips.load_clips(folder)
    split, sides = clips.split_clips(found), []
    for names in (split.training, split.held_out_clips + split.held_out_actions):
        chosen = []
        for name in names:
            poses = mocap.repair(found[name].poses, rng)
            chosen.append(poses[rng.permutation(len(poses))[:per_clip]])
        sides.append(np.vstack(chosen))
    return sides
