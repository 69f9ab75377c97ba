"""One person's 2D joints -> pose and shape: the camera step, then the four stages from one or both orientations."""

from dataclasses import dataclass

import chumpy as ch
import cv2
import numpy as np

from .camera import CameraObjective, Torso, camera_terms
from .dogleg import minimise
from .errors import InputError
from .kinematics import rotation_matrices
from .objective import Setting
from .schedule import DOGLEG_OPTIONS, Start, minimise_chumpy, run_chumpy, run_dogleg
from .skeleton import LSP_SHOULDERS, N_LSP, N_POSE, TORSO_LSP

#: The body turned to face the other way, for people seen from the side.
_ABOUT_FACE = np.array([0., np.pi, 0.])
#: An upright body: SMPL's y points up, the image's down.
_UPRIGHT = np.array([np.pi, 0., 0.])


@dataclass(frozen=True)
class Problem:
    """What is fitted: LSP joints (14, 2), their confidence (14,), the image centre (2,), focal length; enlarged px.

    A joint of confidence 0 is missing: it pulls nothing, wherever it is said to be. ``gender`` is 'male', 'female'
    or 'neutral'.
    """

    joints: np.ndarray
    confidence: np.ndarray
    centre: np.ndarray
    gender: str
    focal: float = 5000.

    def __post_init__(self):
        missing = np.asarray(self.confidence) == 0
        if np.shape(self.joints) == (N_LSP, 2) and np.shape(missing) == (N_LSP,):
            object.__setattr__(self, 'joints', np.where(missing[:, None], np.nan, self.joints))


@dataclass(frozen=True)
class FitOptions:
    """Options of the published program, and the two quirks that can be left (algorithm.md, section 8)."""

    n_betas: int = 10
    side_view_threshold: float = 25.
    interpenetration: bool = True
    gradient: str = 'published'  # or 'exact'
    init: str = 'published'  # or 'mean'
    optimizer: str = 'dogleg'  # or 'chumpy'


@dataclass(frozen=True)
class Fit:
    """A fitted body: camera translation (3,), focal length (2,) px, pose (72,) rad, betas (n_betas,).

    ``runs`` holds the four StageResults of each orientation tried, ``chosen`` which of them was kept,
    ``camera_steps`` the accepted steps of the camera step.
    """

    cam_t: np.ndarray
    f: np.ndarray
    pose: np.ndarray
    betas: np.ndarray
    body: str
    runs: tuple
    chosen: int
    camera_steps: int

    @property
    def final(self):
        """The StageResult that was kept."""
        return self.runs[self.chosen][-1]


def fit(problem, models, options=FitOptions(), on_step=None):
    """Fit one Problem; returns a Fit. Raises InputError where the joints cannot be fitted.

    ``models`` is a model_files.ModelSet; ``on_step(0, run, stage, x, translation)`` is called at
    every accepted step with x = [betas, pose].
    """
    ((_, result),) = fit_many([problem], models, options, on_step)
    if isinstance(result, InputError):
        raise result
    return result


def fit_many(problems, models, options=FitOptions(), on_step=None):
    """Fit many Problems side by side; yields (position in problems, Fit or InputError) as they end."""
    sound = []
    for position, problem in enumerate(problems):
        try:
            _check(problem)
            sound.append(position)
        except InputError as error:
            yield position, error
    for gender in sorted({problems[position].gender for position in sound}):
        positions = [position for position in sound if problems[position].gender == gender]
        report = None
        if on_step is not None:
            def report(i, *step, positions=positions):
                on_step(positions[i], *step)
        for i, result in _fit_gender([problems[p] for p in positions], gender, models, options, report):
            yield positions[i], result


def _check(problem):
    for name, array, wanted in (('confidence', problem.confidence, (N_LSP,)), ('joints', problem.joints, (N_LSP, 2)),
                                ('centre', problem.centre, (2,)), ('focal length', problem.focal, ())):
        if np.shape(array) != wanted:
            raise InputError(f'{name} has shape {np.shape(array)}, wanted {wanted}')
        present = problem.confidence != 0 if name == 'joints' else slice(None)
        if not np.isfinite(np.atleast_1d(array)[present]).all():
            raise InputError(f'{name} holds NaN or infinite numbers')
    if (problem.confidence < 0).any():
        raise InputError('confidence holds negative numbers')


def _fit_gender(problems, gender, models, options, on_step):
    """Fit Problems of one gender, which share a body."""
    model, capsules = models.body(gender), None
    body = model.tracked(options.n_betas)
    if options.interpenetration:
        capsules = models.capsules(gender, body)
    setting = Setting(body, models.prior, capsules, options.gradient)
    body_pose = models.prior.mean if options.init == 'mean' else models.prior.weighted_mean
    camera_step = _camera_chumpy if options.optimizer == 'chumpy' else _camera_dogleg
    torso = Torso(body, body_pose)
    depths = torso.guess_translation(_stack(problems, 'joints'), _stack(problems, 'focal'))[:, 2]
    for position in np.flatnonzero(~np.isfinite(depths)):
        yield int(position), InputError('no two joints of a limb or the torso are detected apart from each other, so '
                                        'the depth cannot be guessed')
    kept = np.flatnonzero(np.isfinite(depths))
    cameras = dict(zip(kept.tolist(), camera_step([problems[position] for position in kept], torso)))

    starts, owners = [], []
    for position, (translation, orientation, _) in cameras.items():
        problem = problems[position]
        for side in _orientations(problem, orientation, options.side_view_threshold):
            starts.append(Start(problem, translation, np.concatenate([np.zeros(options.n_betas), side, body_pose])))
            owners.append(position)
    runs = {position: [None] * owners.count(position) for position in cameras}
    first = {position: owners.index(position) for position in cameras}
    report = None
    if on_step is not None:
        def report(start, stage, x):
            on_step(owners[start], start - first[owners[start]], stage, x, starts[start].translation)
    schedule = run_chumpy if options.optimizer == 'chumpy' else run_dogleg
    for start, stages in schedule(setting, starts, report):
        position = owners[start]
        runs[position][start - first[position]] = tuple(stages)
        if all(runs[position]):
            translation, _, steps = cameras[position]
            yield position, _choose(tuple(runs.pop(position)), problems[position], translation, steps, model.name)


def _stack(problems, name):
    return np.array([getattr(problem, name) for problem in problems], dtype=float)


def _camera_dogleg(problems, torso):
    """Camera translation (3,), body orientation (3,) and accepted steps of each problem."""
    joints, focal, centre = (_stack(problems, name) for name in ('joints', 'focal', 'centre'))
    guess = torso.guess_translation(joints, focal)
    start = np.concatenate([guess, [_first_orientation(problem) for problem in problems]], axis=1)
    x, steps = minimise(CameraObjective(torso, joints, focal, centre, guess), start, **DOGLEG_OPTIONS)
    return [(row[:3], row[3:], int(count)) for row, count in zip(x, steps)]


def _camera_chumpy(problems, torso):
    """The same through chumpy's own minimiser."""
    out = []
    for problem in problems:
        guess = torso.guess_translation(problem.joints[None], np.array([problem.focal]))[0]
        translation, orientation = ch.array(guess), ch.array(_first_orientation(problem))
        terms = camera_terms(torso, problem.joints, problem.focal, problem.centre, guess, translation, orientation)
        steps = minimise_chumpy(terms, [translation, orientation])
        out.append((translation.r.copy(), orientation.r.copy(), steps))
    return out


def _first_orientation(problem):
    """Where the camera step begins: no rotation, as published; upright where the torso alone cannot turn it so."""
    return np.zeros(3) if np.isfinite(problem.joints[TORSO_LSP]).all() else _UPRIGHT


def _orientations(problem, orientation, threshold):
    """The orientation found, and the opposite one where the shoulders are closer than ``threshold`` px, or missing."""
    right, left = problem.joints[LSP_SHOULDERS]
    if np.linalg.norm(right - left) >= threshold:
        return [orientation]
    turned = rotation_matrices(orientation) @ rotation_matrices(_ABOUT_FACE)
    return [orientation, cv2.Rodrigues(turned)[0].ravel()]


def _choose(runs, problem, translation, camera_steps, body):
    """The run with the smaller image error, the first on a tie, as a Fit; or what went wrong."""
    chosen = min(range(len(runs)), key=lambda run: runs[run][-1].energies['j2d'])
    x = runs[chosen][-1].x
    if not np.isfinite(x).all() or not np.isfinite(translation).all():
        return InputError('the fit diverged: its numbers are no longer finite')
    return Fit(cam_t=translation, f=np.full(2, float(problem.focal)), pose=x[-N_POSE:].copy(),
               betas=x[:-N_POSE].copy(), body=body, runs=runs, chosen=chosen, camera_steps=camera_steps)
