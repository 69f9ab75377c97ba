"""The stages: each start is minimised under one pair of weights after the other, published: four.

``run_dogleg`` takes many starts through the stages side by side, in slots that are filled again as soon as a
start is through.
"""

from dataclasses import dataclass

import numpy as np

from ..objective import STAGES, Objective
from .dogleg import DOGLEG_OPTIONS, Dogleg
from .problem import Problem, StageResult

#: Starts that advance side by side: enough to share NumPy's overhead, few enough to stay in the cache.
SLOTS = 128


#: The published stages, and the same with last weights found on training people for the open models
#: (tests/evaluation/tune.py): the camera's depth is uncertain, and shape must not make up for it.
WEIGHTS = {'published': STAGES, 'tuned': STAGES[:-1] + ((7., 15.),)}


@dataclass(frozen=True)
class Start:
    """Where a schedule begins: ``x`` = [betas, pose] (n_betas + 72,) under the camera translation (3,).

    ``stages`` are its pairs of weights, of the pose prior and of betas, one after the other.
    """

    problem: Problem
    translation: np.ndarray
    x: np.ndarray
    stages: tuple = STAGES


class _Slots:
    """Starts on their way through the stages, one per slot of a Dogleg."""

    def __init__(self, setting, starts, size):
        self.objective = Objective(setting, size)
        self.dogleg = Dogleg(self.objective, size, **DOGLEG_OPTIONS)
        self.waiting = iter(enumerate(starts))
        self.ids = np.full(size, -1)
        self.stages = np.zeros(size, dtype=int)
        self.weights = [()] * size  # the stages of each slot's start
        self.results = [[] for _ in range(size)]

    def fill(self, row):
        """Put the next waiting start into slot ``row``; returns its x, or None where none waits."""
        try:
            self.ids[row], start = next(self.waiting)
        except StopIteration:
            return None
        self.stages[row], self.weights[row], self.results[row] = 0, start.stages, []
        self.objective.place(row, start.problem, start.translation)
        self.objective.set_weights(row, start.stages[0])
        return start.x

    def record(self, rows):
        """Note the end of a stage for the slots ``rows``; returns the ids and results of starts that are through."""
        through = []
        energies = self.objective.evaluate(self.dogleg.x[rows], rows).energies()
        for i, row in enumerate(rows):
            terms = {name: float(values[i]) for name, values in energies.items()}
            self.results[row].append(StageResult(int(self.dogleg.steps[row]), terms, self.dogleg.x[row].copy()))
            self.stages[row] += 1
            if self.stages[row] == len(self.weights[row]):
                through.append((int(self.ids[row]), self.results[row]))
            else:
                self.objective.set_weights(row, self.weights[row][self.stages[row]])
        return through

    def next_x(self, row):
        """Where slot ``row`` goes on: its own next stage, or a new start; None where nothing is left."""
        if self.stages[row] < len(self.weights[row]):
            return self.dogleg.x[row].copy()
        return self.fill(row)


def run_dogleg(setting, starts, on_step=None):
    """Take all ``starts`` through their stages; yields (position in starts, a StageResult for each) as they end.

    ``on_step(position, stage, x)`` is called at every accepted step.
    """
    if not starts:
        return
    size = min(SLOTS, len(starts))
    slots = _Slots(setting, starts, size)
    dogleg = slots.dogleg
    coming = {row: slots.fill(row) for row in range(size)}
    while coming or dogleg.active.any():
        if coming:
            dogleg.begin(np.array(list(coming)), np.array(list(coming.values())))
        accepted, stopped = dogleg.advance()
        if on_step is not None:
            for row in accepted:
                on_step(int(slots.ids[row]), int(slots.stages[row]), dogleg.x[row])
        coming = {}
        if len(stopped):
            yield from slots.record(stopped)
            coming = {row: x for row in stopped if (x := slots.next_x(row)) is not None}
