"""Pictures of a body: what OpenDR's ColoredRenderer draws, without the derivatives."""

import cv2
import numpy as np

from .boxes import FaceBoxes
from .canvas import Canvas
from .mesh import Mesh
from .scene import View, front_view, turned_view

_WHITE = (255, 255, 255)
_CLEAR = np.array([255, 255, 255, 0], dtype=np.uint8).view(np.uint32)[0]
#: Pixels beyond a triangle's corners whose centres it may touch: filled, and drawn as lines.
_FILL_MARGIN, _LINE_MARGIN = 1. / 16., 1.5


class Drawer:
    """Draws bodies with ``faces`` (F, 3) on ``n_vertices`` vertices; the ``canvas`` may serve other Drawers, too."""

    def __init__(self, faces: np.ndarray, n_vertices: int, canvas: Canvas) -> None:
        self._mesh = Mesh(faces, n_vertices)
        self._canvas = canvas

    def front(self, vertices: np.ndarray, translation: np.ndarray, focal: float, centre: np.ndarray, width: int,
              height: int) -> np.ndarray:
        """The body as a picture (height, width, 4) uint8 in OpenCV's channel order, transparent around it.

        ``vertices`` (V, 3) metres, camera ``translation`` (3,), ``focal`` px, ``centre`` (2,) px. Outlines are smooth.
        """
        return self._draw(vertices, front_view(vertices, translation, focal, centre, width, height), smooth=True)

    def turned(self, vertices: np.ndarray, degrees: float) -> np.ndarray:
        """The same from further round the body, ``degrees`` about the vertical, filling a fixed frame."""
        return self._draw(*turned_view(vertices, degrees), smooth=False)

    def _draw(self, vertices: np.ndarray, view: View, smooth: bool) -> np.ndarray:
        picture = np.full((view.height, view.width), _CLEAR).view(np.uint8).reshape(view.height, view.width, 4)
        columns = np.ascontiguousarray(vertices.T, dtype=float)
        positions = columns + view.translation[:, None]
        boxes = FaceBoxes(self._mesh, positions, view)
        if not boxes.inside.empty:
            normals = self._mesh.face_normals(columns)
            canvas = self._canvas
            canvas.look(view, boxes.inside)
            canvas.take(np.ascontiguousarray(vertices, dtype=float), self._mesh.colours(columns, normals))
            canvas.clear(1.)
            canvas.triangles(self._mesh.faces)
            colours = canvas.picture().copy()
            if smooth:
                self._smooth(colours, self._mesh.outline(positions, normals), boxes)
            rows, cols = boxes.inside.slices
            picture[rows, cols, :3] = colours
            picture[rows, cols, 3] = cv2.bitwise_not(cv2.inRange(colours, _WHITE, _WHITE))
        return picture

    def _smooth(self, colours: np.ndarray, outline: np.ndarray, boxes: FaceBoxes) -> None:
        """Where ``outline`` (N, 2) is seen, put the colours of the wireframe that stands there.

        OpenDR does so with two drawings of the whole mesh; faces that reach none of these pixels change nothing.
        """
        canvas = self._canvas
        canvas.clear(0.)
        canvas.white_lines(outline)
        canvas.black_triangles_behind(boxes.touching(canvas.picture()[..., 0], _FILL_MARGIN))
        seen = cv2.extractChannel(canvas.picture(), 0)
        canvas.clear(1.)
        canvas.wireframe(boxes.touching(seen, _LINE_MARGIN))
        cv2.copyTo(canvas.picture(), seen, colours)
