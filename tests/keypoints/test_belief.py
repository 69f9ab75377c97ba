"""How far a joint is believed, by the confidence that its detector gives it."""

import json

import numpy as np
import pytest

from lib.keypoints.belief import ALL_ALIKE, AS_GIVEN, OF_WHAT_IS_SEEN, UNSURE
from lib.keypoints.choice import detections_of
from lib.keypoints.formats import FORMATS
from lib.keypoints.reading import read_keypoints

SIZE = np.array([100., 200.])


@pytest.mark.parametrize('belief, given, inside, outside', [
    (AS_GIVEN, .64, .64, .64), (AS_GIVEN, .14, 0., 0.), (AS_GIVEN, 0., 0., 0.), (AS_GIVEN, UNSURE, UNSURE, UNSURE),
    (OF_WHAT_IS_SEEN, .64, .8, .8), (OF_WHAT_IS_SEEN, .04, .2, 0.), (OF_WHAT_IS_SEEN, 0., 0., 0.),
    (ALL_ALIKE, .64, 1., 1.), (ALL_ALIKE, .14, 0., 0.), (ALL_ALIKE, 0., 0., 0.)])
def test_confidences(belief, given, inside, outside):
    joints = np.array([[0., 0.], [50., 199.], [101., 50.], [50., 201.], [-1., 50.], [50., -1.]])
    np.testing.assert_allclose(belief.of(joints, np.full(6, given), SIZE), [inside] * 2 + [outside] * 4)


@pytest.fixture
def landmarks(tmp_path):
    """``landmarks(format)``: the Detection of a file of the joints of a format, by their names, as TensorFlow.js
    writes them."""
    def landmarks(name):
        marks = [{'name': joint, 'x': 10. + i, 'y': 20. + 3 * i % 50, 'score': .6}
                 for i, joint in enumerate(FORMATS[name].joints)]
        (tmp_path / 'a.json').write_text(json.dumps({'keypoints': marks, 'image': 'a.jpg'}))
        record, = read_keypoints(str(tmp_path / 'a.json'))
        detection, = detections_of(record, SIZE)
        return detection
    return landmarks


def test_by_the_kind_of_file_and_by_the_format(landmarks):
    assert landmarks('coco17').belief == ALL_ALIKE
    assert landmarks('mediapipe33').belief == OF_WHAT_IS_SEEN, 'MediaPipe, by the names of its joints'


def test_others_as_they_are():
    assert {entry.name for entry in FORMATS.values() if entry.belief is not None} == {'mediapipe33'}
