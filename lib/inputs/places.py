"""Do a file's people stand inside their photographs? Where they do not, the joints are those of other photographs: of
smaller or larger copies, of a part, or with x and y swapped. Told before anything is fitted.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from ..body.skeleton import LSP_HIPS, LSP_SHOULDERS, TORSO_LSP
from ..keypoints.choice import Detection
from ..keypoints.found import Record

#: A joint that is believed and that far beyond the border, share of the photograph, is outside: detectors in pixels put
#: none there, landmarks that are guessed at have little confidence.
_OUTSIDE, _BELIEVED = .05, .5
#: How far, as a share of width and height, all joints of so many photographs reach at least. Where all of them end
#: before, they are those of smaller copies: of halves, tenths.
_REACH = ((10, .55), (3, .52), (1, .25))
#: The same of a clip, whose camera may keep still: only who keeps to a quarter of the picture may be in a smaller copy.
_CLIPS_REACH = .505

_Photograph = tuple[Sequence[int], Sequence[Detection]]


def place_doubts(photographs: Iterable[_Photograph], one_scene: bool = False) -> list[str]:
    """What is odd about where people stand in ``photographs``: pairs of (width, height) and the people in it.

    ``one_scene``: they are frames of a clip, which are one proof.
    """
    seen = [(size, people) for size, people in photographs if len(_shares(size, people))]
    found = [_shares(size, people) for size, people in seen]
    beyond = np.array([_outside(shares).sum() for shares in found])
    if beyond.sum() > 1 and 2 * np.count_nonzero(beyond) > len(found):
        turned = [_on_its_side(size, people) for (size, people), count in zip(seen, beyond) if count]
        why = ('those of a larger copy or of a part of it, or x and y swapped' if 2 * sum(turned) <= len(turned) else
               'those of the picture before it was turned by a quarter, as files of phones ask for, or x and y swapped')
        return [f'in {len(turned)} of {len(found)} images joints are outside of the picture: they may be {why}']
    reach = max((float(shares.max()) for shares in found), default=1.)
    least = _CLIPS_REACH if one_scene and found else next((share for count, share in _REACH if len(found) >= count), 0.)
    if reach < least:
        return [f'all joints are in the upper left {reach:.0%} of the pictures: they may be those of smaller copies']
    return []


def _outside(shares: np.ndarray) -> np.ndarray:
    """Which of the joints (N, 2) are outside, (N,)."""
    return np.any((shares < -_OUTSIDE) | (shares > 1. + _OUTSIDE), axis=1)


def _on_its_side(size: Sequence[int], people: Sequence[Detection]) -> bool:
    """Whether ``people`` lie, and would do so inside of a picture on its side."""
    trunks = [person.joints[LSP_SHOULDERS].mean(axis=0) - person.joints[LSP_HIPS].mean(axis=0)
              for person in people if (person.confidence[TORSO_LSP] >= _BELIEVED).all()]
    lie = [abs(across) > abs(up) for across, up in trunks]
    return bool(lie) and all(lie) and not _outside(_shares(size[::-1], people)).any()


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
