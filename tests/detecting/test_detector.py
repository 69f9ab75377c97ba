"""The person in a picture: when to look again, and when to believe."""

import numpy as np
import pytest

from lib.detecting import detector
from lib.detecting.detector import _FIRST, _MORE, Detector, NobodyFound
from tests.detecting.test_agreement import find

PICTURE = np.zeros((80, 80, 3), np.uint8)
PARTS, ALL = 9, 9 + 9 + 25


class Scripted:
    """A detector that finds what it is told to, in the picture as it is, and counts how often it was asked."""

    def __init__(self, finds):
        self.asked, self._finds = 0, iter(finds)

    def find(self, _):
        self.asked += 1
        return next(self._finds, None)


@pytest.fixture
def detect(monkeypatch):
    """``detect(*finds)``: what a Detector says of PICTURE, in whose looks one after the other ``finds`` are, and how
    often it looked."""
    def detect(*finds):
        pose = Scripted(finds)
        monkeypatch.setattr(detector, 'MediaPipePose', lambda: pose)
        monkeypatch.setattr('lib.detecting.looks.Look.back', lambda look, found, there: found)
        try:
            return Detector().detect(PICTURE), pose.asked
        except NobodyFound as nobody:
            return nobody, pose.asked
    return detect


def test_three_that_agree_are_enough(detect):
    found, asked = detect(find(0.), find(1.), find(2.))
    assert asked == len(_FIRST) == 3 and not found.doubt
    np.testing.assert_allclose(found.keypoints, find(1.))


def test_else_more_looks_decide(detect):
    found, asked = detect(find(300.), find(0.), None, *[find(i) for i in range(6)])
    assert asked == len(_FIRST + _MORE) == 9 and not found.doubt
    assert found.keypoints[:, 0].max() < 200.


def test_few_that_agree_are_doubted(detect):
    found, asked = detect(*[find(300. * i) for i in range(6)], find(1500.), find(1501.))
    assert asked == 9 and '3 of them agree' in found.doubt and '8 of 9 looks' in found.doubt
    assert found.keypoints[:, 0].min() > 1400.


def test_parts_are_looked_at_last(detect):
    found, asked = detect(*[None] * 9, *[find() - (20. * column, 0., 0.) for column in range(3)])  # of the first row
    assert asked == 9 + PARTS and not found.doubt


def test_two_looks_of_many_are_doubted(detect):
    found, asked = detect(None, None, find(0.), find(300.), find(600.), find(1.))
    assert asked == ALL and '4 of 43 looks' in found.doubt and 'only 2 of them' in found.doubt


@pytest.mark.parametrize('finds', [[], [None, find(0.)], [find(0.), find(300.)]])
def test_nobody(detect, finds):
    nobody, asked = detect(*finds)
    assert isinstance(nobody, NobodyFound) and asked == ALL and '2 of 43 looks' in str(nobody)


def test_places_in_a_large_picture(monkeypatch):
    """Which is looked at reduced."""
    marks = np.tile([100., 50., .5], (33, 1))
    monkeypatch.setattr(detector, 'MediaPipePose', lambda: Scripted([marks] * 3))
    monkeypatch.setattr(detector, '_FIRST', (detector.Look(),) * 3)
    found = Detector().detect(np.zeros((2048, 2048, 3), np.uint8))
    np.testing.assert_allclose(found.keypoints[0], [200., 100., .5])


def test_places_in_parts(monkeypatch):
    there = Scripted([None] * (9 + PARTS - 2) + [find() + (20., 0., 0.), find()])  # in the last two of the last row
    monkeypatch.setattr(detector, 'MediaPipePose', lambda: there)
    np.testing.assert_allclose(Detector().detect(PICTURE).keypoints, find() + (40., 40., 0.))
