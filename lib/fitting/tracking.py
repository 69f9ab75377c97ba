"""Video: a frame's fit starts from the last frame's, where the person moved little.

The last body is first moved to where it explains the new detections best (a linear problem); if it then lies close to
them, its pose and shape are the start, and only the last stage of the schedule is left to do.
"""

from dataclasses import replace

import numpy as np

from ..body.projection import project
from ..body.skeleton import TRACKED_LSP
from .problem import Known

#: Enlarged px (a person has about 300): root mean square distance between the moved body and the detections, up to
#: which the person moved little (tests/benchmarks/video.py).
MOVED_LITTLE = 25.
#: Frames over which the depth follows the detections: a single one tells it badly (tests/benchmarks/video.py).
DEPTH_FRAMES = 10.


class Tracker:
    """Remembers the people of the last frame, and finds a later problem's Known start among them."""

    def __init__(self):
        self._last, self._now, self._frame = [], [], None

    def start(self, task, problem):
        """The ``problem`` of a worker.Task, with its ``known`` start where somebody of the frame before is near."""
        if task.frame is None:
            return problem
        if task.frame != self._frame:
            self._last = self._now if self._frame == task.frame - 1 else []
            self._now, self._frame = [], task.frame
        best, known = MOVED_LITTLE, None
        for gender, points, depth, x in self._last:
            if gender == task.gender:
                translation, distance = moved(points, depth, problem)
                if distance < best:
                    best, known = distance, Known(translation, x)
        return problem if known is None else replace(problem, known=known)

    def remember(self, task, fit, points):
        """Note a fit of the present frame and its tracked ``points`` (13, 3)."""
        if task.frame is not None:
            self._now.append((task.gender, points, fit.cam_t[2], np.concatenate([fit.betas, fit.pose])))


def moved(points, depth, problem):
    """Translation (3,) that brings ``points`` (13, 3) to a Problem's detections, and the distance left, rms px.

    Least squares, each joint by its confidence, of u' Z' = f X' with (X', Z') = point + t and u' from the image
    centre: linear in t. ``depth`` is the last t_z, from which it moves slowly. The distance is infinite where too few
    joints are detected.
    """
    weight = problem.confidence[TRACKED_LSP]
    seen = weight > 0
    if seen.sum() < 4:
        return None, np.inf
    weight, points, detected = weight[seen], points[seen], problem.joints[TRACKED_LSP][seen]
    rays = (detected - problem.centre) / problem.focal
    rows = np.zeros((len(points), 2, 3))
    rows[:, 0, 0] = rows[:, 1, 1] = 1.
    rows[..., 2] = -rays
    right = rays * points[:, 2:] - points[:, :2]
    weight = weight / weight.sum()
    found = np.linalg.lstsq((weight[:, None, None] * rows).reshape(-1, 3), (weight[:, None] * right).ravel(),
                            rcond=None)[0][2]
    depth += (found - depth) / DEPTH_FRAMES
    translation = np.append(weight @ (right + depth * rays), depth)
    left = project(points[None], translation[None], np.array([problem.focal]), problem.centre[None])[0] - detected
    return translation, float(np.sqrt(weight @ np.square(left).sum(axis=1)))
