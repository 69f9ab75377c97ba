"""Problem and FitOptions check what they are given, as the command line does."""

from dataclasses import replace

import numpy as np
import pytest

from lib.base.errors import InputError
from lib.fitting import FitOptions, Problem
from lib.fitting.problem import stack

JOINTS, SURE, CENTRE = np.arange(28.).reshape(14, 2), np.ones(14), np.array([100., 80.])


def problem(**changed):
    return Problem(**{'joints': JOINTS, 'confidence': SURE, 'centre': CENTRE, 'gender': 'male', **changed})


def with_entry(array, index, value):
    out = array.copy()
    out[index] = value
    return out


def test_lists_are_taken_as_arrays():
    given = problem(joints=JOINTS.tolist(), confidence=SURE.tolist(), centre=CENTRE.tolist())
    np.testing.assert_array_equal(given.joints, JOINTS)
    assert given.confidence.dtype == given.joints.dtype == given.centre.dtype == float


def test_the_arrays_given_are_left_as_they_were():
    joints, confidence = JOINTS.copy(), with_entry(SURE, 3, 0.)
    problem(joints=joints, confidence=confidence)
    np.testing.assert_array_equal(joints, JOINTS)


def test_a_joint_without_confidence_is_missing_wherever_it_is_said_to_be():
    for nowhere in (np.nan, np.inf, 1e9):
        given = problem(joints=with_entry(JOINTS, 3, nowhere), confidence=with_entry(SURE, 3, 0.))
        assert np.isnan(given.joints[3]).all() and np.isfinite(np.delete(given.joints, 3, axis=0)).all()
        again = replace(given, gender='female')
        np.testing.assert_array_equal(again.joints, given.joints)


@pytest.mark.parametrize('changed, words', [
    ({'joints': JOINTS[:13]}, ['joints', '(13, 2)', '(14, 2)']), ({'joints': 'ankles'}, ['joints', '(14, 2)']),
    ({'joints': [[1., 2.]] * 13 + [[1.]]}, ['joints', '(14, 2)']), ({'joints': None}, ['joints']),
    ({'joints': with_entry(JOINTS, 0, np.nan)}, ['joints', 'NaN']),
    ({'joints': with_entry(JOINTS, 0, -np.inf)}, ['joints', 'infinite']),
    ({'joints': with_entry(JOINTS, (0, 1), 1.1e6)}, ['joints', '1.1e+06']),
    ({'joints': with_entry(JOINTS, (0, 1), -1.1e6)}, ['joints', '-1.1e+06']),
    ({'confidence': SURE[:, None]}, ['confidence', '(14, 1)', '(14,)']),
    ({'confidence': with_entry(SURE, 2, -.1)}, ['confidence', '-0.1']),
    ({'confidence': with_entry(SURE, 2, 95.)}, ['confidence', '95', '0 to 2']),
    ({'confidence': with_entry(SURE, 2, 1e60)}, ['confidence', '1e+60']),
    ({'confidence': with_entry(SURE, 2, np.nan)}, ['confidence', 'NaN']),
    ({'centre': [100.]}, ['centre', '(1,)', '(2,)']), ({'centre': [np.inf, 0.]}, ['centre', 'infinite']),
    ({'centre': [0., 1e7]}, ['centre', '1e+07']),
    ({'gender': 'woman'}, ['gender', "'woman'", "'female'"]), ({'gender': None}, ['gender', 'None']),
    ({'focal': -5000}, ['focal', '-5000']), ({'focal': 9.9}, ['focal', '9.9']), ({'focal': 1.1e7}, ['focal']),
    ({'focal': np.nan}, ['focal', 'nan']), ({'focal': '5000'}, ['focal']),
    ({'focal': np.array([5000., 5000.])}, ['focal'])])
def test_a_problem_that_makes_no_sense(changed, words):
    with pytest.raises(InputError) as caught:
        problem(**changed)
    assert len(str(caught.value).splitlines()) == 1
    for word in words:
        assert word in str(caught.value)


def test_the_sensible_is_accepted_to_its_ends():
    for focal in (10, 10., np.float64(1e7)):
        assert problem(focal=focal).focal == focal
    problem(joints=with_entry(JOINTS, 0, 1e6), confidence=with_entry(SURE, 0, 2.), gender='neutral')


@pytest.mark.parametrize('field, value', [
    ('n_betas', 0), ('n_betas', 301), ('n_betas', 2.5), ('n_betas', '10'), ('side_view_threshold', -1.),
    ('side_view_threshold', float('nan')), ('side_view_threshold', float('inf')), ('interpenetration', 'no'),
    ('gradient', 'none'), ('init', 'random'), ('optimizer', 'newton'), ('restarts', 8), ('weights', (4.78, 5.))])
def test_options_that_make_no_sense(field, value):
    with pytest.raises(InputError, match=f'^{field}: .* given, wanted ') as caught:
        FitOptions(**{field: value})
    assert len(str(caught.value).splitlines()) == 1


def test_every_option_has_its_constraint():
    assert FitOptions.CONSTRAINTS.keys() == FitOptions.__dataclass_fields__.keys() - {'CONSTRAINTS'}


def test_stack():
    stacked = stack([problem(focal=10.), problem(focal=20.)], 'focal')
    np.testing.assert_array_equal(stacked, [10., 20.])
    assert stack([problem()], 'joints').shape == (1, 14, 2)
