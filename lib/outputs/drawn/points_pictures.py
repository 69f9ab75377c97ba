"""Pictures of bodies that were fitted to 3D points alone: from the front and aside, on grey, with the points."""

import numpy as np

from ...body.all_points import all_points
from ...body.body_model import BodyModel
from ...body.kinematics import TrackedBody, pose_body, rotation_matrices
from ...body.projection import project
from ...body.skeleton import LSP_NAMES, POINT_NAMES
from ...drawing.drawer import Drawer, Drawing
from ...fitting.problem import Fit
from ...inputs.sample import Sample, World
from .strip import fitted_strip

#: Pixels of the picture from the front, the share that body and points fill, and metres to the camera.
_WIDTH, _HEIGHT, _FILL, _DISTANCE = 480, 640, .85, 20.
_CENTRE = np.array([_WIDTH / 2., _HEIGHT / 2.])
_TRANSLATION = np.array([0., 0., _DISTANCE])
_GREY, _SIDE = 128, 90
_LSP_POINTS = [POINT_NAMES.index(name) for name in LSP_NAMES]


def turned_to_front(world: World) -> np.ndarray:
    """The rotation (3, 3) from a World's axes to those of a camera before the first body."""
    return rotation_matrices(np.array([0., np.radians(world.heading), 0.])) @ world.upright


class PointsPictures:
    """The drawings of one fit: ``front`` and ``strip``, and from any side."""

    def __init__(self, sample: Sample, fit: Fit, model: BodyModel, body: TrackedBody, drawer: Drawer) -> None:
        assert sample.world is not None and sample.points3d is not None
        turn = turned_to_front(sample.world).T
        vertices = (model.vertices(fit.betas, fit.pose) + fit.cam_t) @ turn
        fitted = (all_points(pose_body(body, fit.betas[None], fit.pose[None]))[0] + fit.cam_t) @ turn
        known = sample.points3d[:, 3] > 0
        given = sample.points3d[:, :3] @ turn
        every = np.vstack([vertices, given[known]])
        low, high = every.min(axis=0), every.max(axis=0)
        middle = (low + high) / 2.
        scale = _FILL * min(_WIDTH / (high - low)[0], _HEIGHT / (high - low)[1])
        self._drawer, self._vertices = drawer, vertices - middle
        focal = float(scale * _DISTANCE)
        self.front = drawer.front(self._vertices, _TRANSLATION, focal, _CENTRE, _WIDTH, _HEIGHT)
        detected, posed = (project((points - middle)[None], _TRANSLATION[None], np.array([focal]), _CENTRE[None])[0]
                           for points in (given, fitted))
        detected[~known] = np.nan
        grey = np.full((_HEIGHT, _WIDTH, 3), _GREY, dtype=np.uint8)
        self.strip = fitted_strip(grey, self.front.over(grey), self.front.box, self.turned(_SIDE),
                                  detected[_LSP_POINTS], posed[_LSP_POINTS])

    def turned(self, degrees: float) -> Drawing:
        """The body from further round it."""
        return self._drawer.turned(self._vertices, degrees)
