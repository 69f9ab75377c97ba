"""A CSV file -> what it holds.

Commas, semicolons, tabs, bars or blanks; but for commas numbers may have a decimal comma. A row is a joint where the
header has x and y (``csv_joints.py``), else a person (``csv_people.py``). DeepLabCut's header has a line each of
scorers, [individuals,] bodyparts and coords.
"""

import csv
import io
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import dropwhile
from typing import TypeAlias

from ...base.errors import InputError, quoted
from ...base.files import read_text

#: Bytes of a CSV file: MediaPipe's 33 joints in 100,000 frames.
_LARGEST = 1 << 28
_MISSING = {'', 'nan', 'none', 'null', 'na', 'n/a', '#n/a', '<na>', '-'}
_WITH_COMMA, _WITH_POINT = re.compile(r'[+-]?\d+,\d+'), re.compile(r'[+-]?\d*\.\d+')
_WHOLE = re.compile(r'(\d+)\.0+')
_SEPARATOR = re.compile(r'\s*"?sep=.?"?\s*', re.IGNORECASE)
#: Columns that are no joints', by their names in a header.
IMAGE = ('image', 'image_id', 'image_name', 'image_path', 'img', 'img_name', 'file', 'file_name', 'filename', 'path',
         'photo', 'photo_id', 'picture', 'imgname', 'imagename', 'img_path', 'image_file', 'source_image',
         'frame', 'frame_id', 'frame_idx', 'frame_index', 'frame_number', 'frame_no')
PERSON = ('person', 'person_id', 'person_idx', 'track', 'track_id')
TIME = ('timestamp', 'timestamp_ms', 'timestamp_s', 'time', 'time_ms', 'time_s', 't', 'ms', 'seconds')
#: What photographs are sorted by; other columns of text may be their names.
_KINDS = ('class', 'label', 'pose', 'action', 'activity', 'category', 'exercise', 'gender', 'sex', 'split', 'subject')
_ENDING = re.compile(r'.*\.(?!mp4|mov|avi|mkv|webm|m4v|mpe?g|wmv)[a-z][a-z0-9]{1,4}', re.IGNORECASE | re.DOTALL)
#: Signs in a header that stand for blanks, what is behind an axis, and an axis written into a word: noseX.
_BLANKS, _UNIT = re.compile(r'[\s\-()\[\]]+'), re.compile(r'(?<=[xy])_(px|pixels?)$')
_CAMEL = re.compile(r'(?<=[a-z])(?=(?:[XYZ]|Conf|Confidence|Score|Likelihood|Visibility)$)')
#: How sure a joint is.
SURE = ('confidence', 'visibility', 'score', 'likelihood', 'conf', 'c', 'v', 'vis', 's', 'p', 'prob')
#: The first cells of DeepLabCut's header, a line each; individuals may be missing.
_STACKED = ('scorer', 'individuals', 'bodyparts', 'coords')

Row: TypeAlias = tuple[int, list[str]]


@dataclass(eq=False)
class Table:
    """A CSV file: ``header`` in small letters, or None, and the ``rows`` below it, each with the number of its line."""

    header: list[str] | None
    rows: Iterator[Row]
    decimal_comma: bool

    def column(self, names: tuple[str, ...]) -> int | None:
        """The column that has the first of ``names`` that is there."""
        header = self.header or []
        return next((header.index(name) for name in names if name in header), None)

    def image_column(self, rows: Sequence[Row], joint: int | None = None) -> int | None:
        """The column that says which image a row is of: one called so, else the only one of text that has file names,
        or differs from row to row, but for that of the ``joint``. Raises InputError where there are several."""
        called = self.column(IMAGE)
        if called is not None or self.header is None:
            return called
        columns = {i: [cells[i] for _, cells in rows if i < len(cells)] for i, name in enumerate(self.header)
                   if name not in (*_KINDS, *PERSON, *TIME) and i != joint}
        texts = {i: cells for i, cells in columns.items() if cells and all(map(_is_text, cells))}
        files = [i for i, cells in texts.items() if all(map(_ENDING.fullmatch, cells))]
        found = files or [i for i, cells in texts.items() if len(set(cells)) == len(cells) > 1]
        if len(found) > 1:
            raise InputError(f'its columns {" and ".join(quoted(self.header[i]) for i in found)} may say which image a '
                             "row is of; call the one that does 'image'")
        return found[0] if found else None

    def number(self, cell: str) -> float:
        """A cell's number, NaN where it says that there is none. Raises InputError where it is something else."""
        if cell.lower() in _MISSING:
            return math.nan
        try:
            if self.decimal_comma and not _WITH_POINT.fullmatch(cell):  # 1.234 may be 1234 there
                return float(cell.replace(',', '.'))
            if not self.decimal_comma:
                return float(cell)
        except ValueError:
            pass
        raise InputError(f'{quoted(cell)} is no number')


def read_table(path: str) -> Table:
    """A CSV file's Table. Raises InputError where it cannot be read or holds nothing."""
    rows = _rows(read_text(path, _LARGEST))
    first = next(rows, None)
    if first is None:
        raise InputError('empty')
    if len(first[1]) == 1:
        raise InputError('its first line has one cell; wanted commas, semicolons, tabs or blanks between numbers')
    header = _plain(_without_hash(first[1])) if _is_header(first[1]) else None
    if header is not None and header[0] == _STACKED[0]:
        header = _stacked_header(rows)
    second = next(rows, None) if header is not None else first
    if second is None:
        raise InputError('empty: a header and nothing below it')
    comma = any(_WITH_COMMA.fullmatch(cell) for cell in second[1]) and not any(map(_WITH_POINT.fullmatch, second[1]))
    return Table(header, _chain(second, rows), comma)


def _plain(cells: list[str]) -> list[str]:
    return [_UNIT.sub('', _BLANKS.sub('_', _CAMEL.sub('_', cell)).strip('_').lower()) for cell in cells]


def _stacked_header(rows: Iterator[Row]) -> list[str]:
    """What DeepLabCut's header says from its second line on, as one line: image, left_hip_x, left_hip_y ...

    Raises InputError where a line is missing, or each row is several individuals.
    """
    levels: dict[str, list[str]] = {}
    for _, cells in rows:
        level = cells[0].lower()
        if level not in _STACKED:
            break
        levels[level] = _plain(cells[1:])
        if level == _STACKED[-1]:
            break
    names, axes = levels.get('bodyparts', []), levels.get('coords', [])
    if not names or len(names) != len(axes):
        raise InputError("a header that begins as DeepLabCut's does, but lacks lines bodyparts and coords of the same "
                         'length')
    if len(set(filter(None, levels.get('individuals', ())))) > 1:
        raise InputError('several individuals in each row; wanted one: a file for each of them')
    names_before = next((i for i, name in enumerate(names) if name), len(names))  # of folders before the image's
    joints = zip(names[names_before:], axes[names_before:])
    return [*[''] * names_before, 'image', *(f'{name}_{axis}' for name, axis in joints)]


def _without_hash(cells: list[str]) -> list[str]:
    """A header without the # that NumPy's savetxt begins it with."""
    return [cells[0].lstrip('# '), *cells[1:]]


def _chain(first: Row, rest: Iterator[Row]) -> Iterator[Row]:
    yield first
    yield from rest


def _rows(text: str) -> Iterator[Row]:
    """The rows that hold something, but for what stands ahead of a table: Excel's ``sep=;``, and lines that begin with
    # and have not as many cells."""
    lines = [line for line in text.splitlines() if line.strip() and not _SEPARATOR.fullmatch(line)]
    line = next((line for line in lines if not line.lstrip().startswith('#')), lines[0] if lines else '')
    delimiter = next((mark for mark in ';\t|' if line.count(mark) > 1), ',' if ',' in line else ' ')
    width = line.count(delimiter) + 1

    def is_ahead(row: Row) -> bool:
        remark = row[1][0].startswith('#') and len(row[1]) != width
        return remark or _SEPARATOR.fullmatch(delimiter.join(row[1])) is not None

    reader = csv.reader(io.StringIO(text, newline=''), delimiter=delimiter,
                        skipinitialspace=delimiter == ' ')
    rows = ((reader.line_num, [cell.strip() for cell in cells]) for cells in reader)
    try:
        yield from dropwhile(is_ahead, (row for row in rows if any(row[1])))
    except csv.Error as error:
        raise InputError(f'not a CSV file (line {reader.line_num}: {error})') from None


def _is_header(cells: list[str]) -> bool:
    """Whether words stand where numbers would."""
    rest = [cell for cell in cells[1:] if cell.lower() not in _MISSING]
    return bool(rest) and not any(map(is_number, rest))


def _is_text(cell: str) -> bool:
    return cell.lower() not in _MISSING and not is_number(cell)


def is_number(cell: str) -> bool:
    """Whether a cell holds a number, with a decimal point or comma."""
    try:
        float(cell.replace(',', '.', 1))
    except ValueError:
        return False
    return True


def image_in(cell: str) -> str | None:
    """The image that a cell names; 12.0 is 12, as spreadsheets write it."""
    whole = _WHOLE.fullmatch(cell)
    return whole.group(1) if whole else cell or None
