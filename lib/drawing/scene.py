"""Camera, lights, and skin of the published program's pictures."""

from typing import NamedTuple

import numpy as np

from ..body.kinematics import rotation_matrices

#: Skin colour in the order in which OpenCV writes a picture: blue, green, red.
ALBEDO = np.array([.7, .7, .9])
#: OpenDR has pixels' centres on whole numbers, OpenGL between them.
PIXEL_CENTRE = .5
NEAR = .5  # metres from the camera to where drawing begins
_DEPTH = 20.  # metres from the body's middle to where it ends
_ABOUT_Y = np.radians(120.)
_LIGHTS = (((-200., -100., -100.), 1.), ((800., 10., 300.), 1.), ((-500., 500., 1000.), .7))
#: Turned views: pixels, the share of them that the body fills, and metres to the camera.
_VIEW_WIDTH, _VIEW_HEIGHT, _VIEW_FILL, _VIEW_DISTANCE = 300, 400, .92, 20.


def _turned(position: tuple[float, float, float]) -> np.ndarray:
    c, s = np.cos(_ABOUT_Y), np.sin(_ABOUT_Y)
    return np.array(position) @ np.array([[c, 0., s], [0., 1., 0.], [-s, 0., c]])


#: Places (3,) of the lights, metres, and their strengths.
LIGHTS = tuple((_turned(position), strength) for position, strength in _LIGHTS)


class View(NamedTuple):
    """What a camera that looks along z sees.

    ``translation`` (3,) of the body, metres; ``focal`` px; ``centre`` (2,) px. The picture has ``width``
    x ``height`` px; ``far`` is where drawing ends, metres from the camera.
    """

    translation: np.ndarray
    focal: float
    centre: np.ndarray
    width: int
    height: int
    far: float

    def part(self, left: int, top: int, width: int, height: int) -> 'View':
        """What is seen in ``width`` x ``height`` px of it, of which the corner is ``left``, ``top``."""
        return self._replace(centre=self.centre - [left, top], width=width, height=height)


def front_view(vertices: np.ndarray, translation: np.ndarray, focal: float, centre: np.ndarray, width: int,
               height: int) -> View:
    """The View of the fitted camera; arguments as View's and ``vertices`` (V, 3) metres."""
    far = _DEPTH + abs(translation[2] - vertices[:, 2].mean())
    return View(np.asarray(translation, dtype=float), float(focal), np.asarray(centre, dtype=float), int(width),
                int(height), float(far))


def turn_about_vertical(degrees: float) -> np.ndarray:
    """The matrix (3, 3) that vertices, as rows, are multiplied by for a view from ``degrees`` further round."""
    return rotation_matrices(np.array([0., np.radians(degrees), 0.]))


def turned_view(vertices: np.ndarray, degrees: float) -> tuple[np.ndarray, View]:
    """The body from further round it, ``degrees`` about the vertical, filling a fixed frame: its vertices and View."""
    turned = (vertices - vertices.mean(axis=0)) @ turn_about_vertical(degrees)
    low, high = turned.min(axis=0), turned.max(axis=0)
    turned -= (low + high) / 2.
    pixels_per_metre = _VIEW_FILL * min(_VIEW_WIDTH / (high - low)[0], _VIEW_HEIGHT / (high - low)[1])
    return turned, View(np.array([0., 0., _VIEW_DISTANCE]), float(pixels_per_metre * _VIEW_DISTANCE),
                        np.array([_VIEW_WIDTH / 2., _VIEW_HEIGHT / 2.]), _VIEW_WIDTH, _VIEW_HEIGHT, 2. * _VIEW_DISTANCE)


def seen_turned(points: np.ndarray, vertices: np.ndarray, degrees: float) -> tuple[np.ndarray, float]:
    """Where the turned_view of ``vertices`` (V, 3) has the body's ``points`` (P, 3), pixels (P, 2), and its pixels per
    metre."""
    turned, view = turned_view(vertices, degrees)
    placed = turned[0] + (points - vertices[0]) @ turn_about_vertical(degrees) + view.translation
    return view.focal * placed[:, :2] / placed[:, 2:] + view.centre, view.focal / float(view.translation[2])
