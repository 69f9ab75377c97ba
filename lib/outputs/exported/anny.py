"""A body in Anny's parameters (Bregier et al., ECCV 2026): phenotypes, and a motion of each of its model's bones.

The open body descends from Anny's people (models/README.md), so one of them is near it. models/open/anny.npz, made by
models/make/anny_map.py, says which, and how its bones come into SMPL's T pose; from there SMPL's joints move them.
"""

import os
from functools import cache
from typing import NamedTuple

import numpy as np

from ...base.errors import InputError
from ...base.files import load_npz, npz_bytes
from ...body.body_model import BodyModel
from ...body.kinematics import posed_joint_basis, rotation_matrices, world_rotations
from ...body.skeleton import N_JOINTS, SMPL_NAMES

#: Between these values Anny's rest skin is linear in each phenotype; ages from young to old adults.
GRID = {'gender': (0., 1.), 'age': (2. / 3., 1.), 'muscle': (0., .5, 1.), 'weight': (0., .5, 1.), 'height': (0., 1.),
        'proportions': (0., 1.), 'cupsize': (0., .5, 1.)}
#: How far phenotypes may lie beyond their ends, where Anny extrapolates; age may not.
_BEYOND = 1.
_GENDERS = {'male': (0., 0.), 'female': (1., 1.), 'neutral': (-_BEYOND, 1. + _BEYOND)}  # least and greatest
_STARTS = [(muscle, weight) for muscle in (.25, .75) for weight in (.25, .75)]
#: Shares of the hand's turn about the forearm that the forearm's two bones take.
_TWIST_SHARES = {'lowerarm01': .25, 'lowerarm02': .75}
#: From the exports' frame, y up, to Anny's, z up, facing -y; from the camera's frame, y down, to the exports'.
_TO_ANNY = np.array([[1., 0., 0.], [0., 0., -1.], [0., 1., 0.]])
_Y_UP = np.diag([1., -1., -1.])


class _Map(NamedTuple):
    """What anny.npz holds; N numbers stand for an Anny person's skin at rest, 104 bones.

    ``grid`` (2, 2, 3, 3, 2, 2, 3, N) at the corners of GRID; ``female``, ``male``, ``neutral`` (11, N) from [1, betas];
    from [1, numbers] (1 + N): ``carried`` (.., 104 * 3), the heads of the bones where the skin takes them, SMPL's axes,
    ``heads`` (.., 104 * 3) and ``directions`` (.., 104 * 9) of the bones, Anny's axes; ``reference`` (104, 3, 3)
    directions; ``parents`` and the SMPL ``joints`` that move them (104,); their names; ``vertices`` (V,): ours in
    Anny's mesh.
    """

    grid: np.ndarray
    female: np.ndarray
    male: np.ndarray
    neutral: np.ndarray
    carried: np.ndarray
    heads: np.ndarray
    directions: np.ndarray
    reference: np.ndarray
    parents: np.ndarray
    joints: np.ndarray
    bones: np.ndarray
    vertices: np.ndarray


@cache
def _load(path: str) -> _Map:
    return _Map(*load_npz(path, *_Map._fields))


def anny_parameters(model: BodyModel, gender: str, betas: np.ndarray, pose: np.ndarray, cam_t: np.ndarray,
                    folder: str) -> bytes:
    """The bytes of an npz file for an open body's ``betas`` (n_betas,), ``pose`` (72,) and place ``cam_t`` (3,).

    ``folder`` holds anny.npz. Raises InputError where it has none, or the body is none of the open ones.
    """
    path = os.path.join(folder, 'anny.npz')
    if not model.name.startswith('open '):
        raise InputError(f'--save_anny: {model.name} is not the open body, and only of that Anny has the like')
    known = _load(path)
    wanted = np.append(1., np.pad(betas, (0, 10 - len(betas)))) @ getattr(known, gender)
    phenotypes = _phenotypes(known.grid, wanted, *_GENDERS[gender])
    numbers = np.append(1., interpolate(known.grid, phenotypes))
    to_world = _TO_ANNY @ _Y_UP
    joints = model.joint_regressor @ model.rest_shape(betas)
    rotations, translations = _bone_motions(known, joints, pose)
    to_rest, shifts = _rest_motions(known, joints, (numbers @ known.carried).reshape(-1, 3))
    motion = to_world @ rotations @ to_rest @ _TO_ANNY.T
    moved = ((rotations @ shifts[..., None])[..., 0] + translations + cam_t) @ to_world.T
    heads = (numbers @ known.heads).reshape(-1, 3)
    directions = _nearest_rotations((numbers @ known.directions).reshape(-1, 3, 3))
    posed = motion @ directions, (motion @ heads[..., None])[..., 0] + moved
    return npz_bytes(
        phenotype_names=np.array(list(GRID)), phenotypes=phenotypes, bone_names=known.bones,
        pose_parameters=_local_to_reference(posed, heads, directions, known), vertices=known.vertices,
        pose_parameterization=np.array('local-ref'))


def interpolate(grid: np.ndarray, phenotypes: np.ndarray) -> np.ndarray:
    """Numbers (N,) of the person with ``phenotypes`` (7,): linear between and beyond GRID's corners, as Anny's."""
    for value, corners in zip(phenotypes, GRID.values()):
        low = int(np.clip(np.searchsorted(corners, value) - 1, 0, len(corners) - 2))
        share = (value - corners[low]) / (corners[low + 1] - corners[low])
        grid = (1. - share) * grid[low] + share * grid[low + 1]
    return grid


def _phenotypes(grid: np.ndarray, wanted: np.ndarray, least: float, greatest: float) -> np.ndarray:
    """The phenotypes (7,) of the person nearest to the numbers ``wanted`` (N,), of a gender between two values."""
    from scipy.optimize import least_squares  # slow to import

    low, high = np.array([(corners[0], corners[-1]) if name == 'age' else (corners[0] - _BEYOND, corners[-1] + _BEYOND)
                          for name, corners in GRID.items()]).T
    low[0], high[0] = least, greatest
    free = np.flatnonzero(high > low)

    def person(values: np.ndarray) -> np.ndarray:
        phenotypes = low.copy()
        phenotypes[free] = values
        return phenotypes

    starts = [(low + high) / 2. for _ in _STARTS]
    for start, (muscle, weight) in zip(starts, _STARTS):
        start[[2, 3]] = muscle, weight
    found = [least_squares(lambda values: interpolate(grid, person(values)) - wanted, start[free],
                           bounds=(low[free], high[free])) for start in starts]
    return person(min(found, key=lambda result: float(result.cost)).x)


def _nearest_rotations(matrices: np.ndarray) -> np.ndarray:
    """Rotations (..., 3, 3) nearest to ``matrices``."""
    u, _, vt = np.linalg.svd(matrices)
    u[..., 2] *= np.linalg.det(u @ vt)[..., None]
    return u @ vt


def _rest_motions(known: _Map, joints: np.ndarray, heads: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rotations (104, 3, 3) and translations (104, 3) into the T pose of a person's bones with carried ``heads``
    (104, 3), each to where the body's SMPL ``joints`` (24, 3) are."""
    from .anny_t_pose import t_pose_motions  # with SciPy's rotations, slow to import

    rotations, translations, own = t_pose_motions(heads, known.bones.tolist(), known.parents.tolist())
    return rotations, translations + (joints - own)[known.joints]


def _bone_motions(known: _Map, joints: np.ndarray, pose: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rotations (104, 3, 3) and translations (104, 3) from the T pose, in which the body's SMPL ``joints`` (24, 3) move
    bones."""
    local = rotation_matrices(np.reshape(pose, (1, N_JOINTS, 3)))
    world = world_rotations(local)
    places = posed_joint_basis(world, joints[..., None])[0, ..., 0]
    turns, origins, at = world[0][known.joints], joints[known.joints], places[known.joints]
    for bone, name in enumerate(known.bones):
        share = _TWIST_SHARES.get(str(name).partition('.')[0])
        if share is not None:
            wrist = SMPL_NAMES.index('left_wrist' if str(name).endswith('.L') else 'right_wrist')
            along = joints[wrist] - origins[bone]
            turns[bone] = turns[bone] @ _twist(local[0, wrist], along / np.linalg.norm(along), share)
    return turns, at - (turns @ origins[..., None])[..., 0]


def _twist(rotation: np.ndarray, axis: np.ndarray, share: float) -> np.ndarray:
    """The rotation (3, 3) about the unit ``axis`` (3,) by a ``share`` of how far ``rotation`` (3, 3) turns about it."""
    sine = np.array([rotation[2, 1] - rotation[1, 2], rotation[0, 2] - rotation[2, 0], rotation[1, 0] - rotation[0, 1]])
    angle = 2. * np.arctan2(axis @ sine, 1. + np.trace(rotation))
    return rotation_matrices(share * angle * axis)


def _local_to_reference(posed: tuple[np.ndarray, np.ndarray], heads: np.ndarray, directions: np.ndarray,
                        known: _Map) -> np.ndarray:
    """Anny's own pose parameters (104, 4, 4), 'local-ref', of bones with directions and heads ``posed``.

    ``heads`` (104, 3) and ``directions`` (104, 3, 3) are those at rest. Each is relative to the parent's, the root's to
    the world; rotations in the axes of the ``reference``, and the translation is what the head is off its place there.
    """
    turns, places = posed
    reference, parents = known.reference, known.parents
    out = np.tile(np.eye(4), (len(parents), 1, 1))
    for bone, parent in enumerate(parents):
        if parent < 0:
            out[bone, :3, :3] = reference[bone] @ turns[bone] @ reference[bone].T
            out[bone, :3, 3] = reference[bone] @ places[bone]
            continue
        rest = heads[bone] - heads[parent]
        if parents[parent] >= 0:
            rest = reference[parent] @ directions[parent].T @ rest
        out[bone, :3, :3] = reference[parent] @ turns[parent].T @ turns[bone] @ reference[bone].T
        out[bone, :3, 3] = reference[parent] @ turns[parent].T @ (places[bone] - places[parent]) - rest
    return out
