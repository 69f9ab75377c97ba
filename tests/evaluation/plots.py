"""The pictures of EVALUATION.md: error against noise and against the number of joints given."""

import matplotlib
import numpy as np

from tests.evaluation.experiments import JOINT_COUNTS, NOISE, NOISES, Sight
from tests.evaluation.measures import MEASURES
from tests.evaluation.methods import KNOWN_CAMERA, MAIN

matplotlib.use('Agg')
from matplotlib import pyplot

_LABELS = {'shape': 'vertex error of the shape in rest pose, mm', 'pa_joints': 'joint error after Procrustes, mm'}


def draw_plots(out, results, mean_shape_errors):
    """``shape_error.png`` and ``joint_error.png`` in ``out``: mean and standard error of all people.

    ``mean_shape_errors`` (N,) in mm are those of guessing the mean shape.
    """
    for name, measure, guess in (('shape_error', 'shape', np.mean(mean_shape_errors)),
                                 ('joint_error', 'pa_joints', None)):
        figure, axes = pyplot.subplots(1, 2, figsize=(11, 4.2), sharey=True)
        _curves(axes[0], results, measure, NOISES, [Sight(noise=noise) for noise in NOISES])
        _curves(axes[1], results, measure, JOINT_COUNTS, [Sight(joints=count) for count in JOINT_COUNTS])
        axes[0].set_xlabel('standard deviation of the noise, pixels')
        axes[1].set_xlabel(f'joints given ({NOISE:g} px noise)')
        axes[0].set_ylabel(_LABELS[measure])
        for axis in axes:
            if guess is not None:
                axis.axhline(guess, color='black', linewidth=1., label='guessing the mean shape')
            axis.grid(alpha=.3)
            axis.set_ylim(0)
        axes[0].legend(fontsize=8)
        figure.tight_layout()
        figure.savefig(out / f'{name}.png', dpi=100)
        pyplot.close(figure)


def _curves(axis, results, measure, positions, sights):
    column = MEASURES.index(measure)
    for number, method in enumerate((*MAIN, KNOWN_CAMERA)):
        if any((sight, method) not in results for sight in sights):
            continue
        values = [results[sight, method][0][:, column] for sight in sights]
        spread = [np.nanstd(value) / np.sqrt(np.isfinite(value).sum()) for value in values]
        axis.errorbar(positions, [np.nanmean(value) for value in values], spread, label=method.name, capsize=2,
                      color=f'C{number}', linestyle='--' if method is KNOWN_CAMERA else '-')
