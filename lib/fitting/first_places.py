"""Where a body that more is known of begins: turned and moved onto 3D points, or moved to where a camera sees it."""

import cv2
import numpy as np

from ..base.errors import InputError
from ..body.all_points import all_points
from ..body.kinematics import TrackedBody, pose_body, rotation_matrices
from ..body.skeleton import LSP_HIPS, LSP_NAMES, POINT_NAMES
from .problem import Problem
from .tracking import moved

#: What moves little about the pelvis, whatever the pose.
_TORSO = np.isin(POINT_NAMES, ('pelvis', 'spine1', 'spine2', 'spine3', 'neck', 'left_collar', 'right_collar',
                               *(f'{side}_{part}' for side in ('left', 'right') for part in ('hip', 'shoulder'))))
#: LSP's joints among the points; its neck is another than SMPL's.
LSP_SEEN = [joint for joint, name in enumerate(LSP_NAMES) if name != 'neck']
LSP_POINTS = [POINT_NAMES.index(LSP_NAMES[joint]) for joint in LSP_SEEN]
#: Those of them that are where a photograph has them: detectors' hips are not.
_SEEN = [joint for joint in LSP_SEEN if joint not in LSP_HIPS]
_POINTS = [POINT_NAMES.index(LSP_NAMES[joint]) for joint in _SEEN]
#: How far 3D points may be off the joints in a photograph, as a share of the person's extent there.
_FARTHEST_OFF = 0.15
#: Joints that a camera is found from at least.
_FEWEST_SEEN = 6


def rigid(points: np.ndarray, target: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rotation (3, 3) and translation (3,) that bring ``points`` (P, 3) nearest to ``target`` (P, 3), each by its
    ``weight`` (P,): Kabsch's algorithm."""
    share = weight / weight.sum()
    centre, target_centre = share @ points, share @ target
    u, _, vt = np.linalg.svd((share[:, None] * (points - centre)).T @ (target - target_centre))
    rotation = (vt.T * [1., 1., np.sign(np.linalg.det(u @ vt))]) @ u.T
    return rotation, target_centre - rotation @ centre


def onto_points(body: TrackedBody, betas: np.ndarray, pose: np.ndarray, points3d: np.ndarray,
                whole: bool) -> tuple[np.ndarray, np.ndarray]:
    """``pose`` (72,) turned as a whole, and the translation (3,), so that the body lies on ``points3d`` (25, 4).

    By its torso, as limbs may be elsewhere, or, where the ``whole`` pose is about right or the torso is not known, by
    all points.
    """
    posed = pose_body(body, betas[None], pose[None])
    weight = points3d[:, 3] * (1. if whole else _TORSO)
    if np.count_nonzero(weight) < 3:
        weight = points3d[:, 3]
    rotation, translation = rigid(all_points(posed)[0], points3d[:, :3], weight)
    orientation = cv2.Rodrigues(rotation @ rotation_matrices(pose[:3]))[0].ravel()
    pelvis = posed.joints[0, 0]  # the body turns about it
    return np.concatenate([orientation, pose[3:]]), rotation @ pelvis + translation - pelvis


def into_view(body: TrackedBody, betas: np.ndarray, pose: np.ndarray, problem: Problem) -> np.ndarray:
    """The translation (3,) under which the body's joints are seen nearest to a Problem's.

    Raises InputError where too few are detected, or it would be behind the camera.
    """
    translation, distance = moved(pose_body(body, betas[None], pose[None]).points[0], None, problem)
    if not np.isfinite(distance) or translation[2] <= 0:
        raise InputError('the joints in the photograph do not tell where the estimated body is: too few are detected, '
                         'it is another person, or it is not turned as the camera sees it (x to the right, y down, z '
                         'away)')
    return translation


def in_camera(problem: Problem) -> np.ndarray:
    """The ``points3d`` (25, 4) of a Problem with a photograph, in its camera's frame: by what its joints see of them.

    Raises InputError where too few points are detected, or they are none that the camera could see so.
    """
    points3d = problem.points3d
    assert points3d is not None
    seen = (points3d[_POINTS, 3] > 0) & (problem.confidence[_SEEN] > 0)
    if seen.sum() < _FEWEST_SEEN:
        raise InputError(f'{seen.sum()} of the 3D points are among the joints in the photograph, wanted {_FEWEST_SEEN} '
                         'or more to tell how they lie in it')
    points, joints = points3d[_POINTS, :3][seen], problem.joints[_SEEN][seen]
    matrix = np.array([[problem.focal, 0., problem.centre[0]], [0., problem.focal, problem.centre[1]], [0., 0., 1.]])
    found, turn, translation = cv2.solvePnP(points, joints, matrix, None, flags=cv2.SOLVEPNP_SQPNP)
    if not found:
        raise InputError('the 3D points do not tell how they lie in the photograph: they are all in one line')
    turn, translation = cv2.solvePnPRefineLM(points, joints, matrix, None, turn, translation)
    again = cv2.projectPoints(points, turn, translation, matrix, None)[0][:, 0]
    off = float(np.linalg.norm(again - joints, axis=1).mean() / np.ptp(joints, axis=0).max())
    in_view = points3d[:, :3] @ cv2.Rodrigues(turn)[0].T + translation.ravel()
    if not off <= _FARTHEST_OFF or (in_view[_POINTS, 2][seen] <= 0).any():
        raise InputError('the 3D points are not what the photograph shows: of another image or person, or in another '
                         f'order (off by {off:.0%} of the person)')
    return np.column_stack([in_view, points3d[:, 3]])


