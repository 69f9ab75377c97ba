"""Stages: each start under its own weights, one after the other, in slots that are filled again."""

import numpy as np
import pytest

from lib.fitting import schedule
from lib.fitting.schedule import SCHEDULES, Start, run_dogleg
from lib.objective import STAGES, Objective
from tests.helpers import Case


@pytest.fixture(scope='module')
def case(golden_fits):
    return Case(golden_fits, 'frontal')


@pytest.fixture(scope='module')
def model(models, case):
    return case.energy_model(models, interpenetration=False)


def start(case, stages=STAGES, shift=0.):
    x = np.concatenate([case['run1/stage1/x0/betas'], case['run1/stage1/x0/pose']])
    return Start(case.problem, case['cam_t'] + [0., 0., shift], x, stages)


def test_published_and_tuned_weights():
    published = (404., 100.), (404., 50.), (57.4, 10.), (4.78, 5.)
    assert STAGES == tuple((*pair, .317) for pair in published)
    assert SCHEDULES['published'] == STAGES
    assert SCHEDULES['tuned'] == (*STAGES[:3], (7., 15., .2))


def test_each_stage_begins_where_the_last_ended(case, model):
    ((_, whole),) = run_dogleg(model, [start(case)])
    x = start(case).x
    for stage, weights in enumerate(STAGES):
        ((_, (part,)),) = run_dogleg(model, [Start(case.problem, case['cam_t'], x, (weights,))])
        np.testing.assert_array_equal(part.x, whole[stage].x)
        assert part.steps == whole[stage].steps
        x = part.x


def test_energies_are_those_at_the_end_under_the_weights_of_the_stage(case, model):
    ((_, stages),) = run_dogleg(model, [start(case)])
    objective = Objective(model, 1)
    objective.place(0, case.problem, case['cam_t'])
    for result, weights in zip(stages, STAGES):
        objective.set_weights(0, weights)
        energies = objective.evaluate(result.x[None], np.array([0])).energies()
        assert result.energies == {name: value[0] for name, value in energies.items()}


def test_nothing_is_evaluated_twice(case, model, monkeypatch):
    """Energies of where a stage ends were known when that step was accepted."""
    seen, evaluate = [], Objective.evaluate

    def noted(self, x, rows):
        seen.extend((tuple(self._weights[row]), place.tobytes()) for row, place in zip(rows, x))
        return evaluate(self, x, rows)
    monkeypatch.setattr(Objective, 'evaluate', noted)
    list(run_dogleg(model, [start(case)]))
    assert len(seen) > 20 and len(set(seen)) == len(seen)


def test_starts_of_different_lengths_share_slots(case, model, monkeypatch):
    monkeypatch.setattr(schedule, 'SLOTS', 2)
    starts = [start(case), start(case, STAGES[-1:], .1), start(case, STAGES[-2:], .2), start(case, STAGES[:1], .3),
              start(case, SCHEDULES['tuned'], .4)]
    together = dict(run_dogleg(model, starts))
    assert {i: len(stages) for i, stages in together.items()} == {0: 4, 1: 1, 2: 2, 3: 1, 4: 4}
    for i, own in enumerate(starts):
        ((_, alone),) = run_dogleg(model, [own])
        for got, wanted in zip(together[i], alone):
            np.testing.assert_array_equal(got.x, wanted.x)
            assert got.energies == wanted.energies


def test_steps_are_told_of_their_start_and_stage(case, model):
    told = []
    results = dict(run_dogleg(model, [start(case), start(case, STAGES[-1:], .1)],
                              lambda i, stage, x, energy: told.append((i, stage, x.copy(), energy))))
    for i, stages in results.items():
        for stage, result in enumerate(stages):
            moments = [(x, energy) for j, other, x, energy in told if (j, other) == (i, stage)]
            assert len(moments) == 1 + result.steps, 'where it starts, and every step'
            np.testing.assert_array_equal(moments[-1][0], result.x)
            assert moments[-1][1] == pytest.approx(sum(result.energies.values()))
            assert all(later[1] < earlier[1] for earlier, later in zip(moments, moments[1:]))


def test_nothing_to_do(model):
    assert list(run_dogleg(model, [])) == []
