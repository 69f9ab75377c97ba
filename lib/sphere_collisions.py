"""Interpenetration: overlap of the spheres of body parts that must not meet (Bogo et al., section 3.2, eq. 8).

Spheres move rigidly with their joint, about the mean shape's rest joints; their centres follow betas, but the
derivative is taken by pose only, as published.
"""

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from .base.deferred import deferred
from .body.kinematics import PosedBody, TrackedBody, cross
from .body.skeleton import ANCESTORS, N_JOINTS
from .capsule_body import CAPSULE_JOINTS, N_CAPSULES, CapsuleBody

if TYPE_CHECKING:
    from .chumpy_faces import SphereCollisions as SphereCollisions
else:
    __getattr__ = deferred(__name__, {'SphereCollisions': '.chumpy_faces'})

#: Capsules that are tested against each other.
CAPSULE_PAIRS = np.array([
    (0, 16), (0, 17), (0, 18), (0, 19), (3, 16), (3, 17), (3, 18), (3, 19), (4, 5), (6, 16), (6, 17), (6, 18),
    (6, 19), (7, 5), (8, 7), (8, 4), (9, 16), (9, 17), (9, 18), (9, 19), (11, 16), (12, 17), (18, 19)])
#: Width of a sphere's Gaussian as a share of its radius.
_WIDTH = 0.3


def sphere_pairs(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pairs of spheres as ids a, b (P,) and the problem * 23 + capsule pair they belong to (P,).

    ``counts`` (B, 20) are the spheres of each capsule; ids count through the whole batch.
    """
    return _sphere_pairs(counts.tobytes(), len(counts))


@lru_cache(maxsize=32)
def _sphere_pairs(data: bytes, batch: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    counts = np.frombuffer(data, dtype=np.int64).reshape(batch, N_CAPSULES)
    first = (np.cumsum(counts) - counts.ravel()).reshape(counts.shape)
    rows, columns = counts[:, CAPSULE_PAIRS[:, 0]], counts[:, CAPSULE_PAIRS[:, 1]]
    sizes = (rows * columns).ravel()
    owner = np.repeat(np.arange(sizes.size), sizes)
    position = np.arange(len(owner)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    row, column = np.divmod(position, columns.ravel()[owner])
    return (first[:, CAPSULE_PAIRS[:, 0]].ravel()[owner] + row,
            first[:, CAPSULE_PAIRS[:, 1]].ravel()[owner] + column, owner)


class Overlap:
    """Overlapping spheres of a batch: residual (B,), infinite for a shape of countless spheres, and its derivative.

    ``capsules`` is a CapsuleBody, ``body`` the TrackedBody it was made from, ``posed`` a PosedBody of B poses,
    ``betas`` (B, n_betas).
    """

    def __init__(self, capsules: CapsuleBody, body: TrackedBody, posed: PosedBody, betas: np.ndarray) -> None:
        self.rows, rest, radii, countless = capsules.spheres(betas)
        joint = CAPSULE_JOINTS.take(self.rows.capsule)
        self.joint = self.rows.problem * N_JOINTS + joint
        arms = rest - body.rest_joints[..., 0].take(joint, axis=0)
        self.mean_joints = posed.mean_joints
        turned = (posed.world.reshape(-1, 3, 3).take(self.joint, axis=0) @ arms[..., None])[..., 0]
        self.centres = turned + self.mean_joints.reshape(-1, 3).take(self.joint, axis=0)
        self.ids0, self.ids1, owner = sphere_pairs(self.rows.counts)
        self.problem = owner // len(CAPSULE_PAIRS)
        width_sq = np.square(_WIDTH * radii)
        self.radius2 = (width_sq[:, CAPSULE_PAIRS[:, 0]] + width_sq[:, CAPSULE_PAIRS[:, 1]]).ravel().take(owner)
        self.apart = self.centres.T.take(self.ids0, axis=1) - self.centres.T.take(self.ids1, axis=1)  # (3, P)
        x_sq, y_sq, z_sq = np.square(self.apart)
        distance_sq = x_sq + z_sq + y_sq
        #: squared overlap exp(-d^2 / (2 s^2))^2 of each pair
        self.overlap_sq = np.exp(-distance_sq / self.radius2)
        overlaps = np.sqrt(np.bincount(self.problem, self.overlap_sq, minlength=len(betas)))
        self.residual = np.where(countless, np.inf, overlaps)

    def by_pose(self, axes: np.ndarray, keep: np.ndarray) -> np.ndarray:
        """Derivative (K, 72) of the residual by pose for the problems at positions ``keep`` (K,) of the batch.

        ``axes`` (K, 24, 3, 3) are their kinematics.joint_axes in the world. Zero where nothing overlaps to
        the last digit: the square root has no derivative there.
        """
        safe = np.where(self.residual > 0, self.residual, 1.)
        pull = -self.overlap_sq / (self.radius2 * safe.take(self.problem)) * self.apart
        count = len(self.centres)
        force = np.stack([np.bincount(self.ids0, along, count) - np.bincount(self.ids1, along, count)
                          for along in pull], axis=1)
        # a x (x - p) . F = a . (x x F - p x F), summed over all the points that a joint moves
        moments = np.concatenate([force.T, cross(self.centres, force).T])
        batch = len(self.residual)
        own = np.stack([np.bincount(self.joint, m, batch * N_JOINTS) for m in moments], axis=1)
        moved = ANCESTORS.T.astype(float) @ own.reshape(batch, N_JOINTS, 6)[keep]
        torque = moved[..., 3:] - cross(self.mean_joints[keep], moved[..., :3])
        return (torque[:, :, None, :] @ axes)[:, :, 0].reshape(len(keep), -1)
