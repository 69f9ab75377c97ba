"""Files of OpenCV's FileStorage, YAML or XML: EasyMocap's intri.yml and extri.yml, and those of OpenCV's own samples.

EasyMocap's name their cameras and are in metres; OpenCV's hold one camera, named after its file, or a stereo pair, in
the unit of the board.
"""

import os
from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np

from ...base.errors import InputError
from ...base.files import list_folder, read_text
from ...base.quiet import quietly
from .camera import Camera
from .toml_files import turn_of

ENDINGS = '.yml', '.yaml', '.xml'
_PAIR = 'intri.yml', 'extri.yml'
_STEREO = 'intrinsics.yml', 'extrinsics.yml'
#: How tools that write with OpenCV call what they write.
_MATRIX = 'camera_matrix', 'Camera_Matrix', 'cameraMatrix', 'K', 'M'
_DISTORTION = 'distortion_coefficients', 'Distortion_Coefficients', 'dist_coeffs', 'distCoeffs', 'dist', 'D'
_TURN = 'R', 'Rot', 'rotation', 'rotation_matrix', 'rvec'
_SHIFT = 'T', 't', 'translation', 'translation_vector', 'tvec'
_WIDTH, _HEIGHT = ('image_width', 'image_Width', 'width'), ('image_height', 'image_Height', 'height')

Entries = Mapping[str, Any]


def storage_files(path: str) -> list[str]:
    """The files that ``path``, one of a pair or a folder, stands for. Raises InputError where a folder has none."""
    folder, name = (path, '') if os.path.isdir(path) else os.path.split(path)
    names = [own for own in list_folder(folder or '.') if own.lower().endswith(ENDINGS)]
    for pair in (_PAIR, _STEREO):
        if (not name or name in pair) and set(pair) <= set(names):
            return [os.path.join(folder, member) for member in pair]
    if name:
        return [path]
    if not names:
        raise InputError('holds no calibration: wanted intri.yml and extri.yml, or a .yml file for each camera')
    return [os.path.join(folder, own) for own in names]


def storage_cameras(paths: list[str]) -> tuple[list[Camera], bool]:
    """The cameras of files, as storage_files gives them, and whether they are known to be in metres.

    Raises InputError where there are none.
    """
    if [os.path.basename(path) for path in paths] in (list(_PAIR), list(_STEREO)):
        return _of_files(paths)
    several = [_of_files([path]) for path in paths]
    cameras = [camera for own, _ in several for camera in own]
    if sum(not camera.translation.any() for camera in cameras) > 1:  # one may be the world
        raise InputError('its files lack R and T, which say where the cameras stand')
    return cameras, all(metric for _, metric in several)


def _of_files(paths: list[str]) -> tuple[list[Camera], bool]:
    entries = {key: value for path in paths for key, value in _read(path).items()}
    if isinstance(entries.get('names'), list):
        if len(paths) < len(_PAIR):
            raise InputError('wanted intri.yml and extri.yml beside each other')
        return [_easymocap(str(name), entries) for name in entries['names']], True
    if 'M1' in entries and 'M2' in entries:
        return _stereo(entries), False
    stem = os.path.splitext(os.path.basename(paths[0]))[0]
    return [_single(stem, entries)], False


def _easymocap(name: str, entries: Entries) -> Camera:
    """Camera ``name``: K, dist, and R (a vector) or Rot (a matrix) and T; H and W where they are told."""
    size = tuple(int(entries.get(f'{key}_{name}') or 0) for key in 'WH')
    turn = f'Rot_{name}' if f'Rot_{name}' in entries else f'R_{name}'
    return _camera(name, size, [entries.get(key) for key in (f'K_{name}', f'dist_{name}', turn, f'T_{name}')],
                   f'K_{name}, {turn} or T_{name}')


def _stereo(entries: Entries) -> list[Camera]:
    """A stereo pair, as OpenCV's sample stereo_calib writes it: the world is the first camera's."""
    first = _camera('1', (0, 0), [entries.get('M1'), entries.get('D1'), np.eye(3), np.zeros(3)], 'M1')
    second = _camera('2', (0, 0), [entries.get(key) for key in ('M2', 'D2', 'R', 'T')], 'M2, R or T')
    return [first, second]


def _single(name: str, entries: Entries) -> Camera:
    """One camera, as OpenCV's sample calibration writes it; where no pose is told, the world is its own."""
    size = tuple(int(_first(entries, names) or 0) for names in (_WIDTH, _HEIGHT))
    turn, shift = _first(entries, _TURN), _first(entries, _SHIFT)
    if turn is None and shift is None:
        turn, shift = np.eye(3), np.zeros(3)
    return _camera(name, size, [_first(entries, _MATRIX), _first(entries, _DISTORTION), turn, shift],
                   'camera_matrix, or one of R and T')


def _first(entries: Entries, names: tuple[str, ...]) -> Any:
    return next((entries[name] for name in names if name in entries), None)


def _camera(name: str, size: tuple[int, ...], values: list[Any], needed: str) -> Camera:
    matrix, distortion, turn, shift = values
    try:
        if matrix is None or turn is None or shift is None:
            raise InputError(f'lacks {needed}')
        return Camera(name, (size[0], size[1]) if all(size) else None, matrix,
                      [] if distortion is None else distortion, turn_of(turn), shift)
    except InputError as error:
        raise InputError(f'camera {name}: {error}') from None


def _read(path: str) -> dict[str, Any]:
    """What a file holds: matrices, numbers, texts, and lists of texts. Raises InputError where it cannot be read."""
    text = read_text(path)
    try:
        with quietly():
            storage = cv2.FileStorage(text, cv2.FILE_STORAGE_READ | cv2.FILE_STORAGE_MEMORY)
            root = storage.root()
            return {key: _value(root.getNode(key)) for key in root.keys()}
    except (cv2.error, SystemError):  # the second where OpenCV's constructor fails
        raise InputError(f"{path}: cannot be read as a file of OpenCV's FileStorage") from None


def _value(node: Any) -> Any:
    if node.isMap():
        return node.mat()
    if node.isSeq():
        return [_value(node.at(i)) for i in range(node.size())]
    return node.string() if node.isString() else node.real() if node.isReal() or node.isInt() else None
