"""SMPL parameters that other programs estimated -> an Estimate for each image.

Files are npz or pickles with the usual names: pose, or global_orient and body_pose, as rotation vectors or matrices;
betas. A body stands in the frame of its camera (x to the right, y down, z away), as HMR, SPIN, 4D-Humans and this
program's results have it; where a file says that y or z is up (this program's exports, AMASS), it is turned. What
they say of the camera is not asked: the translation is found anew, for the focal length of this fit.
"""

import csv
import io
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from ..base.errors import InputError, MissingArray, MissingFile, counted, quoted
from ..base.files import array_names, list_folder, load_npz, read_bytes
from ..base.pickles import load_pickle
from ..body.kinematics import rotation_matrices
from ..body.skeleton import N_JOINTS, N_POSE
from ..fitting.problem import Estimate
from .estimate_lists import people_of

_POSE = ('pose', 'poses', 'full_pose', 'fullpose', 'pred_pose', 'thetas', 'theta', 'smpl_pose', 'smpl_thetas')
_ORIENT = ('global_orient', 'root_orient', 'pred_global_orient', 'orient', 'smpl_global_orient')
_BODY = ('body_pose', 'pose_body', 'pred_body_pose', 'smpl_body_pose')
_BETAS = ('betas', 'shape', 'pred_betas', 'beta', 'pred_shape', 'shapes', 'smpl_betas', 'smpl_shape')
_IMAGES = ('image_names', 'imgname', 'imgnames', 'img_name', 'img_path', 'names', 'images')
_WITHIN = ('results', 'smpl', 'smpl_params', 'pred_smpl_params', 'smpl_parameters', 'parameters', 'params')
#: Which axis is up; and what AMASS's files hold, whose z is.
_UP, _OF_AMASS = 'up_axis', ('mocap_framerate', 'mocap_frame_rate')
#: Joints below the pelvis: SMPL's, SMPL-X's and SMPL-H's without hands, in whose place SMPL's have none turned.
_BELOW = (N_JOINTS - 1, N_JOINTS - 3)
_LONGER = 66, 156, 165  # numbers of the poses of SMPL-H and SMPL-X, of which the first 66 are SMPL's
#: What HMR and VIBE call theta, with and without the camera's three numbers before pose and betas: where these begin.
_WITH_BETAS = {N_POSE + 10: 0, N_POSE + 13: 3}
_SHARED = 66
#: How far a matrix may be from a rotation: those that float32 networks write are nearer.
_NO_ROTATION = 1e-2
#: Radians that a rotation vector may be long: two turns.
_LARGEST_ANGLE = 4. * np.pi
#: From frames whose y or z is up to a camera's.
_FROM = {'y': np.diag([1., -1., -1.]), 'z': np.array([[1., 0., 0.], [0., 0., -1.], [0., 1., 0.]])}
_ENDINGS = ('.pkl', '.pickle', '.npz')
_SUMMARY = 'summary.csv'


@dataclass(eq=False)
class Estimates:
    """``people``: an Estimate for each, and the ``images`` that they are of, None where the file does not tell."""

    people: list[Estimate]
    images: Sequence[str] | None


def estimate_paths(path: str) -> list[str]:
    """The files that ``path``, a file or a folder of a file for each image, stands for. Raises InputError for none."""
    if not os.path.isdir(path):
        return [path]
    files = list_folder(path)
    kinds = ([name for name in files if name.lower().endswith(ending)] for ending in _ENDINGS)
    names = next(filter(None, kinds), [])  # of one kind: a folder of results may hold exports of the same people
    if not names:
        raise InputError(f'{path}: holds no .npz or .pkl files of SMPL parameters')
    return [os.path.join(path, name) for name in names]


def read_estimates(path: str) -> Estimates:
    """The Estimates of a file, or of a folder. Raises InputError where they are none."""
    if not os.path.isdir(path):
        if not path.lower().endswith(_ENDINGS):
            raise InputError(f'--init {path}: wanted published, mean, or SMPL parameters: a .npz or .pkl file, or a '
                             'folder of them')
        return _read(path)
    people, images, ours = [], [], _images_by_number(path)
    for member in estimate_paths(path):
        found = _read(member).people
        if len(found) != 1:
            raise InputError(f'{member}: holds {len(found)} people, wanted one in each file of a folder')
        people += found
        stem = os.path.splitext(os.path.basename(member))[0].removesuffix('_params').removesuffix('_amass')
        images.append(ours.get(int(stem), stem) if stem.isdecimal() else stem)
    return Estimates(people, images)


def _images_by_number(folder: str) -> dict[int, str]:
    """The image of each number, as the summary tells if ``folder`` is a run's of this program; none where images have
    several people."""
    path = os.path.join(folder, _SUMMARY)
    if not os.path.isfile(path):
        return {}
    text = io.StringIO(read_bytes(path).decode('utf-8', 'surrogateescape'), newline='')
    try:
        rows = [(row.get('index') or '', row.get('file') or '') for row in csv.DictReader(text)]
    except csv.Error:
        return {}
    names = {int(index): name.removeprefix("'") for index, name in rows if name and index.isdecimal()}
    return names if len(set(names.values())) == len(names) else {}


def _read(path: str) -> Estimates:
    data = _content(path)
    try:
        entries = people_of(data, (*_POSE, *_ORIENT))
        found = _estimates(_as_dict(data) if entries is None else entries.arrays)
        if entries is not None and len(found.people) != entries.how_many:
            raise InputError(f'holds estimates of {len(found.people)} people in {entries.how_many} entries: wanted one '
                             'in each')
        return found
    except InputError as error:
        raise InputError(f'{path}: {error}') from None


def _as_dict(data: Any) -> Mapping[str, Any]:
    if not isinstance(data, dict):
        raise InputError(f'holds a {type(data).__name__}, wanted a dict of SMPL parameters')
    return data


def _content(path: str) -> Any:
    """What a file holds, mostly a dict."""
    if path.lower().endswith('.npz'):
        held = array_names(path)
        keys = [key for key in (*_POSE, *_ORIENT, *_BODY, *_BETAS, *_IMAGES, _UP) if key in held]
        return {**dict.fromkeys(held), **dict(zip(keys, load_npz(path, *keys)))}
    try:
        data = load_pickle(path)
    except MissingFile:
        raise
    except InputError as error:
        raise InputError(f'{error}; files of PyTorch or joblib: save their arrays by np.savez') from None
    if isinstance(data, (list, tuple)) and len(data) == 1:
        data = data[0]
    while isinstance(data, dict) and not any(key in data for key in (*_POSE, *_ORIENT)) and (
            within := next((key for key in _WITHIN if key in data), None)) is not None:
        data = data[within]
    return data


def _estimates(data: Mapping[str, Any]) -> Estimates:
    pose, orient, body, betas = (_first(data, keys) for keys in (_POSE, _ORIENT, _BODY, _BETAS))
    if pose is not None and pose.shape[-1] in _WITH_BETAS:
        numbers = pose.reshape(-1, pose.shape[-1])[:, _WITH_BETAS[pose.shape[-1]]:]
        poses, betas = _poses(numbers[:, :N_POSE]), numbers[:, N_POSE:] if betas is None else betas
    elif pose is not None:
        poses = _poses(pose)
    elif orient is None or body is None:
        held = quoted([key for key in data][:8])
        raise MissingArray(f'lacks pose, or global_orient and body_pose (it holds {held})')
    else:
        below = _below(body)
        turned = _vectors('global_orient', orient, 1)
        if len(turned) != len(below):
            people = counted(len(turned), 'person', 'people')
            raise InputError(f'global_orient is of {people}, body_pose of {len(below)}')
        poses = np.concatenate([turned, below, np.zeros((len(below), N_POSE - 3 - below.shape[1]))], axis=1)
    up = data.get(_UP)
    if up is not None or any(key in data for key in _OF_AMASS):
        poses = _turned(poses, 'z' if up is None else str(np.ravel(up)[0]))
    shapes = _shapes(betas, len(poses))
    return Estimates([Estimate(pose, shape) for pose, shape in zip(poses, shapes)], _images(data, len(poses)))


def _first(data: Mapping[str, Any], keys: Sequence[str]) -> np.ndarray | None:
    key = next((key for key in keys if data.get(key) is not None), None)
    if key is None:
        return None
    try:
        array = np.array(data[key], dtype=float)
    except (TypeError, ValueError):
        raise InputError(f'{key} is no array of numbers') from None
    if not array.size or not np.isfinite(array).all():
        raise InputError(f'{key} is empty, or holds NaN or infinite numbers')
    return array


def _poses(array: np.ndarray) -> np.ndarray:
    """Poses (N, 72) of what a file calls a pose."""
    if array.shape[-1] in _LONGER:
        return np.pad(array.reshape(-1, array.shape[-1])[:, :_SHARED], ((0, 0), (0, N_POSE - _SHARED)))
    return _vectors('pose', array, N_JOINTS)


def _below(array: np.ndarray) -> np.ndarray:
    """Rotation vectors (N, 69 or 63) of the joints below the pelvis."""
    for count in _BELOW:
        if (count in array.shape[-3:] and array.shape[-1] == 3) or array.shape[-1] in (3 * count, 9 * count):
            return _vectors('body_pose', array, count)
    raise InputError(f'body_pose has shape {array.shape}, wanted (people, 69), (people, 63), or as many rotations')


def _vectors(name: str, array: np.ndarray, count: int) -> np.ndarray:
    """Rotation vectors (N, 3 * count) of ``count`` joints, given so or as matrices."""
    square = array.shape[-2:] == (3, 3)
    matrices = square and (array.ndim > 2 or (count == 1 and _are_rotations(array[None])))  # or three vectors
    size = 9 * count if matrices or array.shape[-1] == 9 * count else 3 * count
    if array.size % size or (array.ndim > 1 and array.shape[-1] not in (3, size)):
        raise InputError(f'{name} has shape {array.shape}, wanted {count} rotations for each of the people, as vectors '
                         'or matrices')
    if size == 3 * count:
        angles = np.linalg.norm(array.reshape(-1, count, 3), axis=2)[:, 1:]  # our fits may turn whole bodies often
        if (angles > _LARGEST_ANGLE).any():
            raise InputError(f'{name} turns a joint by {angles.max():.4g}: wanted radians, not degrees')
        return array.reshape(-1, size)
    rotations = array.reshape(-1, 3, 3)
    if not _are_rotations(rotations):
        raise InputError(f'{name} holds matrices that are no rotations')
    return np.array([cv2.Rodrigues(matrix)[0].ravel() for matrix in rotations]).reshape(-1, 3 * count)


def _are_rotations(matrices: np.ndarray) -> bool:
    apart = np.abs(matrices @ matrices.swapaxes(1, 2) - np.eye(3)).max()
    return bool(apart < _NO_ROTATION and (np.linalg.det(matrices) > 0).all())


def _turned(poses: np.ndarray, up: str) -> np.ndarray:
    """Poses (N, 72) of bodies that stand in a frame whose axis ``up`` points up, as a camera sees them."""
    if up not in _FROM:
        raise InputError(f'{_UP} is {quoted(up)}, wanted {" or ".join(_FROM)}')
    turned = [cv2.Rodrigues(_FROM[up] @ matrix)[0].ravel() for matrix in rotation_matrices(poses[:, :3])]
    return np.concatenate([np.array(turned), poses[:, 3:]], axis=1)


def _shapes(betas: np.ndarray | None, count: int) -> np.ndarray:
    """Betas (N, n) of ``count`` people; of the mean shape where the file has none, one for all where it has one."""
    if betas is None:
        return np.zeros((count, 1))
    rows = betas.reshape(-1, betas.shape[-1])
    if len(rows) not in (1, count):
        raise InputError(f'betas are of {len(rows)} people, the pose of {count}')
    return np.broadcast_to(rows, (count, rows.shape[1]))


def _images(data: Mapping[str, Any], count: int) -> Sequence[str] | None:
    """The images that the people are of, where as many are named."""
    key = next((key for key in _IMAGES if data.get(key) is not None), None)
    names = [] if key is None else [str(name) for name in np.ravel(np.array(data[key], dtype=object))]
    return names if len(names) == count else None
