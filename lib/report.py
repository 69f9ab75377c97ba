"""What a run says when it ends: how many were fitted, skipped, failed, and how well."""

import numpy as np

from .metrics import joint_error, load_true_joints


class Report:
    """Counts Outcomes of a data set, and measures them against its ground truth where it has one."""

    def __init__(self, data, out_dir, skipped):
        self._out_dir, self._skipped = out_dir, skipped
        self._truth = load_true_joints(data.ground_truth_path, len(data))
        self._fitted, self.failed = [], []

    def add(self, outcome):
        (self._fitted if outcome.error is None else self.failed).append(outcome)

    def line(self, outcome):
        """One line about an Outcome."""
        if outcome.error is not None:
            return f'{outcome.index:04d} {outcome.error}'
        steps = ' '.join(str(stage.steps) for stage in outcome.fit.runs[outcome.fit.chosen])
        return (f'{outcome.index:04d} {outcome.name}: {outcome.reprojection:.2f} px, steps {steps}, '
                f'{outcome.seconds * 1e3:.0f} ms')

    def errors(self):
        """A line per image that failed."""
        return [f'failed: {outcome.index:04d} {outcome.error}' for outcome in sorted(self.failed, key=lambda o: o.index)]

    def summary(self):
        """The closing lines."""
        lines = [f'{len(self._fitted)} fitted, {self._skipped} skipped (had results), {len(self.failed)} failed; '
                 f'results in {self._out_dir}']
        if self._fitted:
            error = np.nanmean([outcome.reprojection for outcome in self._fitted])
            lines.append(f'mean reprojection error {error:.2f} px (confident joints, pixels of the photographs)')
        if self._fitted and self._truth is not None:
            errors = [[joint_error(outcome.joints, self._truth[outcome.index], aligned) for aligned in (True, False)]
                      for outcome in self._fitted]
            aligned, plain = np.mean(errors, axis=0) * 1e3
            lines.append(f'mean joint error against the ground truth {aligned:.0f} mm after Procrustes alignment, '
                         f'{plain:.0f} mm at the pelvis')
        return lines
