"""OSMesa's drawing surface, by the context that OpenDR compiles: triangles and lines in, a picture out."""

from functools import cache
from typing import Any, ClassVar

import numpy as np

from ..base.compat import import_opengl
from .boxes import Box
from .scene import NEAR, PIXEL_CENTRE, View

#: Sides of surfaces are multiples of so many pixels; one serves as long as it has no more than _SMALL pixels or _ROOM
#: times as many as are wanted.
_STEP, _SMALL, _ROOM = 256, 512 * 512, 3.
_KEPT = 4  # surfaces of different sizes


@cache
def _resting_surface(gl: Any) -> Any:
    """A surface of one pixel that is never thrown away, to be current where no other is drawn on."""
    return gl.OsContext(1, 1, typ=gl.GL_UNSIGNED_BYTE)


class Canvas:
    """Draws in the way of OpenDR's renderer.py (M. Loper, MIT licence): the same calls give the same pixels.

    A surface takes 20 ms to make, so one serves pictures of several sizes. They begin in its corner that OpenGL has at
    the upper left, pictures at the lower left: there coordinates are rounded as on a surface of the picture's own size.

    All canvases share their surfaces, which are thrown away here alone: where Python's garbage collector did so in some
    other thread, while one was in use, the process would end.
    """

    _surfaces: ClassVar[list[Any]] = []  # the last used one last

    def __init__(self) -> None:
        self._gl, self._read_pixels = import_opengl()
        self._context: Any = None
        self._inside = 0, 0, 0, 0  # left, lowest row, width, height
        self._kept: tuple[np.ndarray, ...] = ()

    def _take_surface(self, width: int, height: int) -> Any:
        """One that holds ``width`` x ``height`` px and is not much larger: clearing it takes time."""
        width, height = (-(-side // _STEP) * _STEP for side in (width, height))
        for context in self._surfaces:
            if context.width >= width and context.height >= height and (
                    context.width * context.height <= max(_SMALL, _ROOM * width * height)):
                self._surfaces.remove(context)  # nobody else may draw on it
                return context
        return self._new_surface(width, height)

    def _new_surface(self, width: int, height: int) -> Any:
        gl = self._gl
        context = gl.OsContext(width, height, typ=gl.GL_UNSIGNED_BYTE)
        context.Enable(gl.GL_DEPTH_TEST)
        context.Disable(gl.GL_CULL_FACE)
        context.PixelStorei(gl.GL_PACK_ALIGNMENT, 1)
        context.EnableClientState(gl.GL_VERTEX_ARRAY)
        context.PolygonOffset(10., 1.)
        return context

    def look(self, view: View, inside: Box) -> None:
        """Take the ``view``, of which what is ``inside`` a Box is wanted."""
        self.rest()
        self._context = self._take_surface(inside.right, view.height - inside.top)
        gl, context = self._gl, self._context
        below = context.height - view.height  # OpenGL counts rows upwards, and pictures stand on their heads there
        context.Viewport(0, below, view.width, view.height)
        self._inside = inside.left, below + inside.top, inside.right - inside.left, inside.bottom - inside.top
        x, y, scale = view.centre[0] + PIXEL_CENTRE, view.centre[1] + PIXEL_CENTRE, NEAR / view.focal
        context.MatrixMode(gl.GL_PROJECTION)
        context.LoadIdentity()
        context.Frustum(-x * scale, (view.width - x) * scale, y * scale, -(view.height - y) * scale, NEAR, view.far)
        context.MatrixMode(gl.GL_MODELVIEW)
        context.LoadIdentity()
        context.Rotatef(180, 1, 0, 0)
        placed = np.eye(4, dtype=np.float32)
        placed[:3, 3] = view.translation
        context.MultMatrixf(np.asfortranarray(placed))

    def take(self, vertices: np.ndarray, colours: np.ndarray) -> None:
        """What is drawn from here on: ``vertices`` (V, 3) metres and their ``colours`` (V, 3), float64."""
        self._kept = vertices, colours  # OpenGL has their addresses alone
        self._context.VertexPointer(vertices)
        self._context.ColorPointerd(colours)

    def clear(self, shade: float) -> None:
        """One grey everywhere, 0 to 1, and nothing in front of anything."""
        self._context.ClearColor(shade, shade, shade, 1.)
        self._context.Clear(self._gl.GL_COLOR_BUFFER_BIT | self._gl.GL_DEPTH_BUFFER_BIT)

    def triangles(self, faces: np.ndarray) -> None:
        """Fill ``faces`` (F, 3) uint32 in the vertices' colours."""
        self._draw(self._gl.GL_TRIANGLES, faces, coloured=True)

    def wireframe(self, faces: np.ndarray) -> None:
        """The sides of ``faces`` (F, 3) as lines in the vertices' colours."""
        self._context.PolygonMode(self._gl.GL_FRONT_AND_BACK, self._gl.GL_LINE)
        self._draw(self._gl.GL_TRIANGLES, faces, coloured=True)
        self._context.PolygonMode(self._gl.GL_FRONT_AND_BACK, self._gl.GL_FILL)

    def white_lines(self, edges: np.ndarray) -> None:
        """``edges`` (E, 2) uint32 as white lines, there and back."""
        self._context.Color3ub(255, 255, 255)
        self._draw(self._gl.GL_LINES, edges, coloured=False)
        self._draw(self._gl.GL_LINES, edges[:, ::-1], coloured=False)

    def black_triangles_behind(self, faces: np.ndarray) -> None:
        """``faces`` (F, 3) in black, a little farther away, so that they do not hide their own sides."""
        self._context.Color3ub(0, 0, 0)
        self._context.Enable(self._gl.GL_POLYGON_OFFSET_FILL)
        self._draw(self._gl.GL_TRIANGLES, faces, coloured=False)
        self._context.Disable(self._gl.GL_POLYGON_OFFSET_FILL)

    def _draw(self, primitive: int, indices: np.ndarray, coloured: bool) -> None:
        change = self._context.EnableClientState if coloured else self._context.DisableClientState
        change(self._gl.GL_COLOR_ARRAY)
        if indices.size:
            self._context.DrawElements(primitive, np.ascontiguousarray(indices).ravel())

    def rest(self) -> None:
        """Let go of what was drawn on: a surface may only be thrown away where no thread has it before it."""
        if self._context is not None:
            _resting_surface(self._gl).MakeCurrent()
            self._surfaces.append(self._context)
            self._context = None
            del self._surfaces[:-_KEPT]

    def picture(self) -> np.ndarray:
        """What stands inside now: colours and 255 (height, width, 4) uint8."""
        _, _, width, height = self._inside
        pixels = np.empty((height, width, 4), dtype=np.uint8)
        self._context.MakeCurrent()
        self._read_pixels(*self._inside, self._gl.GL_RGBA, self._gl.GL_UNSIGNED_BYTE, pixels.ctypes.data)
        return pixels
