"""How far a fit is from what was detected and, where it is known, from the truth."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from ..base.errors import InputError
from ..base.files import load_npz
from ..body.all_points import all_points
from ..body.body_model import BodyModel
from ..body.kinematics import TrackedBody, pose_body
from ..body.projection import project
from ..body.skeleton import LSP_HIPS, N_JOINTS, TRACKED_LSP
from ..fitting.first_places import into_view, rigid
from ..fitting.problem import Problem
from ..inputs.sample import Sample
from .doubt import estimate_doubts, image_doubts, point_doubts, shape_doubts

#: Detections below this confidence are not judged.
CONFIDENT = 0.5


class Shape(NamedTuple):
    """What a fitted shape is like: ``stature``, metres at rest, and the ``largest`` of its |betas|."""

    stature: float
    largest: float


class Judged(NamedTuple):
    """How well a fit explains what was detected: NaN where no joint is confident, or the photograph is gone.

    ``reprojection`` is in px of the photograph, ``share`` the same as a share of the person's extent; ``doubts`` are
    the reasons for which the fit may be wrong; ``views``: of several views, what is said of each; ``apart`` is the mean
    distance to 3D points, metres, NaN without these.
    """

    reprojection: float
    share: float
    shape: Shape
    doubts: tuple[str, ...] = ()
    views: str = ''
    apart: float = float('nan')


def shape_of(model: BodyModel, betas: np.ndarray) -> Shape:
    """The Shape that ``betas`` (n_betas,) give a BodyModel."""
    return Shape(model.stature(betas), float(np.abs(betas).max()))


def judge(points: np.ndarray, cam_t: np.ndarray, problem: Problem, scale: float, shape: Shape) -> Judged:
    """Judged of the tracked ``points`` (13, 3), the camera translation (3,), metres, and the Shape of a Problem's fit.

    ``scale`` is how much the photograph is enlarged for the fit.
    """
    if not problem.confidence.any():
        return judge_alone(shape)
    error, size = reprojection_error(points, cam_t, problem), extent(problem)
    share = error / size if size > 0 else float('nan')
    doubts = *image_doubts(points, cam_t, problem, share), *shape_doubts(shape.stature)
    return Judged(error / scale, share, shape, doubts)


def judge_views(points: np.ndarray, place: np.ndarray, sample: Sample, shape: Shape) -> Judged:
    """The same of a Sample of several views: tracked ``points`` (13, 3) and their ``place`` (3,) in the world, metres.

    Errors are the means over the views that were fitted.
    """
    said, found = [], []
    for view in sample.views:
        name, camera = view.camera.name, view.camera
        if not (view.confidence > 0).any():
            said.append(f'{name} {"left out" if view.left_out else "not seen"}')
            continue
        alone = view.problem
        problem = Problem(np.nan_to_num(alone.joints), alone.confidence, alone.centre, sample.gender, alone.focal)
        found.append(judge(points @ camera.rotation.T, camera.rotation @ place + camera.translation, problem,
                           view.scale, shape))
        judged = found[-1]
        sure = np.isfinite(judged.share)
        said.append(f'{name} {judged.reprojection:.2f} px ({judged.share:.1%})' if sure else f'{name} not judged')
    known = [judged for judged in found if np.isfinite(judged.share)]
    error, share = np.mean([judged[:2] for judged in known], axis=0) if known else (np.nan, np.nan)
    doubts = dict.fromkeys(doubt for judged in found for doubt in judged.doubts)
    return Judged(float(error), float(share), shape, tuple(doubts), '; '.join(said))


def judge_points(judged: Judged, body: TrackedBody, fit: Mapping[str, Any], points3d: np.ndarray) -> Judged:
    """The same of a result (betas, pose) for ``points3d`` (25, 4) besides, in whatever frame: the body is laid on them.

    Over the points that count; what there is no photograph for, the distance as a share tells.
    """
    known = points3d[:, 3] > 0
    places = all_points(pose_body(body, fit['betas'][None], fit['pose'][None]))[0]
    rotation, translation = rigid(places, points3d[:, :3], points3d[:, 3])
    apart = np.linalg.norm(places @ rotation.T + translation - points3d[:, :3], axis=1)[known]
    mean, span = float(apart.mean()), float(np.ptp(points3d[known, :3], axis=0).max())
    share = mean / span if np.isnan(judged.share) else judged.share
    return judged._replace(share=share, apart=mean, doubts=(*judged.doubts, *point_doubts(apart, known, span)))


def judge_estimate(judged: Judged, body: TrackedBody, problem: Problem) -> Judged:
    """The same of a fit to a photograph that began at the ``estimate`` of its Problem: was that this person's?"""
    estimate = problem.estimate
    assert estimate is not None
    betas = np.zeros(body.n_betas)
    betas[:len(estimate.betas)] = estimate.betas[:body.n_betas]
    points = posed_points(body, {'betas': betas, 'pose': estimate.pose})[1]
    error = reprojection_error(points, into_view(body, betas, estimate.pose, problem), problem)
    size = extent(problem)
    return judged._replace(doubts=(*judged.doubts, *estimate_doubts(error / size if size > 0 else float('nan'))))


def judge_alone(shape: Shape) -> Judged:
    """Judged of a fit of which no more than its Shape is known."""
    return Judged(float('nan'), float('nan'), shape, tuple(shape_doubts(shape.stature)))


def posed_points(body: TrackedBody, fit: Mapping[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """Joints (24, 3) and tracked points (13, 3) in metres of a result (betas, pose) on a TrackedBody."""
    posed = pose_body(body, fit['betas'][None], fit['pose'][None])
    return posed.joints[0], posed.points[0]


def reprojection_error(points: np.ndarray, cam_t: np.ndarray, problem: Problem) -> float:
    """Mean distance in enlarged pixels between the tracked ``points`` (13, 3) and their detections.

    Over the joints that count in the fit (no hips) with a confidence of at least CONFIDENT; NaN where none is.
    """
    projected = project(points[None], cam_t[None], np.array([problem.focal]), problem.centre[None])[0]
    judged = ~np.isin(TRACKED_LSP, LSP_HIPS) & (problem.confidence[TRACKED_LSP] >= CONFIDENT)
    distances = np.linalg.norm(projected - problem.joints[TRACKED_LSP], axis=1)[judged]
    return float(distances.mean()) if judged.any() else float('nan')


def extent(problem: Problem) -> float:
    """Larger side, enlarged px, of the box around the joints of at least CONFIDENT confidence; 0 where none is."""
    joints = problem.joints[problem.confidence >= CONFIDENT]
    return float(np.ptp(joints, axis=0).max()) if len(joints) else 0.


def procrustes_align(points: np.ndarray, target: np.ndarray) -> np.ndarray:
    """``points`` (P, 3) rotated, scaled and moved onto ``target`` (P, 3) in the least squares sense."""
    centre, target_centre = points.mean(axis=0), target.mean(axis=0)
    a, b = points - centre, target - target_centre
    u, singular, vt = np.linalg.svd(a.T @ b)
    sign = np.array([1., 1., np.sign(np.linalg.det(u @ vt))])
    scale = (singular * sign).sum() / np.square(a).sum()
    return scale * a @ (u * sign) @ vt + target_centre


def joint_error(joints: np.ndarray, target: np.ndarray, aligned: bool) -> float:
    """Mean distance in metres between joints (24, 3) and ``target``, after Procrustes alignment or at the pelvis."""
    if aligned:
        joints = procrustes_align(joints, target)
    else:
        joints = joints - joints[0] + target[0]
    return float(np.linalg.norm(joints - target, axis=1).mean())


def load_true_joints(path: str, n_images: int) -> np.ndarray:
    """True joints (N, 24, 3) of a data set's ground_truth.npz; NaN where they are not known.

    Raises InputError where the file is damaged or does not fit the images.
    """
    joints, = load_npz(path, 'joints3d')
    sound = joints.ndim == 3 and joints.shape[1:] == (N_JOINTS, 3) and joints.dtype.kind in 'fiu'
    if not sound or len(joints) < n_images:
        raise InputError(f'{path}: joints3d has shape {joints.shape} of {joints.dtype}, wanted ({n_images}, '
                         f'{N_JOINTS}, 3) numbers')
    return joints.astype(float)
