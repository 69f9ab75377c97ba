"""Where joints are that several calibrated cameras see: the point nearest to all rays, in pixels.

Each ray gives two linear equations of a point X; divided by its depth they are distances in the picture, so the depth
and the robust weights of the last estimate are put in, and the point is found again (Hartley and Zisserman, Multiple
View Geometry, 12.2; Geman-McClure's weights as in robustifiers). A joint of which one of three
views or more is wrong follows the others.
"""

from typing import NamedTuple

import numpy as np

#: Enlarged px, where a person is 300 tall, from which on a view's joint hardly counts.
SIGMA = 10.
#: Times that points are found again.
_ROUNDS = 8
#: The least curvature of the sum of squares as a share of the largest: of rays that meet under some 4 degrees.
_MEETING = 1e-3


class Rays(NamedTuple):
    """Joints (..., V, J, 2) of V views, enlarged px, what each counts (..., V, J), 0 where it is not seen, and the
    cameras: ``focal`` (..., V), ``centre`` (..., V, 2), ``rotation`` (..., V, 3, 3), ``shift`` (..., V, 3)."""

    joints: np.ndarray
    weight: np.ndarray
    focal: np.ndarray
    centre: np.ndarray
    rotation: np.ndarray
    shift: np.ndarray


def triangulate(rays: Rays) -> np.ndarray:
    """The joints (..., J, 3), metres of the world; NaN where fewer than two views see one, or rays hardly meet."""
    directions = (np.nan_to_num(rays.joints) - rays.centre[..., None, :]) / rays.focal[..., None, None]
    rotation, shift = rays.rotation[..., None, :, :], rays.shift[..., None, :]
    rows = rotation[..., :2, :] - directions[..., None] * rotation[..., 2:, :]  # (..., V, J, 2, 3)
    right = directions * shift[..., 2:] - shift[..., :2]
    judged = (rays.weight > 0).sum(axis=-2, keepdims=True) > 2  # of two views nobody knows which is wrong
    points = _nearest(rows, right, rays.weight)
    for _ in range(_ROUNDS):
        depth = (rotation[..., 2, :] * points[..., None, :, :]).sum(axis=-1) + shift[..., 2]
        off = np.linalg.norm((rows @ points[..., None, :, :, None])[..., 0] - right, axis=-1)
        per_depth = rays.focal[..., None] / np.maximum(depth, 1e-6)
        robust = np.where(judged, SIGMA ** 2 / (SIGMA ** 2 + np.square(per_depth * off)), 1.)
        points = _nearest(rows, right, np.nan_to_num(rays.weight * per_depth * robust))
    behind = ((depth <= 0) & (rays.weight > 0)).any(axis=-2)
    return np.where(behind[..., None], np.nan, points)


def distances(rays: Rays, points: np.ndarray) -> np.ndarray:
    """How far ``points`` (..., J, 3) are seen from the joints (..., V, J), enlarged px; NaN where either is missing."""
    seen = points[..., None, :, :] @ rays.rotation.swapaxes(-1, -2) + rays.shift[..., None, :]
    with np.errstate(divide='ignore', invalid='ignore'):
        projected = rays.focal[..., None, None] * seen[..., :2] / seen[..., 2:] + rays.centre[..., None, :]
    off = np.linalg.norm(projected - rays.joints, axis=-1)
    return np.where((rays.weight > 0) & (seen[..., 2] > 0), off, np.nan)


def _nearest(rows: np.ndarray, right: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Points (..., J, 3) of least squares of scale (rows X - right); NaN where they are not determined."""
    scaled, wanted = scale[..., None, None] * rows, scale[..., None] * right
    curvature = np.einsum('...vjki,...vjkl->...jil', scaled, scaled)
    pull = np.einsum('...vjki,...vjk->...ji', scaled, wanted)
    sizes, axes = np.linalg.eigh(curvature)
    known = sizes[..., 0] > _MEETING * sizes[..., 2]
    along = (axes.swapaxes(-1, -2) @ pull[..., None])[..., 0] / np.where(known[..., None], sizes, np.nan)
    return (axes @ along[..., None])[..., 0]
