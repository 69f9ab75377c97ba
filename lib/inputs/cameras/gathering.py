"""Who is whom in the pictures that several cameras took at one moment: the detections whose joints meet in space.

Whose rays meet within a few pixels are one person's. A view in which nobody goes with a person whom two others see is
left out for that person: a wrong detection, sides taken for one another, or somebody else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations

import numpy as np

from ...body.skeleton import N_LSP
from ...fitting.triangulation import Rays, distances, triangulate
from ...keypoints.choice import STATURE_PX, Detection
from .camera import Camera

#: Median distance between where a view has the joints and where the views together have them, px of a person of 300,
#: up to which it is the same person. In the recording of docs/more-evidence.md views are off by 3 px, the worst by 8.
AGREEING = 25.
#: Joints that two views must have in common.
_COMMON = 4
#: Two views alone tell the depth less well: how many times as far others may be off at first.
_TIMES = 2.

Seen = tuple[int, Detection]  # the position of a camera, and a person in its picture


@dataclass(frozen=True, eq=False)
class Gathered(Detection):
    """One person in several views: ``seen`` {position of the camera: Detection, px without distortion}, of ``count``
    cameras. ``joints`` (14 count, 2) and ``confidence`` are those of all views in a row, by which people are told
    apart from frame to frame."""

    seen: Mapping[int, Detection] = field(default_factory=dict)
    count: int = 0

    @cached_property
    def stature(self) -> float:
        """Mean over all cameras, px: who is in more of the pictures counts as larger."""
        return float(np.nansum([one.stature for one in self.seen.values()]) / self.count)


def straightened(people: Sequence[Detection], camera: Camera) -> list[Detection]:
    """The ``people`` in a picture of a Camera, px without distortion; who cannot be seen there is nobody."""
    out = []
    for person in people:
        joints = camera.straighten_points(person.joints)
        known = (person.confidence > 0) & np.isfinite(joints).all(axis=1)
        out.append(replace(person, joints=np.where(known[:, None], joints, 0.),
                           confidence=np.where(known, person.confidence, 0.)))
    return out


def gather(people: Sequence[Sequence[Detection]], cameras: Sequence[Camera]) -> list[Gathered]:
    """The people that are in the views of one moment, ``people`` straightened and in the order of ``cameras``; those
    whom more views see, and larger ones, first.

    Two views that agree say where a person is, and so who it is in the others; whom most views see is taken first.
    """
    found = [(view, person) for view, own in enumerate(people) for person in own if person.stature > 0]
    left, groups = set(range(len(found))), []
    pairs, off = _pairs(found, cameras)
    while (group := _largest(found, pairs, off, left, cameras)):
        groups.append([found[i] for i in group])
        left.difference_update(group)
        left.difference_update(_doubles(groups[-1], found, left, cameras))
    groups += [[found[i]] for i in sorted(left)]
    groups.sort(key=lambda group: (-len(group), -sum(person.stature for _, person in group)))
    return [_gathered(number, dict(group), len(cameras)) for number, group in enumerate(groups)]


def _pairs(found: Sequence[Seen], cameras: Sequence[Camera]) -> tuple[list[tuple[int, int]], np.ndarray]:
    """The pairs of those found (N,) that are in two views and agree, and how far all are from where each pair has the
    joints (P, N), median px of a person of 300."""
    pairs = [(a, b) for a, b in combinations(range(len(found)), 2) if found[a][0] != found[b][0]]
    if not pairs:
        return [], np.zeros((0, len(found)))
    rays = rays_of(found, cameras)
    points = triangulate(Rays(*(array[np.array(pairs)] for array in rays)))
    off = medians(distances(Rays(*(array[None] for array in rays)), points))
    agreeing = [i for i, (a, b) in enumerate(pairs) if max(off[i, a], off[i, b]) < AGREEING]
    return [pairs[i] for i in agreeing], off[agreeing]


def _largest(found: Sequence[Seen], pairs: Sequence[tuple[int, int]], off: np.ndarray, left: set[int],
             cameras: Sequence[Camera]) -> list[int]:
    """Of those ``left`` of all found, by their positions, the largest group that goes with one of the ``pairs`` and
    agrees, of equally large ones the nearest together; nobody where none does."""
    groups = [_around(own, found, left) for (a, b), own in zip(pairs, off) if a in left and b in left]
    best: list[int] = []
    best_off = np.inf
    for group in sorted(groups, key=lambda group: (-len(group), sum(group.values()))):
        if len(group) < len(best):
            break
        agreeing, mean = _agreeing(list(group), found, cameras)
        if len(agreeing) > 1 and (-len(agreeing), mean) < (-len(best), best_off):
            best, best_off = agreeing, mean
        if len(best) == len(group):
            break
    return best


def _agreeing(group: list[int], found: Sequence[Seen], cameras: Sequence[Camera]) -> tuple[list[int], float]:
    """Those of a ``group`` who agree, the worst left out one by one, and their mean distance."""
    while len(group) > 1:
        rays = rays_of([found[i] for i in group], cameras)
        off = medians(distances(rays, triangulate(rays)))
        if off.max() < AGREEING:
            return group, float(off.mean())
        group = [i for i, own in zip(group, off) if own < off.max()]
    return group, np.inf


def _doubles(group: Sequence[Seen], found: Sequence[Seen], left: set[int], cameras: Sequence[Camera]) -> list[int]:
    """Of those ``left`` who is in a view and in the place of the ``group``: detectors find some people twice, in
    parts."""
    points = triangulate(rays_of(group, cameras))
    others = [i for i in left if found[i][0] in dict(group)]
    if not others:
        return []
    off = medians(distances(rays_of([found[i] for i in others], cameras), points))
    return [i for i, own in zip(others, off) if own < AGREEING]


def _around(off: np.ndarray, found: Sequence[Seen], left: set[int]) -> dict[int, float]:
    """Of those ``left`` in each view who is nearest to where a pair has the joints, if near enough: position and
    distance."""
    best: dict[int, int] = {}
    for i in sorted(left, key=lambda i: -off[i]):  # the last is the nearest
        if off[i] < _TIMES * AGREEING:
            best[found[i][0]] = i
    return {i: float(off[i]) for i in best.values()}


def medians(off: np.ndarray) -> np.ndarray:
    """Medians (...) of distances (..., J), NaN where unknown; infinite where too few joints tell."""
    off = np.sort(off)  # NaN last
    count = np.isfinite(off).sum(axis=-1)
    median = np.take_along_axis(off, np.maximum(count - 1, 0)[..., None] // 2, axis=-1)[..., 0]
    return np.where(count >= _COMMON, median, np.inf)


def rays_of(group: Sequence[Seen], cameras: Sequence[Camera]) -> Rays:
    """What triangulate takes of people seen, px as if each were 300 tall."""
    own = [cameras[view] for view, _ in group]
    scale = np.array([STATURE_PX / person.stature for _, person in group])
    return Rays(joints=scale[:, None, None] * [person.joints for _, person in group],
                weight=np.array([person.confidence for _, person in group]),
                focal=scale * [camera.focal for camera in own],
                centre=scale[:, None] * [camera.centre for camera in own],
                rotation=np.array([camera.rotation for camera in own]),
                shift=np.array([camera.translation for camera in own]))


def _gathered(number: int, seen: Mapping[int, Detection], count: int) -> Gathered:
    joints, confidence = np.zeros((count, N_LSP, 2)), np.zeros((count, N_LSP))
    for view, person in seen.items():
        joints[view], confidence[view] = person.joints, person.confidence
    doubts = dict.fromkeys(person.doubt for person in seen.values() if person.doubt)
    return Gathered(joints.reshape(-1, 2), confidence.ravel(), number, doubt='; '.join(doubts), seen=seen, count=count)
