"""Where in the picture the faces of a mesh lie."""

from functools import cached_property
from typing import NamedTuple

import cv2
import numpy as np

from .mesh import Mesh
from .scene import NEAR, PIXEL_CENTRE, View

_SURE = 1.01  # times NEAR: what is beyond is not cut off at the near plane, however its distance is rounded
_AROUND = 2.  # pixels around the vertices that lines between them may touch


class Box(NamedTuple):
    """A part of a picture, in pixels from its upper left corner; ``right`` and ``bottom`` are the first outside."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def empty(self) -> bool:
        """There is no pixel in it."""
        return self.right <= self.left or self.bottom <= self.top

    @property
    def slices(self) -> tuple[slice, slice]:
        """Its rows and columns."""
        return slice(self.top, self.bottom), slice(self.left, self.right)


class FaceBoxes:
    """The faces of a ``mesh`` with vertices at ``positions`` (3, V) from the camera, in the picture of a ``view``.

    ``inside`` is the Box that they all lie in, or the whole picture where some may be ``cut`` off at the near plane.
    """

    def __init__(self, mesh: Mesh, positions: np.ndarray, view: View) -> None:
        self._mesh = mesh
        self.cut = bool(positions[2].min() < _SURE * NEAR)
        self._places = np.zeros((2, positions.shape[1]))  # pixels from the upper left corner
        self.inside = Box(0, 0, view.width, view.height)
        if not self.cut:
            self._places = positions[:2] / positions[2] * view.focal + (view.centre[:, None] + PIXEL_CENTRE)
            sizes = view.width, view.height
            left, top = (int(np.clip(low - _AROUND, 0., size)) for low, size in zip(self._places.min(axis=1), sizes))
            right, bottom = (int(np.clip(high + _AROUND, 0., size)) for high, size in
                             zip(self._places.max(axis=1), sizes))
            self.inside = Box(left, top, right, bottom)

    def seen(self, edges: np.ndarray) -> np.ndarray:
        """The ends (N, 2, 2) of ``edges`` (N, 2), in pixels from the corner of ``inside``.

        None of them where some may be cut off.
        """
        if self.cut:
            return np.empty((0, 2, 2))
        return self._places.T[edges] - self.inside[:2]

    def touching(self, marked: np.ndarray, margin: float) -> np.ndarray:
        """Faces (N, 3) within ``margin`` px of the centre of a pixel that is ``marked``.

        ``marked`` (height, width) uint8 is 0 elsewhere; its upper left pixel is that of ``inside``.
        """
        faces = self._mesh.faces
        if self.cut:
            return faces
        counts = cv2.integral((marked != 0).view(np.uint8))  # (height + 1, width + 1): above and left of each corner
        (left, right), (top, bottom) = (
            (np.clip(np.ceil(low - margin - .5), 0, size).astype(np.intp),
             np.clip(np.floor(high + margin + .5), 0, size).astype(np.intp))
            for (low, high), size in zip(self._reach, marked.shape[::-1]))
        return faces[counts[bottom, right] - counts[top, right] - counts[bottom, left] + counts[top, left] > 0]

    @cached_property
    def _reach(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """The least and the largest x of every face, then y, in pixels from the corner of ``inside``."""
        reach = []
        for places, start in zip(self._places, (self.inside.left, self.inside.top)):
            a, b, c = self._mesh.at_corners(places - start)
            reach.append((np.minimum(np.minimum(a, b), c), np.maximum(np.maximum(a, b), c)))
        return reach
