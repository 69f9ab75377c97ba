"""The camera step and the stages through chumpy's own minimiser, one problem after the other."""

import gc

import numpy as np

from ..base.compat import chumpy as ch
from ..objective import chumpy_terms
from .camera_step import camera_terms
from .dogleg import DOGLEG_OPTIONS
from .problem import StageResult

#: Evaluations that a sound problem never needs: it takes some dozens.
_MOST_EVALUATIONS = 2000


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

    Where numbers are no longer finite the variables become NaN, as in dogleg.Dogleg; chumpy alone would go on for
    ever. chumpy collects garbage in every derivative; freezing what is loaded makes that cheap.
    """
    if not all(np.isfinite(variable.r).all() for variable in variables):
        return 0
    calls = []

    def count(objective):
        if calls and on_step is not None:  # the first call comes before the first step
            on_step(objective)
        calls.append(objective)

    options = {**DOGLEG_OPTIONS, 'disp': False, 'max_fevals': _MOST_EVALUATIONS}
    gc.freeze()
    try:
        with np.errstate(all='ignore'):
            ch.minimize(terms, x0=variables, method='dogleg', callback=count, options=options)
        lost = calls[0].fevals >= _MOST_EVALUATIONS
    except np.linalg.LinAlgError:
        lost = True
    finally:
        gc.unfreeze()
    for variable in variables if lost else ():
        variable.x = np.full(variable.shape, np.nan)
    return len(calls) - 1
