"""Where the fit to several calibrated views begins: the torso's triangulated joints say where the body is and how it is
turned. Where they are too few, each view that has them says it by a camera step of its own.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from ..base.errors import InputError
from ..body.kinematics import TrackedBody, rotation_matrices
from ..body.skeleton import LSP_SHOULDERS, N_LSP, N_POINTS, TORSO_LSP
from .camera_step import Camera, Torso, camera_dogleg
from .first_places import LSP_POINTS, LSP_SEEN, onto_points
from .one_view import photograph_of
from .restarts import UPRIGHT
from .triangulation import Rays, distances, triangulate
from .view import View

#: Torso joints that must be triangulated, and joints of all where the whole pose is about right.
_ENOUGH, _ENOUGH_OF_ALL = 3, 4
_ABOUT_FACE = np.array([0., np.pi, 0.])

Place = tuple[np.ndarray, np.ndarray]  # a pose (72,), and the translation (3,) in the world


def rays_of(views: Sequence[View]) -> Rays:
    """What triangulate takes of Views."""
    return Rays(*(np.array([getattr(view, name) for view in views], dtype=float)
                  for name in ('joints', 'confidence', 'focal', 'centre', 'rotation', 'translation')))


def into_views(body: TrackedBody, betas: np.ndarray, pose: np.ndarray, views: Sequence[View], whole: bool,
               side_view: float) -> list[Place]:
    """``pose`` (72,) as it may stand in the world that ``views`` see, turned as a whole: the Places to begin at.

    ``whole``: all of it is about right, not only the torso. More than one Place only where too little is triangulated,
    and the shoulders are closer than ``side_view`` px. Raises InputError where no view tells.
    """
    rays = rays_of(views)
    joints = triangulate(rays)
    known = np.isfinite(joints).all(axis=1)
    if known[TORSO_LSP].sum() >= _ENOUGH or whole and known.sum() >= _ENOUGH_OF_ALL:
        points3d = np.zeros((N_POINTS, 4))
        points3d[LSP_POINTS] = np.column_stack([np.where(known[:, None], joints, 0.), known])[LSP_SEEN]
        return [onto_points(body, betas, pose, points3d, whole)]
    torso = Torso(body, pose[3:])
    found = [(camera, view) for view in views if (camera := _camera(view, torso)) is not None]
    if not found:
        raise InputError('no view shows two joints of the torso or a limb apart from each other, and too few joints '
                         'are seen by two, so that nothing tells where the body is')
    places = [_in_world(camera, view, torso) for camera, view in found]
    best = int(np.argmin([_off(rays, torso, *place) for place in places]))
    orientation, translation = places[best]
    right, left = found[best][1].joints[LSP_SHOULDERS]
    turned = [orientation]
    if not np.linalg.norm(right - left) >= side_view:  # also where one is missing
        turned.append(_vector(rotation_matrices(orientation) @ rotation_matrices(_ABOUT_FACE)))
    return [(np.concatenate([own, pose[3:]]), translation) for own in turned]


def _camera(view: View, torso: Torso) -> Camera | None:
    """What the camera step finds in one View; None where nothing tells the depth."""
    problem = photograph_of(view, 'neutral')
    guess = torso.guess_translation(problem.joints[None], np.array([problem.focal]))[0]
    return camera_dogleg([problem], torso, torso.guess_translation, [UPRIGHT])[0] if np.isfinite(guess).all() else None


def _in_world(camera: Camera, view: View, torso: Torso) -> Place:
    """The orientation (3,) and translation (3,) in the world of what a camera step found in a View."""
    turn = view.rotation.T
    translation = turn @ (torso.pelvis + camera.translation - view.translation) - torso.pelvis
    return _vector(turn @ rotation_matrices(camera.orientation)), translation


def _off(rays: Rays, torso: Torso, orientation: np.ndarray, translation: np.ndarray) -> float:
    """Mean distance in px of a torso in the world from what all views see of it."""
    points = np.zeros((N_LSP, 3))
    points[TORSO_LSP] = torso.joints(orientation[None])[0] + translation
    off = distances(rays, points)[:, TORSO_LSP]
    return float(off[np.isfinite(off)].mean()) if np.isfinite(off).any() else np.inf


def _vector(matrix: np.ndarray) -> np.ndarray:
    return cv2.Rodrigues(matrix)[0].ravel()
