"""chumpy's own minimiser: as many steps as ours, all reported, and an end where numbers are no longer finite."""

import numpy as np
import pytest

from lib.base.compat import chumpy as ch
from lib.fitting import chumpy_minimiser
from lib.fitting.camera_step import camera_dogleg
from lib.fitting.chumpy_minimiser import camera_chumpy, minimise_chumpy
from tests.fitting.test_dogleg import Residual, rosenbrock, run, scaled


def test_steps_are_counted_and_reported():
    x, seen = ch.array([-1.2, 1.]), []
    steps = minimise_chumpy({'only': Residual(x=x, function=rosenbrock)}, [x],
                            lambda x, energy: seen.append((x, energy)))
    wanted, wanted_steps = run(rosenbrock, (-1.2, 1.))
    assert steps == wanted_steps == len(seen) - 1, 'the start is told of, too'
    np.testing.assert_allclose(x.r, wanted, rtol=0., atol=1e-12)
    np.testing.assert_array_equal(seen[0][0], [-1.2, 1.])
    np.testing.assert_array_equal(seen[-1][0], x.r)
    assert seen[-1][1] == pytest.approx(np.square(rosenbrock(x.r)[0]).sum())


@pytest.mark.filterwarnings('error::RuntimeWarning')
def test_what_would_go_on_for_ever_ends_as_nan(monkeypatch):
    monkeypatch.setattr(chumpy_minimiser, '_MOST_EVALUATIONS', 50)
    x = ch.array([-1.2, 1.])
    minimise_chumpy({'only': Residual(x=x, function=scaled(rosenbrock, 1e150))}, [x])
    assert np.isnan(x.r).all()


def test_what_cannot_be_solved_ends_as_nan():
    x = ch.array([-1.2, 1.])
    minimise_chumpy({'only': Residual(x=x, function=lambda x: (x, np.full((2, 2), np.nan)))}, [x])
    assert np.isnan(x.r).all()


def test_nothing_is_tried_from_nan():
    x, calls = ch.array([np.nan, 1.]), []
    assert minimise_chumpy({'only': Residual(x=x, function=lambda x: calls.append(x))}, [x]) == 0
    assert not calls


@pytest.mark.parametrize('case', ['frontal', 'lowconf'], indirect=True)
def test_the_camera_step_of_both_ways(models, case):
    torso = case.torso(models)
    (ours,), (theirs,) = (step([case.problem], torso, torso.guess_translation, [np.zeros(3)])
                          for step in (camera_dogleg, camera_chumpy))
    assert theirs[2] == ours[2] == case['camera/steps']
    for a, b in zip(theirs[:2], ours[:2]):
        np.testing.assert_allclose(a, b, rtol=0., atol=1e-9)
