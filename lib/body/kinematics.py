"""Rotations, posed joints and vertices, and their derivatives.

Arrays carry a leading batch axis B. Posed joints are linear in [1, betas]: posing that basis gives the posed
mean shape (column 0), the derivative by betas (the other columns), and, weighted by [1, betas], the posed
joints (Loper et al., SMPL, SIGGRAPH Asia 2015, equations 2 to 4 and 10).

The derivative of a point x by the rotation vector of a joint k above it is a x (x - p_k) for each column a of
G_parent(k) Jl(theta_k), with p_k the posed joint, G the world rotations, Jl the left Jacobian of SO(3). So a
row w . dx/dtheta_k is ((x - p_k) x w) . a: rows are pulled back to pose without forming dx/dpose.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..base.deferred import deferred
from .skeleton import ANCESTORS, LEVELS, N_JOINTS, PARENTS, TRACKED_SMPL

if TYPE_CHECKING:
    from .chumpy_faces import TrackedPoints as TrackedPoints
else:
    __getattr__ = deferred(__name__, {'TrackedPoints': '.chumpy_faces'})

_SMALL = 0.1  # radians below which (angle - sin angle) / angle^3 is taken from its series
_MOVED_BY = ANCESTORS.astype(float)
#: (12, 24): which joints move the tracked ones, all that can be non-zero in their derivative. A joint's own rotation
#: does not move it.
_MOVES_POINT = ANCESTORS[TRACKED_SMPL] & ~np.eye(N_JOINTS, dtype=bool)[TRACKED_SMPL]


def cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Cross product over the last axis, with broadcasting; np.cross without its overhead."""
    ax, ay, az = a[..., 0], a[..., 1], a[..., 2]
    bx, by, bz = b[..., 0], b[..., 1], b[..., 2]
    x = ay * bz - az * by
    out = np.empty(x.shape + (3,))
    out[..., 0], out[..., 1], out[..., 2] = x, az * bx - ax * bz, ax * by - ay * bx
    return out


class Rotations:
    """Rotation vectors (..., 3) in radians with the angle's functions that matrices and Jacobians share."""

    def __init__(self, vectors: np.ndarray) -> None:
        self.vectors = vectors
        self.angle_sq = np.einsum('...i,...i->...', vectors, vectors)
        self.angle = np.sqrt(self.angle_sq)
        self._safe = np.where(self.angle > 0, self.angle, 1.)
        half = np.sin(0.5 * self.angle) / self._safe
        self._sin_over = np.where(self.angle > 0, np.sin(self.angle) / self._safe, 1.)
        self._versin_over = np.where(self.angle > 0, 2. * half * half, 0.5)

    def take(self, keep: np.ndarray, axis: int) -> 'Rotations':
        """Those at the positions ``keep`` of an axis, as NumPy's arrays have it."""
        out = object.__new__(Rotations)
        vars(out).update({name: value.take(keep, axis) for name, value in vars(self).items()})
        return out

    def matrices(self) -> np.ndarray:
        """Rotation matrices (..., 3, 3) by Rodrigues' formula."""
        return self._polynomial(self._sin_over, self._versin_over)

    def left_jacobians(self) -> np.ndarray:
        """Left Jacobians of SO(3) (..., 3, 3): R(v + dv) = R(Jl(v) dv) R(v) to first order."""
        sq = self.angle_sq
        series = 1. / 6. - sq / 120. * (1. - sq / 42. * (1. - sq / 72.))
        cubic = np.where(self.angle < _SMALL, series, (1. - self._sin_over) / (self._safe * self._safe))
        return self._polynomial(self._versin_over, cubic)

    def _polynomial(self, linear: np.ndarray, quadratic: np.ndarray) -> np.ndarray:
        """I + linear [v]x + quadratic [v]x^2."""
        v = self.vectors
        out = (quadratic[..., None] * v)[..., :, None] * v[..., None, :]
        diagonal = 1. - quadratic * self.angle_sq
        x, y, z = linear * v[..., 0], linear * v[..., 1], linear * v[..., 2]
        flat = out.reshape(out.shape[:-2] + (9,))
        flat[..., ::4] += diagonal[..., None]
        flat[..., 1] -= z
        flat[..., 2] += y
        flat[..., 3] += z
        flat[..., 5] -= x
        flat[..., 6] -= y
        flat[..., 7] += x
        return out


def rotation_matrices(vectors: np.ndarray) -> np.ndarray:
    """Rotation vectors (..., 3) in radians to matrices (..., 3, 3)."""
    return Rotations(vectors).matrices()


def world_rotations(local: np.ndarray) -> np.ndarray:
    """Rotations of the joints relative to their parents (B, 24, 3, 3) to world rotations of the same shape."""
    world = local.copy()
    for level, parents in LEVELS:
        np.matmul(world[:, parents], local[:, level], out=world[:, level])
    return world


def posed_joint_basis(world: np.ndarray, rest_basis: np.ndarray) -> np.ndarray:
    """Posed joints in the basis [1, betas] (B, 24, 3, 1 + n_betas).

    ``rest_basis`` (24, 3, 1 + n_betas) holds rest joints of the mean shape in column 0 and their change per
    beta in the others.
    """
    bones = np.empty((len(world),) + rest_basis.shape)
    bones[:, 0] = rest_basis[0]
    np.matmul(world[:, PARENTS[1:]], rest_basis[1:] - rest_basis[PARENTS[1:]], out=bones[:, 1:])
    return (_MOVED_BY @ bones.reshape(len(world), N_JOINTS, -1)).reshape(bones.shape)


def pose_features(local: np.ndarray) -> np.ndarray:
    """Pose features vec(R(theta_j) - I) of joints 1 to 23, (B, 207), for the pose blend shapes."""
    return (local[:, 1:] - np.eye(3)).reshape(len(local), -1)


def at_shape(basis: np.ndarray, betas: np.ndarray) -> np.ndarray:
    """Weigh a basis (B, ..., 1 + n_betas), or one (1, ...) for all, by [1, betas], ``betas`` (B, n_betas): (B, ...)."""
    flat = basis.reshape(len(basis), -1, basis.shape[-1])
    return (flat[..., 0] + (flat[..., 1:] @ betas[..., None])[..., 0]).reshape(len(betas), *basis.shape[1:-1])


@dataclass(frozen=True, eq=False)
class TrackedBody:
    """The joints and the one vertex that reach the objective, reduced from a body model.

    Every basis has the mean shape in column 0 and the change per beta in the others, in metres.
    """

    rest_joints: np.ndarray  # (24, 3, 1 + n_betas)
    anchors: np.ndarray  # (24, 3, 1 + n_betas), joints of J_regressor_prior: where capsules start
    head_rest: np.ndarray  # (3, 1 + n_betas), the head top vertex
    head_posedirs: np.ndarray  # (3, 207)
    head_weights: np.ndarray  # (24,)

    @property
    def n_betas(self) -> int:
        """How many betas the body has."""
        return self.rest_joints.shape[2] - 1


@dataclass(frozen=True, eq=False)
class PosedBody:
    """A batch of bodies in a pose and shape: what the terms of the objective and their derivatives share."""

    rotations: Rotations  # of vectors (B, 24, 3)
    local: np.ndarray  # (B, 24, 3, 3) rotations relative to the parent
    world: np.ndarray  # (B, 24, 3, 3)
    joint_basis: np.ndarray  # (B, 24, 3, 1 + n_betas)
    joints: np.ndarray  # (B, 24, 3)
    head_bones: np.ndarray  # (B, W, 3): the head top as each of its W bones would place it
    head_basis: np.ndarray  # (B, 3, 1 + n_betas): blended, with its pose correctives in column 0
    points: np.ndarray  # (B, 13, 3): twelve joints in LSP's order, then the head top

    @property
    def mean_joints(self) -> np.ndarray:
        """Posed joints of the mean shape (B, 24, 3)."""
        return self.joint_basis[..., 0]

    def take(self, keep: np.ndarray) -> 'PosedBody':
        """The bodies at the positions ``keep`` of this batch."""
        return PosedBody(**{name: value.take(keep, axis=0) for name, value in vars(self).items()})


def pose_body(body: TrackedBody, betas: np.ndarray, pose: np.ndarray) -> PosedBody:
    """Pose a TrackedBody: ``betas`` (B, n_betas), ``pose`` (B, 72) in radians, to a PosedBody."""
    rotations = Rotations(pose.reshape(len(pose), N_JOINTS, 3))
    local = rotations.matrices()
    world = world_rotations(local)
    joint_basis = posed_joint_basis(world, body.rest_joints)
    bones, weights = _head_bones(body)
    bone_basis = world[:, bones] @ (body.head_rest - body.rest_joints[bones]) + joint_basis[:, bones]
    if body.head_posedirs.any():
        corrective = (pose_features(local)[:, None, :] @ body.head_posedirs.T)[:, 0]
        bone_basis[..., 0] += (world[:, bones] @ corrective[:, None, :, None])[..., 0]
    head_basis = (weights[:, None] * bone_basis.reshape(len(pose), len(bones), -1)).sum(axis=1)
    head_basis = head_basis.reshape(len(pose), 3, -1)
    joints = at_shape(joint_basis, betas)
    points = np.concatenate([joints[:, TRACKED_SMPL], at_shape(head_basis, betas)[:, None]], axis=1)
    return PosedBody(rotations=rotations, local=local, world=world, joint_basis=joint_basis, joints=joints,
                     head_bones=at_shape(bone_basis, betas), head_basis=head_basis, points=points)


def _head_bones(body: TrackedBody) -> tuple[np.ndarray, np.ndarray]:
    """Bones that move the head top, and their weights."""
    bones = np.flatnonzero(body.head_weights)
    return bones, body.head_weights[bones]


class Axes(NamedTuple):
    """The axes (B, 24, 3, 3), as columns, about which the elements of each joint's rotation vector turn."""

    own: np.ndarray  # in the frame of the joint's parent: the left Jacobians
    world: np.ndarray


def joint_axes(posed: PosedBody) -> Axes:
    """The Axes about which the joints of a PosedBody turn."""
    own = posed.rotations.left_jacobians()
    world = own.copy()
    np.matmul(posed.world[:, PARENTS[1:]], own[:, 1:], out=world[:, 1:])
    return Axes(own, world)


def points_by_betas(posed: PosedBody) -> np.ndarray:
    """Derivative (B, 13, 3, n_betas) of the tracked points by betas."""
    return np.concatenate([posed.joint_basis[:, TRACKED_SMPL, :, 1:], posed.head_basis[:, None, :, 1:]], axis=1)


def rows_by_pose(body: TrackedBody, posed: PosedBody, axes: Axes, rows: np.ndarray, points: np.ndarray,
                 out: np.ndarray) -> None:
    """Rows on some tracked points pulled back to pose, w . dx/dpose: put into ``out`` (B, P * R, 72), which is 0.

    ``rows`` (B, P, R, 3) are R linear forms w for each of the ``points`` (P,), positions among the tracked ones in
    rising order, the head top as the last; ``axes`` from joint_axes.
    """
    batch, n_points, n_rows = rows.shape[:3]
    by_joint = out.reshape(batch, n_points, n_rows, N_JOINTS, 3)  # a view
    point, joint = np.nonzero(_MOVES_POINT[points[:-1]])
    arms = posed.points.take(points[point], axis=1) - posed.joints.take(joint, axis=1)
    turning = cross(arms[:, :, None, :], rows.take(point, axis=1)) @ axes.world.take(joint, axis=1)
    by_joint[:, point, :, joint] = turning.swapaxes(0, 1)
    by_joint[:, -1] = head_rows(body, posed, axes, rows[:, -1]).swapaxes(1, 2)


def head_rows(body: TrackedBody, posed: PosedBody, axes: Axes, rows: np.ndarray) -> np.ndarray:
    """Rows (B, R, 3) on the head top pulled back to the joints' rotations (B, 24, R, 3).

    Skinning turns each bone's share of the vertex about the joints above it. A pose corrective changes with the
    joint's own rotation: d(P : R) = q . a for the axis a in the parent's frame, q the axial vector of P R^T.
    """
    bones, weights = _head_bones(body)
    share = (weights[:, None] * _MOVED_BY[bones]).T  # (24, W): weight that turns with each joint
    arms = share @ posed.head_bones - share.sum(axis=1)[:, None] * posed.joints
    out = cross(arms[:, :, None, :], rows[:, None]) @ axes.world
    if not body.head_posedirs.any():
        return out
    blended = np.einsum('w,bwij->bij', weights, posed.world[:, bones])
    blend = body.head_posedirs.reshape(3, N_JOINTS - 1, 3, 3).swapaxes(0, 1).reshape(N_JOINTS - 1, 9, 3)
    m = (blend @ posed.local[:, 1:].swapaxes(2, 3)).reshape(len(rows), N_JOINTS - 1, 3, 3, 3)
    axial = np.stack([m[..., 2, 1] - m[..., 1, 2], m[..., 0, 2] - m[..., 2, 0], m[..., 1, 0] - m[..., 0, 1]], axis=-1)
    forms = (rows @ blended) @ axial.swapaxes(1, 2).reshape(len(rows), 3, -1)  # (B, R, 23 * 3)
    out[:, 1:] += forms.reshape(len(rows), -1, N_JOINTS - 1, 3).transpose(0, 2, 1, 3) @ axes.own[:, 1:]
    return out
