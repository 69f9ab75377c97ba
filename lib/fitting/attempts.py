"""One person's 2D joints -> pose and shape: the camera step, then the four stages from one or both orientations."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import cv2
import numpy as np

from ..base.errors import InputError
from ..body.kinematics import TrackedBody, rotation_matrices
from ..body.skeleton import LSP_SHOULDERS, N_POSE, TORSO_LSP
from ..max_mixture_prior import MaxMixturePrior
from ..model_files import ModelSet
from ..objective import STAGES, EnergyModel
from . import optimizers
from .camera_step import Torso
from .dogleg import OnMoved
from .evidenced import fit_evidenced
from .one_view import into_world, only_view, photograph_of
from .optimizers import Optimizer
from .problem import Fit, FitOptions, Problem, StageResult, stack
from .restarts import UPRIGHT, restarts
from .schedule import SCHEDULES, OnStage, Schedule, Start

#: The stage of a Moment of the camera step.
CAMERA = -1


class Moment(NamedTuple):
    """Where a fit stands as a stage starts, or after a step: of the problem at ``position``, in its ``run``.

    ``stage`` counts from 0 to 3, CAMERA is the camera step; a restart begins with 2. ``x`` = [betas, pose]
    (n_betas + 72,), ``translation`` (3,) the camera's, metres; ``energy`` is the sum of squares of this stage's.
    """

    position: int
    run: int
    stage: int
    x: np.ndarray
    translation: np.ndarray
    energy: float


#: Told of the start of every stage and of every accepted step, but not of the camera steps of restarts.
OnMoment = Callable[[Moment], None]
#: The body turned to face the other way, for people seen from the side.
_ABOUT_FACE = np.array([0., np.pi, 0.])


def fit(problem: Problem, models: ModelSet, options: FitOptions = FitOptions(),
        on_moment: OnMoment | None = None) -> Fit:
    """Fit one Problem; ``on_moment`` is told of every Moment. Raises InputError where the joints cannot be fitted."""
    ((_, result),) = fit_many([problem], models, options, on_moment)
    if isinstance(result, InputError):
        raise result
    return result


def fit_many(problems: Sequence[Problem], models: ModelSet, options: FitOptions = FitOptions(),
             on_moment: OnMoment | None = None) -> Iterator[tuple[int, Fit | InputError]]:
    """Fit many Problems side by side; yields (position in problems, Fit or InputError) as they end.

    Of views of which one alone sees the person, Moments are in its camera's frame.
    """
    alone = {i: view for i, problem in enumerate(problems) if (view := only_view(problem)) is not None}
    problems = [photograph_of(alone[i], problem.gender) if i in alone else problem
                for i, problem in enumerate(problems)]
    for gender in sorted({problem.gender for problem in problems}):
        positions = [position for position, problem in enumerate(problems) if problem.gender == gender]
        report = None if on_moment is None else _told_for(positions, on_moment)
        for i, result in _fit_gender([problems[p] for p in positions], gender, models, options, report):
            view = alone.get(positions[i])
            if view is not None and isinstance(result, Fit):
                result = into_world(result, view, models.body(gender).tracked(options.n_betas))
            yield positions[i], result


def _told_for(positions: Sequence[int], on_moment: OnMoment) -> OnMoment:
    """``on_moment`` for problems that stand at ``positions`` among all."""
    def told(moment: Moment) -> None:
        on_moment(moment._replace(position=positions[moment.position]))
    return told


def _fit_gender(problems: Sequence[Problem], gender: str, models: ModelSet, options: FitOptions,
                on_moment: OnMoment | None) -> Iterator[tuple[int, Fit | InputError]]:
    """Fit Problems of one gender, which share a body."""
    optimizer = optimizers.CHUMPY if options.optimizer == 'chumpy' else optimizers.DOGLEG
    plan = _Plan(models.body(gender).tracked(options.n_betas), models.prior, optimizer, options)
    capsules = models.capsules(gender, plan.body) if options.interpenetration else None
    energy = EnergyModel(plan.body, models.prior, capsules, options.gradient)
    more = {i: problem for i, problem in enumerate(problems) if problem.more_evidence}
    yield from plan.evidenced(more, energy, models.body(gender).name, on_moment)
    lost = plan.without_depth(problems)
    for position in lost:
        yield position, InputError('no two joints of a limb or the torso are detected apart from each other, so the '
                                   'depth cannot be guessed')
    searched = [i for i, problem in enumerate(problems) if problem.known is None and i not in {*lost, *more}]
    passes = [(energy, plan.published(problems, searched, on_moment) + plan.known(problems))]
    if options.restarts == 'gmm':
        passes.append((replace(energy, gradient='exact'), plan.restarted(problems, searched)))
    for position, attempts, runs in _run(optimizer.schedule, passes, on_moment):
        yield position, _choose(attempts, runs, options.restarts == 'gmm', models.body(gender).name)


@dataclass(frozen=True, eq=False)
class _Attempt:
    """One way to fit the problem at ``position``: where its schedule starts, after so many steps of the camera step."""

    position: int
    start: Start
    camera_steps: int


class _Plan:
    """What is tried for Problems that share a TrackedBody, under FitOptions."""

    def __init__(self, body: TrackedBody, prior: MaxMixturePrior, optimizer: Optimizer, options: FitOptions) -> None:
        self.body, self._prior, self._options = body, prior, options
        self._stages = SCHEDULES[options.weights]
        self._pose = prior.mean if options.init == 'mean' else prior.weighted_mean
        self._torso = Torso(body, self._pose)
        self._camera_step = optimizer.camera_step

    def without_depth(self, problems: Sequence[Problem]) -> list[int]:
        """Positions of the problems whose camera cannot be guessed, and is not known."""
        depths = self._torso.guess_translation(stack(problems, 'joints'), stack(problems, 'focal'))[:, 2]
        return [i for i, problem in enumerate(problems)
                if problem.known is None and not problem.more_evidence and not np.isfinite(depths[i])]

    def published(self, problems: Sequence[Problem], positions: Sequence[int],
                  on_moment: OnMoment | None) -> list[_Attempt]:
        """The published program's: the camera step, and the body the other way round where it is seen from the side."""
        chosen = [problems[i] for i in positions]
        found = self._camera_step(chosen, self._torso, self._torso.guess_translation,
                                  [_first_orientation(problem) for problem in chosen],
                                  None if on_moment is None else self._camera_reporter(positions, on_moment))
        return [_Attempt(i, Start(problem, camera.translation, self._at(orientation), self._stages), camera.steps)
                for i, problem, camera in zip(positions, chosen, found)
                for orientation in _orientations(problem, camera.orientation, self._options.side_view_threshold)]

    def known(self, problems: Sequence[Problem]) -> list[_Attempt]:
        """Of problems whose start is known: the last stage from there."""
        return [_Attempt(i, Start(problem, problem.known.translation, problem.known.x, self._stages[-1:]), 0)
                for i, problem in enumerate(problems) if problem.known is not None and not problem.more_evidence]

    def evidenced(self, problems: Mapping[int, Problem], energy: EnergyModel, body: str,
                  on_moment: OnMoment | None) -> Iterator[tuple[int, Fit | InputError]]:
        """Of problems, by position, of which more is known than a photograph: their fits, with the exact gradient."""
        if problems and self._options.optimizer == 'chumpy':
            raise InputError('views, 3D points and estimates are fitted with --optimizer dogleg only')

        def told(position: int, run: int, stage: int, x: np.ndarray, energy: float) -> None:
            assert on_moment is not None
            on_moment(Moment(position, run, stage, x[:-3], x[-3:], energy))

        found = fit_evidenced(problems, replace(energy, gradient='exact'), np.append(np.zeros(3), self._pose),
                              self._stages, self._options, None if on_moment is None else told)
        for position, result in found:
            yield position, result if isinstance(result, InputError) else replace(result, body=body)

    def restarted(self, problems: Sequence[Problem], positions: Sequence[int]) -> list[_Attempt]:
        """FitOptions.restarts: from every Gaussian of the prior."""
        found = restarts([problems[i] for i in positions], self.body, self._prior, self._camera_step, self._stages)
        return [_Attempt(i, start, steps) for i, starts in zip(positions, found) for start, steps in starts]

    def _camera_reporter(self, positions: Sequence[int], on_moment: OnMoment) -> OnMoved:
        """What tells ``on_moment`` of the camera step of the problems at ``positions``."""
        def report(row: int, x: np.ndarray, energy: float) -> None:
            on_moment(Moment(positions[row], 0, CAMERA, self._at(x[3:]), x[:3].copy(), energy))
        return report

    def _at(self, orientation: np.ndarray) -> np.ndarray:
        """x of the mean shape in the initial pose, turned by ``orientation`` (3,)."""
        return np.concatenate([np.zeros(self.body.n_betas), orientation, self._pose])


def _run(schedule: Schedule, passes: Sequence[tuple[EnergyModel, list[_Attempt]]],
         on_moment: OnMoment | None) -> Iterator[tuple[int, list[_Attempt], tuple[tuple[StageResult, ...], ...]]]:
    """Take the attempts of ``passes`` through their stages, each pass with its EnergyModel.

    Yields (position, its attempts, their StageResults) as the last attempt of a problem ends.
    """
    attempts: dict[int, list[_Attempt]] = {}
    runs: dict[int, dict[_Attempt, tuple[StageResult, ...]]] = {}
    for attempt in (attempt for _, batch in passes for attempt in batch):
        attempts.setdefault(attempt.position, []).append(attempt)
    for energy, batch in passes:
        report = None if on_moment is None else _reporter(batch, attempts, on_moment)
        for i, stages in schedule(energy, [attempt.start for attempt in batch], report):
            position = batch[i].position
            own, ended = attempts[position], runs.setdefault(position, {})
            ended[batch[i]] = tuple(stages)
            if len(ended) == len(own):
                del runs[position]
                yield position, own, tuple(ended[attempt] for attempt in own)


def _reporter(batch: Sequence[_Attempt], attempts: dict[int, list[_Attempt]],
              on_moment: OnMoment) -> OnStage:
    """What tells ``on_moment`` of the stages of ``batch``, some of all ``attempts`` by their position."""
    def report(i: int, stage: int, x: np.ndarray, energy: float) -> None:
        attempt = batch[i]
        number = attempts[attempt.position].index(attempt)
        stage += len(STAGES) - len(attempt.start.stages)
        on_moment(Moment(attempt.position, number, stage, x.copy(), attempt.start.translation, energy))
    return report


def _first_orientation(problem: Problem) -> np.ndarray:
    """Where the camera step begins: no rotation, as published; upright where the torso alone cannot turn it so."""
    return np.zeros(3) if np.isfinite(problem.joints[TORSO_LSP]).all() else UPRIGHT


def _orientations(problem: Problem, orientation: np.ndarray, threshold: float) -> list[np.ndarray]:
    """The orientation found, and the opposite one where the shoulders are closer than ``threshold`` px, or missing."""
    right, left = problem.joints[LSP_SHOULDERS]
    if np.linalg.norm(right - left) >= threshold:
        return [orientation]
    turned = rotation_matrices(orientation) @ rotation_matrices(_ABOUT_FACE)
    return [orientation, cv2.Rodrigues(turned)[0].ravel()]


def _choose(attempts: Sequence[_Attempt], runs: tuple[tuple[StageResult, ...], ...], by_energy: bool,
            body: str) -> Fit | InputError:
    """The run with the smaller image error, or total energy, the first on a tie, as a Fit; or what went wrong."""
    ends = [run[-1].energies for run in runs]
    chosen = int(np.argmin(np.nan_to_num([sum(end.values()) if by_energy else end['j2d'] for end in ends], nan=np.inf)))
    x, start = runs[chosen][-1].x, attempts[chosen].start
    if not np.isfinite([*x, *start.translation, *ends[chosen].values()]).all():
        return InputError('the fit diverged: its numbers are no longer finite')
    return Fit(cam_t=start.translation, f=np.full(2, float(start.problem.focal)), pose=x[-N_POSE:].copy(),
               betas=x[:-N_POSE].copy(), body=body, runs=runs, chosen=chosen,
               camera_steps=attempts[chosen].camera_steps)
