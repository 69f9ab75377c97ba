"""The numbers of a file: pixels or shares of the image, confidences from 0 to 1, and what counts as missing.

A joint is missing where a number is not finite, its confidence is not positive, or it lies at exactly 0, 0 or -1, -1,
which is where tools put what they did not find.
"""

from collections.abc import Iterable
from dataclasses import replace
from enum import Enum

import numpy as np

from ..base.errors import InputError
from .containers import Container
from .found import Person

#: Beyond this, numbers are no shares of an image, not even of people who stand partly outside of it; nobody is so
#: small in px.
_SHARES = 2.
#: The largest image, and how far from it a joint may lie.
FARTHEST, _FARTHEST_SHARE = 1e6, 100.
#: COCO's 2 for "labelled and visible"; some detectors go a little above 1.
_SUREST = 2.
#: Confidences are per cent where half of them are above _SUREST, and some above this, but none above 100 (and a
#: little).
_PER_CENT, _ALL = 30., 101.


class _Unit(Enum):
    """What the places of a file are in: pixels, or shares of the image's width and height."""

    PIXELS = 'pixels'
    SHARES = 'from 0 to 1'
    FROM_MINUS_1 = 'from -1 to 1'


class Values:
    """What the numbers of all ``people`` of a kind of file say together: what places are in, how confidences go.

    Where they cannot be understood, everybody is refused.
    """

    def __init__(self, container: Container, people: Iterable[Person]) -> None:
        self._container = container
        groups: dict[bool, list[np.ndarray]] = {False: [], True: []}
        for person in people:
            if len(person.keypoints):
                groups[self._meant(person)].append(_found(person.keypoints))
        self._scale: float | InputError = _confidence_scale(_stack(groups[False] + groups[True])[:, 2])
        self._units = {meant: _unit_of(_stack(rows)[:, :2], meant, container) for meant, rows in groups.items()}

    def _meant(self, person: Person) -> bool:
        """Whether this kind of file, or the person's format, always has shares."""
        return self._container.shares or person.layout is not None and person.layout.normalised

    def settled(self, person: Person) -> Person:
        """A Person with its numbers in their usual scale. Raises InputError where they are not as the file's others
        are."""
        meant = self._meant(person)
        unit = self._units[meant]
        if isinstance(unit, InputError):
            raise unit
        if isinstance(self._scale, InputError):
            raise self._scale
        keypoints = person.keypoints.copy()
        keypoints[:, 2] /= self._scale
        there = is_found(keypoints)
        keypoints[~there] = 0.
        _check(keypoints[there], unit is not _Unit.PIXELS)
        keypoints[:, 2] = np.minimum(keypoints[:, 2], 1.)
        if unit is _Unit.FROM_MINUS_1:
            keypoints[there, :2] = .5 * (keypoints[there, :2] + 1.)
        return replace(person, keypoints=keypoints, shares=unit is not _Unit.PIXELS)


def is_found(keypoints: np.ndarray) -> np.ndarray:
    """(...,): which joints of ``keypoints`` (..., 3) were found."""
    nowhere = [(keypoints[..., :2] == place).all(axis=-1) for place in (0., -1.)]
    return np.isfinite(keypoints).all(axis=-1) & (keypoints[..., 2] > 0) & ~np.any(nowhere, axis=0)


def _found(keypoints: np.ndarray) -> np.ndarray:
    return keypoints[is_found(keypoints)]


def _stack(rows: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([*rows, np.zeros((0, 3))])


def _confidence_scale(confidences: np.ndarray) -> float | InputError:
    """What to divide a file's confidences by: 1, or 100 for per cent, or why neither will do."""
    if not len(confidences) or np.median(confidences) <= _SUREST:
        return 1.
    middle, most = np.quantile(confidences, (.5, .99))
    if most > _ALL or np.max(confidences[confidences <= _ALL]) < _PER_CENT:
        return InputError(f'confidences of {middle:.4g} and the like; wanted 0 to 1, or per cent')
    return 100.


def _unit_of(places: np.ndarray, meant: bool, container: Container) -> _Unit | InputError:
    """What a file's places (N, 2) are in, or why they are in nothing known; ``meant``: they are shares as the tool has
    them, which those who make files of them may have made pixels."""
    if not len(places):
        return _Unit.SHARES if meant else _Unit.PIXELS
    if meant:
        return _Unit.PIXELS if np.median(np.abs(places).max(axis=1)) > _SHARES else _Unit.SHARES
    if np.abs(places).max() > _SHARES:
        return _Unit.PIXELS
    negative = (places < 0).any(axis=1).mean()
    if container.minus_one and negative > 0:
        return _Unit.FROM_MINUS_1
    if negative > .2:
        return InputError('positions from -1 to 1; wanted pixels, or shares of the image from 0 to 1')
    return _Unit.SHARES


def _check(found: np.ndarray, shares: bool) -> None:
    """Raise InputError where a person's joints that were found cannot be what they are in the file's others."""
    if not len(found):
        return
    if found[:, 2].max() > _SUREST:
        raise InputError(f'a confidence of {found[:, 2].max():.4g}, wanted 0 to 1')
    farthest = np.abs(found[:, :2]).max()
    if shares and np.median(np.abs(found[:, :2]).max(axis=1)) > _SHARES:
        raise InputError('positions in pixels, where the others are shares of the image')
    if farthest > (_FARTHEST_SHARE if shares else FARTHEST):
        raise InputError(f'a joint at {farthest:.4g}, beyond any image')
    if not shares and len(found) > 1 and farthest <= _SHARES:
        raise InputError('positions from 0 to 1, where others of its file are in pixels')
