"""The camera step and the stages through chumpy's own minimiser, one problem after the other."""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from ..base.compat import chumpy as ch
from ..chumpy_objective import chumpy_terms
from ..objective import EnergyModel
from .camera_step import Camera, GuessTranslation, Torso
from .chumpy_camera import camera_terms
from .dogleg import PUBLISHED, OnMoved
from .optimizers import Optimizer
from .problem import Problem, StageResult
from .schedule import OnStage, Start

#: Evaluations that a sound problem never needs: it takes some dozens.
_MOST_EVALUATIONS = 2000


def camera_chumpy(problems: Sequence[Problem], torso: Torso, guess_translation: GuessTranslation,
                  orientations: Sequence[np.ndarray], on_moved: OnMoved | None = None) -> list[Camera]:
    """As camera_step.camera_dogleg, through chumpy's own minimiser."""
    out = []
    for row, (problem, first) in enumerate(zip(problems, orientations)):
        guess = guess_translation(problem.joints[None], np.array([problem.focal]))[0]
        translation, orientation = ch.array(guess), ch.array(first)
        terms = camera_terms(torso, problem.joints, problem.focal, problem.centre, guess, translation, orientation)
        steps = minimise_chumpy(terms, [translation, orientation],
                                None if on_moved is None else partial(on_moved, row))
        out.append(Camera(translation.r.copy(), orientation.r.copy(), steps))
    return out


def run_chumpy(model: EnergyModel, starts: Sequence[Start],
               on_moved: OnStage | None = None) -> Iterator[tuple[int, list[StageResult]]]:
    """As schedule.run_dogleg, through chumpy's own minimiser, one start after the other."""
    for position, start in enumerate(starts):
        yield position, _run_start(model, start, None if on_moved is None else partial(on_moved, position))


def _run_start(model: EnergyModel, start: Start,
               on_moved: Callable[[int, np.ndarray, float], None] | None) -> list[StageResult]:
    """The StageResults of one start; ``on_moved`` is told its stage, x and energy at its start and accepted steps."""
    n_betas = model.body.n_betas
    betas, pose = ch.array(start.x[:n_betas]), ch.array(start.x[n_betas:])
    results = []
    for stage, weights in enumerate(start.stages):
        terms = chumpy_terms(model, start.problem, start.translation, weights, betas, pose)
        steps = minimise_chumpy(terms, [betas, pose], None if on_moved is None else partial(on_moved, stage))
        energies = {name: float(np.square(term.r).sum()) for name, term in terms.items()}
        results.append(StageResult(steps, energies, np.concatenate([betas.r, pose.r])))
    return results


def minimise_chumpy(terms: Mapping[str, ch.Ch], variables: Sequence[ch.Ch],
                    on_moved: Callable[[np.ndarray, float], None] | None = None) -> int:
    """``ch.minimize`` with the published options; returns the accepted steps.

    ``on_moved`` is told of all variables in a row, and the sum of squares, at the start and every accepted step.
    Where numbers are no longer finite the variables become NaN, as in dogleg.Dogleg; chumpy alone would go on for
    ever. chumpy collects garbage in every derivative; freezing what is loaded makes that cheap.
    """
    if not all(np.isfinite(variable.r).all() for variable in variables):
        return 0
    calls: list[Any] = []

    def count(objective: Any) -> None:
        if on_moved is not None:
            on_moved(np.concatenate([variable.r for variable in variables]),
                     sum(float(np.square(term.r).sum()) for term in terms.values()))
        calls.append(objective)  # the first call comes before the first step

    options = {**PUBLISHED._asdict(), 'disp': False, 'max_fevals': _MOST_EVALUATIONS}
    gc.freeze()
    try:
        with np.errstate(all='ignore'):
            ch.minimize(dict(terms), x0=variables, method='dogleg', callback=count, options=options)
        lost = calls[0].fevals >= _MOST_EVALUATIONS
    except np.linalg.LinAlgError:
        lost = True
    finally:
        gc.unfreeze()
    for variable in variables if lost else ():
        variable.x = np.full(variable.shape, np.nan)
    return len(calls) - 1


CHUMPY = Optimizer(camera_chumpy, run_chumpy)
