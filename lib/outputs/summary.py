"""The rows of ``summary.csv``, one per image: what they say, and how they are written. The file: summary_file.py."""

import csv
import io
import os
import re
from collections.abc import Mapping, Sequence

import numpy as np

from ..evidence import EVIDENCE
from ..fitting.problem import Fit
from ..fitting.trust import Uncertainty
from ..inputs.sample import Sample
from ..objective import STAGES, TERMS
from .folder import SUMMARY
from .metrics import Judged

Row = dict[str, str]

_ENERGIES = tuple(f'energy_{term}' for term in TERMS)
#: Of what more is known than a photograph.
_MORE = tuple(f'energy_{term}' for term in EVIDENCE)
STEPS = ('steps_camera', *(f'steps_{stage + 1}' for stage in range(len(STAGES))))
COLUMNS = ('index', 'file', 'gender', 'body', 'status', *_ENERGIES, *_MORE, 'energy', *STEPS, 'orientations',
           'orientation', 'reprojection_px', 'error_share', 'points_mm', 'stature_m', 'largest_beta', 'sigma_m',
           'sigma_depth_m', 'seconds', 'input', 'written', 'views', 'message')
#: Columns of how sure a fit is, and all that older files may lack.
SURE = 'sigma_m', 'sigma_depth_m'
YOUNGER = (*_MORE, 'points_mm', 'stature_m', 'largest_beta', *SURE, 'input', 'written', 'views')
FITTED, DOUBTFUL, FAILED = STATUSES = ('fitted', 'doubtful', 'failed')
_TEXTS = ('file', 'gender', 'body', 'status', 'input', 'written', 'views', 'message')
_INDEX = re.compile('[0-9]{1,18}')
_NUMBER, _COUNT = r'(nan|-?([0-9]+(\.[0-9]*)?(e[-+]?[0-9]{1,3})?)?)', '[0-9]{0,9}'
_FIGURES = slice(COLUMNS.index('energy_j2d'), COLUMNS.index('input'))
_SOUND = re.compile(','.join(_COUNT if column in (*STEPS, 'orientations', 'orientation') else _NUMBER
                             for column in COLUMNS[_FIGURES]))
#: A cell that begins so is a formula to a spreadsheet program (OWASP, CSV injection), or looks like a guarded one.
_FORMULA = tuple("=+-@\t\r\n'\uff1d\uff0b\uff0d\uff20")
WHOLE_FILE = 'the whole file: '  # how the reasons begin that concern all images
_NEXT = '; '  # between reasons


def summary_path(out_dir: str) -> str:
    """Where the summary of an output folder is."""
    return os.path.join(out_dir, SUMMARY)


def fitted_row(sample: Sample, fit: Fit, judged: Judged, seconds: float) -> Row:
    """The row of a Sample's Fit: energies and steps of the kept orientation's stages."""
    steps = [stage.steps for stage in fit.runs[fit.chosen]]
    steps = [0] * (len(STAGES) - len(steps)) + steps  # of the first ones where the fit began at a later one
    counts = zip(STEPS, [fit.camera_steps, *steps])
    return {**stored_row(sample, fit.body, fit.final.energies, judged),
            **{key: str(count) for key, count in counts}, 'orientations': str(len(fit.runs)),
            'orientation': str(fit.chosen + 1), 'seconds': f'{seconds:.4f}'}


def sure_row(row: Row, uncertainty: Uncertainty | None) -> Row:
    """The same row, of a fit whose Uncertainty is known."""
    if uncertainty is None:
        return row
    return {**row, 'sigma_m': f'{uncertainty.typical:.4f}', 'sigma_depth_m': f'{uncertainty.depth:.3f}'}


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
            'points_mm': '' if np.isnan(judged.apart) else f'{1e3 * judged.apart:.2f}',
            'stature_m': f'{judged.shape.stature:.3f}', 'largest_beta': f'{judged.shape.largest:.3f}',
            'views': judged.views}


def failed_row(sample: Sample, message: str) -> Row:
    """The row of a Sample that could not be fitted."""
    return _row(sample, FAILED, message)


def files_row(sample: Sample) -> Row:
    """A row for a Sample of which the summary has one: what a run that makes only files for it knows."""
    return _row(sample, FITTED, '')


def _row(sample: Sample, status: str, message: str) -> Row:
    return {**dict.fromkeys(COLUMNS, ''), 'index': str(sample.index), 'file': sample.name, 'gender': sample.gender,
            'status': status, 'message': message}


def row_of(columns: Sequence[str], cells: Sequence[str]) -> Row | None:
    """The row that the ``cells`` of a line stand for in a file of these ``columns``, None where for none."""
    if len(cells) != len(columns):
        return None
    row = dict(zip(columns, cells))
    if len(columns) < len(COLUMNS):
        row = {column: row.get(column, '') for column in COLUMNS}
        cells = list(row.values())
    for key in _TEXTS:
        row[key] = row[key].removeprefix("'")
    sound = _INDEX.fullmatch(row['index']) and row['status'] in STATUSES and _SOUND.fullmatch(','.join(cells[_FIGURES]))
    return row if sound else None


def csv_line(cells: Sequence[str]) -> bytes:
    """``cells`` as a line of CSV, names that are no UTF-8 as their bytes."""
    text = io.StringIO(newline='')
    csv.writer(text).writerow(cells)
    return text.getvalue().encode('utf-8', 'surrogateescape')


def row_bytes(row: Row) -> bytes:
    """The line of a row."""
    return csv_line(_guarded(row))


def _guarded(row: Row) -> list[str]:
    """The cells of a row, none of which a spreadsheet program takes for a formula."""
    return [f"'{row[key]}" if key in _TEXTS and row[key].startswith(_FORMULA) else row[key] for key in COLUMNS]


def reasons_of(row: Row) -> tuple[list[str], list[str]]:
    """Why a row is doubtful: reasons of its own, and those of the whole file."""
    reasons = row['message'].split(_NEXT) if row['status'] == DOUBTFUL else []
    own = [reason for reason in reasons if not reason.startswith(WHOLE_FILE)]
    return own, [reason.removeprefix(WHOLE_FILE) for reason in reasons if reason.startswith(WHOLE_FILE)]


def doubted(row: Row, shared: Sequence[str]) -> Row:
    """A row with its own reasons for doubt, and the ``shared`` ones in place of those that an earlier run found."""
    if row['status'] == FAILED:
        return row
    reasons = reasons_of(row)[0] + [WHOLE_FILE + reason.replace(_NEXT, ', ') for reason in shared]
    return {**row, 'status': DOUBTFUL if reasons else FITTED, 'message': _NEXT.join(reasons)}
