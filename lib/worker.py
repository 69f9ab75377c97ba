"""The work of one worker: photographs in, result files out.

A worker gets photograph bytes and returns file bytes; only the driver (batch.py) touches the output folder. So
workers need no shared disk.
"""

import time
from dataclasses import dataclass, field
from functools import lru_cache

import cv2
import numpy as np
from threadpoolctl import threadpool_limits

from .errors import InputError
from .fitting import FitOptions, fit_many
from .lsp import SCALE, decode_image, make_problem
from .metrics import posed_points, reprojection_error
from .model_files import ModelSet
from .results import result_bytes, result_path


@dataclass(frozen=True)
class Settings:
    """What every image of a run shares. ``render``: make pictures, too."""

    model_dir: str
    options: FitOptions
    render: bool = True


@dataclass(frozen=True)
class Task:
    """One photograph to fit: its file's bytes, joints (14, 2) px and confidence (14,)."""

    index: int
    name: str
    image: bytes
    joints: np.ndarray
    confidence: np.ndarray
    gender: str


@dataclass
class Outcome:
    """What became of a Task: files to write, by path in the output folder, the pickle last; or the error's line."""

    index: int
    name: str
    error: str = None
    files: dict = field(default_factory=dict)
    fit: object = None  # fitting.Fit
    joints: np.ndarray = None  # (24, 3) of the fitted body, metres
    reprojection: float = float('nan')  # mean, pixels of the photograph
    seconds: float = float('nan')


class Fitter:
    """Fits Tasks and makes their files, with models and renderers loaded once."""

    def __init__(self, settings):
        self.settings = settings
        self.models = ModelSet(settings.model_dir)
        self._renderer = lru_cache(maxsize=None)(self._make_renderer)
        self._tracked = lru_cache(maxsize=None)(self._make_tracked)

    def _make_renderer(self, gender):
        from .render_model import BodyRenderer  # loads OpenGL, which --no_render can do without
        model = self.models.body(gender)
        return BodyRenderer(model.faces, len(model.v_template))

    def _make_tracked(self, gender):
        return self.models.body(gender).tracked(self.settings.options.n_betas)

    def run(self, tasks, viewer=None):
        """Fit ``tasks``; yields an Outcome for each as it ends. A viewer.Viewer follows the steps of a single task."""
        with threadpool_limits(1):
            problems, fitted = {}, {}
            for task in tasks:
                try:
                    picture = decode_image(task.image, task.name)
                except InputError as error:
                    yield Outcome(task.index, task.name, error=str(error))
                    continue
                fitted[task.index] = task, picture
                problems[task.index] = make_problem(task.joints, task.confidence, task.gender, picture)
            indices, on_step = list(problems), None
            if viewer is not None and indices:
                self._start_viewer(viewer, problems[indices[0]], fitted[indices[0]][1])
                on_step = viewer.step
            start = time.perf_counter()
            for position, fit in fit_many(list(problems.values()), self.models, self.settings.options, on_step):
                task, picture = fitted[indices[position]]
                if isinstance(fit, InputError):
                    yield Outcome(task.index, task.name, error=f'{task.name}: {fit}')
                else:
                    outcome = self._outcome(task, picture, problems[task.index], fit, viewer)
                    outcome.seconds = (time.perf_counter() - start)
                    yield outcome
                start = time.perf_counter()

    def _start_viewer(self, viewer, problem, picture):
        viewer.start(self._tracked(problem.gender), problem, self.settings.options.focal, _enlarged(picture))

    def _outcome(self, task, picture, problem, fit, viewer):
        result = {'betas': fit.betas, 'pose': fit.pose}
        joints, points = posed_points(self._tracked(task.gender), result)
        error = reprojection_error(points, fit.cam_t, self.settings.options.focal, problem) / SCALE
        outcome = Outcome(task.index, task.name, fit=fit, joints=joints, reprojection=error)
        body_picture = None
        if self.settings.render:
            from .render_model import overlay, png_bytes
            body_picture = self._render(task.gender, fit, problem, picture)
            outcome.files[result_path('', task.index, '.png')] = png_bytes(body_picture)
            outcome.files[result_path('', task.index, '_overlay.png')] = png_bytes(overlay(_enlarged(picture), body_picture))
        if viewer is not None:
            gif = viewer.finish(body_picture)
            if gif is not None:
                outcome.files[result_path('viz', task.index, '.gif')] = gif
        outcome.files[result_path('', task.index)] = result_bytes(fit)
        return outcome

    def _render(self, gender, fit, problem, picture):
        vertices = self.models.body(gender).vertices(fit.betas, fit.pose)
        height, width = picture.shape[:2]
        return self._renderer(gender).render(vertices, fit.cam_t, self.settings.options.focal, problem.centre,
                                             SCALE * width, SCALE * height)


def _enlarged(picture):
    return cv2.resize(picture, None, fx=SCALE, fy=SCALE)
