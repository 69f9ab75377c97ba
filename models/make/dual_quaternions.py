"""Dual quaternion skinning: blend skinning that keeps volume where joints bend and twist.

Kavan, Collins, Zara, O'Sullivan: Skinning with Dual Quaternions, I3D 2007. Quaternions are (x, y, z, w), as in SciPy.
"""
import numpy as np
from scipy.spatial.transform import Rotation


def product(p, q):
    """Hamilton product of quaternions (..., 4)."""
    pv, pw, qv, qw = p[..., :3], p[..., 3:], q[..., :3], q[..., 3:]
    return np.concatenate([pw * qv + qw * pv + np.cross(pv, qv), pw * qw - (pv * qv).sum(-1, keepdims=True)], -1)


def from_rigid(rotations, translations):
    """Real and dual parts (..., 4) of rigid transforms x -> R x + t, R (..., 3, 3), t (..., 3)."""
    shape = translations.shape[:-1]
    real = Rotation.from_matrix(rotations.reshape(-1, 3, 3)).as_quat().reshape(*shape, 4)
    moved = np.concatenate([translations, np.zeros((*shape, 1))], -1)
    return real, 0.5 * product(moved, real)


def same_hemisphere(real, dual, parents):
    """Choose the sign of each transform (B, 4) so that it is near its parent's: blends then take the short way."""
    real, dual = real.copy(), dual.copy()
    for bone, parent in enumerate(parents):
        if parent >= 0 and real[bone] @ real[parent] < 0:
            real[bone] *= -1
            dual[bone] *= -1
    return real, dual


def skin(points, weights, rotations, translations, parents):
    """(V, 3) points moved by the rigid transforms (B, 3, 3), (B, 3) of bones, blended with `weights` (V, B)."""
    real, dual = same_hemisphere(*from_rigid(rotations, translations), parents)
    real, dual = weights @ real, weights @ dual
    length = np.linalg.norm(real, axis=1, keepdims=True)
    real, dual = real / length, dual / length
    v, w = real[:, :3], real[:, 3:]
    shift = 2 * (w * dual[:, :3] - dual[:, 3:] * v + np.cross(v, dual[:, :3]))
    return points + 2 * np.cross(v, np.cross(v, points) + w * points) + shift
