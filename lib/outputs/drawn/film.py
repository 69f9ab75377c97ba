"""What --viz shows of a fit: its joints as every stage starts and after every step, its outline where one ends.

As in the published program detected joints are green and those of the body red. Pictures are uint8 (H, W, 3), blue
first.
"""

import io
from collections.abc import Callable

import cv2
import numpy as np
from PIL import Image

from ...body.body_model import BodyModel
from ...body.kinematics import pose_body
from ...body.projection import project
from ...body.skeleton import LSP_LINES, N_LSP, TORSO_LSP, TRACKED_LSP
from ...drawing.drawer import Drawing
from ...fitting.attempts import CAMERA, Moment
from ...fitting.problem import Problem
from ...objective import STAGES
from ..metrics import reprojection_error
from .resizing import resized

_DETECTED, _FITTED, _OUTLINE = (0, 255, 0), (0, 0, 255), (0, 255, 255)
_TEXT, _SHADOW = (255, 255, 255), (0, 0, 0)
_LEFT, _LINE, _TEXT_SCALE = 6, 16, .45  # px from the border, px of a line of text, and OpenCV's size of it
_RING, _DOT = 5, 3  # px, radii
_FRAME_MS, _LAST_FRAME_MS = 80, 2000
_LONGEST_SIDE = 1920  # px of a frame
_FARTHEST = 1e6  # px; what is farther out is not drawn there, but OpenCV must not count beyond its numbers

#: Takes a frame, and whether it is the last of an image.
Show = Callable[[np.ndarray, bool], None]


class Film:
    """The frames of one image's fit, which go to ``show`` or, where that is None, into a GIF.

    Of a ``model`` with ``n_betas``, a Problem and its ``photograph`` (H, W, 3), enlarged ``scale`` times for the fit.
    """

    def __init__(self, show: Show | None, model: BodyModel, n_betas: int, problem: Problem, photograph: np.ndarray,
                 scale: float) -> None:
        self._frames: list[np.ndarray] = []
        self._show = show
        self._model, self._body, self._problem, self._scale = model, model.tracked(n_betas), problem, scale
        shown = min(scale, _LONGEST_SIDE / max(photograph.shape[:2]))
        height, width = (max(1, round(shown * side)) for side in photograph.shape[:2])
        self._picture, self._zoom = resized(photograph, width, height), shown / scale
        self._last: Moment | None = None

    def step(self, moment: Moment) -> None:
        """Show a Moment of the fit, and how the stage before it ended."""
        if self._last is not None and (self._last.run, self._last.stage) != (moment.run, moment.stage):
            self._take(self._ended(self._last))
        self._last = moment
        self._take(self._frame(moment))

    def finish(self, body: Drawing | None, opacity: float = 1.) -> bytes | None:
        """Show the ``body``, of that ``opacity``, over the photograph, or the last outline; returns the GIF's bytes
        where one is made."""
        if self._last is not None:
            self._take(self._ended(self._last), last=body is None)
        if body is not None:
            height, width = self._picture.shape[:2]  # photographs of one's own are shown, and fitted, at other sizes
            ground = resized(self._picture, body.width, body.height)
            self._take(resized(body.over(ground, opacity), width, height), last=True)
        return _gif(self._frames) if self._frames else None

    def _take(self, frame: np.ndarray, last: bool = False) -> None:
        if self._show is None:
            self._frames.append(frame)
        else:
            self._show(frame, last)

    def _frame(self, moment: Moment) -> np.ndarray:
        """The joints of a Moment over the photograph: of the camera step those that it looks at."""
        points = pose_body(self._body, *self._split(moment)).points
        fitted = np.full((N_LSP, 2), np.nan)
        fitted[TRACKED_LSP] = self._project(points, moment)
        counts = TORSO_LSP if moment.stage == CAMERA else TRACKED_LSP
        detected = np.full((N_LSP, 2), np.nan)
        detected[counts] = self._problem.joints[counts]
        frame = self._picture.copy()
        self._draw_limbs(frame, detected, _DETECTED)
        self._draw_limbs(frame, fitted, _FITTED)
        for joints, radius, thickness, colour in ((detected, _RING, 2, _DETECTED), (fitted[counts], _DOT, -1, _FITTED)):
            for place in self._places(joints):
                if place is not None:
                    cv2.circle(frame, place, radius, colour, thickness, cv2.LINE_AA)
        error = reprojection_error(points[0], moment.translation, self._problem) / self._scale
        stage = 'camera step' if moment.stage == CAMERA else f'stage {moment.stage + 1} of {len(STAGES)}'
        _write(frame, [f'run {moment.run + 1}, {stage}', f'error {error:.1f} px', f'energy {moment.energy:.4g}'])
        return frame

    def _ended(self, moment: Moment) -> np.ndarray:
        """The same with the body's outline."""
        frame, shape = self._frame(moment), self._picture.shape[:2]
        betas, pose = self._split(moment)
        places = self._zoom * self._project(self._model.vertices(betas[0], pose[0])[None], moment)
        body = np.zeros(shape, dtype=np.uint8)
        if (np.abs(places) < _FARTHEST).all():  # also False for NaN
            for triangle in np.rint(places).astype(np.int32)[self._model.faces]:
                cv2.fillConvexPoly(body, triangle, 255)
        outlines, _ = cv2.findContours(body, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
        cv2.drawContours(frame, outlines, -1, _OUTLINE, 2, cv2.LINE_AA)
        return frame

    def _split(self, moment: Moment) -> tuple[np.ndarray, np.ndarray]:
        """betas (1, n_betas) and pose (1, 72)."""
        return moment.x[None, :self._body.n_betas], moment.x[None, self._body.n_betas:]

    def _project(self, points: np.ndarray, moment: Moment) -> np.ndarray:
        """Where ``points`` (1, P, 3) are seen, (P, 2) px of the enlarged photograph."""
        return project(points, moment.translation[None], np.array([self._problem.focal]), self._problem.centre[None])[0]

    def _places(self, joints: np.ndarray) -> list[tuple[int, int] | None]:
        """Whole pixels of a frame, None for joints (J, 2) that are nowhere."""
        places = self._zoom * joints
        return [(round(x), round(y)) if max(abs(x), abs(y)) < _FARTHEST else None for x, y in places.tolist()]

    def _draw_limbs(self, frame: np.ndarray, joints: np.ndarray, colour: tuple[int, int, int]) -> None:
        places = self._places(joints)
        for first, second in LSP_LINES:
            one, other = places[first], places[second]
            if one is not None and other is not None:
                cv2.line(frame, one, other, colour, 1, cv2.LINE_AA)


def _write(frame: np.ndarray, lines: list[str]) -> None:
    """Put ``lines`` of text into the upper left corner, readable on light and dark."""
    for number, line in enumerate(lines):
        for offset, colour in ((1, _SHADOW), (0, _TEXT)):
            corner = _LEFT + offset, _LINE * (number + 1) + offset
            cv2.putText(frame, line, corner, cv2.FONT_HERSHEY_SIMPLEX, _TEXT_SCALE, colour, 1, cv2.LINE_AA)


def _gif(frames: list[np.ndarray]) -> bytes:
    palette = _picture(np.vstack([frames[0], *frames[-2:]])).quantize()  # one for all: quick, and small files
    images = [_picture(frame).quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    durations = [_FRAME_MS] * (len(images) - 1) + [_LAST_FRAME_MS]
    out = io.BytesIO()
    images[0].save(out, format='GIF', save_all=True, append_images=images[1:], duration=durations, loop=0)
    return out.getvalue()


def _picture(frame: np.ndarray) -> Image.Image:
    return Image.fromarray(np.ascontiguousarray(frame[..., ::-1]))
