"""Detectors' files -> Records: for each image, the people in it. The kind of file is told by its content.

A folder of files holds an image in each, one file all images or one. What single readers know stands in readers/, what
only the whole tells (the order of joints, pixels or shares, the scale of confidences) in settling.py.
"""

import os
import re
from collections.abc import Callable

from ..base.errors import InputError
from ..base.files import list_folder, open_file, read_text
from .containers import CSV, OPENPOSE, Container
from .found import Found, Record
from .readers.arrays import read_npy, read_npz
from .readers.csv_files import is_number, read_table
from .readers.csv_joints import joint_entries, joint_table
from .readers.csv_lists import with_lists
from .readers.csv_people import person_entries
from .readers.json_files import of_data, read_json
from .readers.objects import read_mat, read_pickle
from .readers.yolo import read_yolo
from .settling import settle


def read_csv(path: str, format_name: str | None = None) -> Found:
    """What a CSV file holds. Raises InputError where its columns are not understood."""
    table = read_table(path)
    if table.header is not None and (rows := with_lists(table)) is not None:
        return of_data(rows, format_name)
    joints = joint_table(table)
    if joints is not None:
        return Found(CSV, joint_entries(joints, format_name))
    entries, named = person_entries(table, format_name)
    return Found(CSV, entries, unnamed=not named)


def read_text_file(path: str, format_name: str | None = None) -> Found:
    """What a text file of any name holds: JSON, a table, or a label of YOLO's. Raises InputError as these do."""
    text = read_text(path, _FIRST_LINE).lstrip()
    first = text[:text.find('\n') % (len(text) + 1)]
    if first.startswith(('{', '[')):
        return read_json(path, format_name)
    cells = first.split()
    is_table = any(mark in first for mark in ',;\t|') or len(cells) in (2, 3)
    is_table = is_table or len(cells) > 1 and not any(map(is_number, cells[1:]))
    return (read_csv if is_table else read_yolo)(path, format_name)


_READERS: dict[str, Callable[[str, str | None], Found]] = {
    '.json': read_json, '.jsonl': read_json, '.ndjson': read_json, '.csv': read_csv, '.tsv': read_csv,
    '.txt': read_text_file, '.npz': read_npz, '.npy': read_npy, '.pkl': read_pickle, '.pickle': read_pickle,
    '.mat': read_mat}
#: How files of other names begin; those that do not are text.
_BEGIN = {b'PK': read_npz, b'\x93NUMPY': read_npy, b'\x80': read_pickle, b'MATLAB': read_mat}
#: What a folder may hold an image in each of, the first kind that is there.
_IN_FOLDERS = ('.json', '.txt', '.csv', '.tsv', '.npy', '.npz', '.pkl', '.mat')
#: Text files that tools put beside labels.
_NO_LABELS = re.compile(r'(readme|classes|license|data|requirements)\b.*\.txt', re.IGNORECASE)
_HDF5 = b'\x89HDF\r\n\x1a\n'
_FIRST_LINE = 1 << 28  # bytes of a text file


def keypoint_paths(path: str) -> list[str]:
    """The files that ``path``, one file or a folder of files with an image in each, stands for.

    Where the folder itself holds none, its subfolders' count. Hidden files do not. Raises InputError where there is
    none.
    """
    if not os.path.isdir(path):
        return [path]
    files = _files_in(path) or _files_below(path)
    if not files:
        raise InputError(f'{path}: holds no files of keypoints; wanted .json, .txt, .csv, .npy, .npz, .pkl or .mat '
                         'files with an image in each')
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
    paths = [path for path in (os.path.join(folder, name) for name in list_folder(folder) if not _NO_LABELS.match(name))
             if not os.path.isdir(path)]
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
    try:
        found = _reader_of(path)(path, format_name)
    except InputError as error:
        raise error if str(error).startswith(f'{path}:') else InputError(f'{path}: {error}') from None
    image = _image_of(path, folder, found.container)
    nobody = [] if folder is None else [Record(image, by_file_name=True, file=path)]  # an empty list of people
    return found.records(path, image, one_image=folder is not None) or nobody


def _reader_of(path: str) -> Callable[[str, str | None], Found]:
    """What reads a file: by its ending, else by how it begins. Raises InputError where nothing does."""
    read = _READERS.get(os.path.splitext(path.lower().removesuffix('.gz'))[1])
    if read is not None:
        return read
    with open_file(path) as file:
        begin = file.read(1 << 10)
    if begin.startswith(_HDF5):
        raise InputError(f'{path}: an HDF5 file; save it as CSV (DeepLabCut: save_as_csv), or its arrays as NPZ')
    read = next((read for mark, read in _BEGIN.items() if begin.startswith(mark)), read_text_file)
    is_text = begin.startswith((b'\xff\xfe', b'\xfe\xff')) or b'\0' not in begin and not begin.startswith(b'<')
    if read is read_text_file and not is_text:
        raise InputError(f'{path}: wanted a .json, .csv, .txt, .npz, .npy, .pkl or .mat file of keypoints, or a folder '
                         'of such files with an image in each')
    return read


def _image_of(path: str, folder: str | None, container: Container | None = None) -> str:
    """The image that a file of one image's keypoints is named after, with its folders below ``folder``."""
    below, name = os.path.split(path if folder is None else os.path.relpath(path, folder))
    name = name[:-3] if name.lower().endswith('.gz') else name
    name = os.path.splitext(name)[0].removesuffix(OPENPOSE.suffix)
    if container is not None:
        name = name.removeprefix(container.prefix).removesuffix(container.suffix)
    return name if folder is None else os.path.join(below, name)
