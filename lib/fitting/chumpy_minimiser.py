"""The camera step and the stages through chumpy's own minimiser, one problem after the other."""

import gc

import chumpy as ch
import numpy as np

from ..objective import chumpy_terms
from .camera_step import camera_terms
from .dogleg import DOGLEG_OPTIONS
from .problem import StageResult


def camera_chumpy(problems, torso, guess_translation, orientations):
    """As camera_step.camera_dogleg, through chumpy's own minimiser."""
    out = []
    for problem, first in zip(problems, orientations):
        guess = guess_translation(problem.joints[None], np.array([problem.focal]))[0]
        translation, orientation = ch.array(guess), ch.array(first)
        terms = camera_terms(torso, problem.joints, problem.focal, problem.centre, guess, translation, orientation)
        steps = minimise_chumpy(terms, [translation, orientation])
        out.append((translation.r.copy(), orientation.r.copy(), steps))
    return out


def run_chumpy(setting, starts, on_step=None):
    """As schedule.run_dogleg, through chumpy's own minimiser, one start after the other."""
    for position, start in enumerate(starts):
        n_betas = setting.body.n_betas
        betas, pose = ch.array(start.x[:n_betas]), ch.array(start.x[n_betas:])
        results = []
        for stage, weights in enumerate(start.stages):
            terms = chumpy_terms(setting, start.problem, start.translation, weights, betas, pose)

            def report(_, stage=stage):
                if on_step is not None:
                    on_step(position, stage, np.concatenate([betas.r, pose.r]))

            steps = minimise_chumpy(terms, [betas, pose], report)
            energies = {name: float(np.square(term.r).sum()) for name, term in terms.items()}
            results.append(StageResult(steps, energies, np.concatenate([betas.r, pose.r])))
        yield position, results


def minimise_chumpy(terms, variables, on_step=None):
    """``ch.minimize`` with the published options; returns the accepted steps.

    chumpy collects garbage in every derivative; freezing what is loaded makes that cheap.
    """
    calls = []

    def count(objective):
        if calls and on_step is not None:  # the first call comes before the first step
            on_step(objective)
        calls.append(None)

    gc.freeze()
    try:
        ch.minimize(terms, x0=variables, method='dogleg', callback=count, options={**DOGLEG_OPTIONS, 'disp': False})
    finally:
        gc.unfreeze()
    return len(calls) - 1
