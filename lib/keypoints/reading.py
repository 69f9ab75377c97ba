"""Detectors' files -> Records: for each image, the people in it. The kind of file is told by its content.

A folder of JSON or text files holds an image in each, one file all images or one. What single readers know stands in
json_files.py, csv_files.py, yolo.py and arrays.py; what only the whole tells (the order of joints, pixels or shares,
the scale of confidences) in settling.py.
"""

import os
from collections.abc import Callable

from ..base.errors import InputError
from ..base.files import list_folder
from .arrays import read_npy, read_npz
from .containers import CSV, OPENPOSE, Container
from .csv_files import read_table
from .csv_joints import joint_entries, joint_table
from .csv_people import person_entries
from .found import Found, Record
from .json_files import read_json
from .settling import settle
from .yolo import read_yolo


def read_csv(path: str, format_name: str | None = None) -> Found:
    """What a CSV file holds. Raises InputError where its columns are not understood."""
    table = read_table(path)
    joints = joint_table(table)
    if joints is not None:
        return Found(CSV, joint_entries(joints, format_name))
    entries, named = person_entries(table, format_name)
    return Found(CSV, entries, unnamed=not named)


_READERS: dict[str, Callable[[str, str | None], Found]] = {
    '.json': read_json, '.jsonl': read_json, '.csv': read_csv, '.tsv': read_csv, '.txt': read_yolo, '.npz': read_npz,
    '.npy': read_npy}
#: What a folder may hold an image in each of, the first kind that is there.
_IN_FOLDERS = ('.json', '.txt')


def keypoint_paths(path: str) -> list[str]:
    """The files that ``path``, one file or a folder of files with an image in each, stands for.

    Where the folder itself holds none, its subfolders' count. Hidden files do not. Raises InputError where there is
    none.
    """
    if not os.path.isdir(path):
        return [path]
    files = _files_in(path) or _files_below(path)
    if not files:
        raise InputError(f'{path}: holds no .json or .txt files of keypoints')
    return files


def _files_below(path: str) -> list[str]:
    files: list[str] = []
    seen = set()
    for folder, folders, _ in os.walk(path, followlinks=True):
        own = os.path.realpath(folder)
        folders[:] = [] if own in seen else sorted(name for name in folders if not name.startswith('.'))
        files += [] if own in seen else _files_in(folder)
        seen.add(own)  # a link may lead back to where it is
    return files


def _files_in(folder: str) -> list[str]:
    paths = [path for path in (os.path.join(folder, name) for name in list_folder(folder)) if not os.path.isdir(path)]
    kinds = ([path for path in paths if path.lower().endswith(suffix)] for suffix in _IN_FOLDERS)
    return next(filter(None, kinds), [])


def read_keypoints(path: str, format_name: str | None = None) -> list[Record]:
    """The Records of a keypoint file, or of a folder of files with an image in each.

    ``format_name``: what --format says of the order of joints, or None. What cannot be read becomes a Record with the
    error: of its image, or, where it does not tell, of none. Raises InputError where nothing can be read.
    """
    folder = path if os.path.isdir(path) else None
    records = []
    for member in keypoint_paths(path):
        try:
            records += _read(member, folder, format_name)
        except InputError as error:
            if folder is None:
                raise
            records.append(Record(_image_of(member, folder), error=str(error), by_file_name=True, file=member))
    records = settle(records, format_name)
    errors = [record.error for record in records if record.error is not None]
    if errors and folder is None and not any(record.people for record in records if record.error is None):
        raise InputError(errors[0] + (f' (and {len(errors) - 1} more like it)' if len(errors) > 1 else ''))
    return records


def _read(path: str, folder: str | None, format_name: str | None) -> list[Record]:
    read = _READERS.get(os.path.splitext(path)[1].lower())
    if read is None:
        raise InputError(f'{path}: wanted a .json, .csv, .txt, .npz or .npy file of keypoints, or a folder of .json or '
                         '.txt files')
    try:
        found = read(path, format_name)
    except InputError as error:
        raise error if str(error).startswith(f'{path}:') else InputError(f'{path}: {error}') from None
    image = _image_of(path, folder, found.container)
    nobody = [] if folder is None else [Record(image, by_file_name=True, file=path)]  # an empty list of people
    return found.records(path, image) or nobody


def _image_of(path: str, folder: str | None, container: Container | None = None) -> str:
    """The image that a file of one image's keypoints is named after, with its folders below ``folder``."""
    below, name = os.path.split(path if folder is None else os.path.relpath(path, folder))
    name = os.path.splitext(name)[0].removesuffix(OPENPOSE.suffix)
    if container is not None:
        name = name.removeprefix(container.prefix).removesuffix(container.suffix)
    return name if folder is None else os.path.join(below, name)
