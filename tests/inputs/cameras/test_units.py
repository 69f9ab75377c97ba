"""Metres or not."""


import pytest

from lib.base.errors import InputError
from lib.inputs.cameras.gathering import gather, straightened
from lib.inputs.cameras.reading import Rig
from lib.inputs.cameras.units import unit_of
from tests import rigs

CAMERAS = rigs.rig(3)


def told(body, unit, metric, count=3):
    """unit_of a rig whose file is in so many metres, and a person in it."""
    cameras = tuple(own.in_metres(1. / unit) for own in CAMERAS[:count])
    points = rigs.points_of(body, rigs.standing())
    views = [straightened([rigs.detection(own, points)], own) for own in CAMERAS[:count]]
    return unit_of(Rig('calib', ('calib',), cameras, metric), gather(views, cameras))


@pytest.mark.parametrize('unit, name', [(1., ''), (.001, 'mm'), (.01, 'cm'), (.1, 'dm')])
def test_the_unit_of_a_file_that_does_not_say_it(body, unit, name):
    found, note = told(body, unit, metric=False)
    assert found == unit
    assert (f'it is {name}: taken so' in note) if name else note == ''


@pytest.mark.parametrize('unit, said', [(.001, 'm tall: its lengths seem to be in mm; wanted a calibration in metres'),
                                        (1000., 'by it people are 0.00')])
def test_giants_and_dwarfs_are_refused(body, unit, said):
    with pytest.raises(InputError, match=said):
        told(body, unit, metric=True)
    if unit == 1000.:
        with pytest.raises(InputError, match=said):
            told(body, unit, metric=False)


def test_one_camera_tells_no_unit(body):
    assert told(body, .001, metric=True, count=1) == (1., '')


def test_people_of_every_size_are_in_metres(body):
    for share in (.6, 1.3):
        assert told(body, 1. / share, metric=True) == (1., '')
