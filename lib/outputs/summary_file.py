"""The file ``summary.csv``: one row per image, kept up to date while a run goes on and sorted when it ends.

Several runs may write into one folder at once. Each appends its rows in turn, and whoever ends sorts those of all.
"""

import os
import weakref
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from ..base.files import cannot_write, open_file, write_file
from .folder import OutFolder
from .lock import AtWork
from .result_file import is_result
from .stored_rows import StoredRows, columns_of
from .summary import COLUMNS, FAILED, WHOLE_FILE, Row, csv_line, doubted, row_bytes, summary_path

_HEADER = csv_line(COLUMNS)
_PIECE = 1 << 20  # bytes that are copied at once


class Summary:
    """The rows of a folder in which a run is at work: of earlier runs, of others at work there, and of its own."""

    def __init__(self, here: AtWork, folder: OutFolder) -> None:
        self.here, self._folder, self._path = here, folder, summary_path(folder.path)
        self._own: set[int] = set()
        self._untrue: set[int] = set()
        self._open: list[int] = []  # descriptor of the file: what is in it is not lost where its name is removed
        weakref.finalize(self, _close, self._open)
        with here.turn():
            if not os.path.lexists(self._path):
                write_file(self._path, _HEADER)
            elif os.path.islink(self._path) or columns_of(self._path) != list(COLUMNS):  # elsewhere; an older version's
                write_file(self._path, _lines(StoredRows(self._path), (), anew=True))
            self._hold()

    def leave_out(self, untrue: Collection[int]) -> None:
        """Rows of earlier runs that tell of results which are not there, or not whole: they end with this run."""
        if self.here.alone():  # else a row may be of a result that is just being written
            self._untrue = set(untrue)

    def add(self, row: Row) -> None:
        """Add a row, or replace that of its image."""
        self._own.add(int(row['index']))
        with self.here.turn():
            try:
                self._put_back()
                append(self._path, row_bytes(row))
                self._hold()
            except OSError as error:
                raise cannot_write(self._path, error) from error

    def finish(self, doubts: Callable[[Mapping[int, Row]], Sequence[str]] = lambda _: ()) -> StoredRows:
        """Leave the file sorted, with one row per image, those of other runs too; returns them.

        ``doubts`` tells of all rows why the file as a whole may be wrong; every fitted row becomes doubtful for it.
        """
        with self.here.turn():
            self._put_back()
            rows = StoredRows(self._path)
            rows.leave_out([index for index in self._own | self._untrue if self._is_untrue(rows, index)])
            shared = doubts(rows)
            if not _holds(self._path, _lines(rows, shared)):
                write_file(self._path, _lines(rows, shared))
            return StoredRows(self._path)

    def _is_untrue(self, rows: StoredRows, index: int) -> bool:
        """Whether a row tells of a result that is not there: of this run it was whole where it is there."""
        if index not in rows:
            return False
        path = self._folder.file(index)
        there = os.path.exists(path) if index in self._own else is_result(path)
        return not there and rows[index]['status'] != FAILED

    def _hold(self) -> None:
        """Keep the file open that has the name."""
        if self._open and os.path.samestat(os.fstat(self._open[0]), os.stat(self._path)):
            return
        _close(self._open)
        self._open.append(os.open(self._path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC))

    def _put_back(self) -> None:
        """Write the file again where somebody removed it."""
        if not os.path.lexists(self._path):
            length = os.fstat(self._open[0]).st_size
            write_file(self._path, (os.pread(self._open[0], _PIECE, place) for place in range(0, length, _PIECE)))
            self._hold()


def _close(descriptors: list[int]) -> None:
    while descriptors:
        os.close(descriptors.pop())


def _lines(rows: StoredRows, shared: Sequence[str], anew: bool = False) -> Iterator[bytes]:
    """The lines of a file of ``rows``, with the ``shared`` reasons for doubt; as they are where nothing changes."""
    yield _HEADER
    for index in rows:
        line = rows.line(index)
        if anew or shared or WHOLE_FILE.encode() in line or not line.endswith(b'\r\n'):
            line = row_bytes(doubted(rows[index], shared))
        yield line


def _holds(path: str, lines: Iterable[bytes]) -> bool:
    """Whether a file holds just these lines."""
    with open_file(path) as file:
        return all(file.read(len(line)) == line for line in lines) and not file.read(1)


def append(path: str, data: bytes) -> None:
    """Append a line to a file that may end in a half-written one; a link is not followed."""
    descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(descriptor, 'r+b') as file:
        broken = False
        if file.seek(0, os.SEEK_END):
            file.seek(-1, os.SEEK_END)
            broken = file.read(1) != b'\n'
        file.write(b'\r\n' + data if broken else data)
