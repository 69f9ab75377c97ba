"""What of a posed mesh a camera or a light sees: visible face and barycentric coordinates per pixel, open sky per
vertex.
"""
from dataclasses import dataclass

import numpy as np

from lib.base.compat import import_opendr

_NOTHING = 4294967295  # OpenDR's face number where there is none
_CELL = 0.015          # metres, the raster in which occlusion is looked up,
_CLEARANCE = 0.045     # and how far in front of a point something must be to hide it
_SUBDIVISION = np.array([(1, 0, 0), (0, 1, 0), (0, 0, 1), (.5, .5, 0), (.5, 0, .5), (0, .5, .5), (1 / 3, 1 / 3, 1 / 3)])


@dataclass
class VisibleSurface:
    """The pixels (N, 2: row, column) that show the mesh, the face behind each, and the place in it (N, 3, barycentric).
    """
    pixels: np.ndarray
    face_ids: np.ndarray
    barycentric: np.ndarray
    faces: np.ndarray

    def interpolate(self, per_vertex):
        """Values (N, ...) at the pixels of a quantity given per vertex (V, ...)."""
        return np.einsum('nk,nk...->n...', self.barycentric, per_vertex[self.faces[self.face_ids]])


def visible_surface(vertices, faces, focal, width, height):
    """The VisibleSurface of `vertices` (V, 3, camera coordinates: y down, metres); focal length in pixels, centre of
    the image in its middle.
    """
    renderer_class, _, camera_class = import_opendr()[:3]
    centre = np.array([width, height]) / 2.
    depth = vertices[:, 2]
    renderer = renderer_class()
    renderer.camera = camera_class(rt=np.zeros(3), t=np.zeros(3), f=np.full(2, float(focal)), c=centre, k=np.zeros(5))
    renderer.frustum = {'near': 0.9 * depth.min(), 'far': 1.1 * depth.max(), 'width': width, 'height': height}
    renderer.set(v=vertices, f=faces, vc=np.ones_like(vertices), bgcolor=np.zeros(3), overdraw=False)
    image = renderer.visibility_image
    pixels = np.argwhere(image != _NOTHING)
    face_ids = image[tuple(pixels.T)].astype(np.int64)
    projected = focal * vertices[:, :2] / vertices[:, 2:] + centre
    return VisibleSurface(pixels, face_ids, _barycentric(pixels[:, ::-1] + 0.5, projected[faces[face_ids]]), faces)


def _barycentric(points, triangles):
    """Barycentric coordinates (N, 3) of points (N, 2) in triangles (N, 3, 2), kept inside the triangle."""
    corner, second, third = triangles.transpose(1, 0, 2)
    (ax, ay), (bx, by), (px, py) = ((place - corner).T for place in (second, third, points))
    area = ax * by - ay * bx
    area = np.where(np.abs(area) < 1e-9, 1e-9, area)
    second, third = (px * by - py * bx) / area, (ax * py - ay * px) / area
    inside = np.clip(np.stack([1 - second - third, second, third], axis=1), 0, None)
    return inside / inside.sum(axis=1, keepdims=True)


def vertex_normals(vertices, faces):
    """Unit normals (V, 3), outwards where the faces run counterclockwise seen from outside."""
    a, b, c = (vertices[faces[:, i]] for i in range(3))
    face_normals = np.cross(b - a, c - a)
    normals = np.zeros_like(vertices)
    for i in range(3):
        np.add.at(normals, faces[:, i], face_normals)
    return normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)


def lit(vertices, faces, direction):
    """Which vertices (V,) see the far point in `direction` (3,), as 0 or 1."""
    across = np.linalg.svd(direction[None])[2][1:]
    samples = np.einsum('sk,fkd->fsd', _SUBDIVISION, vertices[faces]).reshape(-1, 3)
    flat = samples @ across.T
    low = flat.min(axis=0)
    cells = tuple(np.floor((flat - low) / _CELL).astype(int).T)
    nearest = np.full(np.max(cells, axis=1) + 1, -np.inf)
    np.maximum.at(nearest, cells, samples @ direction)
    own = tuple(np.floor((vertices @ across.T - low) / _CELL).astype(int).T)
    return (nearest[own] < vertices @ direction + _CLEARANCE).astype(float)


def open_sky(vertices, faces, normals, up, directions=32):
    """Share (V,) of the light of an even sky, and half as much light from the ground, that reaches each vertex: ambient
    occlusion.
    """
    steps = np.arange(directions) + 0.5
    height, turn = 1 - 2 * steps / directions, np.pi * (1 + 5 ** 0.5) * steps   # Fibonacci's sphere
    ring = np.sqrt(1 - height ** 2)
    received, possible = np.zeros(len(vertices)), 0.
    for direction in np.stack([ring * np.cos(turn), height, ring * np.sin(turn)], axis=1):
        strength = 0.75 + 0.25 * direction @ up
        received += strength * np.clip(normals @ direction, 0, None) * lit(vertices, faces, direction)
        possible += strength * abs(direction[1]) / 2
    return received / possible
