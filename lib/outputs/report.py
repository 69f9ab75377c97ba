"""What a run says when it ends: how many were fitted, skipped, failed, and how well."""

import numpy as np

from .metrics import joint_error, load_true_joints


class Report:
    """Counts Outcomes of an lsp.LspDataset, and measures them against its ground truth where it has one."""

    def __init__(self, data, out_dir, skipped):
        self._out_dir, self._skipped = out_dir, skipped
        self._truth = load_true_joints(data.inputs.get('ground_truth', ''), len(data))
        self._reprojection, self._joint_errors = [], []
        self.failed = {}

    def add(self, outcome):
        """Count an Outcome."""
        row = outcome.row
        if outcome.failed:
            self.failed[row['index']] = row['message']
            return
        self._reprojection.append(float(row['reprojection_px']))
        if self._truth is not None:
            truth = self._truth[row['index']]
            self._joint_errors.append([joint_error(outcome.joints, truth, aligned) for aligned in (True, False)])

    @staticmethod
    def line(outcome):
        """One line about an Outcome."""
        row = outcome.row
        if outcome.failed:
            return f"{row['index']:04d} failed: {row['message']}"
        steps = ' '.join(str(row[f'steps_{stage}']) for stage in range(1, 5))
        return (f"{row['index']:04d} {row['file']}: {float(row['reprojection_px']):.2f} px, energy "
                f"{float(row['energy']):.0f}, steps {steps}, {float(row['seconds']) * 1e3:.0f} ms")

    def failures(self):
        """A line per image that failed."""
        return [f'failed: {index:04d} {self.failed[index]}' for index in sorted(self.failed)]

    def summary(self):
        """The closing lines."""
        fitted = len(self._reprojection)
        lines = [f'{fitted} fitted, {self._skipped} skipped (had results), {len(self.failed)} failed; '
                 f'results in {self._out_dir}']
        judged = [error for error in self._reprojection if not np.isnan(error)]
        if judged:
            lines.append(f'mean reprojection error {np.mean(judged):.2f} px (confident joints, pixels of the photographs)')
        if self._joint_errors:
            aligned, plain = np.mean(self._joint_errors, axis=0) * 1e3
            lines.append(f'mean joint error against the ground truth {aligned:.0f} mm after Procrustes alignment, '
                         f'{plain:.0f} mm with pelvises together')
        return lines
