"""The folder of a run's results: which file is where, how files get there, and what may be removed.

Up to MOST_FLAT images all files stand side by side: OUT/0012.pkl, OUT/gallery/0012.jpg. Those of more go into folders
of a thousand: OUT/00012/00012345.pkl, OUT/gallery/00012/00012345.jpg. Which of the two it is, run.json says: a folder
keeps its layout, however many images come along.

Exports of photographs are called after these (export_names.py), OUT/im0001.glb or OUT/00012/im0001.glb.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from ..base.errors import InputError
from ..base.files import cannot_write, is_temporary, read_text, write_file
from ..inputs.cameras.camera import MOST
from .exported.export_names import EXPORTS, ExportNames


def view_suffix(degrees: int) -> str:
    """What the picture of a body seen from ``degrees``, 0 to 359, is called after its number."""
    return f'_view{degrees:03d}.png'


def camera_overlay(number: int, ending: str) -> str:
    """What the body over the picture of camera ``number``, from 1 up, is called after the number of the moment."""
    return f'_overlay_{number:02d}.{ending}'


#: What is written for an image: by the folder below OUT, what follows its number there. The pickle is the first.
SUFFIXES = {
    '': dict.fromkeys(('.pkl', '.png', '_overlay.png', '_overlay.jpg', *EXPORTS, *map(view_suffix, range(360)),
                       *(camera_overlay(i, ending) for i in range(1, MOST + 1) for ending in ('png', 'jpg')))),
    'gallery': dict.fromkeys(('.jpg', '.js')),
    'viz': dict.fromkeys(('.gif',))}
RECORD, SUMMARY, PAGE = 'run.json', 'summary.csv', 'index.html'
#: What the detector found, a line an image; and the same as --save_keypoints has it.
DETECTED, KEYPOINTS = 'detected.jsonl', 'keypoints.json'
SINGLE = RECORD, SUMMARY, PAGE, DETECTED, KEYPOINTS
FLAT, THOUSANDS = LAYOUTS = 'flat', 'thousands'
#: Images of the largest data set whose files stand side by side.
MOST_FLAT = 10_000
_NUMBERED = re.compile(r'([0-9]{4,18})(\D.*)', re.DOTALL)
_THOUSAND = re.compile('[0-9]{5,15}')
_LARGEST_RECORD = 1 << 20  # bytes; a record has some 2,000
Kind = tuple[str, str]  # what follows the image's number in a file's name, the folder below OUT
_KINDS: list[Kind] = [(suffix, below) for below, suffixes in SUFFIXES.items() for suffix in suffixes]
_BITS = {kind: 1 << bit for bit, kind in enumerate(_KINDS)}


class Occupied(InputError):
    """A folder stands where a file of an image is to be written."""


def layout_for(count: int) -> str:
    """The layout of a new folder for ``count`` images."""
    return FLAT if count <= MOST_FLAT else THOUSANDS


def result_path(out_dir: str, index: int, suffix: str = '.pkl', below: str = '', layout: str = FLAT) -> str:
    """Path of a file of image ``index``: OUT/%04d.pkl, or another of SUFFIXES, in the folder ``below`` OUT.

    Workers, who need not know where files go, name them by the flat layout. Raises ValueError for a suffix that is not
    listed, because its file would never be removed.
    """
    if suffix not in SUFFIXES[below]:
        raise ValueError(f'{suffix} is not among the SUFFIXES of {below or "OUT"}')
    if layout == FLAT:
        return os.path.join(out_dir, below, f'{index:04d}{suffix}')
    return os.path.join(out_dir, below, *_in_thousands(index, suffix))


def _in_thousands(index: int, suffix: str) -> tuple[str, str]:
    return f'{index // 1000:05d}', f'{index:08d}{suffix}'


def split_name(name: str, below: str, thousand: str = '') -> tuple[int, str] | None:
    """Index and suffix of the image file in the folder ``below`` OUT, or one of a ``thousand`` there, that is called
    ``name``; None for other names."""
    match = _NUMBERED.fullmatch(name)
    if match is None or match[2] not in SUFFIXES[below]:
        return None
    index = int(match[1])
    whole = (thousand, name) == _in_thousands(index, match[2]) if thousand else match[1] == f'{index:04d}'
    return (index, match[2]) if whole else None


def scan(folder: str) -> list[os.DirEntry]:
    """What is in a folder; nothing where it is not there. Raises InputError where it cannot be listed."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise InputError(f'{folder}: cannot be read ({error.strerror})') from error


def written_folders(out_dir: str, layout: str) -> Iterator[tuple[str, str, str]]:
    """Folders that a run with this layout writes to: their path, what they are below OUT, and of which thousand."""
    for below in SUFFIXES:
        folder = os.path.join(out_dir, below) if below else out_dir
        if layout == FLAT:
            yield folder, below, ''
        else:
            yield from ((entry.path, below, entry.name) for entry in scan(folder) if _THOUSAND.fullmatch(entry.name))


def remove_left_over(out_dir: str) -> None:
    """Remove what killed runs left half-written; only for who is alone at work in ``out_dir``."""
    for layout in LAYOUTS:
        for folder, _, _ in written_folders(out_dir, layout):
            for entry in scan(folder):
                if is_temporary(entry.name):
                    remove_file(entry.path)


def remove_file(path: str) -> None:
    """Remove a file where there is one; a folder of its name stays. Raises CannotWrite where it cannot be."""
    try:
        os.remove(path)
    except (FileNotFoundError, NotADirectoryError):
        pass
    except OSError as error:
        if not os.path.isdir(path):
            raise cannot_write(path, error) from error


@dataclass(frozen=True)
class OutFolder:
    """The output folder ``path``, whose files have one of the LAYOUTS; exports have ``names``, or numbers, too."""

    path: str
    layout: str = FLAT
    names: ExportNames | None = None

    def file(self, index: int, suffix: str = '.pkl', below: str = '') -> str:
        """Path of a file of image ``index``, as result_path has it, or by the image's name."""
        numbered = result_path(self.path, index, suffix, below, self.layout)
        if self.names is None or suffix not in EXPORTS:
            return numbered
        return os.path.join(os.path.dirname(numbered), self.names[index] + suffix)

    def place(self, name: str) -> str:
        """Path of the file that the flat layout calls ``name``, with a number in any case."""
        below, base = os.path.split(name)
        match = _NUMBERED.fullmatch(base)
        if match is None:
            raise ValueError(f'{name} is no name of a result')
        return self.file(int(match[1]), match[2], below)

    def held(self) -> 'Held':
        """Which files are there. Raises InputError where a folder cannot be listed."""
        bits: dict[int, int] = {}
        for folder, below, thousand in written_folders(self.path, self.layout):
            for entry in scan(folder):
                file = self._split(entry.name, below, thousand)
                if file is not None:
                    bits[file[0]] = bits.get(file[0], 0) | _BITS[file[1], below]
        return Held(bits)

    def _split(self, name: str, below: str, thousand: str) -> tuple[int, str] | None:
        """The same as split_name says, or the name of an export."""
        numbered = split_name(name, below, thousand)
        if self.names is None or below or numbered is not None and numbered[1] not in EXPORTS:
            return numbered
        named = self.names.find(name)
        return named if named is None or not thousand or _in_thousands(*named)[0] == thousand else None

    def pickles(self) -> list[int]:
        """Indices of the result pickles, sorted. Raises InputError where a folder cannot be listed."""
        found = (split_name(entry.name, '', thousand) for folder, below, thousand in
                 written_folders(self.path, self.layout) if not below for entry in scan(folder))
        return sorted(file[0] for file in found if file is not None and file[1] == '.pkl')

    def remove(self, index: int) -> None:
        """Remove every file of image ``index``, the pickle first: without it the image counts as not done.

        Only the names that this program writes go; a folder that has one of them stays.
        """
        for below, suffixes in SUFFIXES.items():
            for suffix in suffixes:
                if self.names is None or suffix not in EXPORTS or index in self.names:
                    remove_file(self.file(index, suffix, below))

    def write(self, files: Mapping[str, bytes], moment: int | None = None) -> None:
        """Write an image's ``files``, bytes by name in the flat layout, in their order, with the time ``moment``.

        Raises Occupied, with nothing written, where one of the names is a folder's, CannotWrite where there is no room.
        """
        paths = {name: self.place(name) for name in files}
        for path in paths.values():
            if os.path.isdir(path) and not os.path.islink(path):
                raise Occupied(f'{path}: is a folder, and a file of this image has that name; remove it')
        for name, content in files.items():
            self._make_folders(paths[name])
            write_file(paths[name], content, moment, lasting=False)  # what a crash takes is made again

    def _make_folders(self, path: str) -> None:
        """Make the folders below OUT that a file needs; OUT itself is there, or was removed meanwhile."""
        folder = self.path
        try:
            for part in os.path.relpath(path, self.path).split(os.sep)[:-1]:
                folder = os.path.join(folder, part)
                with suppress(FileExistsError):
                    os.mkdir(folder)
        except OSError as error:
            raise cannot_write(path, error) from error


class Held:
    """Which files of images were in a folder when it was listed."""

    def __init__(self, bits: Mapping[int, int]) -> None:
        self._bits = bits

    def __contains__(self, index: object) -> bool:
        """Whether any file of this image was there."""
        return index in self._bits

    def has(self, index: int, suffix: str = '.pkl', below: str = '') -> bool:
        """Whether image ``index`` had that kind of file."""
        return bool(self._bits.get(index, 0) & _BITS[suffix, below])

    def kinds(self, index: int) -> list[Kind]:
        """The kinds of files that image ``index`` had, as SUFFIXES orders them."""
        out, left = [], self._bits.get(index, 0)
        while left:
            out.append(_KINDS[(left & -left).bit_length() - 1])
            left &= left - 1
        return out

    def pickles(self) -> list[int]:
        """Indices of the images whose pickles were there, sorted."""
        return sorted(index for index in self._bits if self.has(index))


def out_folder(path: str) -> OutFolder:
    """The folder of a finished run, with the layout that its record tells. Raises InputError where there is none."""
    if not os.path.isdir(path):
        raise InputError(f'{path}: no such folder')
    try:
        layout = json.loads(read_text(os.path.join(path, RECORD), _LARGEST_RECORD)).get('layout')
    except (InputError, ValueError, AttributeError, RecursionError):
        layout = None  # results alone, or a record of long ago
    return OutFolder(path, layout if layout in LAYOUTS else FLAT)
