"""What --viz shows: the joints of every accepted step over the photograph, then the fitted body beside it.

With a display that is a window, as in the published program; without one the same frames become a GIF.
"""

import io
import os
import sys
from types import ModuleType

import cv2
import numpy as np
from PIL import Image

from ..body.kinematics import TrackedBody, pose_body
from ..body.projection import project
from ..body.skeleton import TRACKED_LSP
from ..drawing.drawer import Drawing
from ..fitting.problem import Problem
from ..objective import STAGES
from .pictures import resized

_DETECTED, _PROJECTED, _TEXT, _SHADOW = (0, 255, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0)  # blue, green, red
_FRAME_MS, _LAST_FRAME_MS = 80, 2000
_PAUSE = 1e-3  # seconds; long enough for a window to draw itself
_LONGEST_SIDE = 1920  # px of a frame
_FARTHEST = 1e6  # px; what is farther out is not drawn there, but OpenCV must not count beyond its numbers


def interactive_pyplot() -> ModuleType | None:
    """matplotlib's pyplot with a window behind it, or None where there is no display or no window toolkit."""
    if sys.platform.startswith('linux') and not (os.environ.get('DISPLAY') or os.environ.get('WAYLAND_DISPLAY')):
        return None
    from matplotlib import pyplot
    figure = pyplot.figure()
    if pyplot.get_backend().lower() == 'agg':
        pyplot.close(figure)
        return None
    return pyplot


class Film:
    """The frames of one image's fit: of its TrackedBody, Problem and ``photograph`` (H, W, 3), fitted ``scale`` times
    enlarged. They are shown in a window of ``pyplot`` or, where that is None, kept for a GIF."""

    def __init__(self, pyplot: ModuleType | None, body: TrackedBody, problem: Problem, photograph: np.ndarray,
                 scale: float) -> None:
        self._pyplot, self._body, self._problem = pyplot, body, problem
        shown = min(scale, _LONGEST_SIDE / max(photograph.shape[:2]))
        height, width = (max(1, round(shown * side)) for side in photograph.shape[:2])
        self._picture, self._zoom = resized(photograph, width, height), shown / scale
        self._frames: list[np.ndarray] = []

    def step(self, _: int, run: int, stage: int, x: np.ndarray, translation: np.ndarray) -> None:
        """Draw an accepted step, as fitting's on_step tells it: detected joints in green, projected ones in red."""
        n_betas = self._body.n_betas
        points = pose_body(self._body, x[None, :n_betas], x[None, n_betas:]).points
        projected = project(points, translation[None], np.array([self._problem.focal]), self._problem.centre[None])[0]
        frame = self._picture.copy()
        for positions, colour in ((self._problem.joints[TRACKED_LSP], _DETECTED), (projected, _PROJECTED)):
            seen = self._zoom * positions[np.isfinite(positions).all(axis=1)]
            for x_px, y_px in np.clip(seen, -_FARTHEST, _FARTHEST):
                cv2.circle(frame, (int(round(x_px)), int(round(y_px))), 4, colour, -1, cv2.LINE_AA)
        label = f'run {run + 1}, stage {stage + 1} of {len(STAGES)}'
        for corner, colour in (((7, 17), _SHADOW), ((6, 16), _TEXT)):
            cv2.putText(frame, label, corner, cv2.FONT_HERSHEY_SIMPLEX, .45, colour, 1, cv2.LINE_AA)
        self._show(frame)

    def finish(self, body: Drawing | None) -> bytes | None:
        """Show the photograph beside the body, or None; returns the GIF's bytes where no window shows."""
        last = self._picture
        if body is not None:
            height, width = self._picture.shape[:2]  # photographs of one's own are shown, and fitted, at other sizes
            beside = cv2.resize(body.on_white(), (width, height), interpolation=cv2.INTER_AREA)
            last = np.hstack([last, beside])
        self._show(last)
        if self._pyplot is None:
            return _gif(self._frames)
        if sys.stdin is not None and sys.stdin.isatty():
            self._pyplot.title('press a key or click to go on')
            self._pyplot.waitforbuttonpress()
        return None

    def _show(self, frame: np.ndarray) -> None:
        if self._pyplot is None:
            self._frames.append(frame)
            return
        self._pyplot.clf()
        self._pyplot.imshow(frame[..., ::-1])
        self._pyplot.axis('off')
        self._pyplot.pause(_PAUSE)


def _gif(frames: list[np.ndarray]) -> bytes:
    width = max(frame.shape[1] for frame in frames)
    wide = [np.pad(f, ((0, 0), (0, width - f.shape[1]), (0, 0)), constant_values=255) for f in frames]
    palette = _picture(np.vstack([wide[0], wide[-1]])).quantize()  # one for all: quick, and small files
    images = [_picture(frame).quantize(palette=palette, dither=Image.Dither.NONE) for frame in wide]
    durations = [_FRAME_MS] * (len(images) - 1) + [_LAST_FRAME_MS]
    out = io.BytesIO()
    images[0].save(out, format='GIF', save_all=True, append_images=images[1:], duration=durations, loop=0)
    return out.getvalue()


def _picture(frame: np.ndarray) -> Image.Image:
    return Image.fromarray(np.ascontiguousarray(frame[..., ::-1]))
