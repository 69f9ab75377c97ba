"""Do a file's people stand as people do in photographs? Told from their joints, before anything is fitted.

Whoever shows both eyes has the left one on the left, seen from the neck up; and most people are upright. Where most
of a file's people are otherwise, coordinates are swapped, turned or mirrored, or the sides are. A mirror image of
joints is a possible body, too: its fit says nothing.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from .belief import OF_WHAT_IS_SEEN
from .formats import FORMATS, KeypointFormat
from .found import Record
from .settling import other_order
from .values import FARTHEST

#: People from whom on something is said, and the share of them that must be so; of some all must. One who stands on
#: the head is enough: handstands are rarer than y from below.
_FEWEST, _MOST, _SOME = 10, .5, 3
#: Degrees from upright beyond which the trunk lies, or stands on its head. Cameras may be held at 45.
_LYING, _HEADSTAND = 60., 120.
#: Eyes at least this share of the trunk's length apart: nearer, a profile's noise decides.
_EYES_APART = .05
_TRUNK, _EYES = ('left_shoulder', 'right_shoulder', 'left_hip', 'right_hip'), ('left_eye', 'right_eye')


def posture_doubts(people: np.ndarray, joints: Sequence[str], hidden: bool = False) -> list[str]:
    """What is odd about ``people`` (N, K, 3), x, y, confidence, whose joints have the names ``joints`` (K,).

    ``hidden``: hidden joints are placed, too, also the eyes of who looks away.
    """
    people = np.asarray(people, dtype=float).reshape(-1, len(joints), 3)
    if not set(_TRUNK) <= set(joints):
        return []
    left_shoulder, right_shoulder, left_hip, right_hip = (_places(people, joints, name) for name in _TRUNK)
    up = .5 * (left_shoulder + right_shoulder - left_hip - right_hip)
    if set(_EYES) <= set(joints) and not hidden:
        left, right = (_places(people, joints, name) for name in _EYES)
        across = left - right
        judged = np.linalg.norm(across, axis=1) > _EYES_APART * np.linalg.norm(up, axis=1)
        if judged.sum() >= _SOME:  # people who are not mirrored may lie: their fit is right
            return _most(up[:, 0] * across[:, 1] < up[:, 1] * across[:, 0], judged,
                         'people who show both eyes have the left one where the right should be: left and right may be '
                         'swapped, x and y, or x or y counted from the other end')
    lean = np.abs(np.degrees(np.arctan2(up[:, 0], -up[:, 1])))
    judged = np.isfinite(lean)
    return (_most(lean > _HEADSTAND, judged, 'people stand on their heads: y may be counted from below', some=1)
            + _most((lean > _LYING) & (lean <= _HEADSTAND), judged, 'people lie on their side: x and y may be swapped'))


def doubts_of(records: Iterable[Record]) -> list[str]:
    """What is odd about the people of settled Records, those of each format together: how they stand, and whether that
    is another order of joints, which --format forbade to be refused."""
    by_format: dict[KeypointFormat, list[np.ndarray]] = {}
    for person in (person for record in records for person in record.people):
        if person.layout is not None and len(person.keypoints):
            by_format.setdefault(person.layout, []).append(person.keypoints)
    return [doubt for entry, people in by_format.items()
            for doubt in (*_order(entry, people),
                          *posture_doubts(np.array(people), entry.joints, entry.belief == OF_WHAT_IS_SEEN))]


def _order(entry: KeypointFormat, people: list[np.ndarray]) -> list[str]:
    better = other_order(entry, people) if entry.name in FORMATS else None
    return [] if better is None else [f'the joints are read in the order of {entry.name}, but stand as bodies in that '
                                      f'of {better.name}']


def _places(people: np.ndarray, joints: Sequence[str], name: str) -> np.ndarray:
    """Places (N, 2) of a joint, NaN where it is not seen."""
    joint = people[:, joints.index(name)]
    return np.where((joint[:, 2:] > 0) & (np.abs(joint[:, :2]) < FARTHEST), joint[:, :2], np.nan)


def _most(odd: np.ndarray, judged: np.ndarray, what: str, some: int = _SOME) -> list[str]:
    """A line where more than _MOST of the people ``judged`` (N,), of whom there are enough, or all of ``some``, are
    ``odd`` (N,)."""
    count, of = int((odd & judged).sum()), int(judged.sum())
    return [f'{count} of {of} {what}'] if of >= some and count > (_MOST * of if of >= _FEWEST else of - 1) else []
