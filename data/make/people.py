"""Who stands in the sample pictures: pose from held-out motion capture, shape, view, camera."""
from dataclasses import dataclass

import numpy as np
from scipy.cluster.vq import kmeans2
from scipy.spatial.transform import Rotation

from lib.body.kinematics import pose_body
from lib.body.skeleton import SMPL_NAMES
from models.make.mocap import mirror

STATURE_PIXELS = 150      # of a standing person in the picture, as in LSP
POSES_PER_SECOND = 5      # of a clip
STEP = 0.15               # metres, height between the feet above which only the lower one stands
HIPS, KNEES, ANKLES, SHOULDERS = ([SMPL_NAMES.index(side + joint) for side in ('left_', 'right_')]
                                  for joint in ('hip', 'knee', 'ankle', 'shoulder'))


@dataclass
class View:
    """A person before the camera: `pose` (72,) with the orientation seen, `pitch` (radians) of the camera, `width` and
    `height` of the picture, `translation` (3,) of the body in camera coordinates."""
    pose: np.ndarray
    pitch: float
    width: int
    height: int
    translation: np.ndarray


def _joints(body, poses):
    """Joints (F, 24, 3) of a TrackedBody's mean shape."""
    return pose_body(body, np.zeros((len(poses), body.n_betas)), poses).joints


def _facing(body, poses):
    """The poses (F, 72) turned about the vertical so that the shoulders face +z."""
    joints = _joints(body, poses)
    across = joints[:, SHOULDERS[0]] - joints[:, SHOULDERS[1]]
    turn = Rotation.from_euler('y', np.arctan2(across[:, 2], across[:, 0])[:, None])
    out = poses.copy()
    out[:, :3] = (turn * Rotation.from_rotvec(poses[:, :3])).as_rotvec()
    return out


def _stands(joints):
    """Which of the skeletons (F, 24, 3) could stand so on the ground: feet lowest, the trunk above what stands on the
    ground.
    """
    ankles, knees, hips = joints[:, ANKLES], joints[:, KNEES], joints[:, HIPS].mean(axis=1)
    trunk = np.concatenate([joints[:, SHOULDERS], joints[:, HIPS]], axis=1).mean(axis=1)
    frames, lower = np.arange(len(joints)), ankles[..., 1].argmin(axis=1)
    foot, other = ankles[frames, lower], ankles[frames, 1 - lower]
    other = np.where((other[:, 1] - foot[:, 1] < STEP)[:, None], other, foot)   # a lifted foot carries nothing
    span, offset = (other - foot)[:, ::2], (trunk - foot)[:, ::2]
    share = np.clip((offset * span).sum(axis=1) / np.maximum((span ** 2).sum(axis=1), 1e-9), 0, 1)
    off_balance = np.linalg.norm(offset - share[:, None] * span, axis=1)
    return (hips[:, 1] - foot[:, 1] > 0.35) & (knees[..., 1].min(axis=1) > foot[:, 1] + 0.1) & (off_balance < 0.2)


def choose_poses(rng, clips, names, body, count):
    """`count` different poses (count, 72) from the clips named, with (clip, frame) of each; half of them mirrored.

    `body`: a TrackedBody, by whose joint positions poses are told apart.
    """
    candidates, sources = [], []
    for name in names:
        poses = _facing(body, clips[name].sound(rng, POSES_PER_SECOND))
        standing = np.flatnonzero(_stands(_joints(body, poses)))
        standing = np.sort(rng.permutation(standing)[:40])
        candidates.append(poses[standing])
        sources += [(name, int(i) * (clips[name].rate // POSES_PER_SECOND)) for i in standing]
    candidates = np.concatenate(candidates)
    joints = _joints(body, candidates)
    features = (joints - joints[:, :1]).reshape(len(joints), -1)
    centres, _ = kmeans2(features, count, minit='++', seed=int(rng.integers(2 ** 31)))
    chosen = []
    for centre in centres:
        nearest = np.argsort(((features - centre) ** 2).sum(axis=1))
        chosen.append(next(i for i in nearest if i not in chosen))
    chosen = rng.permutation(chosen)
    poses = candidates[chosen]
    poses[::2] = mirror(poses[::2])
    return poses, [sources[i] for i in chosen]


def choose_turns(rng, count):
    """Angles (count,) about the vertical, radians, all around and evenly, in random order: 0 faces the camera."""
    return rng.permutation((np.arange(count) + rng.uniform(-0.4, 0.4, count)) * 2 * np.pi / count)


def see(rng, body, betas, pose, turn, focal):
    """The View of a body turned by `turn`; `focal` in pixels of the picture."""
    pitch = rng.uniform(0.10, 0.24)
    world = Rotation.from_euler('x', pitch) * Rotation.from_euler('x', np.pi) * Rotation.from_euler('y', turn)
    pose = np.concatenate([(world * Rotation.from_rotvec(pose[:3])).as_rotvec(), pose[3:]])
    stature = np.ptp(body.vertices(betas, np.zeros(72))[:, 1])
    vertices = body.vertices(betas, pose)
    depth = focal * stature / (STATURE_PIXELS * rng.uniform(0.92, 1.08))
    pixels = focal * vertices[:, :2] / (vertices[:, 2:] + depth)
    margins = rng.uniform((14, 10), (45, 28), (2, 2))   # left and right, above and below
    low, high = pixels.min(axis=0) - margins[0], pixels.max(axis=0) + margins[1]
    width, height = np.round(high - low).astype(int)
    translation = np.append(-(low + high) / 2 * depth / focal, depth)
    return View(pose, pitch, int(width), int(height), translation)
