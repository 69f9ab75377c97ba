"""NPZ and NPY files -> what they hold.

NPZ: est_joints (3 or more, 14, N) as the published program reads it, or keypoints (N, K, 2 to 4) of any format, with
names (N,) of the images and joint_names (K,), if there are any. NPY: keypoints. Columns are x, y; x, y, confidence;
of MediaPipe's 33 joints x, y, z and x, y, z, visibility, too.
"""

import os

import numpy as np

from ..base.errors import InputError, MissingArray, quoted
from ..base.files import array_names, load_npy, load_npz
from ..body.skeleton import N_LSP
from .containers import ARRAYS
from .formats import FORMATS, KeypointFormat
from .found import Entry, Found, person
from .names import layout_of_names

_KEYPOINTS = ('keypoints', 'keypoints_2d', 'landmarks', 'pose_landmarks', 'joints_2d', 'kpts', 'poses', 'arr_0')
_IMAGES = ('names', 'image_names', 'imgname', 'file_names')
_JOINTS = ('joint_names', 'keypoint_names', 'keypoints_names', 'landmark_names', 'bodyparts')


def read_npz(path: str, format_name: str | None = None) -> Found:
    """What an NPZ file holds. Raises InputError where its arrays have other shapes."""
    held = array_names(path)
    joints = _first(path, held, ('est_joints',))
    if joints is not None:
        if joints.ndim != 3 or len(joints) < 3 or joints.shape[1] != N_LSP or joints.dtype.kind not in 'fiu':
            raise InputError(f'est_joints is {joints.shape} of {joints.dtype}, wanted (3 or more, {N_LSP}, images) '
                             'numbers')
        return _found(joints[:3].transpose(2, 1, 0), None, FORMATS['lsp'])
    keypoints = _first(path, held, _KEYPOINTS)
    if keypoints is None:
        raise MissingArray(f'lacks est_joints or keypoints (it holds {quoted(", ".join(held))[1:-1] or "nothing"})')
    people = _people(keypoints)
    names, called = _texts(path, held, _IMAGES, len(people)), _texts(path, held, _JOINTS, people.shape[1])
    return _found(people, names, None if called is None else _layout(called, format_name))


def read_npy(path: str, format_name: str | None = None) -> Found:
    """What an NPY file holds. Raises InputError where it has another shape."""
    return _found(_people(load_npy(path)), None, None)


def _first(path: str, held: list[str], keys: tuple[str, ...]) -> np.ndarray | None:
    """The first of some arrays that is there."""
    key = next((key for key in keys if key in held), None)
    return None if key is None else load_npz(path, key)[0]


def _people(array: np.ndarray) -> np.ndarray:
    """Keypoints (N, K, 3): x, y, confidence."""
    if array.ndim == 2:
        array = array[None]
    width = array.shape[-1] if array.ndim == 3 else 0
    landmarks = array.ndim == 3 and array.shape[1] == len(FORMATS['mediapipe33'].joints)
    if width not in ((2, 3, 4) if landmarks else (2, 3)) or array.dtype.kind not in 'fiu':
        raise InputError(f'keypoints have shape {array.shape} of {array.dtype}, wanted (images, joints, 3) numbers, '
                         'or 2 for x and y alone')
    array = array.astype(float)
    ones = np.ones((*array.shape[:2], 1))
    if width == 4:
        return array[:, :, [0, 1, 3]]
    if width == 3 and not (landmarks and _are_depths(array[:, :, 2])):
        return array
    return np.concatenate([array[:, :, :2], ones], axis=2)


def _are_depths(column: np.ndarray) -> bool:
    """Whether MediaPipe's third number is z, of which some lie before the hips, and not how visible a joint is."""
    known = column[np.isfinite(column)]
    return bool(known.size) and (known.min() < 0 or known.max() > 1)


def _texts(path: str, held: list[str], keys: tuple[str, ...], count: int) -> list[str] | None:
    """The ``count`` texts of the first of some arrays that is there."""
    array = _first(path, held, keys)
    if array is None:
        return None
    if array.shape != (count,) or array.dtype.kind not in 'SUiu':
        raise InputError(f'{next(key for key in keys if key in held)} has shape {array.shape} of {array.dtype}, wanted '
                         f'({count},) texts')
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
    """``names`` of the images, or None: a row is an image, without a name."""
    entries: list[Entry] = []
    for i, rows in enumerate(keypoints):
        image = i if names is None else names[i]
        place = f'row {i}' if names is None else f'row {i} ({quoted(names[i])})'
        entries.append((image, person(place, rows, layout=layout)))
    return Found(ARRAYS, entries, unnamed=names is None)
