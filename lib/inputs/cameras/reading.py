"""A calibration file, whatever its kind -> a Rig: the kind is told by the file's name and content."""

import os
from dataclasses import dataclass

from ...base.errors import InputError
from ...base.files import read_text
from .camera import MOST, Camera
from .json_file import json_cameras
from .qca import qca_cameras
from .storage import ENDINGS, storage_cameras, storage_files
from .toml_files import toml_cameras

#: Files that hold no text, which nobody has agreed on what to call the numbers in.
_ARRAYS = '.npz', '.npy', '.pkl', '.pickle', '.mat'


@dataclass(frozen=True, eq=False)
class Rig:
    """The ``cameras`` of the calibration ``path``, read from its ``files``; ``metric``: their kind says that the unit
    is the metre, and else only the people in it tell."""

    path: str
    files: tuple[str, ...]
    cameras: tuple[Camera, ...]
    metric: bool


def read_rig(path: str) -> Rig:
    """The Rig of a calibration file, or of a folder of OpenCV's. Raises InputError where it is none that is read."""
    try:
        files = storage_files(path) if _is_storage(path) else [path]
        cameras, metric = _read(path, files)
        names = [camera.name for camera in cameras]
        if not cameras:
            raise InputError('holds no cameras')
        if len(cameras) > MOST:
            raise InputError(f'holds {len(cameras)} cameras, wanted at most {MOST}')
        twice = [name for name in names if names.count(name) > 1]
        if twice or not all(names):
            raise InputError(f'two of its cameras are called {twice[0]}' if twice else 'one of its cameras has no name')
    except InputError as error:
        raise error if str(error).startswith(path) else InputError(f'{path}: {error}') from None
    return Rig(path, tuple(files), tuple(cameras), metric)


def _is_storage(path: str) -> bool:
    """Whether a path is a folder, or a file of OpenCV's FileStorage."""
    return os.path.isdir(path) or path.lower().endswith(ENDINGS) and not _is_qualisys(path)


def _read(path: str, files: list[str]) -> tuple[list[Camera], bool]:
    ending = os.path.splitext(path)[1].lower()
    if _is_storage(path):
        return storage_cameras(files)
    if ending == '.toml':
        return toml_cameras(read_text(path))
    if ending == '.json':
        return json_cameras(read_text(path)), False
    if _is_qualisys(path):
        return qca_cameras(read_text(path)), True
    raise InputError("wanted a calibration: Qualisys' .qca.txt, a .toml of Pose2Sim or Anipose, EasyMocap's intri.yml "
                     "and extri.yml, OpenCV's .yml, or .json")


def _is_qualisys(path: str) -> bool:
    """Whether a file begins as Qualisys' do."""
    return not path.lower().endswith(_ARRAYS) and '<calibration' in read_text(path)[:1000]
