"""How far a fit is from what was detected and, where it is known, from the truth."""

import os

import numpy as np

from ..base.errors import InputError
from ..base.files import load_npz
from ..body.kinematics import pose_body
from ..body.projection import project
from ..body.skeleton import LSP_HIPS, N_JOINTS, TRACKED_LSP

#: Detections below this confidence are not judged.
CONFIDENT = 0.5


def posed_points(body, fit):
    """Joints (24, 3) and tracked points (13, 3) in metres of a result (betas, pose) on a TrackedBody."""
    posed = pose_body(body, fit['betas'][None], fit['pose'][None])
    return posed.joints[0], posed.points[0]


def reprojection_error(points, cam_t, problem):
    """Mean distance in enlarged pixels between the tracked ``points`` (13, 3) and their detections.

    Over the joints that count in the fit (no hips) with a confidence of at least CONFIDENT; NaN where none is.
    """
    projected = project(points[None], cam_t[None], np.array([problem.focal]), problem.centre[None])[0]
    judged = ~np.isin(TRACKED_LSP, LSP_HIPS) & (problem.confidence[TRACKED_LSP] >= CONFIDENT)
    distances = np.linalg.norm(projected - problem.joints[TRACKED_LSP], axis=1)[judged]
    return float(distances.mean()) if judged.any() else float('nan')


def procrustes_align(points, target):
    """``points`` (P, 3) rotated, scaled and moved onto ``target`` (P, 3) in the least squares sense."""
    centre, target_centre = points.mean(axis=0), target.mean(axis=0)
    a, b = points - centre, target - target_centre
    u, singular, vt = np.linalg.svd(a.T @ b)
    sign = np.array([1., 1., np.sign(np.linalg.det(u @ vt))])
    scale = (singular * sign).sum() / np.square(a).sum()
    return scale * a @ (u * sign) @ vt + target_centre


def joint_error(joints, target, aligned):
    """Mean distance in metres between joints (24, 3) and ``target``, after Procrustes alignment or at the pelvis."""
    if aligned:
        joints = procrustes_align(joints, target)
    else:
        joints = joints - joints[0] + target[0]
    return float(np.linalg.norm(joints - target, axis=1).mean())


def vertices_at_pelvis(model, result):
    """The posed mesh (V, 3) in metres of a result (betas, pose) on a BodyModel, seen from its pelvis."""
    pelvis = (model.joint_regressor @ model.rest_shape(result['betas']))[0]  # its own rotation leaves it there
    return model.vertices(result['betas'], result['pose']) - pelvis


def vertex_error(vertices, target):
    """Mean distance in metres between two meshes (V, 3)."""
    return float(np.linalg.norm(vertices - target, axis=1).mean())


def shape_error(model, betas, true_betas):
    """Mean distance in metres between the vertices of two shapes (n_betas,) of a BodyModel in its rest pose."""
    return vertex_error(model.rest_shape(betas), model.rest_shape(true_betas))


def load_true_joints(path, n_images):
    """True joints (N, 24, 3) of a data set's ground_truth.npz, or None where it has none.

    Raises InputError where the file is damaged or does not fit the images.
    """
    if not os.path.exists(path):
        return None
    joints, = load_npz(path, 'joints3d')
    if joints.ndim != 3 or joints.shape[1:] != (N_JOINTS, 3) or len(joints) < n_images:
        raise InputError(f'{path}: joints3d has shape {joints.shape}, wanted ({n_images}, {N_JOINTS}, 3)')
    return joints
