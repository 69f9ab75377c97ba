"""Body models: a file in SMPL's layout -> a checked BodyModel, its mesh in a pose, and its tracked points."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from ..base.errors import InputError, quoted
from ..base.pickles import load_pickle
from .kinematics import TrackedBody, pose_features, posed_joint_basis, rotation_matrices, world_rotations
from .skeleton import N_JOINTS, PARENTS, SMPL_HEAD_TOP_VERTEX

_KEYS = ('v_template', 'shapedirs', 'posedirs', 'weights', 'J_regressor', 'J_regressor_prior', 'kintree_table', 'f')
_SUM_TOLERANCE = 0.1  # a regressor row or a vertex's weights far from 1 belong to a damaged or foreign file


@dataclass(frozen=True)
class BodyModel:
    """A body model in SMPL's layout (Loper et al. 2015); lengths in metres, float64."""

    name: str
    v_template: np.ndarray  # (V, 3)
    shapedirs: np.ndarray  # (V, 3, n_shape)
    posedirs: np.ndarray  # (V, 3, 207)
    weights: np.ndarray  # (V, 24)
    joint_regressor: sp.csr_matrix  # (24, V)
    anchor_regressor: sp.csr_matrix  # (24, V): J_regressor_prior, where capsules start
    faces: np.ndarray  # (F, 3) int64
    head_top: int  # vertex at LSP's head top

    def shape_basis(self, n_betas):
        """Mean shape and shape directions as one basis (V, 3, 1 + n_betas)."""
        return np.concatenate([self.v_template[..., None], self.shapedirs[..., :n_betas]], axis=2)

    def tracked(self, n_betas):
        """The TrackedBody of the first ``n_betas`` shape components.

        Raises InputError where the model has fewer.
        """
        available = self.shapedirs.shape[2]
        if not 1 <= n_betas <= available:
            raise InputError(f'--n_betas {n_betas}: wanted 1 to {available}, as many as the body model {self.name} has')
        basis = self.shape_basis(n_betas)
        flat = basis.reshape(len(basis), -1)
        return TrackedBody(
            rest_joints=(self.joint_regressor @ flat).reshape(N_JOINTS, 3, -1),
            anchors=(self.anchor_regressor @ flat).reshape(N_JOINTS, 3, -1),
            head_rest=basis[self.head_top],
            head_posedirs=self.posedirs[self.head_top],
            head_weights=self.weights[self.head_top])

    def vertices(self, betas, pose):
        """Posed mesh (V, 3) by linear blend skinning of ``betas`` (n_betas,) and ``pose`` (72,) in radians."""
        basis = self.shape_basis(len(betas))
        rest = basis[..., 0] + basis[..., 1:] @ betas
        local = rotation_matrices(np.reshape(pose, (1, N_JOINTS, 3)))
        world = world_rotations(local)
        rest_joints = self.joint_regressor @ rest
        joints = posed_joint_basis(world, rest_joints[..., None])[0, ..., 0]
        posed = rest + self.posedirs @ pose_features(local)[0]
        translations = joints - (world[0] @ rest_joints[..., None])[..., 0]
        transforms = np.concatenate([world[0], translations[..., None]], axis=2)
        blended = (self.weights @ transforms.reshape(N_JOINTS, 12)).reshape(-1, 3, 4)
        return (blended[..., :3] @ posed[..., None])[..., 0] + blended[..., 3]


def load_body_model(path):
    """Read and check a body model file: an official SMPL pickle as distributed, or an open one.

    Raises InputError in one line when the file is missing, damaged, or not a 24-joint SMPL-format model.
    """
    data = load_pickle(path)
    if not isinstance(data, dict):
        raise InputError(f'{path}: not a body model (holds a {type(data).__name__}, not a dict)')
    missing = [key for key in _KEYS if key not in data]
    if missing:
        raise InputError(f'{path}: not an SMPL-format body model (lacks {", ".join(missing)})')
    arrays = {key: _array(path, key, data[key]) for key in _KEYS if 'regressor' not in key}
    _check_skeleton(path, arrays['kintree_table'])
    _check_shape(path, 'v_template', arrays['v_template'], ('V', 3))
    n_vertices = len(arrays['v_template'])
    shapedirs = arrays['shapedirs']
    _check_shape(path, 'shapedirs', shapedirs, (n_vertices, 3, 'B'))
    _check_shape(path, 'posedirs', arrays['posedirs'], (n_vertices, 3, 9 * (N_JOINTS - 1)))
    _check_shape(path, 'weights', arrays['weights'], (n_vertices, N_JOINTS))
    _check_sums(path, 'weights', arrays['weights'].sum(axis=1))
    faces = arrays['f']
    _check_shape(path, 'f', faces, ('F', 3))
    if faces.min() < 0 or faces.max() >= n_vertices:
        raise InputError(f'{path}: f names vertices outside 0 to {n_vertices - 1}')
    for key, wanted in (('bs_type', 'lrotmin'), ('bs_style', 'lbs')):
        if str(data.get(key, wanted)) != wanted:
            raise InputError(f'{path}: {key} is not {wanted!r}, the only kind that is known')
    head_top = data.get('head_top', SMPL_HEAD_TOP_VERTEX)
    if not isinstance(head_top, (int, np.integer)) or not 0 <= head_top < n_vertices:
        raise InputError(f'{path}: the head top vertex {quoted(head_top)} is not among its {n_vertices} vertices')
    return BodyModel(
        name=str(data.get('body', 'SMPL')),
        v_template=arrays['v_template'], shapedirs=shapedirs, posedirs=arrays['posedirs'],
        weights=arrays['weights'], faces=faces.astype(np.int64), head_top=int(head_top),
        joint_regressor=_regressor(path, 'J_regressor', data['J_regressor'], n_vertices),
        anchor_regressor=_regressor(path, 'J_regressor_prior', data['J_regressor_prior'], n_vertices))


def _array(path, key, value):
    """A finite float64 array from an array of numbers."""
    if not isinstance(value, np.ndarray) or value.dtype.kind not in 'biuf':
        raise InputError(f'{path}: {key} is not an array of numbers')
    array = np.asarray(value, dtype=np.float64)
    if not np.isfinite(array).all():
        raise InputError(f'{path}: {key} holds NaN or infinite numbers')
    return array


def _check_shape(path, key, array, wanted):
    """``wanted``: a letter in it stands for any number from 1 up."""
    if array.ndim != len(wanted) or any(n < 1 if isinstance(want, str) else n != want
                                        for n, want in zip(array.shape, wanted)):
        raise InputError(f'{path}: {key} has shape {array.shape}, wanted ({", ".join(map(str, wanted))})')


def _check_skeleton(path, kintree):
    if kintree.shape != (2, N_JOINTS):
        raise InputError(f'{path}: kintree_table has shape {kintree.shape}, wanted {(2, N_JOINTS)}: a body of '
                         f'{N_JOINTS} joints')
    if not (kintree[0, 1:] == PARENTS[1:]).all() or not (kintree[1] == np.arange(N_JOINTS)).all():
        raise InputError(f"{path}: kintree_table is not SMPL's kinematic tree of {N_JOINTS} joints")


def _check_sums(path, key, sums):
    worst = int(np.argmax(np.abs(sums - 1.)))
    if abs(sums[worst] - 1.) > _SUM_TOLERANCE:
        raise InputError(f'{path}: row {worst} of {key} sums to {sums[worst]:.3g}, wanted 1')


def _regressor(path, key, value, n_vertices):
    matrix = sp.csr_matrix(value if sp.issparse(value) else _array(path, key, value), dtype=np.float64)
    _check_shape(path, key, matrix, (N_JOINTS, n_vertices))
    if not np.isfinite(matrix.data).all():
        raise InputError(f'{path}: {key} holds NaN or infinite numbers')
    _check_sums(path, key, np.asarray(matrix.sum(axis=1)).ravel())
    return matrix
