"""``summary.csv``: one row per image, kept up to date while a run goes on and sorted when it ends."""

import csv
import io
import os

from ..base.errors import InputError
from ..base.files import cannot_write, read_bytes, write_file
from ..objective import STAGES, TERMS
from .folder import result_path

COLUMNS = ('index', 'file', 'gender', 'body', 'status', *(f'energy_{term}' for term in TERMS), 'energy',
           'steps_camera', *(f'steps_{stage + 1}' for stage in range(len(STAGES))), 'orientations', 'orientation',
           'reprojection_px', 'seconds', 'message')
#: File names need not be UTF-8, nor need the end of a line that a killed run left half-written.
_TEXT = {'newline': '', 'encoding': 'utf-8', 'errors': 'surrogateescape'}


def summary_path(out_dir):
    return os.path.join(out_dir, 'summary.csv')


def fitted_row(task, fit, reprojection, seconds):
    """The row of a worker.Task and its fitting.Fit: energies and steps of the kept orientation's stages."""
    energies = fit.final.energies
    return {'index': task.index, 'file': task.name, 'gender': task.gender, 'body': fit.body, 'status': 'fitted',
            **{f'energy_{term}': repr(value) for term, value in energies.items()},
            'energy': repr(sum(energies.values())), 'steps_camera': fit.camera_steps,
            **{f'steps_{number}': steps for number, steps in enumerate(_steps(fit), start=1)},
            'orientations': len(fit.runs), 'orientation': fit.chosen + 1,
            'reprojection_px': f'{reprojection:.4f}', 'seconds': f'{seconds:.4f}'}


def _steps(fit):
    """Steps of the four stages; 0 for the first ones where the fit began at a later one."""
    steps = [stage.steps for stage in fit.runs[fit.chosen]]
    return [0] * (len(STAGES) - len(steps)) + steps


def failed_row(index, name, gender, message):
    """The row of an image that could not be fitted."""
    return {'index': index, 'file': name, 'gender': gender, 'status': 'failed', 'message': message}


def read_summary(path):
    """Rows by index; the last one counts, and a line that a killed run left half-written does not."""
    try:
        rows = csv.DictReader(io.StringIO(read_bytes(path).decode('utf-8', 'surrogateescape'), newline=''))
        if tuple(rows.fieldnames or ()) != COLUMNS:
            raise csv.Error('it has other columns')
        return {int(row['index']): {key: row[key] for key in COLUMNS} for row in rows
                if row['message'] is not None and row['index'].isdigit()}
    except csv.Error as error:
        raise InputError(f'{path}: not a summary of an earlier run ({error}); remove it or choose another --out_dir') \
            from error


def failed_in(out_dir):
    """File names, by index, of the images that failed in the run whose results are in ``out_dir``.

    Raises InputError where the folder holds no summary.
    """
    path = summary_path(out_dir)
    if not os.path.exists(path):
        raise InputError(f'--failed {out_dir}: holds no summary.csv of an earlier run')
    return {index: row['file'] for index, row in read_summary(path).items() if row['status'] == 'failed'}


class Summary:
    """The summary of an output folder, with the rows of earlier runs, but for fits whose result is not there."""

    def __init__(self, out_dir):
        self._path = summary_path(out_dir)
        self._file = None
        rows = read_summary(self._path) if os.path.exists(self._path) else {}
        self.rows = {index: row for index, row in rows.items()
                     if row['status'] == 'failed' or os.path.exists(result_path(out_dir, index))}

    def begin(self):
        """Write what is known, and open the file for the rows to come."""
        self._rewrite()
        try:
            self._file = open(self._path, 'a', **_TEXT)
        except OSError as error:
            raise cannot_write(self._path, error) from error
        self._writer = csv.DictWriter(self._file, COLUMNS, restval='')

    def add(self, row):
        """Add a row, or replace that of its image."""
        self.rows[int(row['index'])] = {key: str(row.get(key, '')) for key in COLUMNS}
        try:
            self._writer.writerow(row)
            self._file.flush()
        except OSError as error:
            raise cannot_write(self._path, error) from error

    def finish(self):
        """Close the file and leave it sorted, with one row per image."""
        if self._file is not None:
            try:
                self._file.close()
            except OSError:
                pass  # what could not be flushed is in rows, and is written below
            self._file = None
            self._rewrite()

    def _rewrite(self):
        text = io.StringIO(newline='')
        writer = csv.DictWriter(text, COLUMNS, restval='')
        writer.writeheader()
        writer.writerows(self.rows[index] for index in sorted(self.rows))
        write_file(self._path, text.getvalue().encode('utf-8', 'surrogateescape'))
