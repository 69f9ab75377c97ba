"""What a run says when it ends: how many were fitted, doubtful, skipped, failed, and how well."""

from collections import Counter
from collections.abc import Collection, Mapping

import numpy as np

from ..base.errors import printable
from .metrics import joint_error
from .summary import DOUBTFUL, FAILED, FITTED, Row, reasons_of, summary_path

_NAMED_DOUBTFUL, _NAMED_FAILED = 10, 50  # images that are told one by one


class Report:
    """Counts the images of a run, and measures its bodies where the ``truth`` (N, 24, 3), metres, is known.

    ``skipped`` are the indices of the images that had results and all files.
    """

    def __init__(self, out_dir: str, skipped: Collection[int], truth: np.ndarray | None = None) -> None:
        self._out_dir, self._skipped, self._truth = out_dir, set(skipped), truth
        self._fitted: set[int] = set()
        self._given_files: set[int] = set()
        self._failed: dict[int, str] = {}
        self._joint_errors: list[tuple[float, float]] = []

    def add(self, row: Row, joints: np.ndarray | None) -> None:
        """Count the row of an image and, where it was fitted, its ``joints`` (24, 3), metres."""
        index = int(row['index'])
        if row['status'] == FAILED:
            self._failed[index] = row['message']
            return
        self._fitted.add(index)
        if joints is not None and self._truth is not None and np.isfinite(self._truth[index]).all():
            aligned, plain = (joint_error(joints, self._truth[index], aligned) for aligned in (True, False))
            self._joint_errors.append((aligned, plain))

    def add_files(self, index: int, error: str | None) -> None:
        """Count an image whose result got files, or the ``error`` that kept them from being made."""
        if error is None:
            self._given_files.add(index)
        else:
            self._failed[index] = f'{error}; its result stays, without these files'

    @property
    def any_failed(self) -> bool:
        """Whether an image failed."""
        return bool(self._failed)

    def failures(self) -> list[str]:
        """A line for each image that failed, and one for all beyond the first fifty."""
        lines = [f'failed: {index:04d} {printable(self._failed[index])}'
                 for index in sorted(self._failed)[:_NAMED_FAILED]]
        return self._first(lines, len(self._failed), FAILED)

    def summary(self, rows: Mapping[int, Row]) -> list[str]:
        """The closing lines; ``rows`` are those of the whole folder, as the summary has them in the end."""
        now, had, doubts = Counter[str](), Counter[str](), _Doubts()
        errors = _Mean()
        for index, row in rows.items():
            if index in self._fitted:
                now[row['status']] += 1
                errors.add(float(row['reprojection_px']))
            elif index in self._skipped or index in self._given_files:
                had[row['status']] += 1
            else:
                continue
            doubts.add(row)
        before = f', {had[DOUBTFUL]} of them doubtful' if had[DOUBTFUL] else ''
        files = f' and {len(self._given_files)} given files only' if self._given_files else ''
        lines = [f'{now[FITTED]} fitted, {now[DOUBTFUL]} doubtful, {len(self._skipped)} skipped{files} (had results'
                 f'{before}), {len(self._failed)} failed; results in {printable(self._out_dir)}']
        return [*lines, *self._errors(errors), *doubts.of_all(), *self._first(doubts.lines, doubts.count, DOUBTFUL)]

    def _errors(self, errors: '_Mean') -> list[str]:
        """How far the bodies of this run are from their joints, and from the truth."""
        lines = []
        if errors.count:
            lines.append(f'mean reprojection error {errors.total / errors.count:.2f} px (confident joints, pixels of '
                         'the photographs)')
        if self._joint_errors:
            aligned, plain = np.mean(self._joint_errors, axis=0) * 1e3
            lines.append(f'mean joint error against the ground truth {aligned:.0f} mm after Procrustes alignment, '
                         f'{plain:.0f} mm with pelvises together')
        return lines

    def _first(self, lines: list[str], count: int, status: str) -> list[str]:
        """``lines``, the first of ``count``, and one that says how many more there are."""
        if len(lines) == count:
            return lines
        return [*lines, f'and {count - len(lines)} more {status}; see {printable(summary_path(self._out_dir))}']


class _Mean:
    """Of the numbers that are some."""

    def __init__(self) -> None:
        self.total, self.count = 0., 0

    def add(self, value: float) -> None:
        if not np.isnan(value):
            self.total, self.count = self.total + value, self.count + 1


class _Doubts:
    """What is doubtful of the whole file, and of how many images for themselves, with ``lines`` for the first."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.count = 0
        self._of_all: dict[str, None] = {}

    def add(self, row: Row) -> None:
        own, shared = reasons_of(row)
        self._of_all.update(dict.fromkeys(shared))
        if own:
            self.count += 1
            if len(self.lines) < _NAMED_DOUBTFUL:
                self.lines.append(f"doubtful: {int(row['index']):04d} {printable(row['file'])}: "
                                  f"{printable('; '.join(own))}")

    def of_all(self) -> list[str]:
        return [f'doubtful: all images: {printable(reason)}' for reason in self._of_all]


def row_line(row: Row) -> str:
    """One line about an image, as it ends."""
    if row['status'] == FAILED:
        return f"{int(row['index']):04d} failed: {printable(row['message'])}"
    steps = ' '.join(row[f'steps_{stage}'] for stage in range(1, 5))
    doubt = f"; doubtful: {printable(row['message'])}" if row['status'] == DOUBTFUL else ''
    return (f"{int(row['index']):04d} {printable(row['file'])}: {float(row['reprojection_px']):.2f} px, energy "
            f"{float(row['energy']):.0f}, steps {steps}, {float(row['seconds']) * 1e3:.0f} ms{doubt}")
