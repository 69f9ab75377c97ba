"""A clip of one person as one motion: one shape, and poses that follow each other as bodies move.

Up to WINDOW frames are one sparse problem. A longer clip is solved in windows, so that memory does not grow with it:
first each by itself, for the shape, which is then the mean of all; then one after the other with that shape, each
from where the last one's final frames lead, and a little beyond its end, as what comes tells of what was.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from ..base.constraints import check
from ..base.errors import InputError
from ..body.skeleton import N_LSP, N_POSE
from ..fitting.camera_step import Torso
from ..fitting.problem import Fit, FitOptions, Problem, StageResult, stack
from ..fitting.schedule import SCHEDULES
from ..fitting.values import FRAME_RATES
from ..model_files import ModelSet
from ..objective import EnergyModel, Weights, detections_of
from .clip import Bodies, Clip, Moment, Seen
from .depth import depths
from .start import first_path, translations

#: Frames that are solved at once, and how many more of the next window are, for its sake.
WINDOW, _BEYOND = 300, 45
#: Seconds without the person over which the motion is carried on.
BRIDGED_SECONDS = 0.5
#: Poses of one motion within that time are one to the prior, which knows single poses: each counts for its share.
#: Chosen on training clips, as is the next (tests/evaluation/NOTES.md).
PRIOR_SECONDS = 0.125
#: The penalty of elbows and knees as a share of the prior's weight: the published one, 0.317, bends straight limbs, and
#: frames around them tell where each joint is.
BEND_SHARE = 0.05
#: Counts the ways in which versions have fitted motions: frames of two ways do not follow each other. run.json has it.
WAY = 3


@dataclass(frozen=True, eq=False)
class Motion:
    """A fitted clip: ``betas`` (n_betas,), and of each of its F frames the pose (F, 72), the camera's translation
    (F, 3), and whether it is only ``bridged`` (F,), as nobody was seen there.

    ``frames`` (F,) are their positions among the problems given; ``fits`` the same one by one, by that position.
    """

    frames: np.ndarray
    bridged: np.ndarray
    betas: np.ndarray
    poses: np.ndarray
    translations: np.ndarray
    frame_rate: float
    fits: dict[int, Fit]


def fit_motion(problems: Sequence[Problem | None], models: ModelSet, options: FitOptions = FitOptions(),
               frame_rate: float = 30.) -> Motion:
    """Fit the frames of a clip as one motion; None is a frame in which nobody was seen.

    Raises InputError where nobody was seen in any, frames are of several genders, or no depth can be guessed.
    """
    check('frame_rate', frame_rate, [FRAME_RATES])
    if options.optimizer != 'dogleg':
        raise InputError(f'optimizer {options.optimizer}: it fits single frames; a motion has an optimizer of its own')
    numbers, shown = _bridge(problems, frame_rate)
    body = models.body(shown[0].gender).tracked(options.n_betas)
    capsules = models.capsules(shown[0].gender, body) if options.interpenetration else None
    model = EnergyModel(body, models.prior, capsules, 'exact')
    depth = depths(shown, Torso(body, models.prior.weighted_mean), numbers, frame_rate)
    path = first_path(shown, numbers, frame_rate, models, options, body)
    frames = np.concatenate([path.poses, translations(shown, body, path, depth)], axis=1)
    detected = [detections_of(problem) for problem in shown]
    seen = Seen(np.array([joints for joints, _ in detected]), np.array([confidence for _, confidence in detected]),
                stack(shown, 'focal'), stack(shown, 'centre'), depth, numbers)
    last = SCHEDULES[options.weights][-1]
    weights = Weights(last.pose * min(1., (PRIOR_SECONDS * frame_rate) ** -.5), last.betas, BEND_SHARE)
    betas, frames, ends = _solved(model, seen, weights, frame_rate, Bodies(path.betas, frames))
    name = models.body(shown[0].gender).name
    fits = {int(number): Fit(cam_t=row[N_POSE:].copy(), f=np.full(2, problem.focal), pose=row[:N_POSE].copy(),
                             betas=betas, body=name, runs=((end,),), chosen=0, camera_steps=0)
            for number, problem, row, end in zip(numbers, shown, frames, ends)}
    bridged = np.array([problems[number] is None for number in numbers])
    return Motion(numbers, bridged, betas, frames[:, :N_POSE], frames[:, N_POSE:], frame_rate, fits)


def _bridge(problems: Sequence[Problem | None], frame_rate: float) -> tuple[np.ndarray, list[Problem]]:
    """The frames (F,) that are fitted, and their Problems: of those without the person, in short gaps, without joints.
    """
    seen = [(number, problem) for number, problem in enumerate(problems) if problem is not None]
    if not seen:
        raise InputError('nobody was seen in any frame')
    genders = sorted({problem.gender for _, problem in seen})
    if len(genders) > 1:
        raise InputError(f'the frames of one person say {" and ".join(genders)}: one motion has one body')
    known, shown = dict(seen), list[Problem]()
    numbers = sorted(known.keys() | short_gaps(list(known), frame_rate))
    for number in numbers:
        blank = None if number in known else replace(shown[-1], confidence=np.zeros(N_LSP), known=None)
        shown.append(blank or known[number])
    return np.array(numbers), shown


def short_gaps(numbers: Sequence[int], frame_rate: float) -> set[int]:
    """The frames that are missing among the rising ``numbers`` of those with the person, and are bridged."""
    pairs = [pair for pair in pairwise(numbers) if pair[1] - pair[0] - 1 <= BRIDGED_SECONDS * frame_rate]
    return {frame for a, b in pairs for frame in range(a + 1, b)}


def _solved(model: EnergyModel, seen: Seen, weights: Weights, frame_rate: float,
            start: Bodies) -> tuple[np.ndarray, np.ndarray, list[StageResult]]:
    """Betas, frames (F, 75) and the StageResult of each."""
    count, frames = len(seen.numbers), start.frames.copy()
    shapes = []
    for span in _spans(count):
        clip = Clip(model, seen.part(span), weights, frame_rate)
        moment, steps = clip.minimise(Bodies(start.betas, frames[span]))
        frames[span] = moment.bodies.frames
        shapes.append(moment.bodies.betas)
    if len(shapes) == 1:
        return shapes[0], frames, _ends(clip, moment, steps)
    betas, ends = np.mean(shapes, axis=0), []
    for span in _spans(count):
        before = max(0, span.start - 2)
        whole = slice(before, min(count, span.stop + _BEYOND))
        clip = Clip(model, seen.part(whole), weights, frame_rate, held=span.start - before, betas_held=True)
        moment, steps = clip.minimise(Bodies(betas, frames[whole]))
        frames[span.start:whole.stop] = moment.bodies.frames[span.start - before:]
        ends += _ends(clip, moment, steps)[span.start - before:span.stop - before]
    return betas, frames, ends


def _spans(count: int) -> Iterator[slice]:
    """Windows of about the same length."""
    edges = np.linspace(0, count, -(-count // WINDOW) + 1).round().astype(int)
    yield from (slice(int(a), int(b)) for a, b in zip(edges, edges[1:]))


def _ends(clip: Clip, moment: Moment, steps: int) -> list[StageResult]:
    energies = clip.energies(moment)
    return [StageResult(steps, {name: float(squares[i]) for name, squares in energies.items()},
                        np.concatenate([moment.bodies.betas, row[:N_POSE]]))
            for i, row in enumerate(moment.bodies.frames)]
