"""Do joints stand as a body's, under the order that they are taken to have? Told before anything is fitted.

Every joint has an anchor, the wrist the elbow, and stands about it as a Gaussian in the image whose variance is the
person's size squared times a share v that is known: foreshortening and posture are in it. With r the distances to the
anchors, the likeliest size is mean r^2 / v; then minus twice the log likelihood of a person is, per joint and up to
what all orders of the same joints share,

    unlikeliness = mean log v + log mean r^2 / v

Of orders, the least is right. For one order, the joints' spread about their middle tells size, too, and

    misfit = log mean r^2 / v - log spread^2 / expected spread^2

compares the two: limbs that lead to and fro between the ends of a body look too long for it. It is about -0.2 for the
joints of every format in their own order, and beyond 1 in orders drawn by lot (tests/benchmarks/doubt.py).
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Protocol, TypeVar

import numpy as np

from .values import FARTHEST

#: JOINT: (anchor, root mean square distance to it, in the image, as a share of stature), of 600 people of the open
#: body, version 1.0, in training poses. The left shoulder has no anchor.
_MIDDLE = {'right_shoulder': ('left_shoulder', .157), 'neck': ('left_shoulder', .098), 'nose': ('neck', .095),
           'thorax': ('left_shoulder', .098), 'chest': ('neck', .185), 'head_top': ('neck', .160),
           'mid_hip': ('left_hip', .052), 'spine': ('mid_hip', .145)}
_EACH_SIDE = {'eye': ('nose', .037), 'ear': ('nose', .087), 'elbow': ('shoulder', .156), 'wrist': ('elbow', .133),
              'hip': ('shoulder', .284), 'knee': ('hip', .230), 'ankle': ('knee', .270), 'heel': ('ankle', .040),
              'big_toe': ('ankle', .110), 'small_toe': ('ankle', .105)}
_ANCHORS = _MIDDLE | {f'{side}_{part}': (anchor if anchor == 'nose' else f'{side}_{anchor}', distance)
                      for side in ('left', 'right') for part, (anchor, distance) in _EACH_SIDE.items()}
_ROOT = 'left_shoulder'
#: How far detectors are off, share of stature.
_NOISE = .02
#: Joints without which nothing is said of a person.
_FEWEST = 8
#: By how much another order's unlikeliness must be less, for one person; the median of more people is the surer.
_MARGIN = .3
#: Joints of a person beyond this misfit are no body's, and people whose median is beyond the second are none: of 2,000
#: sound people the largest is 1.0, of 100 sound files of ten people 0.1; of orders by lot 88 % and all are beyond.
NO_BODY, NO_BODIES = 1.2, .4


class Order(Protocol):
    """A format, as far as it matters here: its name, and its joints by name."""

    @property
    def name(self) -> str: ...

    @property
    def joints(self) -> tuple[str, ...]: ...


_Format = TypeVar('_Format', bound=Order)


def misfits(people: np.ndarray, joints: Sequence[str]) -> np.ndarray:
    """The misfit (N,) of ``people`` (N, K, 3), x, y, confidence, whose joints have the names ``joints`` (K,).

    NaN for people of too few joints that are seen (confidence above 0) and known, or all in one place.
    """
    places, seen = _seen(people, joints)
    squares, shares = _distances(places, seen, joints)
    weight = seen.astype(float)
    with np.errstate(all='ignore'):
        count = weight.sum(axis=1)
        middle = places.sum(axis=1) / count[:, None]
        spread = (weight * np.square(places - middle[:, None]).sum(axis=2)).sum(axis=1) / count
        expected = np.einsum('ni,ij,nj->n', weight, _expected_squares(tuple(joints)), weight) / (2. * np.square(count))
        out = np.log(_mean(squares / shares)) - np.log(spread / expected)
    return np.where((count >= _FEWEST) & np.isfinite(out), out, np.nan)


def better_order(people: Sequence[np.ndarray] | np.ndarray, entry: _Format,
                 others: Sequence[_Format]) -> _Format | None:
    """The format of ``others`` under which ``people`` of one file stand as bodies, and not so under ``entry``.

    ``people`` are arrays (K, 3), x, y, confidence; all formats have K joints. None where ``entry`` is as good as any.
    """
    together = np.asarray(people, dtype=float)
    own = _unlikeliness(together, entry.joints)
    best, gain = None, _MARGIN / np.sqrt(max(1, np.isfinite(own).sum()))
    for other in others:
        gains = own - _unlikeliness(together, other.joints)
        gains = gains[np.isfinite(gains)]
        if len(gains) and np.median(gains) > gain:
            best, gain = other, float(np.median(gains))
    return best


def order_doubts(people: Sequence[np.ndarray] | np.ndarray, entry: _Format, others: Sequence[_Format]) -> list[str]:
    """What to say where ``better_order`` finds one."""
    better = better_order(people, entry, others)
    return [] if better is None else [f'the joints are read in the order of {entry.name}, but stand as bodies in that '
                                      f'of {better.name}']


def _unlikeliness(people: np.ndarray, joints: Sequence[str]) -> np.ndarray:
    """The unlikeliness (N,) of ``people`` (N, K, 3); NaN for people of too few joints, or all in one place."""
    places, seen = _seen(people, joints)
    squares, shares = _distances(places, seen, joints)
    with np.errstate(all='ignore'):
        out = _mean(np.log(shares)) + np.log(_mean(squares / shares))
    return np.where((seen.sum(axis=1) >= _FEWEST) & np.isfinite(out), out, np.nan)


def _mean(values: np.ndarray) -> np.ndarray:
    """Mean over the last axis of what is not NaN."""
    return np.nansum(values, axis=-1) / np.isfinite(values).sum(axis=-1)


def _seen(people: np.ndarray, joints: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Places (N, K, 2), and which joints are known and seen (N, K)."""
    people = np.asarray(people, dtype=float).reshape(-1, len(joints), 3)
    known = np.array([name in _ANCHORS or name == _ROOT for name in joints])
    seen = known & (people[..., 2] > 0) & (np.abs(people) < FARTHEST).all(axis=2)  # not where NaN
    return np.where(seen[..., None], people[..., :2], 0.), seen


def _distances(places: np.ndarray, seen: np.ndarray, joints: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Squared distance of each joint to its anchor, and the v of that distance, both (N, K), NaN where not seen.

    Where the anchor is not seen, the anchor's own stands for it.
    """
    squares, shares = np.full(seen.shape, np.nan), np.full(seen.shape, np.nan)
    for joint, name in enumerate(joints):
        waiting = seen[:, joint].copy()
        for anchor, share in _chain(name):
            if anchor in joints:
                position = joints.index(anchor)
                found = waiting & seen[:, position]
                squares[found, joint] = np.square(places[found, joint] - places[found, position]).sum(axis=1)
                shares[found, joint] = share + _NOISE ** 2
                waiting &= ~found
    return squares, shares


def _chain(name: str) -> Iterator[tuple[str, float]]:
    """The joints that ``name`` hangs on, nearest first, and the expected squared distance to each."""
    share = 0.
    while name in _ANCHORS:
        name, distance = _ANCHORS[name]
        share += distance ** 2
        yield name, share


@lru_cache(maxsize=8)
def _expected_squares(joints: tuple[str, ...]) -> np.ndarray:
    """Expected squared distances (K, K) of any two joints, along the chains that join them; 0 for unknown names."""
    chains = [{name: 0., **dict(_chain(name))} for name in joints]
    return np.array([[min((a[name] + b[name] for name in a.keys() & b.keys()), default=0.) for b in chains]
                     for a in chains])
