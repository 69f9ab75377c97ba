"""What a run says when it ends: how many were fitted, doubtful, skipped, failed, and how well."""

from collections.abc import Collection, Iterable, Mapping

import numpy as np

from ..base.errors import printable
from .metrics import joint_error
from .summary import DOUBTFUL, FAILED, FITTED, Row, reasons_of, summary_path

_NAMED_DOUBTFUL, _NAMED_FAILED = 10, 50  # images that are told one by one


class Report:
    """Counts the rows of a run, and measures its bodies where the ``truth`` (N, 24, 3), metres, is known.

    ``skipped`` are the indices of the images that had results.
    """

    def __init__(self, out_dir: str, skipped: Collection[int], truth: np.ndarray | None = None) -> None:
        self._out_dir, self._skipped, self._truth = out_dir, skipped, truth
        self._joint_errors: list[list[float]] = []
        self._rows: dict[int, Row] = {}

    def add(self, row: Row, joints: np.ndarray | None) -> None:
        """Count the row of an image and, where it was fitted, its ``joints`` (24, 3), metres."""
        index = int(row['index'])
        self._rows[index] = row
        if joints is not None and self._truth is not None and np.isfinite(self._truth[index]).all():
            self._joint_errors.append([joint_error(joints, self._truth[index], aligned) for aligned in (True, False)])

    @property
    def any_failed(self) -> bool:
        return _count(self._rows.values(), FAILED) > 0

    def failures(self) -> list[str]:
        """A line for each image that failed, and one for all beyond the first fifty."""
        failed = [index for index in sorted(self._rows) if self._rows[index]['status'] == FAILED]
        lines = [f"failed: {index:04d} {printable(self._rows[index]['message'])}" for index in failed]
        return self._first(lines, _NAMED_FAILED, FAILED)

    def summary(self, rows: Mapping[int, Row]) -> list[str]:
        """The closing lines; ``rows`` are those of the whole folder, as the summary has them in the end."""
        now = {index: rows.get(index, row) for index, row in self._rows.items()}
        had = {index: rows[index] for index in self._skipped if index in rows}
        fitted, doubtful, failed = (_count(now.values(), status) for status in (FITTED, DOUBTFUL, FAILED))
        before = _count(had.values(), DOUBTFUL)
        skipped = f'{len(self._skipped)} skipped (had results{f", {before} of them doubtful" if before else ""})'
        lines = [f'{fitted} fitted, {doubtful} doubtful, {skipped}, {failed} failed; results in '
                 f'{printable(self._out_dir)}']
        return [*lines, *self._errors(now.values()), *self._doubts({**had, **now})]

    def _errors(self, rows: Iterable[Row]) -> list[str]:
        """How far the bodies of this run are from their joints, and from the truth."""
        lines = []
        errors = [float(row['reprojection_px']) for row in rows if row['status'] != FAILED]
        judged = [error for error in errors if not np.isnan(error)]
        if judged:
            lines.append(f'mean reprojection error {np.mean(judged):.2f} px (confident joints, pixels of the '
                         'photographs)')
        if self._joint_errors:
            aligned, plain = np.mean(self._joint_errors, axis=0) * 1e3
            lines.append(f'mean joint error against the ground truth {aligned:.0f} mm after Procrustes alignment, '
                         f'{plain:.0f} mm with pelvises together')
        return lines

    def _doubts(self, rows: Mapping[int, Row]) -> list[str]:
        """What is doubtful of the whole file, and a line for each image that is doubtful for itself."""
        of_all: dict[str, None] = {}
        lines = []
        for index in sorted(rows):
            own, shared = reasons_of(rows[index])
            of_all.update(dict.fromkeys(shared))
            if own:
                lines.append(f"doubtful: {index:04d} {printable(rows[index]['file'])}: {printable('; '.join(own))}")
        return [f'doubtful: all images: {printable(reason)}' for reason in of_all] + self._first(
            lines, _NAMED_DOUBTFUL, DOUBTFUL)

    def _first(self, lines: list[str], count: int, status: str) -> list[str]:
        """The first ``count`` lines, and one that says how many more there are."""
        if len(lines) <= count:
            return lines
        return [*lines[:count], f'and {len(lines) - count} more {status}; see {printable(summary_path(self._out_dir))}']


def _count(rows: Iterable[Row], status: str) -> int:
    return sum(row['status'] == status for row in rows)


def row_line(row: Row) -> str:
    """One line about an image, as it ends."""
    if row['status'] == FAILED:
        return f"{int(row['index']):04d} failed: {printable(row['message'])}"
    steps = ' '.join(row[f'steps_{stage}'] for stage in range(1, 5))
    doubt = f"; doubtful: {printable(row['message'])}" if row['status'] == DOUBTFUL else ''
    return (f"{int(row['index']):04d} {printable(row['file'])}: {float(row['reprojection_px']):.2f} px, energy "
            f"{float(row['energy']):.0f}, steps {steps}, {float(row['seconds']) * 1e3:.0f} ms{doubt}")
