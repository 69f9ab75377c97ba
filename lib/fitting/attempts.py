"""One person's 2D joints -> pose and shape: the camera step, then the four stages from one or both orientations."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from ..base.errors import InputError
from ..body.kinematics import rotation_matrices
from ..body.skeleton import LSP_SHOULDERS, N_POSE, TORSO_LSP
from ..objective import STAGES, Setting
from .camera_step import Torso, camera_dogleg
from .chumpy_minimiser import camera_chumpy, run_chumpy
from .problem import Fit, FitOptions, stack
from .restarts import UPRIGHT, restarts
from .schedule import WEIGHTS, Start, run_dogleg

#: The body turned to face the other way, for people seen from the side.
_ABOUT_FACE = np.array([0., np.pi, 0.])


def fit(problem, models, options=FitOptions(), on_step=None):
    """Fit one Problem; returns a Fit. Raises InputError where the joints cannot be fitted.

    ``models`` is a model_files.ModelSet; ``on_step(0, run, stage, x, translation)`` is called at
    every accepted step with x = [betas, pose]. Stages count from 0 to 3; a restart begins with 2.
    """
    ((_, result),) = fit_many([problem], models, options, on_step)
    if isinstance(result, InputError):
        raise result
    return result


def fit_many(problems, models, options=FitOptions(), on_step=None):
    """Fit many Problems side by side; yields (position in problems, Fit or InputError) as they end."""
    for gender in sorted({problem.gender for problem in problems}):
        positions = [position for position, problem in enumerate(problems) if problem.gender == gender]
        report = None
        if on_step is not None:
            def report(i, *step, positions=positions):
                on_step(positions[i], *step)
        for i, result in _fit_gender([problems[p] for p in positions], gender, models, options, report):
            yield positions[i], result


def _fit_gender(problems, gender, models, options, on_step):
    """Fit Problems of one gender, which share a body."""
    model, capsules = models.body(gender), None
    body = model.tracked(options.n_betas)
    if options.interpenetration:
        capsules = models.capsules(gender, body)
    setting, stages = Setting(body, models.prior, capsules, options.gradient), WEIGHTS[options.weights]
    body_pose = models.prior.mean if options.init == 'mean' else models.prior.weighted_mean
    camera_step = camera_chumpy if options.optimizer == 'chumpy' else camera_dogleg
    torso = Torso(body, body_pose)
    depths = torso.guess_translation(stack(problems, 'joints'), stack(problems, 'focal'))[:, 2]
    unknown = np.array([problem.known is None for problem in problems])
    for position in np.flatnonzero(unknown & ~np.isfinite(depths)):
        yield int(position), InputError('no two joints of a limb or the torso are detected apart from each other, so '
                                        'the depth cannot be guessed')
    kept = np.flatnonzero(unknown & np.isfinite(depths)).tolist()
    searched = [problems[position] for position in kept]

    published, again = [], []
    for position, problem, (translation, orientation, steps) in zip(kept, searched, camera_step(
            searched, torso, torso.guess_translation, [_first_orientation(problem) for problem in searched])):
        for side in _orientations(problem, orientation, options.side_view_threshold):
            x = np.concatenate([np.zeros(options.n_betas), side, body_pose])
            published.append(_Attempt(position, Start(problem, translation, x, stages), steps))
    for position in np.flatnonzero(~unknown).tolist():
        known = problems[position].known
        start = Start(problems[position], known.translation, known.x, stages[-1:])
        published.append(_Attempt(position, start, 0))
    if options.restarts == 'gmm':
        for position, starts in zip(kept, restarts(searched, body, models.prior, camera_step, stages)):
            again += [_Attempt(position, start, steps) for start, steps in starts]
    schedule = run_chumpy if options.optimizer == 'chumpy' else run_dogleg
    passes = [(setting, published), (replace(setting, gradient='exact'), again)]
    for position, attempts, runs in _carry_out(schedule, passes, on_step):
        yield position, _choose(attempts, runs, options.restarts == 'gmm', model.name)


@dataclass(frozen=True, eq=False)
class _Attempt:
    """One way to fit the problem at ``position``: where its schedule starts, after so many steps of the camera step."""

    position: int
    start: Start
    camera_steps: int


def _carry_out(schedule, passes, on_step):
    """Take the attempts of ``passes``, pairs of a Setting and a list of them, through their stages.

    Yields (position, its attempts, their StageResults) as the last attempt of a problem ends.
    """
    attempts, runs = {}, {}
    for _, batch in passes:
        for attempt in batch:
            attempts.setdefault(attempt.position, []).append(attempt)
    for setting, batch in passes:
        report = None
        if on_step is not None:
            def report(i, stage, x, batch=batch):
                attempt = batch[i]
                number = attempts[attempt.position].index(attempt)
                stage += len(STAGES) - len(attempt.start.stages)
                on_step(attempt.position, number, stage, x, attempt.start.translation)
        for i, stages in schedule(setting, [attempt.start for attempt in batch], report):
            position = batch[i].position
            runs.setdefault(position, {})[batch[i]] = tuple(stages)
            if len(runs[position]) == len(attempts[position]):
                own = attempts[position]
                yield position, own, tuple(map(runs.pop(position).get, own))


def _first_orientation(problem):
    """Where the camera step begins: no rotation, as published; upright where the torso alone cannot turn it so."""
    return np.zeros(3) if np.isfinite(problem.joints[TORSO_LSP]).all() else UPRIGHT


def _orientations(problem, orientation, threshold):
    """The orientation found, and the opposite one where the shoulders are closer than ``threshold`` px, or missing."""
    right, left = problem.joints[LSP_SHOULDERS]
    if np.linalg.norm(right - left) >= threshold:
        return [orientation]
    turned = rotation_matrices(orientation) @ rotation_matrices(_ABOUT_FACE)
    return [orientation, cv2.Rodrigues(turned)[0].ravel()]


def _choose(attempts, runs, by_energy, body):
    """The run with the smaller image error, or total energy, the first on a tie, as a Fit; or what went wrong."""
    ends = [run[-1].energies for run in runs]
    chosen = int(np.argmin(np.nan_to_num([sum(end.values()) if by_energy else end['j2d'] for end in ends], nan=np.inf)))
    x, start = runs[chosen][-1].x, attempts[chosen].start
    if not np.isfinite([*x, *start.translation, *ends[chosen].values()]).all():
        return InputError('the fit diverged: its numbers are no longer finite')
    return Fit(cam_t=start.translation, f=np.full(2, float(start.problem.focal)), pose=x[-N_POSE:].copy(),
               betas=x[:-N_POSE].copy(), body=body, runs=runs, chosen=chosen,
               camera_steps=attempts[chosen].camera_steps)
