"""Pictures of fitted bodies with OpenDR, lit as the published program lit them."""

import numpy as np

from .base.compat import import_opendr
from .body.kinematics import rotation_matrices

ColoredRenderer, LambertianPointLight, ProjectPoints, VertNormals = import_opendr()

#: Skin colour in the order in which OpenCV writes a picture: blue, green, red.
_ALBEDO = np.array([.7, .7, .9])
_ABOUT_Y = np.radians(120.)
_LIGHTS = (((-200., -100., -100.), 1.), ((800., 10., 300.), 1.), ((-500., 500., 1000.), .7))
_NEAR, _DEPTH = .5, 20.
#: Turned views: pixels, the share of them that the body fills, and metres to the camera.
_VIEW_WIDTH, _VIEW_HEIGHT, _VIEW_FILL, _VIEW_DISTANCE = 300, 400, .92, 20.


def _turned(position):
    c, s = np.cos(_ABOUT_Y), np.sin(_ABOUT_Y)
    return np.array(position) @ np.array([[c, 0., s], [0., 1., 0.], [-s, 0., c]])


class BodyRenderer:
    """Renders one mesh topology again and again: what depends on ``faces`` (F, 3) alone is worked out once."""

    def __init__(self, faces, n_vertices):
        self._faces = faces.astype(np.uint32)
        vertices = np.zeros((n_vertices, 3))
        albedo = np.broadcast_to(_ALBEDO, vertices.shape).copy()
        self._normals = VertNormals(f=self._faces, v=vertices)
        self._lights = [LambertianPointLight(f=self._faces, v=vertices, vn=self._normals, num_verts=n_vertices,
                                             vc=albedo, light_pos=_turned(position), light_color=np.full(3, strength))
                        for position, strength in _LIGHTS]
        self._renderers = {}

    def render(self, vertices, translation, focal, centre, width, height):
        """The body as a picture (height, width, 4) uint8 in OpenCV's channel order, transparent around it.

        ``vertices`` (V, 3) metres, camera ``translation`` (3,), ``focal`` px, ``centre`` (2,) px.
        """
        far = _DEPTH + abs(translation[2] - vertices[:, 2].mean())
        return self._draw('front', vertices, translation, focal, centre, width, height, far)

    def turned_view(self, vertices, degrees):
        """The same from further round the body, ``degrees`` about the vertical, filling a fixed frame."""
        turned = (vertices - vertices.mean(axis=0)) @ rotation_matrices(np.array([0., np.radians(degrees), 0.])).T
        low, high = turned.min(axis=0), turned.max(axis=0)
        turned -= (low + high) / 2.
        pixels_per_metre = _VIEW_FILL * min(_VIEW_WIDTH / (high - low)[0], _VIEW_HEIGHT / (high - low)[1])
        return self._draw('turned', turned, np.array([0., 0., _VIEW_DISTANCE]), pixels_per_metre * _VIEW_DISTANCE,
                          np.array([_VIEW_WIDTH / 2., _VIEW_HEIGHT / 2.]), _VIEW_WIDTH, _VIEW_HEIGHT,
                          2. * _VIEW_DISTANCE)

    def _draw(self, view, vertices, translation, focal, centre, width, height, far):
        camera = ProjectPoints(v=vertices, rt=np.zeros(3), t=np.asarray(translation, dtype=float),
                               f=np.full(2, float(focal)), c=np.asarray(centre, dtype=float), k=np.zeros(5))
        changed = {'v': vertices, 'camera': camera, 'vc': self._shading(vertices)}
        frustum = {'near': _NEAR, 'far': far, 'width': int(width), 'height': int(height)}
        renderer = self._renderers.get(view)
        if renderer is None:
            # OpenDR smooths silhouettes by a second drawing, as published; turned views do without, in half the time
            renderer = ColoredRenderer(f=self._faces, frustum=frustum, bgcolor=np.ones(3), overdraw=view == 'front',
                                       **changed)
            self._renderers[view] = renderer
        elif renderer.frustum != frustum:
            renderer.set(frustum=frustum, **changed)
        else:
            renderer.set(**changed)
        colour = renderer.r
        alpha = (colour != 1.).any(axis=2)
        return np.dstack([np.uint8(np.clip(colour, 0., 1.) * 255.), np.uint8(alpha * 255)])

    def _shading(self, vertices):
        self._normals.v = vertices
        colour = np.zeros(vertices.shape)
        for light in self._lights:
            light.set(v=vertices, vn=self._normals)
            colour += light.r
        return colour
