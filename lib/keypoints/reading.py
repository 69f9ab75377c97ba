"""Detectors' files -> Records: for each image, the people in it. The kind of file is found from its content.

A folder of JSON files holds an image in each, one file all images or one. What single readers know stands in
keypoint_json.py and keypoint_tables.py.
"""

import glob
import os

from ..base.errors import InputError
from .found import Record
from .json_files import read_json
from .tables import read_csv, read_npz

_READERS = {'.json': read_json, '.csv': read_csv, '.npz': read_npz}
_SUFFIX = '_keypoints'  # what OpenPose appends to the names of its inputs


def keypoint_paths(path):
    """The files that ``path``, one file or a folder of JSON files, stands for. Raises InputError where none is."""
    if not os.path.isdir(path):
        return [path]
    paths = sorted(glob.glob(os.path.join(glob.escape(path), '*.json')))
    if not paths:
        raise InputError(f'{path}: holds no .json files of keypoints')
    return paths


def read_keypoints(path):
    """The Records of a keypoint file, or of a folder of JSON files with an image in each.

    In a folder, a file that cannot be read becomes a Record with the error. Raises InputError for a single file that
    is missing, damaged, or of no known kind.
    """
    paths = keypoint_paths(path)
    if not os.path.isdir(path):
        return _read(path)
    records = []
    for member in paths:
        try:
            records += _read(member)
        except InputError as error:
            records.append(Record(_image_of(member), error=str(error)))
    return records


def _read(path):
    suffix = os.path.splitext(path)[1].lower()
    if suffix not in _READERS:
        raise InputError(f'{path}: wanted a .json, .csv or .npz file of keypoints, or a folder of .json files')
    try:
        records = _READERS[suffix](path)
    except InputError as error:
        raise error if path in str(error) else InputError(f'{path}: {error}') from None
    if len(records) == 1 and records[0].image is None:
        return [Record(_image_of(path), records[0].people, by_file_name=True)]
    return records


def _image_of(path):
    """The image that a file of one image's keypoints is named after."""
    return os.path.splitext(os.path.basename(path))[0].removesuffix(_SUFFIX)
