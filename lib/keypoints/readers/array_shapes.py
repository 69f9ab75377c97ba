"""Arrays of keypoints in any order of axes -> (images, people, joints, 2 to 4).

Usual is (images, joints, 3). Where other axes may be meant, too, as in (3, 14, images), confidences must be such, and
joints stand as a body's.
"""

from collections.abc import Iterator
from itertools import permutations

import numpy as np

from ...base.errors import InputError
from ..formats import FORMATS, of_count
from ..proportions import misfits

_COUNTS = {len(entry.joints) for entry in FORMATS.values()}
_LANDMARKS = len(FORMATS['mediapipe33'].joints)
#: Confidences are up to 2, or per cent; another order of axes must make bodies more likely by this misfit, of so many
#: people, to be sure.
_SUREST, _MOST_SURE, _MARGIN, _LOOKED_AT = 2., 101., .1, 100


def people_of(array: np.ndarray, joints: int | None = None, named: bool = False) -> np.ndarray:
    """People (N, P, K, 2 to 4) of an array of numbers; of so many ``joints``, where that is known, in the usual order
    of axes where these are ``named`` elsewhere, so that bodies do not tell.

    Raises InputError where no order of its axes gives some.
    """
    ways = [] if array.dtype.kind not in 'fiu' else [way for way in _ways(_with_images(array))
                                                     if joints in (None, way.shape[2])]
    sound = [way for way in ways if _is_sound(way)]
    if not sound:
        raise InputError(f'keypoints have shape {array.shape} of {array.dtype}, wanted (images, joints, 3) numbers: x, '
                         'y, confidence, or 2 for x and y alone')
    sound = [way for way in sound if _has_confidences(way)] or sound
    if len(sound) == 1 or named and sound[0] is ways[0]:
        return sound[0]
    best = min(sound, key=_misfit)
    gain = _misfit(sound[0]) - _misfit(best) if sound[0] is ways[0] else _MARGIN
    if 0. < gain < _MARGIN:
        raise InputError(f'keypoints have shape {array.shape}: which axis is that of images is not clear; wanted '
                         '(images, joints, 3)')
    return best if gain >= _MARGIN else sound[0]


def _with_images(array: np.ndarray) -> np.ndarray:
    """An array with an axis of images, of one person's rows or of rows of numbers, and no idle axes between."""
    array = array.astype(float)
    while array.ndim > 3 and 1 in array.shape[1:-2]:  # MoveNet: (images, 1, 1, 17, 3)
        array = array.squeeze(array.shape.index(1, 1))
    if array.ndim != 2 or array.shape[1] in (2, 3, 4):
        return array[None] if array.ndim == 2 else array
    splits = [width for width in (2, 3, 4) if array.shape[1] % width == 0 and _may_be(array.shape[1] // width, width)
              and array.shape[1] // width in _COUNTS]
    if len(splits) == 1:
        return array.reshape(len(array), -1, splits[0])
    return array.T[None] if len(array) in (2, 3) and array.shape[1] in _COUNTS else array


def _ways(array: np.ndarray) -> Iterator[np.ndarray]:
    """``array`` as it is, if its axes may be images, joints and numbers, and in other orders in which they are."""
    if array.ndim == 4 and _may_be(*array.shape[2:]):
        yield array
    if array.ndim != 3:
        return
    for order in permutations(range(3)):
        way = array.transpose(order)
        if _may_be(*way.shape[1:]) and (order == (0, 1, 2) or way.shape[1] in _COUNTS):
            yield way[:, None]


def _may_be(count: int, width: int) -> bool:
    """Whether ``count`` joints may have ``width`` numbers; only landmarks have four."""
    return width in (2, 3) or width == 4 and count == _LANDMARKS


def _is_sound(people: np.ndarray) -> bool:
    """Whether the third number may be a confidence; landmarks have their depth there."""
    if people.shape[3] != 3 or people.shape[2] == _LANDMARKS:
        return True
    sure = people[..., 2][np.isfinite(people).all(axis=3)]
    return not sure.size or bool(np.quantile(sure, .9) <= _MOST_SURE)


def _has_confidences(people: np.ndarray) -> bool:
    """Whether the third number is one beyond doubt, small beside pixels."""
    known = people[np.isfinite(people).all(axis=3)] if people.shape[3] == 3 else np.zeros((0, 3))
    known = known[(known[:, :2] != 0.).any(axis=1)]
    return bool(len(known)) and bool(np.abs(known[:, 2]).max() <= _SUREST < np.median(known[:, :2]))


def _misfit(people: np.ndarray) -> float:
    """How little the joints, in the order of any known format, stand as a body's."""
    rows = people.reshape(-1, *people.shape[2:])[:_LOOKED_AT]
    known = np.isfinite(rows[..., :2]).all(axis=2) & (rows[..., :2] != 0.).any(axis=2)
    odd = [misfits(np.dstack([rows[..., :2], known]), entry.joints) for entry in of_count(people.shape[2])]
    return min((float(np.median(some[np.isfinite(some)])) for some in odd if np.isfinite(some).any()), default=np.inf)
