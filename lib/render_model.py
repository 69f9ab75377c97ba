"""Pictures of fitted bodies with OpenDR, lit as the published program lit them (algorithm.md, section 9)."""

import cv2
import numpy as np

from .compat import import_opendr

ColoredRenderer, LambertianPointLight, ProjectPoints = import_opendr()

#: Skin colour in the order in which OpenCV writes a picture: blue, green, red.
_ALBEDO = np.array([.7, .7, .9])
_ABOUT_Y = np.radians(120.)
_LIGHTS = (((-200., -100., -100.), 1.), ((800., 10., 300.), 1.), ((-500., 500., 1000.), .7))
_NEAR, _DEPTH = .5, 20.


def _turned(position):
    c, s = np.cos(_ABOUT_Y), np.sin(_ABOUT_Y)
    return np.array(position) @ np.array([[c, 0., s], [0., 1., 0.], [-s, 0., c]])


class BodyRenderer:
    """Renders one mesh topology again and again; OpenDR works out the edges of ``faces`` (F, 3) only once."""

    def __init__(self, faces, n_vertices):
        self._faces = faces.astype(np.uint32)
        vertices = np.zeros((n_vertices, 3))
        albedo = np.broadcast_to(_ALBEDO, vertices.shape).copy()
        self._lights = [LambertianPointLight(f=self._faces, v=vertices, num_verts=n_vertices, vc=albedo,
                                             light_pos=_turned(position), light_color=np.full(3, strength))
                        for position, strength in _LIGHTS]
        self._renderer = None
        self._size = None

    def render(self, vertices, translation, focal, centre, width, height):
        """The body as a picture (height, width, 4) uint8 in OpenCV's channel order, transparent around it.

        ``vertices`` (V, 3) metres, camera ``translation`` (3,), ``focal`` px, ``centre`` (2,) px.
        """
        camera = ProjectPoints(v=vertices, rt=np.zeros(3), t=np.asarray(translation, dtype=float),
                               f=np.full(2, float(focal)), c=np.asarray(centre, dtype=float), k=np.zeros(5))
        frustum = {'near': _NEAR, 'far': _DEPTH + abs(translation[2] - vertices[:, 2].mean()),
                   'width': int(width), 'height': int(height)}
        if self._renderer is None:
            self._renderer = ColoredRenderer(f=self._faces, v=vertices, camera=camera, frustum=frustum,
                                             bgcolor=np.ones(3))
        self._renderer.set(v=vertices, camera=camera, frustum=frustum, vc=self._shading(vertices))
        colour = self._renderer.r
        alpha = ~(colour == 1.).all(axis=2)
        return np.dstack([np.uint8(np.clip(colour, 0., 1.) * 255.), np.uint8(alpha * 255)])

    def _shading(self, vertices):
        colour = np.zeros(vertices.shape)
        for light in self._lights:
            light.v = vertices
            colour += light.r
        return colour


def overlay(photograph, body):
    """A ``body`` picture (H, W, 4) laid over the ``photograph`` (H, W, 3), both uint8."""
    visible = body[..., 3:] > 0
    return np.where(visible, body[..., :3], photograph)


def png_bytes(picture):
    """A picture in OpenCV's channel order as the bytes of a PNG file."""
    _, data = cv2.imencode('.png', picture)
    return data.tobytes()
