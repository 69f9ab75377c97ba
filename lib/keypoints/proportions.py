"""Do joints stand as a body's, under the order that they are taken to have? Told before anything is fitted.

Every joint has an anchor, the wrist the elbow, and stands about it as a Gaussian in the image, whose width is the
person's size s times a share v that is known: foreshortening and posture are in it. Under the likeliest s, minus the
log likelihood of a person is, per joint, up to a constant,

    misfit = mean log v + log mean r^2 / v - log spread^2

with r the distances to the anchors; the spread of all joints makes it free of units. It is about -0.8 for LSP's
joints in their own order, and beyond 0 for joints in one drawn by lot. tests/benchmarks/doubt.py measures it.
"""

from collections.abc import Iterator, Sequence
from typing import Protocol, TypeVar

import numpy as np

#: JOINT: (anchor, root mean square distance to it, in the image, as a share of stature), of 600 people of the open
#: body in training poses. The left shoulder has no anchor.
_MIDDLE = {'right_shoulder': ('left_shoulder', .157), 'neck': ('left_shoulder', .098), 'nose': ('neck', .095),
           'thorax': ('left_shoulder', .098), 'chest': ('neck', .185), 'head_top': ('neck', .160),
           'mid_hip': ('left_hip', .052), 'spine': ('mid_hip', .145)}
_EACH_SIDE = {'eye': ('nose', .037), 'ear': ('nose', .087), 'elbow': ('shoulder', .156), 'wrist': ('elbow', .133),
              'hip': ('shoulder', .284), 'knee': ('hip', .230), 'ankle': ('knee', .270), 'heel': ('ankle', .040),
              'big_toe': ('ankle', .110), 'small_toe': ('ankle', .105)}
_ANCHORS = _MIDDLE | {f'{side}_{part}': (anchor if anchor == 'nose' else f'{side}_{anchor}', distance)
                      for side in ('left', 'right') for part, (anchor, distance) in _EACH_SIDE.items()}
#: How far detectors are off, share of stature.
_NOISE = .02
#: Joints without which nothing is said of a person.
_FEWEST = 8
#: By how much another order's misfit must be less, for one person; people's medians say it the surer the more they are.
_MARGIN = .3
#: Joints of a person beyond this misfit are no body's: of 940 sound people the largest is 0.2; a file's median beyond
#: the second neither: of 94 sound files of ten people the largest is -0.65, of 500 orders by lot the least 0.1.
NO_BODY, NO_BODIES = .35, -.2


class Order(Protocol):
    """A format, as far as it matters here: joints by name."""

    @property
    def joints(self) -> tuple[str, ...]:
        """Names, in order."""


_Format = TypeVar('_Format', bound=Order)


def misfits(people: np.ndarray, joints: Sequence[str]) -> np.ndarray:
    """The misfit (N,) of ``people`` (N, K, 3), x, y, confidence, whose joints have the names ``joints`` (K,).

    NaN for people of too few joints that are seen (confidence above 0) and known, or all in one place.
    """
    people = np.asarray(people, dtype=float).reshape(-1, len(joints), 3)
    seen = (people[..., 2] > 0) & np.isfinite(people).all(axis=2)
    places = np.where(seen[..., None], people[..., :2], 0.)
    squares, shares = np.full(seen.shape, np.nan), np.full(seen.shape, np.nan)
    for joint, name in enumerate(joints):
        waiting = seen[:, joint].copy()
        for anchor, share in _anchors(name, joints):
            found = waiting & seen[:, anchor]
            squares[found, joint] = np.square(places[found, joint] - places[found, anchor]).sum(axis=1)
            shares[found, joint] = share
            waiting &= ~found
    count = seen.sum(axis=1)
    with np.errstate(all='ignore'):
        centre = places.sum(axis=1) / count[:, None]
        spread = np.where(seen, np.square(places - centre[:, None]).sum(axis=2), 0.).sum(axis=1) / count
        terms = np.isfinite(squares).sum(axis=1)
        out = (np.nansum(np.log(shares), axis=1) / terms + np.log(np.nansum(squares / shares, axis=1) / terms)
               - np.log(spread))
    return np.where((terms >= _FEWEST - 1) & np.isfinite(out), out, np.nan)


def _anchors(name: str, joints: Sequence[str]) -> Iterator[tuple[int, float]]:
    """The joints that ``name`` may hang on, nearest first, as positions in ``joints``, and the v of that distance."""
    share = _NOISE ** 2
    while name in _ANCHORS:
        name, distance = _ANCHORS[name]
        share += distance ** 2
        if name in joints:
            yield joints.index(name), share


def better_order(people: Sequence[np.ndarray] | np.ndarray, entry: _Format, others: Sequence[_Format]) -> _Format | None:
    """The format of ``others`` under which ``people`` of one file stand as bodies, and not so under ``entry``.

    ``people`` are arrays (K, 3), x, y, confidence; all formats have K joints. None where ``entry`` is as good as any.
    """
    together = np.asarray(people, dtype=float)
    own = misfits(together, entry.joints)
    judged = np.isfinite(own)
    best, gain = None, _MARGIN / np.sqrt(max(1, judged.sum()))
    for other in others:
        gains = (own - misfits(together, other.joints))[judged]
        gains = gains[np.isfinite(gains)]
        if len(gains) and np.median(gains) > gain:
            best, gain = other, float(np.median(gains))
    return best
