"""fit and fit_many: what is tried for each problem, what is kept, and what ends without a body."""

from dataclasses import replace

import numpy as np
import pytest

from lib.base.errors import InputError
from lib.fitting import FitOptions, attempts, fit, fit_many
from lib.fitting.problem import StageResult
from lib.fitting.schedule import Start
from tests.fitting.test_fits import check_same
from tests.helpers import Case


@pytest.fixture(scope='module')
def frontal(golden_fits):
    return Case(golden_fits, 'frontal')


@pytest.mark.filterwarnings('error::RuntimeWarning')
@pytest.mark.parametrize('optimizer', ['dogleg', 'chumpy'])
def test_numbers_that_overflow_end_their_problem_only(models, frontal, optimizer):
    """However they came in: a confidence of 1e150 is refused where a Problem is made."""
    broken, options = replace(frontal.problem), frontal.options(optimizer=optimizer, n_betas=2)
    broken.confidence = 1e150 * broken.confidence
    results = dict(fit_many([frontal.problem, broken, frontal.problem], models, options))
    with pytest.raises(InputError, match='diverged'):
        raise results[1]
    check_same(results[0], fit(frontal.problem, models, options))
    check_same(results[2], results[0])


@pytest.mark.filterwarnings('error::RuntimeWarning')
@pytest.mark.parametrize('power', [2, 10, 30, 60, 100])
def test_absurd_confidences_end(models, frontal, power):
    broken = replace(frontal.problem)
    broken.confidence = 10. ** power * broken.confidence
    ((_, result),) = fit_many([broken], models, FitOptions())
    assert isinstance(result, InputError) or np.isfinite(result.pose).all()


@pytest.mark.parametrize('by_energy, chosen', [(False, 0), (True, 1)])
def test_which_run_is_kept(frontal, by_energy, chosen):
    """As published that with the smaller image error; of restarts that with the lower energy."""
    start = Start(frontal.problem, np.array([0., 0., 20.]), np.zeros(82))
    runs = tuple((StageResult(1, {'j2d': j2d, 'pose': pose}, np.full(82, j2d)),) for j2d, pose in ((1., 10.), (2., 0.)))
    kept = attempts._choose([attempts._Attempt(0, start, 3)] * 2, runs, by_energy, 'open')
    assert kept.chosen == chosen and kept.pose[0] == 1. + chosen and kept.final is runs[chosen][-1]
