"""Body models: a file in SMPL's layout -> a checked BodyModel, its mesh in a pose, and its tracked points."""

from dataclasses import dataclass
from os import PathLike
from typing import Any

import numpy as np
import scipy.sparse as sp

from ..base.errors import InputError, printable, quoted
from ..base.files import array_names, load_npz
from ..base.pickles import load_pickle
from .kinematics import TrackedBody, pose_features, posed_joint_basis, rotation_matrices, world_rotations
from .skeleton import N_JOINTS, PARENTS, SMPL_HEAD_TOP_VERTEX

_ARRAYS = ('v_template', 'shapedirs', 'posedirs', 'weights', 'kintree_table', 'f')
_KEYS = (*_ARRAYS, 'J_regressor')
_MAY_BE_THERE = ('J_regressor_prior', 'bs_type', 'bs_style', 'head_top', 'body')
_MAX_NAME = 80  # characters
_LARGEST = 1e10  # the root's parent is 2^32 - 1 in official files
_SUM_TOLERANCE = 0.1  # a regressor row or a vertex's weights far from 1 belong to a damaged or foreign file

Path = str | PathLike


@dataclass(frozen=True, eq=False)
class BodyModel:
    """A body model in SMPL's layout (Loper et al. 2015); lengths in metres, float64."""

    name: str
    v_template: np.ndarray  # (V, 3)
    shapedirs: np.ndarray  # (V, 3, n_shape)
    posedirs: np.ndarray  # (V, 3, 207)
    weights: np.ndarray  # (V, 24)
    joint_regressor: sp.csr_matrix  # (24, V)
    anchor_regressor: sp.csr_matrix  # (24, V): J_regressor_prior, where capsules start; without it, joint_regressor
    faces: np.ndarray  # (F, 3) int64
    head_top: int  # vertex at LSP's head top

    def shape_basis(self, n_betas: int) -> np.ndarray:
        """Mean shape and shape directions as one basis (V, 3, 1 + n_betas)."""
        return np.concatenate([self.v_template[..., None], self.shapedirs[..., :n_betas]], axis=2)

    def rest_shape(self, betas: np.ndarray) -> np.ndarray:
        """Vertices (V, 3) of the shape ``betas`` (n_betas,) in the rest pose, before pose correctives."""
        return self.v_template + self.shapedirs[..., :len(betas)] @ betas

    def stature(self, betas: np.ndarray) -> float:
        """Metres from the soles to the top of the head of the shape ``betas`` (n_betas,) at rest."""
        heights = self.v_template[:, 1] + self.shapedirs[:, 1, :len(betas)] @ betas
        return float(np.ptp(heights))

    def tracked(self, n_betas: int) -> TrackedBody:
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

    def vertices(self, betas: np.ndarray, pose: np.ndarray) -> np.ndarray:
        """Posed mesh (V, 3) by linear blend skinning of ``betas`` (n_betas,) and ``pose`` (72,) in radians."""
        rest = self.rest_shape(betas)
        local = rotation_matrices(np.reshape(pose, (1, N_JOINTS, 3)))
        world = world_rotations(local)
        rest_joints = self.joint_regressor @ rest
        joints = posed_joint_basis(world, rest_joints[..., None])[0, ..., 0]
        correctives = self.posedirs.reshape(rest.size, -1) @ pose_features(local)[0]  # one product is quicker than many
        posed = rest + correctives.reshape(rest.shape)
        translations = joints - (world[0] @ rest_joints[..., None])[..., 0]
        transforms = np.concatenate([world[0], translations[..., None]], axis=2)
        blended = (self.weights @ transforms.reshape(N_JOINTS, 12)).reshape(-1, 3, 4)
        return (blended[..., :3] @ posed[..., None])[..., 0] + blended[..., 3]


def load_body_model(path: Path) -> BodyModel:
    """Read and check a body model: an official SMPL pickle as distributed, an open one, or an npz file of its keys.

    Raises InputError in one line when the file is missing, damaged, or not a 24-joint SMPL-format model.
    """
    data = _read(path)
    missing = [key for key in _KEYS if key not in data]
    if missing:
        raise InputError(f'{path}: not an SMPL-format body model (lacks {", ".join(missing)})')
    arrays = {key: _array(path, key, data[key]) for key in _ARRAYS}
    n_vertices = _check_arrays(path, arrays)
    joint_regressor = _regressor(path, 'J_regressor', data['J_regressor'], n_vertices)
    anchor_regressor = joint_regressor
    if 'J_regressor_prior' in data:
        anchor_regressor = _regressor(path, 'J_regressor_prior', data['J_regressor_prior'], n_vertices)
    for key, wanted in (('bs_type', 'lrotmin'), ('bs_style', 'lbs')):
        if str(data.get(key, wanted)) != wanted:
            raise InputError(f'{path}: {key} is not {wanted!r}, the only kind that is known')
    return BodyModel(
        name=printable(str(data.get('body', 'SMPL')))[:_MAX_NAME], v_template=arrays['v_template'],
        shapedirs=arrays['shapedirs'], posedirs=arrays['posedirs'], weights=arrays['weights'],
        faces=arrays['f'].astype(np.int64),
        head_top=_head_top(path, data.get('head_top', SMPL_HEAD_TOP_VERTEX), n_vertices),
        joint_regressor=joint_regressor, anchor_regressor=anchor_regressor)


def _read(path: Path) -> dict:
    """What is known of a body model's file, by key."""
    if str(path).lower().endswith('.npz'):
        keys = [key for key in (*_KEYS, *_MAY_BE_THERE) if key in array_names(path)]
        return dict(zip(keys, load_npz(path, *keys)))
    data = load_pickle(path)
    if not isinstance(data, dict):
        raise InputError(f'{path}: not a body model (holds a {type(data).__name__}, not a dict)')
    return data


def _check_arrays(path: Path, arrays: dict[str, np.ndarray]) -> int:
    """Check shapes, skeleton, weights and faces; returns the number of vertices."""
    _check_skeleton(path, arrays['kintree_table'])
    _check_shape(path, 'v_template', arrays['v_template'], ('V', 3))
    n_vertices = len(arrays['v_template'])
    _check_shape(path, 'shapedirs', arrays['shapedirs'], (n_vertices, 3, 'B'))
    _check_shape(path, 'posedirs', arrays['posedirs'], (n_vertices, 3, 9 * (N_JOINTS - 1)))
    _check_shape(path, 'weights', arrays['weights'], (n_vertices, N_JOINTS))
    _check_sums(path, 'weights', arrays['weights'].sum(axis=1))
    faces = arrays['f']
    _check_shape(path, 'f', faces, ('F', 3))
    if faces.min() < 0 or faces.max() >= n_vertices:
        raise InputError(f'{path}: f names vertices outside 0 to {n_vertices - 1}')
    return n_vertices


def _head_top(path: Path, head_top: Any, n_vertices: int) -> int:
    if isinstance(head_top, np.ndarray) and head_top.ndim == 0:  # as npz files hold numbers
        head_top = head_top.item()
    if not isinstance(head_top, (int, np.integer)) or not 0 <= head_top < n_vertices:
        raise InputError(f'{path}: the head top vertex {quoted(head_top)} is not among its {n_vertices} vertices')
    return int(head_top)


def _array(path: Path, key: str, value: Any) -> np.ndarray:
    """A float64 array of sensible size from an array of numbers."""
    if not isinstance(value, np.ndarray) or value.dtype.kind not in 'biuf':
        raise InputError(f'{path}: {key} is not an array of numbers')
    array = np.asarray(value, dtype=np.float64)
    _check_numbers(path, key, array)
    return array


def _check_numbers(path: Path, key: str, array: np.ndarray) -> None:
    if not (-_LARGEST < array.min(initial=0.) and array.max(initial=0.) < _LARGEST):
        raise InputError(f'{path}: {key} holds NaN, or numbers too large for a body')


def _check_shape(path: Path, key: str, array: Any, wanted: tuple[int | str, ...]) -> None:
    """``wanted``: a letter in it stands for any number from 1 up."""
    if array.ndim != len(wanted) or any(n < 1 if isinstance(want, str) else n != want
                                        for n, want in zip(array.shape, wanted)):
        raise InputError(f'{path}: {key} has shape {array.shape}, wanted ({", ".join(map(str, wanted))})')


def _check_skeleton(path: Path, kintree: np.ndarray) -> None:
    if kintree.shape != (2, N_JOINTS):
        raise InputError(f'{path}: kintree_table has shape {kintree.shape}, wanted {(2, N_JOINTS)}: a body of '
                         f'{N_JOINTS} joints')
    if not (kintree[0, 1:] == PARENTS[1:]).all() or not (kintree[1] == np.arange(N_JOINTS)).all():
        raise InputError(f"{path}: kintree_table is not SMPL's kinematic tree of {N_JOINTS} joints")


def _check_sums(path: Path, key: str, sums: np.ndarray) -> None:
    worst = int(np.argmax(np.abs(sums - 1.)))
    if abs(sums[worst] - 1.) > _SUM_TOLERANCE:
        raise InputError(f'{path}: row {worst} of {key} sums to {sums[worst]:.3g}, wanted 1')


def _regressor(path: Path, key: str, value: Any, n_vertices: int) -> sp.csr_matrix:
    numbers = value if sp.issparse(value) else _array(path, key, value)
    _check_shape(path, key, numbers, (N_JOINTS, n_vertices))
    matrix = sp.csr_matrix(numbers, dtype=np.float64)
    _check_numbers(path, key, matrix.data)
    _check_sums(path, key, np.asarray(matrix.sum(axis=1)).ravel())
    return matrix
