"""Who is whom in a clip."""

from dataclasses import replace

import numpy as np
import pytest

from lib.inputs import following
from lib.keypoints.choice import Detection
from tests.program import SAMPLE

RATE = 5.


def person(x, seed=0, size=1., missing=()):
    """Somebody of about 150 px at ``x`` px, the joints a little elsewhere with each ``seed``."""
    with np.load(SAMPLE / 'results' / 'lsp' / 'est_joints.npz') as data:
        joints = data['est_joints'][:2, :, 0].T
    joints = size * joints + (x, 0.) + np.random.default_rng(seed).normal(size=(14, 2))
    confidence = np.ones(14)
    confidence[list(missing)] = 0.
    return Detection(joints, confidence)


start = person(0.).joints[0, 0]


def numbered(frames):
    """The frames with everybody's number in the file."""
    return [[replace(one, number=number) for number, one in enumerate(people)] for people in frames]


def follow(frames, which):
    return following.follow(numbered(frames), which, RATE)


def x_of(followed):
    """Where the people of each frame are, to 10 px."""
    return [[int(round(one.joints[0, 0] - start, -1)) for _, one in people] for people in followed.people]


@pytest.mark.parametrize('which, first', [('largest', 400), ('confident', 0), (0, 0), (1, 400)])
def test_the_order_in_the_file_does_not_matter(which, first):
    """The second person is a bit larger, and lacks a joint."""
    frames = []
    for frame in range(8):
        people = [person(4. * frame, frame), person(400. - 4. * frame, frame, 1.2, [12])]
        frames.append(people[::-1] if frame % 2 else people)
    followed = follow(frames, which)
    step = 4 if first == 0 else -4
    at = [people[0] for people in x_of(followed)]
    assert at[0] == pytest.approx(first, abs=20)
    moves = np.diff([people[0][1].joints[0, 0] for people in followed.people])
    assert np.abs(moves - step).max() < 8, at
    assert followed.errors == {} and followed.notes == []


def test_all_keep_their_numbers():
    a, b, c = (lambda frame: person(3. * frame, frame)), (lambda frame: person(300., frame)), (lambda _: person(600.))
    frames = [[a(0), b(0)], [b(1), a(1)], [b(2)], [c(3), a(3), b(3)], []]
    followed = follow(frames, 'all')
    assert [[number for number, _ in people] for people in followed.people] == [[0, 1], [0, 1], [1], [0, 1, 2], []]
    assert x_of(followed)[3] == [10, 300, 600]
    assert followed.errors == {4: 'no people were found in it'}


def test_a_gap_is_said_and_waited_for():
    """Somebody else who is known from before is not taken in place of who is missed."""
    a, b = (lambda frame: person(3. * frame, frame)), (lambda frame: person(300., frame))
    followed = follow([[a(0), b(0)], [b(1)], [b(2)], [b(3), a(3)]], 0)
    assert x_of(followed) == [[0], [], [], [10]]
    assert set(followed.errors) == {1, 2} and 'not among the people' in followed.errors[1]
    note, = followed.notes
    assert '1, 2' in note


def test_after_a_second_somebody_else_is_followed_and_said():
    a, b = (lambda frame: person(3. * frame, frame)), (lambda frame: person(300., frame))
    followed = follow([[a(0), b(0)], *[[b(frame)] for frame in range(1, 9)]], 0)
    assert x_of(followed) == [[0], [], [], [], [], [], [300], [300], [300]]
    assert any('from frame 6 on' in note for note in followed.notes)


def test_a_leap_of_the_only_person_is_followed_and_said():
    followed = follow([[person(0.)], [person(500.)], [person(505.)]], 'largest')
    assert x_of(followed) == [[0], [500], [500]] or x_of(followed) == [[0], [500], [510]]
    note, = followed.notes
    assert 'from frame 1 on' in note


def test_frames_without_people():
    followed = follow([[], [person(0.)], [], [person(3.)]], 'largest')
    assert [len(people) for people in followed.people] == [0, 1, 0, 1] and followed.notes == []
    assert followed.errors == dict.fromkeys([0, 2], 'no people were found in it')


def test_a_number_that_nobody_has_at_first():
    """Frames before the asked-for person comes are errors of their own."""
    followed = follow([[person(0.)], [person(0.), person(300.)]], 1)
    assert len(followed.people[0]) == 0 and '--person 1' in followed.errors[0]


def test_people_who_pass_each_other():
    frames = [[person(40. * frame, frame), person(400. - 40. * frame, frame, 1.3)] for frame in range(11)]
    assert [x for x, in x_of(follow(frames, 0))] == pytest.approx(40 * np.arange(11), abs=10)
    assert np.diff([x for x, in x_of(follow([people[::-1] for people in frames], 'largest'))]).max() < -20


def test_somebody_of_one_joint_is_nobody_else():
    alone = person(0., missing=range(1, 14))
    followed = follow([[person(0.)], [alone]], 'all')
    assert [[number for number, _ in people] for people in followed.people] == [[0], [0]]
    followed = follow([[alone], [alone]], 'all')
    assert [[number for number, _ in people] for people in followed.people] == [[0], [1]], 'of no known size'
