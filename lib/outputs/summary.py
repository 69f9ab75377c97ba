"""``summary.csv``: one row per image, kept up to date while a run goes on and sorted when it ends.

Several runs may write into one folder at once. Each appends its rows in turn, and adds what the others wrote to its
own when it ends.
"""

import csv
import io
import os
import re
from collections.abc import Callable, Container, Mapping, Sequence

from ..base.errors import InputError
from ..base.files import cannot_write, read_bytes, write_file
from ..fitting.problem import Fit
from ..inputs.sample import Sample
from ..objective import STAGES, TERMS
from .folder import SUMMARY, result_path
from .lock import AtWork
from .metrics import Judged

Row = dict[str, str]

_ENERGIES = tuple(f'energy_{term}' for term in TERMS)
STEPS = ('steps_camera', *(f'steps_{stage + 1}' for stage in range(len(STAGES))))
COLUMNS = ('index', 'file', 'gender', 'body', 'status', *_ENERGIES, 'energy', *STEPS, 'orientations', 'orientation',
           'reprojection_px', 'error_share', 'stature_m', 'largest_beta', 'seconds', 'message')
FITTED, DOUBTFUL, FAILED = STATUSES = ('fitted', 'doubtful', 'failed')
_TEXTS = ('file', 'gender', 'body', 'status', 'message')
_NUMBERS = (*_ENERGIES, 'energy', 'reprojection_px', 'error_share', 'stature_m', 'largest_beta', 'seconds')
_INDEX, _COUNT = re.compile('[0-9]{1,18}'), re.compile('[0-9]{0,9}')
_NUMBER = re.compile(r'nan|-?([0-9]+(\.[0-9]*)?(e[-+]?[0-9]{1,3})?)?')
#: A cell that begins so is a formula to a spreadsheet program (OWASP, CSV injection), or looks like a guarded one.
_FORMULA = tuple("=+-@\t\r\n'\uff1d\uff0b\uff0d\uff20")
_WHOLE_FILE = 'the whole file: '  # how the reasons begin that concern all images
_NEXT = '; '  # between reasons


def summary_path(out_dir: str) -> str:
    return os.path.join(out_dir, SUMMARY)


def fitted_row(sample: Sample, fit: Fit, judged: Judged, seconds: float) -> Row:
    """The row of a Sample's Fit: energies and steps of the kept orientation's stages."""
    steps = [stage.steps for stage in fit.runs[fit.chosen]]
    steps = [0] * (len(STAGES) - len(steps)) + steps  # of the first ones where the fit began at a later one
    counts = zip(STEPS, [fit.camera_steps, *steps])
    return {**stored_row(sample, fit.body, fit.final.energies, judged),
            **{key: str(count) for key, count in counts}, 'orientations': str(len(fit.runs)),
            'orientation': str(fit.chosen + 1), 'seconds': f'{seconds:.4f}'}


def taken_longer(row: Row, seconds: float) -> Row:
    """The same row, of an image that took so many more ``seconds``; where nothing tells how many, it stays so."""
    return {**row, 'seconds': f'{float(row["seconds"]) + seconds:.4f}' if row['seconds'] else ''}


def stored_row(sample: Sample, body: str, energies: Mapping[str, float], judged: Judged) -> Row:
    """The row of a result of which the ``body`` is known, but not how it was found: no steps, no seconds."""
    doubts = [*filter(None, [sample.doubt]), *judged.doubts]
    row = _row(sample, DOUBTFUL if doubts else FITTED, _NEXT.join(doubts))
    energy = repr(float(sum(energies.values()))) if energies else ''
    return {**row, 'body': body, **{f'energy_{term}': repr(float(value)) for term, value in energies.items()},
            'energy': energy, 'reprojection_px': f'{judged.reprojection:.4f}', 'error_share': f'{judged.share:.5f}',
            'stature_m': f'{judged.shape.stature:.3f}', 'largest_beta': f'{judged.shape.largest:.3f}'}


def failed_row(sample: Sample, message: str) -> Row:
    """The row of a Sample that could not be fitted."""
    return _row(sample, FAILED, message)


def _row(sample: Sample, status: str, message: str) -> Row:
    return {**dict.fromkeys(COLUMNS, ''), 'index': str(sample.index), 'file': sample.name, 'gender': sample.gender,
            'status': status, 'message': message}


def read_summary(path: str) -> dict[int, Row]:
    """Rows by index; the last one counts, and a line that a killed run left half-written, or a spoilt one, does not.

    Raises InputError where the file cannot be read or is no summary.
    """
    text = read_bytes(path).decode('utf-8', 'surrogateescape')  # names need not be UTF-8, nor what is half-written
    try:
        lines = csv.reader(io.StringIO(text.removeprefix('\ufeff'), newline=''))
        if tuple(next(lines, ())) != COLUMNS:
            raise csv.Error('it has other columns')
        rows = [_unguarded(line) for line in lines]
    except csv.Error as error:
        raise InputError(f'{path}: not a summary of this program ({error}); remove it: the rows of results are made '
                         'again') from error
    return {int(row['index']): row for row in rows if row is not None}


def _unguarded(line: Sequence[str]) -> Row | None:
    """The row that a line stands for; None where it stands for none."""
    if len(line) != len(COLUMNS):
        return None
    row = dict(zip(COLUMNS, line))
    for key in _TEXTS:
        row[key] = row[key].removeprefix("'")
    sound = (_INDEX.fullmatch(row['index']) and row['status'] in STATUSES
             and all(_COUNT.fullmatch(row[key]) for key in (*STEPS, 'orientations', 'orientation'))
             and all(_NUMBER.fullmatch(row[key]) for key in _NUMBERS))
    return row if sound else None


def _csv_bytes(lines: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline='')
    csv.writer(text).writerows(lines)
    return text.getvalue().encode('utf-8', 'surrogateescape')


def _guarded(row: Row) -> list[str]:
    """The cells of a row, none of which a spreadsheet program takes for a formula."""
    return [f"'{row[key]}" if key in _TEXTS and row[key].startswith(_FORMULA) else row[key] for key in COLUMNS]


def failed_in(out_dir: str) -> dict[int, str]:
    """File names by index of the images that failed in the run whose results are in ``out_dir``.

    Raises InputError where the folder holds no summary.
    """
    path = summary_path(out_dir)
    if not os.path.lexists(path):
        raise InputError(f'--failed {out_dir}: holds no {SUMMARY} of an earlier run')
    return {index: row['file'] for index, row in read_summary(path).items() if row['status'] == FAILED}


class Summary:
    """The rows of a folder in which a run is at work: of earlier runs, of others at work there, and of its own.

    ``finished`` are the indices whose results are there: rows that tell of others are left out.
    """

    def __init__(self, here: AtWork, finished: Container[int]) -> None:
        self.here, self._path = here, summary_path(here.out_dir)
        self._own: dict[int, Row] = {}
        with here.turn():
            rows = self._read()
            #: Rows of earlier runs, by index.
            self.rows = {index: row for index, row in rows.items() if (row['status'] == FAILED) != (index in finished)}
            if here.alone():  # else a row may be of a result that is just being written
                self._write(self.rows)
            elif not os.path.lexists(self._path):
                self._write({})

    def add(self, row: Row) -> None:
        """Add a row, or replace that of its image."""
        self._own[int(row['index'])] = row
        with self.here.turn():
            try:
                if os.path.lexists(self._path):
                    append(self._path, _csv_bytes([_guarded(row)]))
                else:  # somebody removed it
                    self._write({**self.rows, **self._own})
            except OSError as error:
                raise cannot_write(self._path, error) from error

    def finish(self, doubts: Callable[[dict[int, Row]], Sequence[str]] = lambda _: ()) -> dict[int, Row]:
        """Leave the file sorted, with one row per image, those of other runs too; returns the rows by index.

        ``doubts`` tells of all rows why the file as a whole may be wrong; every fitted row becomes doubtful for it.
        """
        own = {index: row for index, row in self._own.items()
               if row['status'] == FAILED or os.path.exists(result_path(self.here.out_dir, index))}
        with self.here.turn():
            rows = {**{index: row for index, row in self._read().items() if index not in self._own}, **own}
            shared = doubts({index: _doubted(row, ()) for index, row in rows.items()})
            rows = {index: _doubted(rows[index], shared) for index in sorted(rows)}
            self._write(rows)
        return rows

    def _read(self) -> dict[int, Row]:
        return read_summary(self._path) if os.path.lexists(self._path) else {}

    def _write(self, rows: Mapping[int, Row]) -> None:
        write_file(self._path, _csv_bytes([COLUMNS, *(_guarded(rows[index]) for index in sorted(rows))]))


def append(path: str, data: bytes) -> None:
    """Append a line to a file that may end in a half-written one; a link is not followed."""
    descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(descriptor, 'r+b') as file:
        broken = False
        if file.seek(0, os.SEEK_END):
            file.seek(-1, os.SEEK_END)
            broken = file.read(1) != b'\n'
        file.write(b'\r\n' + data if broken else data)


def reasons_of(row: Row) -> tuple[list[str], list[str]]:
    """Why a row is doubtful: reasons of its own, and those of the whole file."""
    reasons = row['message'].split(_NEXT) if row['status'] == DOUBTFUL else []
    own = [reason for reason in reasons if not reason.startswith(_WHOLE_FILE)]
    return own, [reason.removeprefix(_WHOLE_FILE) for reason in reasons if reason.startswith(_WHOLE_FILE)]


def _doubted(row: Row, shared: Sequence[str]) -> Row:
    """A row with its own reasons for doubt, and the ``shared`` ones in place of those that an earlier run found."""
    if row['status'] == FAILED:
        return row
    reasons = reasons_of(row)[0] + [_WHOLE_FILE + reason.replace(_NEXT, ', ') for reason in shared]
    return {**row, 'status': DOUBTFUL if reasons else FITTED, 'message': _NEXT.join(reasons)}
