"""Pictures of a body: what OpenDR's ColoredRenderer draws, without the derivatives, or with smooth outlines."""

from typing import NamedTuple

import cv2
import numpy as np

from .boxes import Box, FaceBoxes
from .canvas import Canvas
from .layer import Layer, soft_layer
from .mesh import Mesh
from .scene import View, front_view, turned_view

_WHITE = (-1,)  # 255 in all channels, as int32
#: What is where no body is.
CLEAR = np.array([255, 255, 255, 0], dtype=np.uint8)
#: Pixels beyond a triangle's corners whose centres it may touch: filled, and drawn as lines.
_FILL_MARGIN, _LINE_MARGIN = 1. / 16., 1.5


class Drawing(NamedTuple):
    """A picture of ``width`` x ``height`` px in OpenCV's channel order, blue first, with nothing outside a ``box``.

    ``patch`` (h, w, 4) uint8 is what the box holds: transparent white, alpha 0, where no body is, and where one is in a
    part of a pixel, that share of 255. ``layer`` is the same to be laid over a photograph, None: as it is.
    """

    patch: np.ndarray
    box: Box
    width: int
    height: int
    layer: Layer | None = None

    def over(self, background: np.ndarray, opacity: float = 1.) -> np.ndarray:
        """A copy of the ``background`` (height, width, 3) with the body laid over it, which a layer with an ``opacity``
        below 1 lets through."""
        out = background.copy()
        rows, columns = self.box.slices
        if self.layer is not None:
            self.layer.lay(out[rows, columns], opacity)
        elif not self.box.empty:
            body, shape = cv2.cvtColor(self.patch, cv2.COLOR_BGRA2BGR), cv2.extractChannel(self.patch, 3)
            cv2.copyTo(body, shape, out[rows, columns])
        return out


class Drawer:
    """Draws bodies with ``faces`` (F, 3) on ``n_vertices`` vertices; the ``canvas`` may serve other Drawers, too."""

    def __init__(self, faces: np.ndarray, n_vertices: int, canvas: Canvas) -> None:
        self._mesh = Mesh(faces, n_vertices)
        self._canvas = canvas

    def front(self, vertices: np.ndarray, translation: np.ndarray, focal: float, centre: np.ndarray, width: int,
              height: int, published: bool = False) -> Drawing:
        """The body as the fitted camera sees it, with smooth outlines; ``published``: the picture itself is that of the
        published program, to the pixel, and has a layer with smooth outlines.

        ``vertices`` (V, 3) metres, camera ``translation`` (3,), ``focal`` px, ``centre`` (2,) px.
        """
        view = front_view(vertices, translation, focal, centre, width, height)
        return self._draw(vertices, view, smooth=True, published=published)

    def turned(self, vertices: np.ndarray, degrees: float, published: bool = True) -> Drawing:
        """The body from further round it, ``degrees`` about the vertical, filling a fixed frame, as the published
        program would draw it; not ``published``: a pixel of its border may differ, in two thirds of the time."""
        return self._draw(*turned_view(vertices, degrees), smooth=False, published=published)

    def _draw(self, vertices: np.ndarray, view: View, smooth: bool, published: bool) -> Drawing:
        columns = np.ascontiguousarray(vertices.T, dtype=float)
        positions = columns + view.translation[:, None]
        boxes = FaceBoxes(self._mesh, positions, view)
        if boxes.inside.empty:
            return Drawing(np.empty((0, 0, 4), dtype=np.uint8), Box(0, 0, 0, 0), view.width, view.height)
        normals = self._mesh.face_normals(columns)
        facing = self._mesh.facing(positions, normals) if smooth or not published else np.empty(0)
        canvas, layer = self._canvas, None
        try:
            canvas.look(*(view, boxes.inside) if published else _alone(view, boxes.inside))
            canvas.take(np.ascontiguousarray(vertices, dtype=float), self._mesh.colours(columns, normals))
            canvas.clear(1.)
            canvas.triangles(self._mesh.faces if published or boxes.cut else self._mesh.outside(facing))
            patch = canvas.picture()
            if smooth:
                outline = self._mesh.outline(facing)
                plain, mask = cv2.cvtColor(patch, cv2.COLOR_BGRA2BGR), _body_in(patch)
                if published:
                    self._smooth(patch, outline, boxes)
                layer = soft_layer(plain, mask, boxes.seen(outline))
        finally:
            canvas.rest()
        if layer is not None and not published:
            patch = cv2.cvtColor(layer.colours, cv2.COLOR_BGR2BGRA)
            cv2.insertChannel(layer.cover, patch, 3)
        else:
            cv2.insertChannel(_body_in(patch), patch, 3)
        return Drawing(patch, boxes.inside, view.width, view.height, layer)

    def _smooth(self, patch: np.ndarray, outline: np.ndarray, boxes: FaceBoxes) -> None:
        """Where ``outline`` (N, 2) is seen, put the colours of the wireframe that stands there.

        OpenDR does so with two drawings of the whole mesh; faces that reach none of these pixels change nothing.
        """
        canvas = self._canvas
        canvas.clear(0.)
        canvas.white_lines(outline)
        canvas.black_triangles_behind(boxes.touching(cv2.extractChannel(canvas.picture(), 0), _FILL_MARGIN))
        seen = cv2.extractChannel(canvas.picture(), 0)
        canvas.clear(1.)
        canvas.wireframe(boxes.touching(seen, _LINE_MARGIN))
        cv2.copyTo(canvas.picture(), seen, patch)


def _alone(view: View, box: Box) -> tuple[View, Box]:
    """What is in a ``box`` as a View of its own: quicker, for less is cleared, and but for rounding the same."""
    width, height = box.right - box.left, box.bottom - box.top
    return view.part(box.left, box.top, width, height), Box(0, 0, width, height)


def _body_in(patch: np.ndarray) -> np.ndarray:
    """Where a picture (h, w, 4) is not white: 255, else 0."""
    return cv2.bitwise_not(cv2.inRange(patch.view(np.int32)[..., 0], _WHITE, _WHITE))
