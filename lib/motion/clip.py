"""The objective of a clip: what is published for each frame, the depth's guess, smoothness; and its minimum.

All frames share the betas. Levenberg's and Marquardt's method: the normal equations of all frames are one System,
solved with a damping that falls where steps succeed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..body.skeleton import N_POSE
from ..evidence.objective import EvidenceEvaluation, EvidenceObjective
from ..evidence.photograph import Photograph
from ..objective import EnergyModel, Weights
from .banded import System, solve
from .depth import Depth
from .smoothness import Smoothness

_MOST_STEPS = 30
#: A step that improves the energy by less than this share is the last, if it was not damped more than so.
_ENOUGH, _SMALL_DAMPING = 1e-3, 1e-2
_DAMPING, _MOST_DAMPING, _LESS, _MORE = 1e-3, 1e6, 1 / 6, 8.


@dataclass(frozen=True, eq=False)
class Seen:
    """What F frames show, and when: tracked joints (F, 13, 2) enlarged px, confidence (F, 13), focal lengths (F,) and
    centres (F, 2) px, guesses of the depth (F,) metres, the frames' ``numbers`` (F,)."""

    joints: np.ndarray
    confidence: np.ndarray
    focal: np.ndarray
    centre: np.ndarray
    depth: np.ndarray
    numbers: np.ndarray

    def part(self, span: slice) -> 'Seen':
        """Some of the frames."""
        return Seen(**{name: value[span] for name, value in vars(self).items()})


@dataclass(frozen=True, eq=False)
class Bodies:
    """What is found of F frames: betas (n_betas,), and of each frame [pose, translation] (F, 75)."""

    betas: np.ndarray
    frames: np.ndarray


class Clip:
    """The objective of some frames. ``held``: how many of the first stay as they are, and whether the betas do."""

    def __init__(self, model: EnergyModel, seen: Seen, weights: Weights, frame_rate: float, held: int = 0,
                 betas_held: bool = False) -> None:
        photograph = Photograph(seen.joints, seen.confidence, seen.focal, seen.centre)
        self._objective = EvidenceObjective(model, [photograph, Depth(seen.depth)], weights)
        gaps = np.diff(seen.numbers) == 1
        self._smoothness = Smoothness(gaps[1:] & gaps[:-1], frame_rate)
        self._rows, self._held, self._betas_held = np.arange(len(seen.numbers)), held, betas_held
        self._model = model

    def at(self, bodies: Bodies) -> 'Moment':
        """All terms at ``bodies``."""
        x = np.concatenate([np.tile(bodies.betas, (len(bodies.frames), 1)), bodies.frames], axis=1)
        evaluation = self._objective.evaluate(x, self._rows)
        accelerations = self._smoothness.accelerations(evaluation.posed, bodies.frames[:, N_POSE:])
        return Moment(bodies, evaluation, accelerations, self._smoothness.energy(accelerations))

    def energies(self, moment: 'Moment') -> Mapping[str, np.ndarray]:
        """The published terms of each frame (F,), by name."""
        named = dict(zip(self._objective.terms, moment.evaluation.squares))
        return {name: squares for name, squares in named.items() if name != Depth.name}

    def minimise(self, bodies: Bodies) -> tuple['Moment', int]:
        """Where the descent from ``bodies`` ends, after so many steps."""
        now, damping, steps = self.at(bodies), _DAMPING, 0
        while steps < _MOST_STEPS:
            system, better = self._system(now), None
            while better is None and damping < _MOST_DAMPING:
                tried = self._tried(now.bodies, system, damping)
                if tried is not None and tried.energy < now.energy:
                    better = tried
                else:
                    damping *= _MORE
            if better is None:
                break
            gained, now, steps = 1. - better.energy / now.energy, better, steps + 1
            if gained < _ENOUGH and damping <= _SMALL_DAMPING:
                break
            damping *= _LESS
        return now, steps

    def _tried(self, bodies: Bodies, system: System, damping: float) -> 'Moment | None':
        step = solve(system, damping)
        if step is None:
            return None
        betas = bodies.betas if self._betas_held else bodies.betas + step[1]
        return self.at(Bodies(betas, bodies.frames + step[0]))

    def _system(self, moment: 'Moment') -> System:
        n_betas, evaluation = len(moment.bodies.betas), moment.evaluation
        right, matrices = evaluation.normal_equations(self._rows)
        whole = np.array([matrix.copy() for matrix in matrices])
        count, n = moment.bodies.frames.shape
        shared = slice(0, 0 if self._betas_held else n_betas)
        system = System(
            diagonal=whole[:, n_betas:, n_betas:].copy(), next=np.zeros((max(0, count - 1), n, n)),
            second=np.zeros((max(0, count - 2), n, n)), border=whole[:, n_betas:, shared].copy(),
            corner=whole[:, shared, shared].sum(axis=0), right=right[:, n_betas:].copy(),
            right_shared=right[:, shared].sum(axis=0))
        self._smoothness.add_to(system, self._model.body, evaluation.posed, moment.accelerations)
        held = slice(0, self._held)
        system.diagonal[held], system.border[held], system.right[held] = np.eye(n), 0., 0.
        system.next[held], system.second[held] = 0., 0.
        return system


class Moment:
    """The terms of a Clip at some Bodies."""

    def __init__(self, bodies: Bodies, evaluation: EvidenceEvaluation, accelerations: np.ndarray,
                 smoothness: float) -> None:
        self.bodies, self.evaluation, self.accelerations = bodies, evaluation, accelerations
        energy = evaluation.squares.sum() + smoothness
        self.energy = float(energy) if np.isfinite(energy) else np.inf
