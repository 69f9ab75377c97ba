"""A body to be laid over a photograph: its colours, and how much of each pixel it covers.

OpenDR's pictures have pixels that are the body's as a whole or not at all. Here the share is told by how far a pixel's
centre is from the outline, on which side: 1/2 on it, 0 or 1 half a pixel away. The distances are a picture themselves:
OpenGL draws each edge of the outline as a roof whose slopes grow darker and go back on both sides, so that the nearest
edge is the one that is seen (Hoff et al., Fast computation of generalized Voronoi diagrams, SIGGRAPH 1999).
"""

from typing import NamedTuple

import cv2
import numpy as np

from .boxes import Box
from .canvas import Canvas
from .scene import PIXEL_CENTRE, View

#: Pixels that a roof reaches on both sides of its edge, and beyond its ends, where the next one goes another way; and
#: how far beside an edge there is something else where it is the body's border.
_REACH, _BEYOND, _BESIDE = 1.5, .5, .75
_HALF = round(255 * .5 / _REACH)  # what half a pixel is in a picture of distances
#: A roof's corners go along one side, the ridge, and the other side: its triangles, and how far down the corners are.
_TRIANGLES = np.array([[0, 1, 2], [1, 3, 2], [2, 3, 4], [3, 5, 4]], dtype=np.uint32)
_DOWN = np.array([1., 1., 0., 0., 1., 1.])
#: Metres from the camera to a ridge, and to where drawing ends; how much farther roofs reach, so little that shades are
#: hardly bent by perspective, and those of edges within the body are behind all others.
_RIDGE, _FAR, _STEEP = 2., 3., .02
_FOCAL = 1000.  # px; any
_ALL = 255
_AROUND = np.ones((3, 3), dtype=np.uint8)


class Layer(NamedTuple):
    """``colours`` (h, w, 3) uint8, blue first, and how much of each pixel they ``cover`` (h, w) uint8, 255: all.

    ``edge`` (N,) are the pixels, of all in a row, that may be covered in part.
    """

    colours: np.ndarray
    cover: np.ndarray
    edge: np.ndarray

    def lay(self, ground: np.ndarray, opacity: float) -> None:
        """Lay it over the ``ground`` (h, w, 3) uint8, ``opacity`` from 0, not to be seen, to 1."""
        edge = np.unravel_index(self.edge, self.cover.shape)
        below, share = ground[edge].astype(np.float32), self.cover[edge][:, None] * np.float32(opacity / _ALL)
        mixed = cv2.addWeighted(self.colours, opacity, ground, 1. - opacity, 0.)
        cv2.copyTo(mixed, self.cover, ground)
        ground[edge] = np.rint(below + share * (self.colours[edge] - below)).astype(np.uint8)


def soft_layer(colours: np.ndarray, mask: np.ndarray, ends: np.ndarray, canvas: Canvas) -> Layer:
    """The Layer of a body with ``colours`` (h, w, 3), white where the ``mask`` (h, w) is 0; it is 255 on the body.

    Of the edges of its outline the ``ends`` (N, 2, 2) are in pixels from the upper left corner; the ``canvas`` is one
    on which it was drawn.
    """
    height, width = mask.shape
    distances = _distances(ends, _within(mask, ends), width, height, canvas)
    cover, reached = cv2.erode(mask, _AROUND), cv2.dilate(mask, _AROUND)
    blurred, share = cv2.blur(colours, (3, 3)), cv2.blur(mask, (3, 3))
    # edges within the body, before other parts of it
    cv2.copyTo(blurred, cv2.bitwise_and(cover, cv2.inRange(distances, (0,), (2 * _HALF - 1,))), colours)
    edge = np.flatnonzero(reached != cover)
    covered = mask.ravel()[edge] > 0
    beside = np.minimum(distances.ravel()[edge], _HALF) * np.float32(127.5 / _HALF)
    cover.ravel()[edge] = np.rint(np.where(covered, 127.5 + beside, 127.5 - beside)).astype(np.uint8)
    outer = edge[~covered]
    part = share.ravel()[outer][:, None].astype(np.float32)
    beside_it = (blurred.reshape(-1, 3)[outer] - (_ALL - part)) * (_ALL / np.maximum(part, 1.))  # without the white
    colours.reshape(-1, 3)[outer] = np.clip(beside_it, 0., _ALL)
    return Layer(colours, cover, edge)


def _within(mask: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Which edges (N,) have the body on both sides."""
    middle, across = ends.mean(axis=1), _BESIDE * _across(ends)
    beside = np.stack([middle - across, middle + across]).astype(np.intp)
    size = np.array(mask.shape[::-1])
    there = ((beside >= 0) & (beside < size)).all(axis=2)
    x, y = np.moveaxis(np.clip(beside, 0, size - 1), 2, 0)
    return ((mask[y, x] > 0) & there).all(axis=0)


def _across(ends: np.ndarray) -> np.ndarray:
    """A pixel at right angles to each edge: (N, 2)."""
    along = _along(ends)
    return np.stack([-along[:, 1], along[:, 0]], axis=1)


def _along(ends: np.ndarray) -> np.ndarray:
    """A pixel along each edge (N, 2); nothing for those without length."""
    along = ends[:, 1] - ends[:, 0]
    length = np.linalg.norm(along, axis=1, keepdims=True)
    return along / np.where(length > 0., length, 1.)


def _distances(ends: np.ndarray, within: np.ndarray, width: int, height: int, canvas: Canvas) -> np.ndarray:
    """How far each pixel (height, width) is from the nearest edge: 255 for _REACH or more.

    Those ``within`` the body count where no other is near.
    """
    if not len(ends):
        return np.full((height, width), _ALL, dtype=np.uint8)
    longer = ends + _BEYOND * np.stack([-_along(ends), _along(ends)], axis=1)
    across = _REACH * _across(ends)[:, None]
    corners = np.concatenate([longer - across, longer, longer + across], axis=1)  # (N, 6, 2)
    depth = _RIDGE + _STEEP * (_DOWN + within[:, None])
    places = np.concatenate([corners / _FOCAL, np.ones((*depth.shape, 1))], axis=2) * depth[..., None]
    shades = np.tile(np.repeat(_DOWN[:, None], 3, axis=1), (len(ends), 1))
    faces = (_TRIANGLES + 6 * np.arange(len(ends), dtype=np.uint32)[:, None, None]).reshape(-1, 3)
    corner = np.full(2, -PIXEL_CENTRE)
    canvas.look_again(View(np.zeros(3), _FOCAL, corner, width, height, _FAR), Box(0, 0, width, height))
    canvas.take(np.ascontiguousarray(places.reshape(-1, 3)), shades)
    canvas.clear(1.)
    canvas.triangles(faces)
    return cv2.extractChannel(canvas.picture(), 0)
