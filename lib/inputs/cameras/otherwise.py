"""Do the cameras see people in one place? Where they do not, and would if the calibration, or whose keypoints are
whose, were taken in another usual way, that is said."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations, islice, permutations

import numpy as np

from ...fitting.triangulation import distances, triangulate
from ...keypoints.choice import Detection
from .camera import Camera
from .gathering import gather, medians, rays_of

#: Mean distance of the views' joints from where the views together have them, px of a person of 300: what is beyond
#: the first is looked into, and explained by what brings it below the second, and by that share. The recording of
#: docs/more-evidence.md has 4, with its cameras in any other order 20 and more, two of them exchanged alone 10.
_ODD, _SOUND, _SHARE = 5., 10., .5
#: What a view counts in which the person is elsewhere.
_ELSEWHERE = 50.
#: Frames that are asked; cameras up to which all orders are tried.
_ASKED, _FEW = 12, 4
#: Whose axes are x right, y up, z back, as OpenGL's and Blender's cameras have them.
_UP_AND_BACK = np.diag([1., -1., -1.])

_People = Sequence[Sequence[Detection]]


def otherwise(seen: Sequence[_People], cameras: Sequence[Camera]) -> str:
    """In what other way the ``cameras`` would agree on the people ``seen`` [frame][camera], straightened; '' where they
    do as it is, or in none that is known."""
    asked = [views for views in seen if sum(any(one.stature > 0 for one in own) for own in views) > 1]
    asked = asked[::max(1, -(-len(asked) // _ASKED))]
    now = _apart(asked, cameras) if asked else 0.
    if now <= _ODD:
        return ''
    ways = [(_apart(asked, others), what) for others, what in _ways(cameras)]
    least, what = min(ways)
    return what if least < min(_SOUND, _SHARE * now) else ''


def _apart(seen: Sequence[_People], cameras: Sequence[Camera]) -> float:
    """The mean distance over frames and the views with people."""
    out = []
    for views in seen:
        group = list(gather(views, cameras)[0].seen.items())
        rays = rays_of(group, cameras)
        off = medians(distances(rays, triangulate(rays))) if len(group) > 1 else np.array([_ELSEWHERE])
        missing = sum(map(bool, views)) - len(off)
        out.append((np.minimum(off, _ELSEWHERE).sum() + _ELSEWHERE * missing) / (len(off) + missing))
    return float(np.mean(out))


def _ways(cameras: Sequence[Camera]) -> Iterator[tuple[list[Camera], str]]:
    """Other ways to take the files, and what to do where one is right."""
    turned = 'its R and t seem to lead from the camera to the world: give R\' and -R\' t'
    back = "its cameras' axes seem to be x right, y up, z back: turn y and z of each round"
    yield [_inverse(camera) for camera in cameras], turned
    yield [replace(camera, translation=-camera.rotation @ camera.translation) for camera in cameras], (
        'its t seems to be where the camera stands: give -R t')
    yield [_back(camera) for camera in cameras], back
    yield [_back(_inverse(camera)) for camera in cameras], f'{turned}; {back}'
    for order in _orders(len(cameras)):
        changed = [(camera, cameras[place]) for camera, place in zip(cameras, order) if camera is not cameras[place]]
        yield [cameras[place] for place in order], 'keypoints, or places, seem to be exchanged: ' + ', '.join(
            f'those of {own.name} are of {other.name}' for own, other in changed)


def _orders(count: int) -> Iterator[Sequence[int]]:
    """Orders in which so many cameras may be taken for each other: any, or of many two."""
    order = list(range(count))
    if count <= _FEW:
        yield from islice(permutations(order), 1, None)
        return
    for one, other in combinations(order, 2):
        yield [other if place == one else one if place == other else place for place in order]


def _inverse(camera: Camera) -> Camera:
    return replace(camera, rotation=camera.rotation.T, translation=camera.place)


def _back(camera: Camera) -> Camera:
    return replace(camera, rotation=_UP_AND_BACK @ camera.rotation, translation=_UP_AND_BACK @ camera.translation)
