"""Video: a frame's fit starts from the last frame's, where the person moved little.

The last body is first moved to where it explains the new detections best (a linear problem); if it then lies close to
them, its pose and shape are the start, and only the last stage of the schedule is left to do.
"""

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from ..body.projection import project
from ..body.skeleton import TRACKED_LSP
from .problem import Known, Problem

#: Enlarged px (a person has about 300): root mean square distance between the moved body and the detections, up to
#: which the person moved little (tests/benchmarks/video.py).
MOVED_LITTLE = 25.
#: Frames over which the depth follows the detections: a single one tells it badly (tests/benchmarks/video.py).
DEPTH_FRAMES = 10.


class Framed(Protocol):
    """What is asked of an inputs.Sample; ``frame`` is None for photographs, and ``index`` another for every person."""

    @property
    def index(self) -> int: ...

    @property
    def frame(self) -> int | None: ...

    @property
    def gender(self) -> str: ...


@dataclass(frozen=True, eq=False)
class Seen:
    """A person fitted in a frame: tracked ``points`` (13, 3) metres, the camera's ``depth`` t_z, x = [betas, pose]."""

    gender: str
    points: np.ndarray
    depth: float
    x: np.ndarray


class Tracker:
    """Remembers who was fitted in the last frame, and finds a later problem's Known start among them.

    Nothing else passes from frame to frame: a run that is told the results of the last frame goes on as if it had
    fitted it itself.
    """

    def __init__(self) -> None:
        self._seen: dict[int, dict[int, Seen]] = {}  # by frame, then by the person's index

    def start(self, sample: Framed, problem: Problem) -> Problem:
        """The ``problem`` of a person, with its ``known`` start where somebody of the frame before is near."""
        if sample.frame is None:
            return problem
        self._seen = {frame: self._seen.get(frame, {}) for frame in (sample.frame - 1, sample.frame)}
        best, known = MOVED_LITTLE, None
        for _, person in sorted(self._seen[sample.frame - 1].items()):
            if person.gender == sample.gender:
                translation, distance = moved(person.points, person.depth, problem)
                if distance < best:
                    best, known = distance, Known(translation, person.x)
        return problem if known is None else replace(problem, known=known)

    def remember(self, sample: Framed, points: np.ndarray, cam_t: np.ndarray, betas: np.ndarray,
                 pose: np.ndarray) -> None:
        """Note a fit: its tracked ``points`` (13, 3), camera translation (3,), betas (n_betas,) and pose (72,)."""
        if sample.frame is not None:
            self._seen.setdefault(sample.frame, {})[sample.index] = Seen(sample.gender, points, float(cam_t[2]),
                                                                         np.concatenate([betas, pose]))


def moved(points: np.ndarray, depth: float | None, problem: Problem) -> tuple[np.ndarray, float]:
    """Translation (3,) that brings ``points`` (13, 3) to a Problem's detections, and the distance left, rms px.

    Least squares, each joint by its confidence, of u' Z' = f X' with (X', Z') = point + t and u' from the image
    centre: linear in t. ``depth`` is the last t_z, from which it moves slowly, if there is one. The distance is
    infinite where too few joints are detected.
    """
    weight = problem.confidence[TRACKED_LSP]
    seen = weight > 0
    if seen.sum() < 4:
        return np.zeros(3), np.inf
    weight, points, detected = weight[seen], points[seen], problem.joints[TRACKED_LSP][seen]
    rays = (detected - problem.centre) / problem.focal
    rows = np.zeros((len(points), 2, 3))
    rows[:, 0, 0] = rows[:, 1, 1] = 1.
    rows[..., 2] = -rays
    right = rays * points[:, 2:] - points[:, :2]
    weight = weight / weight.sum()
    found = np.linalg.lstsq((weight[:, None, None] * rows).reshape(-1, 3), (weight[:, None] * right).ravel(),
                            rcond=None)[0][2]
    depth = found if depth is None else depth + (found - depth) / DEPTH_FRAMES
    translation = np.append(weight @ (right + depth * rays), depth)
    left = project(points[None], translation[None], np.array([problem.focal]), problem.centre[None])[0] - detected
    return translation, float(np.sqrt(weight @ np.square(left).sum(axis=1)))
