"""Do a file's people stand inside their photographs? Where they do not, the joints are those of other photographs: of
smaller or larger copies, of a part, or with x and y swapped. Told before anything is fitted.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from ..keypoints.choice import Detection
from ..keypoints.found import Record

#: A joint that is believed and that far beyond the border, share of the photograph, is outside: detectors in pixels put
#: none there, landmarks that are guessed at have little confidence.
_OUTSIDE, _BELIEVED = .05, .5
#: How far, as a share of width and height, all joints of so many photographs reach at least. Where all of them end
#: before, they are those of smaller copies: of halves, tenths.
_REACH = ((10, .55), (3, .52), (1, .25))

_Photograph = tuple[Sequence[int], Sequence[Detection]]


def place_doubts(photographs: Iterable[_Photograph], one_scene: bool = False) -> list[str]:
    """What is odd about where people stand in ``photographs``: pairs of (width, height) and the people in it.

    ``one_scene``: they are frames of a clip, which are one proof.
    """
    found = [_shares(size, people) for size, people in photographs]
    found = [shares for shares in found if len(shares)]
    beyond = np.array([((shares < -_OUTSIDE) | (shares > 1. + _OUTSIDE)).any(axis=1).sum() for shares in found])
    if beyond.sum() > 1 and 2 * np.count_nonzero(beyond) > len(found):
        return [f'in {np.count_nonzero(beyond)} of {len(found)} images joints are outside of the picture: they may be '
                'those of a larger copy or of a part of it, or x and y swapped']
    reach = max((float(shares.max()) for shares in found), default=1.)
    least = next((share for count, share in _REACH if (1 if one_scene else len(found)) >= count), 0.)
    if reach < least:
        return [f'all joints are in the upper left {reach:.0%} of the pictures: they may be those of smaller copies']
    return []


def _shares(size: Sequence[int], people: Sequence[Detection]) -> np.ndarray:
    """The joints (N, 2) of ``people`` that are believed, as shares of the photograph."""
    joints = [person.joints[person.confidence >= _BELIEVED] for person in people]
    return np.concatenate([*joints, np.zeros((0, 2))]) / np.asarray(size, dtype=float)


def size_doubts(photographs: Iterable[tuple[Sequence[int], Record]]) -> list[str]:
    """What is odd about the sizes that a file says its pictures have, beside those that ``photographs`` have: pairs of
    (width, height) and the Record.

    Pictures on their side have the same size. A size that does not even hold the joints is none.
    """
    said = [(size, person.size) for size, record in photographs for person in record.people
            if person.size is not None and not person.shares and _holds(person.size, person.keypoints)]
    other = [(size, stated) for size, stated in said if sorted(stated) != sorted(size)]
    if 2 * len(other) <= len(said):
        return []
    (width, height), (wide, high) = other[0]
    return [f'the file says that its pictures have {wide:g} x {high:g} px and the like, and these have {width} x '
            f'{height}: its joints may be those of other copies']


def _holds(size: tuple[float, float], keypoints: np.ndarray) -> bool:
    """Whether the ``keypoints`` (K, 3) that were found are within a picture of that size, or nearly."""
    found = keypoints[keypoints[:, 2] > 0, :2] / size
    return bool(len(found) and found.min() >= -_OUTSIDE and found.max() <= 1. + _OUTSIDE)
