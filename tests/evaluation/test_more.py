"""The evaluation of 3D points and of estimates (more.py)."""

import numpy as np
import pytest

from lib.fitting import Problem
from lib.model_files import ModelSet
from tests.evaluation.experiments import Sight, see
from tests.evaluation.more import GIVEN, Everyone
from tests.evaluation.people import draw_people
from tests.program import ROOT


@pytest.fixture(scope='module')
def everyone():
    models = ModelSet(str(ROOT / 'models'))
    return Everyone(models, draw_people(models, 'heldout', 6, 3), 3)


def first(text):
    """The error after alignment."""
    return float(text.partition(' / ')[0])


def test_noise_of_points(everyone):
    given = GIVEN["SMPL's 24 joints"]
    points = everyone.points(given, .02)
    apart = np.array([a[:, :3] - b[:, :3] for a, b in zip(points, everyone.points(given, 0.))])
    assert .018 < apart.std() < .022 and (points[0][:, 3] == given).all() and sum(given) == 24
    problems = [Problem.without_photograph(own, person.gender) for own, person in zip(points, everyone.people)]
    assert 10. < first(everyone.fitted(problems)) < 25.


def test_a_good_estimate_helps_and_stays_good(everyone):
    problems, _ = see(everyone.people, Sight(3.), 3)
    alone = first(everyone.fitted(problems, restarts='gmm'))
    for noise in .02, .1:
        for problem, estimate in zip(problems, everyone.estimates(noise)):
            problem.estimate = estimate
        before = first(everyone.off([(problem.estimate.betas, problem.estimate.pose) for problem in problems]))
        assert first(everyone.fitted(problems)) < min(before, alone)
