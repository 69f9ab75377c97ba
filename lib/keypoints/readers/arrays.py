"""NPZ and NPY files, and arrays of other files -> what they hold.

est_joints (3 or more, 14, N) as the published program reads it, or keypoints (N, K, 2 to 4) of any format, with names
(N,) of the images, scores (N, K) and joint_names (K,), if there are any. NPY: keypoints. Columns are x, y; x, y,
confidence; of MediaPipe's 33 joints x, y, z and x, y, z, visibility, too.
"""

import os
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from ...base.errors import InputError, MissingArray, quoted
from ...base.files import array_names, load_npy, load_npz
from ...body.skeleton import N_LSP
from ..containers import ARRAYS
from ..formats import FORMATS, KeypointFormat
from ..found import Entry, Found, person
from ..names import layout_of_names
from .array_shapes import people_of

_KEYPOINTS = ('keypoints', 'keypoints_2d', 'landmarks', 'pose_landmarks', 'joints_2d', 'joints2d', 'j2d', 'kpts',
              'kp2d', 'joints', 'openpose', 'poses', 'arr_0')
_IMAGES = ('names', 'image_names', 'imgname', 'file_names')
_JOINTS = ('joint_names', 'keypoint_names', 'keypoints_names', 'landmark_names', 'bodyparts')
_SCORES = ('keypoint_scores', 'scores', 'confidence', 'confidences', 'conf', 'visibility', 'visible')
_WIDEST = 3  # numbers of a joint that are no landmark
_MOST_CONFIDENT = 2.  # of the third row of est_joints
_Load = Callable[[str], np.ndarray]


def read_npz(path: str, format_name: str | None = None) -> Found:
    """What an NPZ file holds. Raises InputError where its arrays have other shapes."""
    return _of_arrays(array_names(path), lambda key: load_npz(path, key)[0], format_name)


def read_npy(path: str, format_name: str | None = None) -> Found:
    """What an NPY file holds. Raises InputError where it has another shape."""
    return _found(_plain(people_of(load_npy(path))), None, None)


def of_object(data: Any, format_name: str | None) -> Found | None:
    """What an array, or a dictionary that holds arrays, holds; None where it is something else."""
    if isinstance(data, np.ndarray):
        return _found(_plain(people_of(data)), None, None)
    if not isinstance(data, dict):
        return None
    arrays = {str(key): np.asarray(value) for key, value in data.items()
              if isinstance(value, np.ndarray) or isinstance(value, list) and set(map(type, value)) == {str}}
    return _of_arrays(arrays, arrays.__getitem__, format_name) if any(map(_is_numbers, arrays.values())) else None


def _is_numbers(array: np.ndarray) -> bool:
    return array.dtype.kind in 'fiu'


def _of_arrays(held: Iterable[str], load: _Load, format_name: str | None) -> Found:
    held = list(held)
    if 'est_joints' in held:
        return _found(_est_joints(load('est_joints')), None, FORMATS['lsp'])
    key = next((key for key in _KEYPOINTS if key in held), None)
    if key is None:
        return _by_image(held, load)
    people = people_of(load(key), named=any(other in held for other in _JOINTS))
    scores = next((load(other) for other in _SCORES if other in held), None) if people.shape[3] == 2 else None
    count = len(people)
    names, called = _images(held, load, count), _texts(held, load, _JOINTS, people.shape[2])
    return _found(_plain(people, scores), names, None if called is None else _layout(called, format_name))


def _est_joints(joints: np.ndarray) -> np.ndarray:
    """People (N, 1, 14, 3) of the published program's (3 or more, 14, N), or of another order of its axes."""
    try:
        published = joints.ndim == 3 and len(joints) >= _WIDEST and joints.shape[1] == N_LSP and _is_numbers(joints)
        if published and (len(joints) == _WIDEST or np.nanmax(joints[2], initial=0.) <= _MOST_CONFIDENT):
            joints = joints[:_WIDEST].transpose(2, 1, 0)
        return _plain(people_of(joints, N_LSP))
    except InputError:
        raise InputError(f'est_joints is {joints.shape} of {joints.dtype}, wanted (3 or more, {N_LSP}, images) '
                         'numbers') from None


def _by_image(held: list[str], load: _Load) -> Found:
    """What arrays that are called after the images hold, one person in each."""
    arrays = {key: load(key) for key in held} if held else {}
    shapes = {array.shape[-2:] for array in arrays.values() if _is_numbers(array)}
    if len(shapes) != 1 or not all(array.ndim in (2, 3) and _is_numbers(array) and array.shape[-1] in (2, 3, 4)
                                   for array in arrays.values()) or shapes.pop()[0] < N_LSP:
        raise MissingArray(f'lacks est_joints or keypoints (it holds {quoted(", ".join(held))[1:-1] or "nothing"})')
    entries = [entry for key, array in arrays.items()
               for entry in _found(_plain(people_of(array)[None, :, 0]), [key], None).entries]
    return Found(ARRAYS, entries)


def _plain(people: np.ndarray, scores: np.ndarray | None = None) -> np.ndarray:
    """Keypoints (N, P, K, 3): x, y, confidence."""
    width, landmarks = people.shape[3], people.shape[2] == len(FORMATS['mediapipe33'].joints)
    if width == 4:
        return people[..., [0, 1, 3]]
    if width == _WIDEST and not (landmarks and _are_depths(people[..., 2])):
        return people
    sure = np.ones(people.shape[:3])
    if scores is not None:
        if scores.size != sure.size or not _is_numbers(scores):
            raise InputError(f'its confidences have shape {scores.shape} of {scores.dtype}, wanted '
                             f'{people.shape[0], people.shape[2]} numbers')
        sure = scores.reshape(sure.shape).astype(float)
    return np.concatenate([people[..., :2], sure[..., None]], axis=3)


def _are_depths(column: np.ndarray) -> bool:
    """Whether MediaPipe's third number is z, of which some lie before the hips, and not how visible a joint is."""
    known = column[np.isfinite(column)]
    return bool(known.size) and (known.min() < 0 or known.max() > 1)


def _images(held: list[str], load: _Load, count: int) -> list[str] | None:
    """The names of the ``count`` images, whatever their array is called. Raises InputError where two may be it."""
    names = _texts(held, load, _IMAGES, count)
    if names is not None:
        return names
    arrays = {key: load(key) for key in held if key not in (*_KEYPOINTS, *_JOINTS, *_SCORES)}
    texts = {key: array for key, array in arrays.items() if array.shape == (count,) and array.dtype.kind in 'SU'}
    different = [key for key, array in texts.items() if len(set(array.tolist())) == count > 1 or len(texts) == 1]
    if len(different) > 1:
        raise InputError(f'{" and ".join(map(quoted, different))} may be the names of its images; call them names')
    return _texts(held, load, tuple(different), count)


def _texts(held: list[str], load: _Load, keys: tuple[str, ...], count: int) -> list[str] | None:
    """The ``count`` texts of the first of some arrays that is there."""
    key = next((key for key in keys if key in held), None)
    if key is None:
        return None
    array = load(key)
    if array.shape != (count,) or array.dtype.kind not in 'SUiu':
        raise InputError(f'{key} has shape {array.shape} of {array.dtype}, wanted ({count},) texts')
    return [os.fsdecode(text) if isinstance(text, bytes) else str(text) for text in array.tolist()]


def _layout(joints: list[str], format_name: str | None) -> KeypointFormat | None:
    """The order that the joints' names give, or None where --format says it of names that do not tell."""
    try:
        return layout_of_names(joints)
    except InputError as error:
        if format_name is None:
            raise InputError(f'joint_names: {error}') from None
        return None


def _found(keypoints: np.ndarray, names: list[str] | None, layout: KeypointFormat | None) -> Found:
    """People (N, P, K, 3); ``names`` of the images, or None: a row is an image, without a name."""
    entries: list[Entry] = []
    for i, people in enumerate(keypoints):
        place = f'row {i}' if names is None else f'row {i} ({quoted(names[i])})'
        entries += [(i if names is None else names[i], person(place, rows, layout=layout)) for rows in people]
    return Found(ARRAYS, entries, unnamed=names is None)
