"""The stages: each start is minimised under one pair of weights after the other, published: four.

``run_dogleg`` takes many starts through the stages side by side, in slots that are filled again as soon as a
start is through.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..objective import STAGES, EnergyModel, Objective, Weights
from .dogleg import Dogleg
from .problem import Problem, StageResult

#: Starts that advance side by side: enough to share NumPy's overhead, few enough to stay in the cache.
SLOTS = 128
#: FitOptions.weights: the published stages, and the same with last weights found on training people for the open
#: models (tests/evaluation/tune.py): the camera's depth is uncertain, and shape must not make up for it; and the pose
#: prior itself knows how elbows and knees bend.
SCHEDULES = {'published': STAGES, 'tuned': (*STAGES[:-1], Weights(7., 15., .2))}


@dataclass(frozen=True, eq=False)
class Start:
    """Where a schedule begins: ``x`` = [betas, pose] (n_betas + 72,) under the camera translation (3,).

    ``stages`` are the weights that it is minimised under, one after the other.
    """

    problem: Problem
    translation: np.ndarray
    x: np.ndarray
    stages: tuple[Weights, ...] = STAGES


#: Told of the start of every stage and every accepted step: position among the starts, stage of the start's own,
#: x = [betas, pose], energy.
OnStage = Callable[[int, int, np.ndarray, float], None]
#: run_dogleg, or another minimiser's.
Schedule = Callable[[EnergyModel, Sequence[Start], OnStage | None], Iterator[tuple[int, list[StageResult]]]]


class _Slots:
    """Starts on their way through the stages, one per slot of a Dogleg."""

    def __init__(self, model: EnergyModel, starts: Iterable[Start], size: int) -> None:
        self.objective = Objective(model, size)
        self.dogleg = Dogleg(self.objective, size)
        self.waiting = iter(enumerate(starts))
        self.ids = np.full(size, -1)
        self.stages: list[tuple[Weights, ...]] = [()] * size  # of each slot's start
        self.stage = np.zeros(size, dtype=int)  # which of them it is in
        self.results: list[list[StageResult]] = [[] for _ in range(size)]

    def fill(self, row: int) -> np.ndarray | None:
        """Put the next waiting start into slot ``row``; returns its x, or None where none waits."""
        try:
            self.ids[row], start = next(self.waiting)
        except StopIteration:
            return None
        self.stage[row], self.stages[row], self.results[row] = 0, start.stages, []
        self.objective.place(row, start.problem, start.translation)
        self.objective.set_weights(row, start.stages[0])
        return start.x

    def end_stage(self, rows: np.ndarray) -> list[tuple[int, list[StageResult]]]:
        """Note the end of a stage for the slots ``rows``; returns the ids and results of starts that are through."""
        through = []
        for row in rows:
            energies = dict(zip(self.objective.terms, self.dogleg.squares[:, row].tolist()))
            self.results[row].append(StageResult(int(self.dogleg.steps[row]), energies, self.dogleg.x[row].copy()))
            self.stage[row] += 1
            if self.stage[row] == len(self.stages[row]):
                through.append((int(self.ids[row]), self.results[row]))
            else:
                self.objective.set_weights(row, self.stages[row][self.stage[row]])
        return through

    def next_x(self, row: int) -> np.ndarray | None:
        """Where slot ``row`` goes on: its own next stage, or a new start; None where nothing is left."""
        if self.stage[row] < len(self.stages[row]):
            return self.dogleg.x[row].copy()
        return self.fill(row)


def run_dogleg(model: EnergyModel, starts: Sequence[Start],
               on_moved: OnStage | None = None) -> Iterator[tuple[int, list[StageResult]]]:
    """Take all ``starts`` through their stages; yields (position in starts, a StageResult for each) as they end."""
    if not starts:
        return
    slots = _Slots(model, starts, min(SLOTS, len(starts)))
    dogleg = slots.dogleg
    coming = _going_on(range(len(dogleg.active)), slots.fill)
    while coming or dogleg.active.any():
        if coming:
            dogleg.begin(np.array(list(coming)), np.array(list(coming.values())))
        accepted, stopped = dogleg.advance()
        if on_moved is not None:
            for row in (*coming, *accepted):
                on_moved(int(slots.ids[row]), int(slots.stage[row]), dogleg.x[row], float(dogleg.sum_of_squares[row]))
        if len(stopped):
            yield from slots.end_stage(stopped)
        coming = _going_on(stopped, slots.next_x)


def _going_on(rows: Iterable[int], next_x: Callable[[int], np.ndarray | None]) -> dict[int, np.ndarray]:
    """Those of the slots ``rows`` that have somewhere to begin, and where."""
    return {row: x for row in rows if (x := next_x(row)) is not None}
