"""fit and fit_many: what is tried for each problem, what is kept, and what ends without a body."""

from dataclasses import replace

import numpy as np
import pytest

from lib.base.errors import InputError
from lib.fitting import FitOptions, fit, fit_many
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
