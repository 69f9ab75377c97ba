"""Pictures of fitted bodies with OpenDR, lit as the published program lit them.

The reference of lib.drawing, which draws the same pixels in a fraction of the time and makes the pictures of a run.
"""

from typing import Any

import numpy as np

from .base.compat import import_opendr
from .drawing.scene import ALBEDO, LIGHTS, NEAR, View, front_view, turned_view

ColoredRenderer, LambertianPointLight, ProjectPoints, VertNormals = import_opendr()


class BodyRenderer:
    """Renders one mesh topology again and again: what depends on ``faces`` (F, 3) alone is worked out once."""

    def __init__(self, faces: np.ndarray, n_vertices: int) -> None:
        self._faces = faces.astype(np.uint32)
        vertices = np.zeros((n_vertices, 3))
        albedo = np.broadcast_to(ALBEDO, vertices.shape).copy()
        self._normals = VertNormals(f=self._faces, v=vertices)
        self._lights = [LambertianPointLight(f=self._faces, v=vertices, vn=self._normals, num_verts=n_vertices,
                                             vc=albedo, light_pos=place, light_color=np.full(3, strength))
                        for place, strength in LIGHTS]
        self._renderers: dict[str, Any] = {}

    def render(self, vertices: np.ndarray, translation: np.ndarray, focal: float, centre: np.ndarray, width: int,
               height: int) -> np.ndarray:
        """The body as a picture (height, width, 4) uint8 in OpenCV's channel order, transparent around it.

        ``vertices`` (V, 3) metres, camera ``translation`` (3,), ``focal`` px, ``centre`` (2,) px.
        """
        return self._draw('front', vertices, front_view(vertices, translation, focal, centre, width, height))

    def turned_view(self, vertices: np.ndarray, degrees: float) -> np.ndarray:
        """The same from further round the body, ``degrees`` about the vertical, filling a fixed frame."""
        return self._draw('turned', *turned_view(vertices, degrees))

    def _draw(self, kind: str, vertices: np.ndarray, view: View) -> np.ndarray:
        camera = ProjectPoints(v=vertices, rt=np.zeros(3), t=view.translation, f=np.full(2, view.focal), c=view.centre,
                               k=np.zeros(5))
        changed = {'v': vertices, 'camera': camera, 'vc': self._shading(vertices)}
        frustum = {'near': NEAR, 'far': view.far, 'width': view.width, 'height': view.height}
        renderer = self._renderers.get(kind)
        if renderer is None:
            # OpenDR smooths silhouettes by a second drawing, as published; turned views do without, in half the time
            renderer = ColoredRenderer(f=self._faces, frustum=frustum, bgcolor=np.ones(3), overdraw=kind == 'front',
                                       **changed)
            self._renderers[kind] = renderer
        elif renderer.frustum != frustum:
            renderer.set(frustum=frustum, **changed)
        else:
            renderer.set(**changed)
        colour = renderer.r
        alpha = (colour != 1.).any(axis=2)
        return np.dstack([np.uint8(np.clip(colour, 0., 1.) * 255.), np.uint8(alpha * 255)])

    def _shading(self, vertices: np.ndarray) -> np.ndarray:
        self._normals.v = vertices
        colour = np.zeros(vertices.shape)
        for light in self._lights:
            light.set(v=vertices, vn=self._normals)
            colour += light.r
        return colour
