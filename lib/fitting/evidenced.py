"""Problems of which more is known than a photograph: fitted with the body's place found along.

Calibrated views and 3D points are fitted in all stages of the schedule, from the initial pose turned onto them; another
program's estimate in the last alone, from itself. FitOptions.restarts of views begin at the prior's Gaussians.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..base.errors import InputError
from ..body.skeleton import TRACKED_LSP
from ..evidence.anchor import Anchor
from ..evidence.objective import Evidence, EvidenceObjective, split
from ..evidence.photograph import Photograph
from ..evidence.points3d import Points3d
from ..evidence.views import Views
from ..objective import JOINT_WEIGHTS, STAGES, EnergyModel, Weights, detections_of
from .dogleg import OnMoved, minimise
from .first_places import in_camera, into_view, onto_points
from .problem import Fit, FitOptions, Problem, StageResult, stack
from .restarts import STAGES_LEFT, different
from .schedule import SLOTS
from .view_starts import into_views, rays_of

#: What a radian away from an estimate counts where nobody says: this over the px by which the estimate misses what is
#: known, beyond those that joints are off anyway, within these bounds (tests/evaluation/NOTES.md).
NEAR, USUAL_MISS, NEAR_BOUNDS = 700., 3.5, (10., 250.)

#: Told of the start of every stage and every accepted step: position of the problem, its run, stage counted from the
#: first of the schedule, x = [betas, pose, translation], energy.
OnStep = Callable[[int, int, int, np.ndarray, float], None]


@dataclass(frozen=True, eq=False)
class _Started:
    """A run of the problem at ``position``, with its points in the frame of its fit: begins at ``x``, with some
    ``stages`` left to do."""

    position: int
    problem: Problem
    x: np.ndarray
    stages: tuple[Weights, ...]
    run: int = 0


def _photograph(problems: Sequence[Problem]) -> Evidence:
    joints, confidence = zip(*map(detections_of, problems))
    return Photograph(np.array(joints), np.array(confidence), stack(problems, 'focal'), stack(problems, 'centre'))


def _points3d(problems: Sequence[Problem]) -> Evidence:
    points3d = stack(problems, 'points3d')
    return Points3d(points3d[..., :3], points3d[..., 3])


def _views(problems: Sequence[Problem]) -> Evidence:
    rays = [rays_of(problem.views) for problem in problems]
    joints, confidence, *cameras = (np.array(arrays) for arrays in zip(*rays))
    counted = confidence[..., TRACKED_LSP] * JOINT_WEIGHTS
    return Views(np.nan_to_num(joints[..., TRACKED_LSP, :]), counted, *cameras)


#: What each kind of evidence is told by in a Problem, and made by from several that have it.
_KINDS: Mapping[str, tuple[Callable[[Problem], bool], Callable[[Sequence[Problem]], Evidence]]] = {
    'photograph': (lambda problem: bool(problem.confidence.any()), _photograph),
    'views': (lambda problem: len(problem.views) > 0, _views),
    'points3d': (lambda problem: problem.points3d is not None, _points3d)}


def fit_evidenced(problems: Mapping[int, Problem], model: EnergyModel, initial: np.ndarray, stages: Sequence[Weights],
                  options: FitOptions, on_step: OnStep | None) -> Iterator[tuple[int, Fit | InputError]]:
    """Fit the ``problems`` of one gender, by position, from the ``initial`` pose (72,) where there is no estimate.

    Yields (position, Fit or InputError).
    """
    started: list[_Started] = []
    for position, problem in problems.items():
        try:
            started += _starts(position, problem, model, initial, tuple(stages), options)
        except InputError as error:
            yield position, error
    runs: dict[int, dict[int, Fit | InputError]] = {}
    count = Counter(one.position for one in started)
    for group in _alike(started):
        for one, fit in _fit_together(group, model, options.stay_near, on_step):
            own = runs.setdefault(one.position, {})
            own[one.run] = fit
            if len(own) == count[one.position]:
                yield one.position, _best([own[run] for run in sorted(own)], options.restarts == 'gmm')


def _alike(started: Sequence[_Started]) -> Iterator[list[_Started]]:
    """Those of which the same is known and the same left to do, no more than fit side by side."""
    groups: dict[Hashable, list[_Started]] = {}
    for one in started:
        groups.setdefault((_kinds(one.problem), len(one.problem.views), one.stages), []).append(one)
    for group in groups.values():
        yield from (group[first:first + SLOTS] for first in range(0, len(group), SLOTS))


def _kinds(problem: Problem) -> tuple[str, ...]:
    """What is known of a problem."""
    known = [name for name, (has, _) in _KINDS.items() if has(problem)]
    return (*known, *['estimate'] * (problem.estimate is not None))


def _starts(position: int, problem: Problem, model: EnergyModel, initial: np.ndarray, stages: tuple[Weights, ...],
            options: FitOptions) -> list[_Started]:
    """Where a problem begins. Raises InputError where what is known of it does not agree, or is too little."""
    estimate, body = problem.estimate, model.body
    betas, pose = np.zeros(body.n_betas), initial if estimate is None else estimate.pose
    if estimate is not None:
        given = estimate.betas[:body.n_betas]
        betas[:len(given)] = given
        stages = stages[-1:]
    if problem.confidence.any() and problem.points3d is not None:
        problem = replace(problem, points3d=in_camera(problem))
    if problem.points3d is not None:
        places = [onto_points(body, betas, pose, problem.points3d, whole=estimate is not None)]
    elif problem.views:
        places = into_views(body, betas, pose, problem.views, estimate is not None, options.side_view_threshold)
    else:
        places = [(pose, into_view(body, betas, pose, problem))]
    runs = [(place, stages) for place in places]
    if options.restarts == 'gmm' and problem.views and estimate is None:
        runs += [(into_views(body, betas, np.append(initial[:3], mean), problem.views, False, 0.)[0],
                  stages[-STAGES_LEFT:]) for mean in different(model.prior.means)]
    return [_Started(position, problem, np.concatenate([betas, *place]), left, run)
            for run, (place, left) in enumerate(runs)]


def _best(runs: Sequence[Fit | InputError], by_energy: bool) -> Fit | InputError:
    """Of all runs of a problem that with the smaller image error, or total energy, the first on a tie."""
    fits = [run for run in runs if not isinstance(run, InputError)]
    if not fits:
        return runs[0]
    ends = [fit.final.energies for fit in fits]
    chosen = int(np.argmin([sum(end.values()) if by_energy else end.get('j2d', 0.) for end in ends]))
    return replace(fits[chosen], runs=tuple(fit.runs[0] for fit in fits), chosen=chosen)


def _fit_together(group: Sequence[_Started], model: EnergyModel, stay_near: float | None,
                  on_step: OnStep | None) -> Iterator[tuple[_Started, Fit | InputError]]:
    """Fit runs of problems of which the same kinds of evidence are known, in the same stages."""
    kinds, stages = _kinds(group[0].problem), group[0].stages
    evidence = [make([started.problem for started in group]) for name, (_, make) in _KINDS.items() if name in kinds]
    x = np.array([started.x for started in group])
    if 'estimate' in kinds:
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
        yield started, _fit_of(started.problem, end, found)


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
        one = group[row]
        on_step(one.position, one.run, len(STAGES) - len(one.stages) + stage, x.copy(), energy)
    return report


def _fit_of(problem: Problem, x: np.ndarray, results: Sequence[StageResult]) -> Fit | InputError:
    betas, pose, translation = split(x)
    if not np.isfinite([*x, *results[-1].energies.values()]).all():
        return InputError('the fit diverged: its numbers are no longer finite')
    return Fit(cam_t=translation.copy(), f=np.full(2, float(problem.focal)), pose=pose.copy(), betas=betas.copy(),
               body='', runs=(tuple(results),), chosen=0, camera_steps=0)
