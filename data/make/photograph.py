"""A photograph of a body: sun, sky and shadows on skin and clothes, on the ground before a soft background."""
import cv2
import numpy as np

from data.make.backdrop import backdrop
from data.make.clothes import albedo
from data.make.surface import lit, open_sky, vertex_normals, visible_surface
from lib.body.skeleton import N_JOINTS, SMPL_NAMES

SUPERSAMPLING = 4   # rendered this many times larger than the picture
SUN, SKY = np.array([1.00, 0.93, 0.82]), np.array([0.50, 0.56, 0.66])
GROUND_SHADOW = 0.62


class Scene:
    """Where up is, where the sun stands and where the ground lies, in camera coordinates (x right, y down, z away)."""

    def __init__(self, rng, vertices, pitch):
        """`pitch` (radians): how far the camera looks down; the lowest of the vertices (V, 3) touches the ground."""
        self.up = np.array([0, -np.cos(pitch), -np.sin(pitch)])
        away = np.array([0, -np.sin(pitch), np.cos(pitch)])
        turn, height = rng.uniform(-1.2, 1.2), rng.uniform(0.65, 1.1)
        level = np.sin(turn) * np.array([1, 0, 0]) - np.cos(turn) * away
        self.sun = np.cos(height) * level + np.sin(height) * self.up
        self.ground = (vertices @ self.up).min()
        self.wall_distance = rng.uniform(2.5, 9)
        self.wall_foot = vertices.mean(axis=0) + self.wall_distance * away
        self.wall_foot += (self.ground - self.wall_foot @ self.up) * self.up

    def on_ground(self, vertices, direction):
        """Shadows (V, 3) that light from `direction` casts on the ground."""
        return vertices - ((vertices @ self.up - self.ground) / (direction @ self.up))[:, None] * direction


def photograph(rng, body, rest_vertices, vertices, scene, outfit, focal, width, height):
    """The picture (height, width, 3) uint8 BGR.

    `body` a lib BodyModel, `rest_vertices` (V, 3) its shape at rest, `vertices` (V, 3) posed, in camera coordinates;
    `focal` in pixels of the picture.
    """
    scale = SUPERSAMPLING
    size = scale * width, scale * height
    project = _projector(scale * focal, size)
    metre = scale * focal / vertices[:, 2].mean()
    horizon = project(scene.wall_foot[None])[0, 1]
    picture, ground = backdrop(rng, size[1], size[0], horizon, metre)
    picture *= 1 - (ground * _ground_shadows(scene, body.faces, vertices, project, size, metre))[..., None]

    surface = visible_surface(vertices, body.faces, scale * focal, *size)
    colours = _shade(rng, surface, body, rest_vertices, vertices, scene, outfit)
    picture[tuple(surface.pixels.T)] = colours
    return _develop(rng, picture, width, height)


def _projector(focal, size):
    centre = np.array(size) / 2
    return lambda points: focal * points[:, :2] / points[:, 2:] + centre


def _ground_shadows(scene, faces, vertices, project, size, metre):
    """How much light (height, width) the ground loses: the sun's shadow and a soft one right below the body."""
    shadows = []
    for direction, softness, strength in ((scene.sun, 0.012, GROUND_SHADOW), (scene.up, 0.10, 0.35)):
        mask = np.zeros((size[1], size[0]), np.uint8)
        triangles = project(scene.on_ground(vertices, direction))[faces]
        for triangle in np.round(triangles * 16).astype(np.int32):
            cv2.fillConvexPoly(mask, triangle, 255, shift=4)
        shadows.append(strength * cv2.GaussianBlur(mask / 255., (0, 0), softness * metre))
    return 1 - (1 - shadows[0]) * (1 - shadows[1])


def _shade(rng, surface, body, rest_vertices, vertices, scene, outfit):
    """Colours (N, 3) of the visible pixels: Lambert's law for the sun and an open sky, shadowed by the body itself."""
    normals = vertex_normals(vertices, body.faces)
    rest_joints = body.joint_regressor @ rest_vertices
    regions = body.weights.argmax(axis=1)
    head = rest_vertices[regions == SMPL_NAMES.index('head')]
    places = surface.interpolate(rest_vertices)
    shares = surface.interpolate(body.weights)
    colours = albedo(outfit, places, shares.reshape(-1, N_JOINTS).argmax(axis=1), rest_joints,
                     np.array([head.min(axis=0), head.max(axis=0)]))
    colours = colours * (1 + 0.05 * _weave(rng, places))[:, None]
    pixel_normals = surface.interpolate(normals)
    pixel_normals /= np.linalg.norm(pixel_normals, axis=1, keepdims=True)
    sun = np.clip(pixel_normals @ scene.sun, 0, None) * surface.interpolate(lit(vertices, body.faces, scene.sun))
    sky = surface.interpolate(open_sky(vertices, body.faces, normals, scene.up))
    return colours * (sun[:, None] * SUN * 0.95 + sky[:, None] * SKY)


def _weave(rng, places):
    """Uneven cloth (N,): a few waves of 4 to 12 cm through the resting body."""
    waves = rng.normal(size=(8, 3))
    waves *= (2 * np.pi / rng.uniform(0.04, 0.12, 8) / np.linalg.norm(waves, axis=1))[:, None]
    return np.sin(places @ waves.T + rng.uniform(0, 2 * np.pi, 8)).sum(axis=1) / 2


def _develop(rng, picture, width, height):
    """Linear RGB (supersampled) to a picture as a camera stores it: exposure, gamma, grain."""
    small = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), 0.5) * rng.uniform(1.0, 1.35)
    encoded = 255 * np.clip(small, 0, 1) ** (1 / 2.2)
    grain = rng.normal(0, 2.2, encoded.shape[:2])[..., None] + rng.normal(0, 1.0, encoded.shape)
    return np.clip(encoded + grain, 0, 255).round().astype(np.uint8)[..., ::-1]
