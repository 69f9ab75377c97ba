"""The strip of pictures that the page shows of a person: photograph and fitted body, each with its joints, and a side.

Detected joints are rings, fitted ones dots; those of the left are blue, of the right orange, which nearly everybody can
tell apart (Okabe and Ito's palette). Where it is known how sure joints are, ellipses say within what they lie with some
nine in ten: two standard deviations. Pictures are uint8 (H, W, 3), blue first; joints are LSP's 14, px of the
photograph, NaN where they are missing.
"""

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np

from ...body.skeleton import LSP_LINES, LSP_NAMES, N_LSP, SMPL_NAMES, TRACKED_LSP
from ...drawing.boxes import Box
from ...drawing.drawer import Drawing
from .resizing import resized

#: Pixels of the strip, and of its photographs' panels; the side view has the rest.
STRIP_WIDTH, STRIP_HEIGHT = 705, 300
PANEL_WIDTH = 240
_BACKGROUND = 128  # neither glares on a dark page nor hides the body's shades
_BLUE, _ORANGE, _WHITE = (233, 180, 86), (0, 159, 230), (255, 255, 255)  # blue, green, red
_COLOURS = [{'left': _BLUE, 'right': _ORANGE}.get(name.partition('_')[0], _WHITE) for name in LSP_NAMES]
_EDGE = (40, 40, 40)  # around every mark, which else is lost on a photograph of its colour
#: Pairs of LSP joints: limbs and shoulders, hips, the torso's sides, and the head.
_BONES = [*LSP_LINES, (12, 13)]
_RING, _DOT = 4, 2  # px, radii
_BITS = 3  # OpenCV is told places in eighths of a pixel
_FARTHEST = 1e5  # px; farther out it must not count
#: Share of the person that is shown around it, and the smallest part of a photograph that is, px.
_MARGIN, _SMALLEST = .12, 40.
_MOST_VIEWS = 6  # in a strip

_DEVIATIONS = 2.  # that an ellipse shows
_LARGEST = 2. * STRIP_WIDTH  # px; an ellipse beyond that is all over the panel

#: Joints' places in a panel by their number, eighths of a pixel.
Places = dict[int, tuple[int, int]]


class Spread(NamedTuple):
    """Within what joints lie in a picture: LSP's ``places`` (14, 2) px, and ``covariances`` (14, 2, 2) px^2, NaN where
    they are not known."""

    places: np.ndarray
    covariances: np.ndarray


def fitted_strip(photograph: np.ndarray, overlay: np.ndarray, body: Box, side: Drawing, detected: np.ndarray,
                 fitted: np.ndarray, spread: Spread | None = None) -> np.ndarray:
    """The strip of a fit: its ``photograph``, the ``overlay`` with the ``body`` in that Box, and the ``side`` view.

    ``detected`` and ``fitted`` (14, 2) are joints, ``spread`` that of the fitted ones as seen from the side: in the
    photograph they are near the detected ones anyway.
    """
    corners = np.empty((0, 2)) if body.empty else np.array([body[:2], body[2:]])
    window = _Window(photograph, np.vstack([corners, detected]))
    first, second = window.panel(photograph), window.panel(overlay)
    found, posed = window.places(detected), window.places(fitted)
    _draw_bones(first, found)
    _draw_rings(first, found)
    _draw_bones(second, posed)
    _draw_rings(second, found)
    _draw_dots(second, posed)
    grey = np.full((side.height, side.width, 3), _BACKGROUND, dtype=np.uint8)
    third = resized(side.over(grey), STRIP_WIDTH - 2 * PANEL_WIDTH, STRIP_HEIGHT)
    if spread is not None:
        zoom = STRIP_HEIGHT / side.height
        _draw_ellipses(third, _places((spread.places + .5) * zoom - .5), zoom ** 2 * spread.covariances)
    return np.hstack([first, second, third])


def view_strip(overlays: Sequence[np.ndarray], bodies: Sequence[Box], detected: Sequence[np.ndarray],
               fitted: Sequence[np.ndarray]) -> np.ndarray:
    """The strip of a fit to several views: the ``overlays`` of the first ones, with the body in that Box of each, and
    joints (14, 2)."""
    panels, count = [], min(_MOST_VIEWS, len(overlays))
    widths = np.diff(np.linspace(0, STRIP_WIDTH, count + 1).round().astype(int)).tolist()
    for overlay, body, seen, posed, width in zip(overlays, bodies, detected, fitted, widths):
        corners = np.empty((0, 2)) if body.empty else np.array([body[:2], body[2:]])
        window = _Window(overlay, np.vstack([corners, seen]), width)
        panels.append(window.panel(overlay))
        found = window.places(seen)
        _draw_bones(panels[-1], window.places(posed))
        _draw_rings(panels[-1], found)
        _draw_dots(panels[-1], window.places(posed))
    return np.hstack(panels)


def failed_strip(photograph: np.ndarray, detected: np.ndarray) -> np.ndarray:
    """The strip of who could not be fitted: the ``photograph`` alone, with the ``detected`` joints (14, 2)."""
    window = _Window(photograph, detected, STRIP_WIDTH)
    panel, found = window.panel(photograph), window.places(detected)
    _draw_bones(panel, found)
    _draw_rings(panel, found)
    return panel


def lsp_joints(joints: np.ndarray, points: np.ndarray) -> np.ndarray:
    """LSP's joints (14, 3) of a posed body of which ``joints`` (24, 3) and tracked ``points`` (13, 3) are known.

    The neck, which no fit follows, is SMPL's.
    """
    out = np.empty((N_LSP, 3))
    out[TRACKED_LSP], out[LSP_NAMES.index('neck')] = points, joints[SMPL_NAMES.index('neck')]
    return out


class _Window:
    """The part of a ``picture`` that a panel of some ``width`` shows: what is around ``points`` (N, 2), or all where
    they are nowhere."""

    def __init__(self, picture: np.ndarray, points: np.ndarray, width: int = PANEL_WIDTH) -> None:
        size, panel = np.array(picture.shape[1::-1]), np.array([width, STRIP_HEIGHT])
        inside = np.clip(points[np.isfinite(points).all(axis=1)], 0, size)
        low, high = (inside.min(axis=0), inside.max(axis=0)) if len(inside) else (np.zeros(2), size)
        extent = (high - low).max() if len(inside) else 0.
        wanted = np.maximum(high - low + 2. * _MARGIN * extent, _SMALLEST)
        wanted = panel * (wanted / panel).max()  # as the panel is shaped
        start = np.clip((low + high - wanted) / 2., 0., np.maximum(size - wanted, 0.))
        self._start = np.minimum(start.astype(int), size - 1)
        self._end = np.minimum(np.ceil(start + wanted).astype(int), size)
        self._zoom = float((panel / (self._end - self._start)).min())
        self._size = np.maximum(np.rint(self._zoom * (self._end - self._start)), 1).astype(int)
        self._corner = (panel - self._size) // 2
        self._width = width

    def panel(self, picture: np.ndarray) -> np.ndarray:
        """The part, in the middle of a panel."""
        panel = np.full((STRIP_HEIGHT, self._width, 3), _BACKGROUND, dtype=np.uint8)
        (left, top), (width, height) = self._corner.tolist(), self._size.tolist()
        panel[top:top + height, left:left + width] = resized(
            picture[self._start[1]:self._end[1], self._start[0]:self._end[0]], width, height)
        return panel

    def places(self, joints: np.ndarray) -> Places:
        """Where ``joints`` (J, 2) are in the panel, without those that are missing or far away."""
        return _places((joints + .5 - self._start) * self._zoom + self._corner - .5)


def _places(joints: np.ndarray) -> Places:
    known = np.flatnonzero((np.abs(joints) < _FARTHEST).all(axis=1))
    rounded = np.rint(joints[known] * (1 << _BITS)).astype(int)
    return dict(zip(known.tolist(), map(tuple, rounded.tolist())))


def _draw_bones(panel: np.ndarray, joints: Places) -> None:
    """Limbs as thin lines in the colour of their side, those between the sides white."""
    bones = [bone for bone in _BONES if joints.keys() >= set(bone)]
    for thickness in (3, 1):  # the edges first: they hide no other limb
        for first, second in bones:
            colour = _COLOURS[first] if _COLOURS[first] == _COLOURS[second] else _WHITE
            cv2.line(panel, joints[first], joints[second], _EDGE if thickness > 1 else colour, thickness, cv2.LINE_AA,
                     _BITS)


def _draw_rings(panel: np.ndarray, joints: Places) -> None:
    for joint, place in joints.items():
        for thickness, colour in ((3, _EDGE), (1, _COLOURS[joint])):
            cv2.circle(panel, place, _RING << _BITS, colour, thickness, cv2.LINE_AA, _BITS)


def _draw_dots(panel: np.ndarray, joints: Places) -> None:
    for joint, place in joints.items():
        for radius, colour in ((_DOT + 1, _EDGE), (_DOT, _COLOURS[joint])):
            cv2.circle(panel, place, radius << _BITS, colour, -1, cv2.LINE_AA, _BITS)


def _draw_ellipses(panel: np.ndarray, joints: Places, covariances: np.ndarray) -> None:
    """Around ``joints`` what their ``covariances`` (14, 2, 2), px^2, say, NaN: nothing."""
    for joint, (x, y) in joints.items():
        if not np.isfinite(covariances[joint]).all():
            continue
        squares, axes = np.linalg.eigh(covariances[joint])
        radii = np.minimum(_DEVIATIONS * np.sqrt(np.maximum(squares, 0.)), _LARGEST)
        angle = float(np.degrees(np.arctan2(axes[1, 1], axes[0, 1])))
        sizes = tuple(int(round(float(radius) * (1 << _BITS))) for radius in radii[::-1])
        for thickness, colour in ((3, _EDGE), (1, _COLOURS[joint])):
            cv2.ellipse(panel, (x, y), sizes, angle, 0., 360., colour, thickness, cv2.LINE_AA, _BITS)
