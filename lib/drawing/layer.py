"""A body to be laid over a photograph: its colours, and how much of each pixel it covers.

OpenDR's pictures have pixels that are the body's as a whole or not at all. Here the share is told by how far a pixel's
centre is from the body's border, on which side: 1/2 on it, 0 or 1 half a pixel away.
"""

from typing import NamedTuple

import cv2
import numpy as np

#: Pixels from a border beyond which it does not matter; and beside an edge, where there is something else if it is one.
_REACH, _BESIDE = .5, .75
#: Pixels across an edge that may be within _REACH of it: it goes at least as far along as across.
_ROWS = np.arange(-1., 2.)
_WIDTH, _BITS = 2, 4  # of lines along edges within the body, px; OpenCV is told places in sixteenths of a pixel
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


def soft_layer(colours: np.ndarray, mask: np.ndarray, ends: np.ndarray) -> Layer:
    """The Layer of a body with ``colours`` (h, w, 3), white where the ``mask`` (h, w) is 0; it is 255 on the body.

    Of the edges of its outline the ``ends`` (N, 2, 2) are in pixels from the upper left corner.
    """
    cover, reached = cv2.erode(mask, _AROUND), cv2.dilate(mask, _AROUND)
    blurred, share = cv2.blur(colours, (3, 3)), cv2.blur(mask, (3, 3))
    within = _within(mask, ends)
    cv2.copyTo(blurred, cv2.bitwise_and(cover, _lines(ends[within], mask.shape)), colours)
    edge = np.flatnonzero(reached != cover)
    covered = mask.ravel()[edge] > 0
    beside = _ALL * _distances(ends[~within], mask.shape)[edge]
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
    """A pixel at right angles to each edge (N, 2); nothing for those without length."""
    along = ends[:, 1] - ends[:, 0]
    length = np.linalg.norm(along, axis=1, keepdims=True)
    return np.stack([-along[:, 1], along[:, 0]], axis=1) / np.where(length > 0., length, 1.)


def _lines(ends: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Lines along edges, 255 (h, w), else 0: within the body, before other parts of it."""
    lines = np.zeros(shape, dtype=np.uint8)
    cv2.polylines(lines, list(np.rint((ends - .5) * (1 << _BITS)).astype(np.int32)), False, (_ALL,), _WIDTH,
                  cv2.LINE_8, _BITS)
    return lines


def _distances(ends: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """How far each pixel, of all (h, w) in a row, is from the nearest edge, at most _REACH."""
    height, width = shape
    here = (ends.max(axis=1) > -_REACH) & (ends.min(axis=1) < np.array([width, height]) + _REACH)
    ends = ends[here.all(axis=1)]
    start, along = ends[:, 0], ends[:, 1] - ends[:, 0]
    steep = np.abs(along[:, 1]) > np.abs(along[:, 0])  # these are taken as if x were y
    start, along = (np.where(steep[:, None], pair[:, ::-1], pair) for pair in (start, along))
    low, high = start[:, 0] + np.minimum(along[:, 0], 0.), start[:, 0] + np.maximum(along[:, 0], 0.)
    first, last = (np.clip(border, 0, np.where(steep, height, width)).astype(np.intp)
                   for border in (np.ceil(low - _REACH - .5), np.floor(high + _REACH + .5)))
    count = np.maximum(last - first, 0)
    column = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count - first, count)
    x0, y0, across, up, steep = (np.repeat(values, count)[:, None] for values in (*start.T, *along.T, steep))
    x = column[:, None] + .5 - x0
    row = np.floor(y0 + up * np.clip(x / np.where(across == 0., 1., across), 0., 1.)) + _ROWS
    y = row + .5 - y0
    squared = across ** 2 + up ** 2
    nearest = np.clip((x * across + y * up) / np.where(squared == 0., 1., squared), 0., 1.)
    apart = np.hypot(x - nearest * across, y - nearest * up)
    near = (apart < _REACH) & (row >= 0) & (row < np.where(steep, width, height))
    pixels = np.where(steep, column[:, None] * width + row, row * width + column[:, None])[near].astype(np.intp)
    out = np.full(height * width, _REACH)
    np.minimum.at(out, pixels, apart[near])
    return out
