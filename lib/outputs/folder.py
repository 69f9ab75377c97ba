"""The folder of a run's results: which file is where, whose folder it is, and what may be removed."""

import os
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress

from ..base.errors import InputError
from ..base.files import cannot_write, is_temporary, write_file
from .result_file import read_result


def view_suffix(degrees: int) -> str:
    """What the picture of a body seen from ``degrees``, 0 to 359, is called after its number."""
    return f'_view{degrees:03d}.png'


#: What is written for an image: by the folder below OUT, what follows its number there. The pickle is the first.
SUFFIXES = {
    '': dict.fromkeys(('.pkl', '.png', '_overlay.png', '_overlay.jpg', '.obj', '.ply', '.glb', '_joints.npz',
                       '_joints.csv', '_params.npz', '_camera.json', *map(view_suffix, range(360)))),
    'gallery': dict.fromkeys(('.jpg',)),
    'viz': dict.fromkeys(('.gif',))}
RECORD, SUMMARY, PAGE = 'run.json', 'summary.csv', 'index.html'
#: What the detector found, a line an image; and the same as --save_keypoints has it.
DETECTED, KEYPOINTS = 'detected.jsonl', 'keypoints.json'
_SINGLE = RECORD, SUMMARY, PAGE, DETECTED, KEYPOINTS
_NUMBERED = re.compile(r'([0-9]{4,18})(\D.*)', re.DOTALL)


class Occupied(InputError):
    """A folder stands where a file of an image is to be written."""


def result_path(out_dir: str, index: int, suffix: str = '.pkl', below: str = '') -> str:
    """Path of a file of image ``index``: OUT/%04d.pkl, or another of SUFFIXES, in the folder ``below`` OUT.

    Raises ValueError for a suffix that is not listed, because its file would never be removed.
    """
    if suffix not in SUFFIXES[below]:
        raise ValueError(f'{suffix} is not among the SUFFIXES of {below or "OUT"}')
    return os.path.join(out_dir, below, f'{index:04d}{suffix}')


def check_out_dir(out_dir: str, inputs: Collection[str]) -> None:
    """See that results may go to ``out_dir``; nothing is touched.

    ``inputs`` are the files and folders that the run reads. Raises InputError where the folder is or holds one of
    them, is no folder, or holds files, not of this program, that a run would replace.
    """
    if not out_dir:
        raise InputError("--out_dir: '' given, wanted the name of a folder")
    for folder in _written_folders(out_dir):
        if os.path.lexists(folder) and not os.path.isdir(folder):
            kind = 'a link to nowhere' if os.path.islink(folder) else 'no folder'
            raise InputError(f'{folder}: is {kind}; choose another --out_dir')
        for path in inputs:
            if _is_or_holds(folder, path):
                raise InputError(f'{folder}: is, or holds, {path}, which this run reads; choose another --out_dir, '
                                 'for example a new folder below it')
    _check_whose(out_dir)


def _check_whose(out_dir: str) -> None:
    """Raises InputError where a folder without the record of a run holds what a run would replace, or cannot."""
    for path in (os.path.join(out_dir, name) for name in _SINGLE):
        if os.path.isdir(path) and not os.path.islink(path):
            raise InputError(f'{path}: is a folder, and a run writes a file of that name; choose another --out_dir')
    if not os.path.lexists(os.path.join(out_dir, RECORD)):
        foreign = next(_written_names(out_dir), None)
        if foreign is not None:
            raise InputError(f'{foreign}: a run would replace it, and without a {RECORD} beside it the folder is not '
                             'one of this program; choose another --out_dir')


def _written_folders(out_dir: str) -> list[str]:
    return [os.path.join(out_dir, below) if below else out_dir for below in SUFFIXES]


def _is_or_holds(folder: str, path: str) -> bool:
    """Whether a file or folder, or an image file that a folder links to, is ``folder`` or lies below it."""
    try:
        wanted = os.stat(folder)
    except OSError:
        return False  # not there yet
    return any(os.path.samestat(wanted, os.stat(parent)) for start in _places(path) for parent in _upwards(start)
               if os.path.exists(parent))


def _places(path: str) -> set[str]:
    """Where a file or folder is, by its name and behind its links, and where the files are that it links to."""
    out = {os.path.abspath(path), os.path.realpath(path)}
    if os.path.isdir(path):
        for entry in _scan(path):
            if entry.is_symlink() and entry.is_file():
                out.add(os.path.dirname(os.path.realpath(entry.path)))
    return out


def _upwards(path: str) -> Iterator[str]:
    """``path`` and the folders that hold it."""
    yield path
    while path != os.path.dirname(path):
        path = os.path.dirname(path)
        yield path


def _written_names(out_dir: str) -> Iterator[str]:
    """Paths of what is in ``out_dir`` under names that a run writes."""
    for below, folder in zip(SUFFIXES, _written_folders(out_dir)):
        for entry in _scan(folder) if os.path.isdir(folder) else ():
            name = entry.name.lower()  # some file systems do not tell capitals
            if _index_of(name, below) is not None or not below and name in _SINGLE:
                yield entry.path


def _index_of(name: str, below: str, suffix: str | None = None) -> int | None:
    """The image whose file in the folder ``below`` OUT is called ``name``; None for other names."""
    match = _NUMBERED.fullmatch(name)
    if match is None or match[2] not in SUFFIXES[below] or suffix not in (None, match[2]):
        return None
    index = int(match[1])
    return index if match[1] == f'{index:04d}' else None


def _scan(folder: str) -> list[os.DirEntry]:
    """What is in a folder. Raises InputError where it cannot be listed."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError as error:
        raise InputError(f'{folder}: cannot be read ({error.strerror})') from error


def remove_left_over(out_dir: str) -> None:
    """Remove what killed runs left half-written; only for who is alone at work in ``out_dir``."""
    for folder in _written_folders(out_dir):
        for entry in _scan(folder) if os.path.isdir(folder) else ():
            if is_temporary(entry.name):
                remove_file(entry.path)


def remove_result(out_dir: str, index: int) -> None:
    """Remove every file of image ``index``, the pickle first: without it the image counts as not done.

    Only the names that this program writes go; a folder that has one of them stays.
    """
    for below, suffixes in SUFFIXES.items():
        for suffix in suffixes:
            remove_file(result_path(out_dir, index, suffix, below))


def remove_file(path: str) -> None:
    """Remove a file where there is one; a folder of its name stays. Raises CannotWrite where it cannot be."""
    try:
        os.remove(path)
    except (FileNotFoundError, NotADirectoryError):
        pass
    except OSError as error:
        if not os.path.isdir(path):
            raise cannot_write(path, error) from error


def write_files(out_dir: str, files: Mapping[str, bytes]) -> None:
    """Write an image's ``files``, bytes by path below ``out_dir``, in their order.

    Raises Occupied, with nothing written, where one of the names is a folder's, and CannotWrite where there is no room.
    """
    for name in files:
        path = os.path.join(out_dir, name)
        if os.path.isdir(path) and not os.path.islink(path):
            raise Occupied(f'{path}: is a folder, and a file of this image has that name; remove it')
    for name, content in files.items():
        below, path = os.path.dirname(name), os.path.join(out_dir, name)
        try:
            if below:
                with suppress(FileExistsError):
                    os.mkdir(os.path.join(out_dir, below))
        except OSError as error:
            raise cannot_write(path, error) from error
        write_file(path, content)


def files_by_image(out_dir: str) -> dict[int, list[tuple[str, str]]]:
    """Which files of each image are in ``out_dir``: the folder below OUT and the suffix, as SUFFIXES orders them."""
    kinds = [(below, suffix) for below, suffixes in SUFFIXES.items() for suffix in suffixes]
    order = {kind: number for number, kind in enumerate(kinds)}
    found: dict[int, list[int]] = {}
    for below, folder in zip(SUFFIXES, _written_folders(out_dir)):
        for entry in _scan(folder) if os.path.isdir(folder) else ():
            index = _index_of(entry.name, below)
            if index is not None:
                found.setdefault(index, []).append(order[below, entry.name.lstrip('0123456789')])
    return {index: [kinds[number] for number in sorted(numbers)] for index, numbers in found.items()}


def images_with_files(out_dir: str) -> set[int]:
    """Indices of the images of which any file is in ``out_dir``."""
    indices = {_index_of(entry.name, below) for below, folder in zip(SUFFIXES, _written_folders(out_dir))
               for entry in (_scan(folder) if os.path.isdir(folder) else ())}
    return {index for index in indices if index is not None}


def indices_in(folder: str) -> list[int]:
    """Indices of the result pickles in a folder, sorted. Raises InputError where it cannot be listed."""
    if not os.path.isdir(folder):
        raise InputError(f'{folder}: no such folder')
    indices = (_index_of(entry.name, '', '.pkl') for entry in _scan(folder))
    return sorted(index for index in indices if index is not None)


def done(out_dir: str) -> set[int]:
    """Indices of the images that are done: what their pickles hold is a whole result."""
    return {index for index in indices_in(out_dir) if _is_result(result_path(out_dir, index))}


def _is_result(path: str) -> bool:
    try:
        read_result(path)
    except InputError:
        return False
    return True
