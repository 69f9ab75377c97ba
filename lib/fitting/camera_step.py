"""The camera step: translation and body orientation from the torso's joints (Bogo et al., section 3.3)."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from ..base.deferred import deferred
from ..body.kinematics import Rotations, TrackedBody, cross, pose_body, rotation_matrices
from ..body.projection import project, projection_slopes
from ..body.skeleton import LSP_BONES, TORSO_LSP, TORSO_SIDES, TORSO_SMPL, TRACKED_SMPL
from .dogleg import PUBLISHED, OnMoved, minimise
from .problem import Problem, stack

if TYPE_CHECKING:
    from .chumpy_camera import TorsoJoints as TorsoJoints
    from .chumpy_camera import camera_terms as camera_terms
else:
    __getattr__ = deferred(__name__, {'TorsoJoints': '.chumpy_camera', 'camera_terms': '.chumpy_camera'})

#: LSP joints that a rigid part of the body joins: the torso's two sides first.
_BONES = np.concatenate([TORSO_LSP[TORSO_SIDES], LSP_BONES])
#: Weight of the residual that holds the camera's depth near its first guess.
DEPTH_WEIGHT = 100.
#: Quantile of the bones' pixels per metre taken for the scale: the fourth longest-looking of 11
#: (tests/evaluation/tune.py).
UNFORESHORTENED = 0.7


#: From LSP joints (B, 14, 2) and focal lengths (B,) to first camera translations (B, 3).
GuessTranslation = Callable[[np.ndarray, np.ndarray], np.ndarray]


class Camera(NamedTuple):
    """What the camera step finds: translation (3,) in metres, the body's orientation (3,), and its accepted steps."""

    translation: np.ndarray
    orientation: np.ndarray
    steps: int


def _at_depth(focal: np.ndarray, per_metre: np.ndarray) -> np.ndarray:
    """Translations (B, 3) straight ahead, where a metre looks ``per_metre`` (B,) pixels long."""
    out = np.zeros((len(per_metre), 3))
    with np.errstate(divide='ignore'):
        out[:, 2] = focal / per_metre
    return out


class Torso:
    """The torso of the mean shape in the initial pose: four joints that turn about the pelvis.

    ``body_pose`` (69,) is the initial pose[3:].
    """

    def __init__(self, body: TrackedBody, body_pose: np.ndarray) -> None:
        pose = np.concatenate([np.zeros(3), body_pose])
        joints = pose_body(body, np.zeros((1, body.n_betas)), pose[None]).joints[0]
        self.pelvis = joints[0]
        self.arms = joints[TORSO_SMPL] - joints[0]  # (4, 3), from the pelvis
        self._bones = joints[TRACKED_SMPL][_BONES]

    def joints(self, orientation: np.ndarray) -> np.ndarray:
        """Joints (B, 4, 3) under rotation vectors ``orientation`` (B, 3)."""
        return self.pelvis + self.arms @ rotation_matrices(orientation).transpose(0, 2, 1)

    def joints_by_orientation(self, orientation: np.ndarray) -> np.ndarray:
        """Derivative (B, 4, 3, 3) of the joints by orientation: axes x arms."""
        turned = self.joints(orientation) - self.pelvis
        axes = Rotations(orientation).left_jacobians()
        return cross(axes.transpose(0, 2, 1)[:, None], turned[:, :, None, :]).transpose(0, 1, 3, 2)

    def guess_translation(self, detections: np.ndarray, focal: np.ndarray) -> np.ndarray:
        """First camera translation (B, 3) from similar triangles: depth = f * metres / pixels.

        ``detections`` (B, 14, 2) in the enlarged image, ``focal`` (B,) px. Metres and pixels are the mean lengths of
        the torso's two sides. Where a joint of theirs is missing (NaN), the bone that looks second longest for its
        length stands for them: foreshortening only shortens, and one wrong joint makes one bone too long.
        """
        metres, pixels = self._bone_lengths(detections)
        sides = slice(0, len(TORSO_SIDES))
        per_metre = pixels[:, sides].mean(axis=1) / metres[sides].mean()
        partial = np.isnan(per_metre)
        if partial.any():
            scales = np.sort(np.nan_to_num(pixels[partial] / metres), axis=1)
            per_metre[partial] = np.where(scales[:, -2] > 0, scales[:, -2], scales[:, -1])
        return _at_depth(focal, per_metre)

    def bone_translation(self, detections: np.ndarray, focal: np.ndarray) -> np.ndarray:
        """The same from all limbs and the shoulders: pixels per metre as of the bone in the UNFORESHORTENED quantile.

        A torso that leans towards the camera looks short, and so far away; of eleven bones some lie in the image plane.
        """
        metres, pixels = self._bone_lengths(detections)
        scales = pixels / metres
        per_metre = np.nanquantile(scales, UNFORESHORTENED, axis=1)
        return _at_depth(focal, np.where(per_metre > 0, per_metre, np.nanmax(scales, axis=1)))

    def _bone_lengths(self, detections: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Lengths of the _BONES on the body (11,), metres, and in the image (B, 11), pixels, NaN where unknown."""
        ends = detections[:, _BONES]
        return (np.linalg.norm(self._bones[:, 0] - self._bones[:, 1], axis=1),
                np.linalg.norm(ends[:, :, 0] - ends[:, :, 1], axis=2))


class CameraObjective:
    """Residuals of the camera step for a batch: x = [translation, orientation] (B, 6).

    ``torso`` is a Torso, ``detections`` (B, 14, 2) with NaN for missing joints, ``focal`` (B,) px, ``centre`` (B, 2),
    ``guess`` (B, 3).
    """

    n_variables, n_terms = 6, 1

    def __init__(self, torso: Torso, detections: np.ndarray, focal: np.ndarray, centre: np.ndarray,
                 guess: np.ndarray) -> None:
        self.torso, self.focal = torso, focal
        self.detections, self.centre, self.guess = detections[:, TORSO_LSP], centre, guess
        self._known = ~np.isnan(self.detections)

    def evaluate(self, x: np.ndarray, rows: np.ndarray) -> 'CameraEvaluation':
        """The CameraEvaluation of the problems in ``rows`` at ``x`` (len(rows), 6)."""
        return CameraEvaluation(self.torso, self.focal[rows], x, self.detections[rows], self._known[rows],
                                self.centre[rows], self.guess[rows])


class CameraEvaluation:
    """Residuals of the camera step at x, and, when asked, their normal equations."""

    def __init__(self, torso: Torso, focal: np.ndarray, x: np.ndarray, detections: np.ndarray, known: np.ndarray,
                 centre: np.ndarray, guess: np.ndarray) -> None:
        self.torso, self.focal, self.x, self.known = torso, focal, x, known
        self.joints = torso.joints(x[:, 3:])
        distances = np.where(known, detections - project(self.joints, x[:, :3], focal, centre), 0.)
        depth = DEPTH_WEIGHT * (x[:, 2:3] - guess[:, 2:])
        self.residuals = np.concatenate([distances.reshape(len(x), -1), depth], axis=1)  # (B, 9)
        self.squares = np.square(self.residuals).sum(axis=1)[None]

    def normal_equations(self, keep: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Descent direction -J'r (K, 6) and J'J (K, 6, 6) of the problems at positions ``keep`` (K,)."""
        x, count = self.x[keep], len(keep)
        slopes = projection_slopes(self.joints[keep], x[:, :3], self.focal[keep]) * self.known[keep, :, :, None]
        jacobian = np.zeros((count, 9, 6))
        jacobian[:, :8, :3] = -slopes.reshape(count, 8, 3)
        jacobian[:, :8, 3:] = -(slopes @ self.torso.joints_by_orientation(x[:, 3:])).reshape(count, 8, 3)
        jacobian[:, 8, 2] = DEPTH_WEIGHT
        transposed = jacobian.transpose(0, 2, 1)
        return -(transposed @ self.residuals[keep, :, None])[..., 0], transposed @ jacobian


def camera_dogleg(problems: Sequence[Problem], torso: Torso, guess_translation: GuessTranslation,
                  orientations: Sequence[np.ndarray], on_moved: OnMoved | None = None) -> list[Camera]:
    """The Camera of each problem, from ``orientations``, each (3,).

    ``on_moved`` is told of x = [translation, orientation] (6,) where they start and of every accepted step.
    """
    if not problems:
        return []
    joints, focal, centre = (stack(problems, name) for name in ('joints', 'focal', 'centre'))
    guess = guess_translation(joints, focal)
    start = np.concatenate([guess, orientations], axis=1)
    x, steps = minimise(CameraObjective(torso, joints, focal, centre, guess), start, PUBLISHED, on_moved)
    return [Camera(row[:3], row[3:], int(count)) for row, count in zip(x, steps)]


class CameraStep(Protocol):
    """camera_dogleg, or another minimiser's."""

    def __call__(self, problems: Sequence[Problem], torso: Torso, guess_translation: GuessTranslation,
                 orientations: Sequence[np.ndarray], on_moved: OnMoved | None = None) -> list[Camera]: ...
