"""Whose folder is it? Results go to none that is or holds an input, and replace no file of anybody else's."""

import os
from collections.abc import Collection, Iterator

from ..base.errors import InputError
from .exported.export_names import ExportNames
from .folder import LAYOUTS, RECORD, SINGLE, SUFFIXES, scan, split_name, written_folders

_Key = tuple[int, int]  # of a folder, whatever it is called: its device and number


def check_out_dir(out_dir: str, inputs: Collection[str], names: ExportNames | None = None,
                  more: Collection[str] = ()) -> None:
    """See that results may go to ``out_dir``; nothing is touched.

    ``inputs`` are the files and folders that the run reads, ``names`` what its exports are called, None: by number,
    ``more`` the names of further files.
    Raises InputError where the folder is or holds one of the inputs, is no folder, or holds files, not of this program,
    that a run would replace.
    """
    if not out_dir:
        raise InputError("--out_dir: '' given, wanted the name of a folder")
    for below in SUFFIXES:
        folder = os.path.join(out_dir, below) if below else out_dir
        if os.path.lexists(folder) and not os.path.isdir(folder):
            kind = 'a link to nowhere' if os.path.islink(folder) else 'no folder'
            raise InputError(f'{folder}: is {kind}; choose another --out_dir')
    folders = [folder for layout in LAYOUTS for folder, _, _ in written_folders(out_dir, layout)]
    for path in inputs:
        holding = {key for start in _places(path) for parent in _upwards(start) for key in _key(parent)}
        for folder in folders:
            if holding.intersection(_key(folder)):
                raise InputError(f'{folder}: is, or holds, {path}, which this run reads; choose another --out_dir, '
                                 'for example a new folder below it')
    _check_whose(out_dir, names, more)


def _check_whose(out_dir: str, names: ExportNames | None, more: Collection[str]) -> None:
    """Raises InputError where a folder without the record of a run holds what a run would replace, or cannot."""
    for path in (os.path.join(out_dir, name) for name in SINGLE):
        if os.path.isdir(path) and not os.path.islink(path):
            raise InputError(f'{path}: is a folder, and a run writes a file of that name; choose another --out_dir')
    if not os.path.lexists(os.path.join(out_dir, RECORD)):
        foreign = next(_written_names(out_dir, names, more), None)
        if foreign is not None:
            raise InputError(f'{foreign}: a run would replace it, and without a {RECORD} beside it the folder is not '
                             'one of this program; choose another --out_dir')


def _key(path: str) -> list[_Key]:
    try:
        found = os.stat(path)
    except OSError:
        return []  # not there yet
    return [(found.st_dev, found.st_ino)]


def _places(path: str) -> set[str]:
    """Where a file or folder is, by its name and behind its links, and where the files are that it links to."""
    out = {os.path.abspath(path), os.path.realpath(path)}
    if os.path.isdir(path):
        for entry in scan(path):
            if entry.is_symlink() and entry.is_file():
                out.add(os.path.dirname(os.path.realpath(entry.path)))
    return out


def _upwards(path: str) -> Iterator[str]:
    """``path`` and the folders that hold it."""
    yield path
    while path != os.path.dirname(path):
        path = os.path.dirname(path)
        yield path


def _written_names(out_dir: str, names: ExportNames | None, more: Collection[str]) -> Iterator[str]:
    """Paths of what is in ``out_dir`` under names that a run writes."""
    for entry in scan(out_dir):
        if entry.name.lower() in (*SINGLE, *map(str.lower, more)):  # some file systems do not tell capitals
            yield entry.path
    for layout in LAYOUTS:
        for folder, below, thousand in written_folders(out_dir, layout):
            yield from (entry.path for entry in scan(folder) if split_name(entry.name.lower(), below, thousand)
                        or names is not None and not below and names.find(entry.name, capitals=False))
