"""Do the frames of the cameras show the same moments? A clip that begins later than the others shows by how far the
person in it is off the lines on which the other views have the joints (Hartley and Zisserman, Multiple View Geometry,
9.2)."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from .camera import Camera

#: Frames that a camera may be off.
_MOST = 30
#: A shift is believed that brings the distance below this share, and by so many px of a person of 300.
_SHARE, _GAIN = .7, 1.
_LEAST = 50  # joints that two views must have in common
#: LSP's joints that move most: all but shoulders, hips and head.
_MOVING = np.array([0, 1, 4, 5, 6, 7, 10, 11])

#: Of a pair of views, the distance by how many frames the second is later, from -2 * _MOST up.
_Costs = dict[tuple[int, int], np.ndarray]


def shifts(joints: np.ndarray, scales: np.ndarray, cameras: Sequence[Camera]) -> np.ndarray:
    """By how many frames each view is later than most (V,), 0 where nothing tells.

    ``joints`` (V, N, 14, 2) of a person in the N frames of V views, px without distortion, NaN where missing;
    ``scales`` (V,): how much the views are enlarged for the person to be 300 px tall.
    """
    if len(cameras) < 2:
        return np.zeros(len(cameras), dtype=int)
    limbs = joints[:, :, _MOVING]
    costs = {(i, j): _distances(limbs[i], limbs[j], cameras[i], cameras[j], scales[j])
             for i, j in combinations(range(len(cameras)), 2)}
    found = np.array([0, *(np.argmin(costs[0, view]) - 2 * _MOST for view in range(1, len(cameras)))], dtype=int)
    found = np.clip(found, -_MOST, _MOST)
    for _ in range(len(cameras)):
        for view in range(1, len(cameras)):
            found[view] = np.argmin([_cost(view, shift, found, costs) for shift in range(-_MOST, _MOST + 1)]) - _MOST
    values, counts = np.unique(found, return_counts=True)
    found -= values[np.argmax(counts)] if counts.max() > 1 else 0
    for view in range(len(cameras)):
        before, after = (_cost(view, shift, found, costs) for shift in (0, found[view]))
        if not (after < _SHARE * before and after < before - _GAIN):
            found[view] = 0
    return found


def _cost(view: int, shift: int, found: np.ndarray, costs: _Costs) -> float:
    """Mean distance of a ``view`` from the others, where it is ``shift`` frames later."""
    own = []
    for (i, j), by_shift in costs.items():
        if view in (i, j):
            later = found[j] - shift if view == i else shift - found[i]
            own.append(by_shift[np.clip(later + 2 * _MOST, 0, 4 * _MOST)])
    return float(np.mean(own))


def _distances(a: np.ndarray, b: np.ndarray, first: Camera, second: Camera, scale: float) -> np.ndarray:
    """Median distance, px of a person of 300, of joints ``b`` (N, 14, 2) in the second view from the lines of ``a``, by
    how many frames later they are (4 * _MOST + 1,); without enough joints the same for all."""
    rotation = second.rotation @ first.rotation.T
    x, y, z = second.translation - rotation @ first.translation
    essential = np.array([[0., -z, y], [z, 0., -x], [-y, x, 0.]]) @ rotation
    lines = _rays(a, first) @ essential.T
    with np.errstate(invalid='ignore', divide='ignore'):  # of cameras in one place there are none
        lines *= scale * second.focal / np.linalg.norm(lines[..., :2], axis=-1, keepdims=True)
    rays, count = _rays(b, second), len(a)
    out = np.full(4 * _MOST + 1, np.inf)
    for later in range(-2 * _MOST, 2 * _MOST + 1):
        start, end = max(0, -later), count - max(0, later)
        if start < end:
            off = (lines[start:end] * rays[start + later:end + later]).sum(axis=-1)
            off = off[np.isfinite(off)]
            if len(off) >= _LEAST:  # what all joints are off by is the calibration's
                out[later + 2 * _MOST] = np.median(np.abs(off - np.median(off)))
    worst = np.max(out[np.isfinite(out)], initial=0.)
    return np.where(np.isfinite(out), out, worst)


def _rays(joints: np.ndarray, camera: Camera) -> np.ndarray:
    """Directions (..., 3) in the camera's frame."""
    flat = (joints - camera.centre) / camera.focal
    return np.concatenate([flat, np.ones_like(flat[..., :1])], axis=-1)
