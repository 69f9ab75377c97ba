"""Problems of which more is known than a photograph: from one start each, with the body's place found along.

3D points are fitted in all stages of the schedule, from the initial pose turned onto them; another program's estimate
in the last alone, from itself.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..base.errors import InputError
from ..evidence.anchor import Anchor
from ..evidence.objective import Evidence, EvidenceObjective, split
from ..evidence.photograph import Photograph
from ..evidence.points3d import Points3d
from ..objective import EnergyModel, Weights, detections_of
from .dogleg import OnMoved, minimise
from .first_places import in_camera, into_view, onto_points
from .problem import Fit, Problem, StageResult, stack
from .schedule import SLOTS

#: What a radian away from an estimate counts where nobody says: this over the px by which the estimate misses what is
#: known, beyond those that joints are off anyway, within these bounds (tests/evaluation/tune.py).
NEAR, USUAL_MISS, NEAR_BOUNDS = 500., 2.5, (10., 250.)

#: Told of the start of every stage and every accepted step: position of the problem, stage counted from the first of
#: the schedule, x = [betas, pose, translation], energy.
OnStep = Callable[[int, int, np.ndarray, float], None]


@dataclass(frozen=True, eq=False)
class _Started:
    """A problem at ``position``, with its points in the frame of its fit, that begins at ``x``."""

    position: int
    problem: Problem
    x: np.ndarray


def _photograph(problems: Sequence[Problem]) -> Evidence:
    joints, confidence = zip(*map(detections_of, problems))
    return Photograph(np.array(joints), np.array(confidence), stack(problems, 'focal'), stack(problems, 'centre'))


def _points3d(problems: Sequence[Problem]) -> Evidence:
    points3d = stack(problems, 'points3d')
    return Points3d(points3d[..., :3], points3d[..., 3])


#: What each kind of evidence is told by in a Problem, and made by from several that have it.
_KINDS: Mapping[str, tuple[Callable[[Problem], bool], Callable[[Sequence[Problem]], Evidence]]] = {
    'photograph': (lambda problem: bool(problem.confidence.any()), _photograph),
    'points3d': (lambda problem: problem.points3d is not None, _points3d)}


def fit_evidenced(problems: Mapping[int, Problem], model: EnergyModel, initial: np.ndarray, stages: Sequence[Weights],
                  stay_near: float | None, on_step: OnStep | None) -> Iterator[tuple[int, Fit | InputError]]:
    """Fit the ``problems`` of one gender, by position, from the ``initial`` pose (72,) where there is no estimate.

    ``stay_near`` as FitOptions has it. Yields (position, Fit or InputError).
    """
    groups: dict[tuple[str, ...], list[_Started]] = {}
    for position, problem in problems.items():
        try:
            started = _started(position, problem, model, initial)
        except InputError as error:
            yield position, error
            continue
        known = [name for name, (has, _) in _KINDS.items() if has(problem)]
        groups.setdefault((*known, *['estimate'] * (problem.estimate is not None)), []).append(started)
    for kinds, group in groups.items():
        for first in range(0, len(group), SLOTS):
            yield from _fit_together(kinds, group[first:first + SLOTS], model, stages, stay_near, on_step)


def _started(position: int, problem: Problem, model: EnergyModel, initial: np.ndarray) -> _Started:
    """Where a problem begins. Raises InputError where what is known of it does not agree, or is too little."""
    estimate, body = problem.estimate, model.body
    betas, pose = np.zeros(body.n_betas), initial if estimate is None else estimate.pose
    if estimate is not None:
        given = estimate.betas[:body.n_betas]
        betas[:len(given)] = given
    if problem.points3d is None:
        return _Started(position, problem, np.concatenate([betas, pose, into_view(body, betas, pose, problem)]))
    if problem.confidence.any():
        problem = replace(problem, points3d=in_camera(problem))
    assert problem.points3d is not None
    pose, translation = onto_points(body, betas, pose, problem.points3d, whole=estimate is not None)
    return _Started(position, problem, np.concatenate([betas, pose, translation]))


def _fit_together(kinds: Sequence[str], group: Sequence[_Started], model: EnergyModel, stages: Sequence[Weights],
                  stay_near: float | None, on_step: OnStep | None) -> Iterator[tuple[int, Fit | InputError]]:
    """Fit problems of which the same ``kinds`` of evidence are known."""
    evidence = [make([started.problem for started in group]) for name, (_, make) in _KINDS.items() if name in kinds]
    x = np.array([started.x for started in group])
    if 'estimate' in kinds:
        stages = stages[-1:]
        evidence.append(_anchor(evidence, model, stages[0], x, stay_near))
    results: list[list[StageResult]] = [[] for _ in group]
    rows = np.arange(len(group))
    for stage, weights in enumerate(stages):
        objective = EvidenceObjective(model, evidence, weights)
        report = None if on_step is None else _reporter(group, stage, on_step)
        x, steps = minimise(objective, x, on_moved=report)
        with np.errstate(all='ignore'):  # of fits that diverged
            squares = objective.evaluate(x, rows).squares
        for row, found in enumerate(results):
            energies = dict(zip(objective.terms, squares[:, row].tolist()))
            found.append(StageResult(int(steps[row]), energies, x[row, :-3].copy()))
    for started, end, found in zip(group, x, results):
        yield started.position, _fit_of(started.problem, end, found)


def _anchor(evidence: Sequence[Evidence], model: EnergyModel, weights: Weights, x: np.ndarray,
            stay_near: float | None) -> Anchor:
    """The estimates at which the problems begin, each with what it counts."""
    objective, pose = EvidenceObjective(model, evidence, weights), split(x)[1]
    if stay_near is not None:
        return Anchor(pose, np.full(len(x), float(stay_near)))
    squares = objective.evaluate(x, np.arange(len(x))).squares[:len(evidence)].sum(axis=0)
    miss = squares / sum(term.strength for term in evidence)
    return Anchor(pose, np.clip(NEAR / np.sqrt(np.maximum(miss - USUAL_MISS ** 2, 1e-9)), *NEAR_BOUNDS))


def _reporter(group: Sequence[_Started], stage: int, on_step: OnStep) -> OnMoved:
    def report(row: int, x: np.ndarray, energy: float) -> None:
        on_step(group[row].position, stage, x.copy(), energy)
    return report


def _fit_of(problem: Problem, x: np.ndarray, results: Sequence[StageResult]) -> Fit | InputError:
    betas, pose, translation = split(x)
    if not np.isfinite([*x, *results[-1].energies.values()]).all():
        return InputError('the fit diverged: its numbers are no longer finite')
    return Fit(cam_t=translation.copy(), f=np.full(2, float(problem.focal)), pose=pose.copy(), betas=betas.copy(),
               body='', runs=(tuple(results),), chosen=0, camera_steps=0)
