"""Who is whom in the frames of a video: detectors list the people of each frame in an order of their own.

A person is followed by where the joints are and how they moved: from what is expected they are then off by little for
their size. Everybody is followed, also who is not asked for, so that two people who pass each other are not taken for
one another.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import scipy

from ..base.errors import InputError
from ..keypoints.choice import Detection, choose_people
from .names import some

#: Mean distance of the joints from where they are expected, in statures, up to which it may be the same person.
_NEAR = 0.5
#: Seconds after which somebody who was missed is not waited for any longer.
_PATIENCE = 1.
#: The error of a frame that has others, but not the person followed.
_MISSED = 'the person who is followed is not among the people in it'

Numbered = tuple[int, Detection]  # a person's number, equal in all frames


@dataclass(eq=False)
class Followed:
    """``people`` asked for in each frame, none where ``errors`` (by frame) says why; ``notes``: lines to be said."""

    people: list[list[Numbered]] = field(default_factory=list)
    errors: dict[int, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def follow(frames: Sequence[Sequence[Detection]], which: str | int, frame_rate: float) -> Followed:
    """The people of a video's ``frames`` that ``which`` means, as choose_people has it.

    One person is chosen where first seen, and followed from there on; with 'all', everybody keeps their number.
    """
    out, follower = Followed(), _Follower(which, _PATIENCE * frame_rate)
    for frame, people in enumerate(_track(frames, _PATIENCE * frame_rate)):
        try:
            if not people:
                raise InputError('no people were found in it')
            out.people.append(sorted(people, key=lambda person: person[0]) if which == 'all'
                              else [follower.find(frame, people)])
        except InputError as error:
            out.people.append([])
            out.errors[frame] = str(error)
    if follower.leaps:
        out.notes.append(f'another person is followed, or the same after a leap, from frame {some(follower.leaps)} on')
    gaps = [str(frame) for frame, error in out.errors.items() if error == _MISSED]
    if gaps:
        out.notes.append(f'frames without the person who is followed: {some(gaps)}')
    return out


class _Follower:
    """One person of several, from frame to frame."""

    def __init__(self, which: str | int, patience: float) -> None:
        self._which, self._patience = which, patience
        self._one: int | None = None  # the person's number
        self._last = 0  # the last frame with the person
        self._known: set[int] = set()
        self.leaps: list[str] = []

    def find(self, frame: int, people: Sequence[Numbered]) -> Numbered:
        """The person followed among those of the next frame; somebody new, or anybody after a second, where they are
        not. Raises InputError where there is nobody to be taken."""
        lost = self._one is None or frame - self._last > self._patience
        there = [person for person in people if person[0] == self._one]
        candidates = there or [person for person in people if lost or person[0] not in self._known]
        self._known.update(number for number, _ in people)
        if not candidates:
            raise InputError(_MISSED)
        which = self._which if self._one is None or isinstance(self._which, str) else 'largest'
        chosen, = choose_people([detection for _, detection in candidates], which)
        person = next(person for person in candidates if person[1] is chosen)
        if self._one not in (None, person[0]):
            self.leaps.append(str(frame))
        self._one, self._last = person[0], frame
        return person


@dataclass(eq=False)
class _Seen:
    """Where a person was last: the frame, and px per frame that the joints then moved."""

    frame: int
    person: Detection
    velocity: np.ndarray  # (2,)

    def expected(self, frame: int) -> np.ndarray:
        """Where the joints (14, 2) should be in a later frame."""
        return self.person.joints + (frame - self.frame) * self.velocity

    def again(self, frame: int, person: Detection) -> '_Seen':
        """The same person in a later frame."""
        both = (self.person.confidence > 0) & (person.confidence > 0)
        moved = (person.joints - self.person.joints)[both].mean(axis=0)
        return _Seen(frame, person, moved / (frame - self.frame))


def _track(frames: Sequence[Sequence[Detection]], patience: float) -> list[list[Numbered]]:
    """The people of each frame, numbered from 0 up as they come; who was missed for ``patience`` frames is new."""
    last: dict[int, _Seen] = {}
    out, count = [], 0
    for frame, people in enumerate(frames):
        last = {number: seen for number, seen in last.items() if frame - seen.frame <= patience}
        alive = list(last)
        same = _same(frame, list(last.values()), people)
        numbers = []
        for i, person in enumerate(people):
            if i in same:
                numbers.append(alive[same[i]])
                last[numbers[i]] = last[numbers[i]].again(frame, person)
            else:
                numbers.append(count)
                last[count] = _Seen(frame, person, np.zeros(2))
                count += 1
        out.append(list(zip(numbers, people)))
    return out


def _same(frame: int, before: Sequence[_Seen], now: Sequence[Detection]) -> dict[int, int]:
    """{position in ``now``: position in ``before``} of those that are the same people, the nearest together."""
    distances = np.array([[_distance(seen, person, frame) for seen in before] for person in now])
    distances = distances.reshape(len(now), len(before))
    pairs = [(0, 0)]  # as in most clips, which need not wait for SciPy's optimizers to load
    if distances.size != 1:
        pairs = list(zip(*scipy.optimize.linear_sum_assignment(np.minimum(distances, 2 * _NEAR))))
    return {int(i): int(j) for i, j in pairs if distances[i, j] <= _NEAR}


def _distance(seen: _Seen, person: Detection, frame: int) -> float:
    """Mean distance of a person's joints from where they are expected, in statures; infinite where nothing tells."""
    both = (seen.person.confidence > 0) & (person.confidence > 0)
    stature = np.nan_to_num([seen.person.stature, person.stature]).max()
    if not both.any() or stature <= 0:
        return np.inf
    return float(np.linalg.norm(seen.expected(frame) - person.joints, axis=1)[both].mean() / stature)
