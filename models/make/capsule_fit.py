"""Capsule regressors: the length and radius with which each capsule lies closest to its body part's skin, linear in
betas.

Start points and axes are those of lib.capsule_body; here only the 20 lengths and radii are fitted, part by part, in the
rest pose.
"""
import numpy as np

from lib.capsule_body import CAPSULE_JOINTS, N_CAPSULES, CapsuleBody

# Skin of a capsule: the vertices that these joints move most, besides the capsule's own.
PART_OF = {10: 7, 11: 8, 22: 20, 23: 21}
#: Joints of the four centred capsules: they lie across the torso, and follow the skin at their height.
TORSO = (0, 3, 6, 9)
TORSO_SKIN = (0, 1, 2, 3, 6, 9)
SLAB = 0.05  # metres above and below a torso capsule
MIRRORED_CAPSULES = (0, 2, 1, 3, 5, 4, 6, 8, 7, 9, 10, 12, 11, 13, 15, 14, 17, 16, 19, 18)
LENGTH_GRID = np.linspace(0.01, 0.6, 119)  # metres
MIN_SHARE = 0.1  # of the mean length or radius that remains in the worst corner of |beta| <= 5


def capsule_skin(template, weights, starts):
    """For each of the 20 capsules, that start at starts (20, 3), the ids of the vertices it stands for."""
    part = weights.argmax(1)
    for joint, capsule_joint in PART_OF.items():
        part[part == joint] = capsule_joint
    torso = np.isin(part, TORSO_SKIN)
    return [np.flatnonzero(torso & (np.abs(template[:, 1] - start[1]) < SLAB) if joint in TORSO else part == joint)
            for joint, start in zip(CAPSULE_JOINTS, starts)]


def distances(points, starts, axis, lengths):
    """(..., P) distances of points (P, 3) from segments that begin at starts (..., 3) and run `lengths` (...) along
    axis (3,).
    """
    away = points - starts[..., None, :]
    along = np.clip(away @ axis, 0, lengths[..., None])
    return np.linalg.norm(away - along[..., None] * axis, axis=-1)


def best_measures(tracked, shape_basis, weights, faces, betas):
    """Lengths and radii (N, 20) that lie closest, area-weighted, to the skin of the bodies with betas (N, 10)."""
    unit = np.vstack([np.zeros((10, N_CAPSULES)), np.ones(N_CAPSULES)])
    capsules = CapsuleBody(tracked, (unit, unit))
    ends = capsules.axes(np.zeros((1, 10)))[0]
    axes = ends[:, 1] - ends[:, 0]
    skins = capsule_skin(shape_basis[..., 0], weights, ends[:, 0])
    areas = vertex_areas(shape_basis[..., 0], faces)
    shaped = shape_basis[..., 0] + np.einsum('vak,nk->nva', shape_basis[..., 1:], betas)
    grid = np.stack([capsules.starts(betas, np.full((len(betas), N_CAPSULES), length)) for length in LENGTH_GRID], 1)
    lengths, radii = np.empty((2, len(betas), N_CAPSULES))
    for c, skin in enumerate(skins):
        share = areas[skin] / areas[skin].sum()
        for n, vertices in enumerate(shaped[:, skin]):
            away = distances(vertices, grid[n, :, c], axes[c], LENGTH_GRID)
            mean = away @ share
            spread = np.square(away) @ share - mean ** 2
            spread[LENGTH_GRID > np.ptp(vertices @ axes[c])] = np.inf  # a bent hand would have an endless one
            best = np.clip(spread.argmin(), 1, len(LENGTH_GRID) - 2)
            low, mid, high = spread[best - 1:best + 2]
            bend = low - 2 * mid + high
            # The parabola's vertex, in grid steps.
            shift = np.clip(0.5 * (low - high) / bend, -1, 1) if 0 < bend < np.inf else 0.
            lengths[n, c] = LENGTH_GRID[best] + shift * (LENGTH_GRID[1] - LENGTH_GRID[0])
            radii[n, c] = mean[best] + shift * (mean[best + 1] - mean[best - 1]) / 2
    return lengths, radii


def linear_in_betas(betas, values):
    """(11, 20) least squares of values (N, 20) on [betas, 1], the same on both sides, positive for |beta| <= 5."""
    values = (values + values[:, MIRRORED_CAPSULES]) / 2
    rows = np.linalg.lstsq(np.hstack([betas, np.ones((len(betas), 1))]), values, rcond=None)[0]
    for slopes, mean in zip(rows[:-1].T, rows[-1]):
        slopes[:] = within_l1_ball(slopes, (1 - MIN_SHARE) * mean / 5)
    return rows


def within_l1_ball(x, radius):
    """The nearest point to x (n,) with sum |x| <= radius: small elements give way first."""
    sizes = np.sort(np.abs(x))[::-1]
    cuts = (np.cumsum(sizes) - radius) / np.arange(1, len(x) + 1)
    cut = max(0., cuts[np.flatnonzero(sizes >= cuts)[-1]])
    return np.sign(x) * np.maximum(np.abs(x) - cut, 0)


def fit(tracked, shape_basis, weights, faces, seed=0, count=200):
    """betas2lens and betas2rads (11, 20) of a body with shape_basis (V, 3, 11)."""
    betas = np.clip(np.random.default_rng(seed).standard_normal((count, 10)), -2.5, 2.5)
    lengths, radii = best_measures(tracked, shape_basis, weights, faces, betas)
    return linear_in_betas(betas, lengths), linear_in_betas(betas, radii)


def vertex_areas(vertices, faces):
    a, b, c = vertices[faces.T]
    areas = np.linalg.norm(np.cross(b - a, c - a), axis=1) / 6
    return np.bincount(faces.ravel(), np.repeat(areas, 3), minlength=len(vertices))


def surface_errors(tracked, shape_basis, weights, regressors, betas):
    """Mean absolute distance (N, 20) in metres between the skin of each part and its capsule, for betas (N, 10)."""
    capsules = CapsuleBody(tracked, regressors)
    skins = capsule_skin(shape_basis[..., 0], weights, capsules.starts(np.zeros((1, 10)), np.zeros((1, N_CAPSULES)))[0])
    errors = np.empty((len(betas), N_CAPSULES))
    for n, beta in enumerate(betas):
        vertices = shape_basis[..., 0] + shape_basis[..., 1:] @ beta
        _, radii = capsules.measures(beta[None])
        for c, (start, end) in enumerate(capsules.axes(beta[None])[0]):
            length = np.linalg.norm(end - start)
            away = distances(vertices[skins[c]], start, (end - start) / length, np.array(length))
            errors[n, c] = np.abs(away - radii[0, c]).mean()
    return errors
