"""People of known pose and shape before a known camera, and what a joint detector would say of them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from lib.body.kinematics import pose_body
from lib.body.projection import FOCAL, project
from lib.body.skeleton import N_LSP, SMPL_NAMES, TRACKED_LSP
from lib.fitting import Problem

POSES = Path(__file__).resolve().parents[2] / 'data' / 'evaluation_poses.npz'
#: Of POSES: actions and single clips that the pose prior has not seen, and what it was made from.
POSE_KINDS = 'heldout', 'clips', 'training'
N_BETAS = 10
#: Height in pixels of a person of mean stature, as in LSP's photographs enlarged twice, and how far it varies.
STATURE_PX, STATURE_SPREAD = 300., 0.1
#: Size of the enlarged image; nothing is cut off at its edges.
WIDTH, HEIGHT = 400., 440.
#: How far the camera looks down, radians, at most.
PITCH = 0.25
VIEWS = ('frontal', 'side', 'back')
_UPRIGHT = Rotation.from_euler('x', np.pi)  # SMPL's y points up, the image's down


@dataclass(frozen=True)
class Person:
    """The truth: gender, pose (72,) rad as the camera sees it, betas (10,), camera translation (3,) m, and the view.

    ``joints`` (14, 2) are LSP's joints, enlarged pixels; the neck, which no fit uses, is at the image's corner.
    """

    gender: str
    pose: np.ndarray
    betas: np.ndarray
    translation: np.ndarray
    view: str
    clip: str  # of motion capture, that the pose is from
    joints: np.ndarray


def load_poses(kind):
    """The poses (N, 72) kept for the evaluation and the clip of each (N,): ``kind`` is one of POSE_KINDS."""
    with np.load(POSES) as data:
        return data[kind].astype(float), data[f'{kind}_clip']


def draw_people(models, kind, count, seed):
    """``count`` People: poses of ``kind`` turned at random, shapes from a normal distribution, half of them women."""
    rng = np.random.default_rng(seed)
    poses, clips = load_poses(kind)
    chosen = np.concatenate([rng.permutation(len(poses)) for _ in range(-(-count // len(poses)))])[:count]
    bodies = {gender: models.body(gender).tracked(N_BETAS) for gender in ('female', 'male')}
    return [_draw(rng, bodies, ('female', 'male')[i % 2], poses[pose], str(clips[pose]))
            for i, pose in enumerate(chosen)]


def _draw(rng, bodies, gender, pose, clip):
    body, betas = bodies[gender], rng.normal(size=N_BETAS)
    camera = Rotation.from_euler('x', rng.uniform(0., PITCH)) * _UPRIGHT
    root = camera * Rotation.from_euler('y', rng.uniform(0., 2. * np.pi)) * Rotation.from_rotvec(pose[:3])
    pose = np.concatenate([root.as_rotvec(), pose[3:]])
    posed = pose_body(body, betas[None], pose[None])
    points = posed.points[0]
    rest = body.rest_joints[..., 0]
    stature = np.ptp(rest[:, 1])  # of the mean shape, ankle joints to head joint: near enough
    depth = FOCAL * stature / (STATURE_PX * (1. + rng.uniform(-STATURE_SPREAD, STATURE_SPREAD)))
    middle = 0.5 * (points.min(axis=0) + points.max(axis=0))
    translation = np.array([0., 0., depth]) - middle + np.append(rng.normal(0., 0.1, 2), 0.)
    joints = np.zeros((N_LSP, 2))
    joints[TRACKED_LSP] = project(points[None], translation[None], np.array([FOCAL]), _centre()[None])[0]
    return Person(gender, pose, betas, translation, _view(posed.joints[0]), clip, joints)


def _centre():
    return np.array([WIDTH / 2., HEIGHT / 2.])


def _view(joints):
    """Where the chest looks: to the camera, aside or away, 45 degrees to either side of each (side: of both)."""
    left, right, neck, pelvis = (joints[SMPL_NAMES.index(name)]
                                 for name in ('left_shoulder', 'right_shoulder', 'neck', 'pelvis'))
    facing = np.cross(left - right, neck - pelvis)
    share = -facing[2] / np.linalg.norm(facing)
    return VIEWS[1 - int(np.sign(share)) * int(abs(share) > np.sqrt(0.5))]


def detections(people, noise, seed, given, confidence, believed):
    """A Problem for each person: joints with Gaussian noise of ``noise`` / confidence px, of each coordinate.

    ``given`` (B, 14) says which joints are detected at all, ``confidence`` (B, 14) how sure the detector is,
    ``believed`` whether the fit is told so.
    """
    rng = np.random.default_rng(seed)
    joints = np.array([person.joints for person in people])
    joints = joints + rng.normal(size=joints.shape) * (noise / confidence)[..., None]
    told = np.where(given, confidence if believed else 1., 0.)
    return [Problem(joints[i], told[i], _centre(), person.gender, FOCAL) for i, person in enumerate(people)]
