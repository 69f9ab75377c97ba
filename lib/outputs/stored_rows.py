"""``summary.csv`` as it is read: rows stay in the file, however many they are; in memory is where each begins."""

import csv
import io
import os
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import BinaryIO, NamedTuple

from ..base.errors import InputError
from ..base.files import open_file
from .folder import SUMMARY
from .summary import COLUMNS, FAILED, YOUNGER, Row, row_of, summary_path

_LONGEST = 1 << 16  # bytes of a row, many times what a name and reasons take


class StoredRows(Mapping[int, Row]):
    """Rows of a summary by index, in order, read from the file ``path`` as they are asked for.

    The last row of an image counts; a line that a killed run left half-written, or a spoilt one, does not. The rows
    stay what they are where another file takes the file's name. Raises InputError where it cannot be read or is no
    summary.
    """

    def __init__(self, path: str) -> None:
        places: dict[int, tuple[int, int]] = {}
        with open_file(path) as file:
            self.columns = _columns(path, file)
            for place, line, row in _rows(file, self.columns):
                places[int(row['index'])] = place, len(line)
            self._file = os.dup(file.fileno())
        weakref.finalize(self, os.close, self._file)
        self._places = {index: places[index] for index in sorted(places)}

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[int]:
        return iter(self._places)

    def __getitem__(self, index: int) -> Row:
        row = row_of(self.columns, _cells(self.line(index)))
        if row is None:
            raise InputError(f'the row of image {index} was changed while it was read')
        return row

    def line(self, index: int) -> bytes:
        """The row of image ``index`` as it stands in the file."""
        place, length = self._places[index]
        return os.pread(self._file, length, place)

    def leave_out(self, indices: Iterable[int]) -> None:
        """Have no rows of ``indices`` any more; the file stays as it is."""
        for index in indices:
            self._places.pop(index, None)


def columns_of(path: str) -> list[str]:
    """The columns of a summary. Raises InputError where the file cannot be read or is none."""
    with open_file(path) as file:
        return _columns(path, file)


def _columns(path: str, file: BinaryIO) -> list[str]:
    """The columns that the first line names. Raises InputError where they are none of a summary's."""
    columns = _cells(file.readline(_LONGEST).removeprefix(b'\xef\xbb\xbf'))
    if columns != [column for column in COLUMNS if column in columns or column not in YOUNGER]:
        raise InputError(f'{path}: not a summary of this program (it has other columns); remove it: the rows of '
                         'results are made again')
    return columns


def _cells(line: bytes) -> list[str]:
    """The cells of a line; none where it is no CSV. Names need not be UTF-8, nor what is half-written."""
    try:
        text = line.decode('utf-8', 'surrogateescape')
        lines = io.StringIO(text, newline='') if '\n' in text[:-1] else [text]
        return next(csv.reader(lines), [])
    except csv.Error:
        return []


def _rows(file: BinaryIO, columns: Sequence[str]) -> Iterator[tuple[int, bytes, Row]]:
    """Where each row begins in a ``file`` behind its first line, its bytes, and the row.

    A row may have line ends in its texts. One that ends before its text does, as a killed run leaves it, must not take
    the following ones along: behind its first line they are looked for again.
    """
    place, again = file.tell(), list[bytes]()  # lines to be looked at again, the next one last
    while line := again.pop() if again else file.readline():
        whole, more = line, list[bytes]()
        while whole.count(b'"') % 2 and len(whole) < _LONGEST and (next_ := again.pop() if again else file.readline()):
            more.append(next_)
            whole += next_
        row = row_of(columns, _cells(whole))
        if row is None:
            again.extend(reversed(more))
            whole = line
        else:
            yield place, whole, row
        place += len(whole)


class Known(NamedTuple):
    """What the row of an earlier run tells: whether the image ``failed``, its ``file``, the checksum of its ``input``,
    when and how large its result was ``written``, and how ``sure`` it is."""

    failed: bool
    file: str
    input: str
    written: str
    sure: str = ''


def known_rows(out_dir: str) -> dict[int, Known]:
    """What each row of the folder's summary, if there is one, tells, by index.

    Raises InputError where the file cannot be read or is no summary.
    """
    path = summary_path(out_dir)
    if not os.path.lexists(path):
        return {}
    with open_file(path) as file:
        return {int(row['index']): Known(row['status'] == FAILED, row['file'], row['input'], row['written'],
                                           row['sigma_m'])
                for _, _, row in _rows(file, _columns(path, file))}


def failed_in(out_dir: str) -> dict[int, str]:
    """File names by index of the images that failed in the run whose results are in ``out_dir``.

    Raises InputError where the folder holds no summary.
    """
    if not os.path.lexists(summary_path(out_dir)):
        raise InputError(f'--failed {out_dir}: holds no {SUMMARY} of an earlier run')
    return {index: row.file for index, row in known_rows(out_dir).items() if row.failed}
