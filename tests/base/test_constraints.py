"""Declared constraints: what is accepted, what is read from text, and what is said of the rest."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from lib.base.constraints import Interval, OneOf, check, check_fields, read
from lib.base.errors import InputError

WHOLE, ANGLE, NAMES = Interval(1, 10, whole=True), Interval(0., 180., above=True), OneOf(('largest', 'all', None))


@pytest.mark.parametrize('constraint, values', [
    (WHOLE, [1, 10, np.int64(3)]), (ANGLE, [0.001, 180, 180., np.float32(3)]), (NAMES, ['all', None, np.str_('all')]),
    (OneOf((True, False)), [True, False])])
def test_accepted(constraint, values):
    for value in values:
        assert constraint.accepts(value)
        check('field', value, [constraint])


@pytest.mark.parametrize('constraint, values', [
    (WHOLE, [0, 11, 2., True, '3', None, np.array([1, 2]), 10 ** 400]),
    (ANGLE, [0, -1e-300, 180.001, float('nan'), float('inf'), '90', 1j, True]),
    (NAMES, ['', 'All', 0, [], np.array(['all', 'all'])]), (OneOf((True, False)), [1, 0, 'True', None])])
def test_refused_in_one_line(constraint, values):
    for value in values:
        assert not constraint.accepts(value)
        with pytest.raises(InputError, match='^field: .* given, wanted ') as caught:
            check('field', value, [constraint])
        assert len(str(caught.value).splitlines()) == 1


def test_one_of_several_kinds_is_enough():
    for value in (None, 'all', 3):
        check('person', value, [NAMES, WHOLE])
    with pytest.raises(InputError, match=r"^person: 11 given, wanted 'largest' or 'all' or None, or a whole number "
                                         r'from 1 to 10$'):
        check('person', 11, [NAMES, WHOLE])


@pytest.mark.parametrize('text, alternatives, value', [
    ('7', [WHOLE], 7), ('7', [ANGLE], 7.), ('1e2', [ANGLE], 100.), ('all', [NAMES, WHOLE], 'all'),
    ('3', [NAMES, WHOLE], 3)])
def test_text_is_read(text, alternatives, value):
    got = read('--option', text, alternatives)
    assert got == value and type(got) is type(value)


@pytest.mark.parametrize('text, alternatives, message', [
    ('x', [ANGLE], "--option: 'x' is no number; wanted a number above 0, up to 180"),
    ('²', [WHOLE], "--option: '²' is no number; wanted a whole number from 1 to 10"),
    ('x', [ANGLE, OneOf(('exif',))], "--option: 'x' is no number; wanted a number above 0, up to 180, or 'exif'"),
    ('nan', [ANGLE], "--option: 'nan' given, wanted a number above 0, up to 180"),
    ('11', [WHOLE], "--option: '11' given, wanted a whole number from 1 to 10"),
    ('some', [NAMES], "--option: 'some' given, wanted 'largest' or 'all' or None"),
    ('None', [OneOf((None,)), ANGLE], "--option: 'None' is no number; wanted a number above 0, up to 180")])
def test_text_that_stands_for_no_value(text, alternatives, message):
    with pytest.raises(InputError) as caught:
        read('--option', text, alternatives)
    assert str(caught.value) == message


def test_long_values_are_cut_and_stay_in_one_line():
    for value in ('1' * 5000, 'a\nb', np.zeros((30, 30))):
        with pytest.raises(InputError) as caught:
            check('field', value, [NAMES])
        assert len(str(caught.value)) < 200 and '\n' not in str(caught.value)


@dataclass(frozen=True)
class Options:
    count: int = 1
    angle: float = 90.

    CONSTRAINTS: ClassVar = {'count': [WHOLE], 'angle': [ANGLE]}


def test_fields_of_a_class():
    check_fields(Options(3, 20.))
    with pytest.raises(InputError, match='^angle: 360 given'):
        check_fields(Options(3, 360))
