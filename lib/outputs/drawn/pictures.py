"""Putting pictures together and into files; arrays are uint8 in OpenCV's channel order (blue first)."""

from collections.abc import Sequence
from functools import lru_cache

import cv2
import numpy as np

from ...body.kinematics import TrackedBody
from ...body.projection import project
from ...body.skeleton import N_LSP, TRACKED_LSP, TRACKED_SMPL
from ...drawing.canvas import Canvas
from ...drawing.drawer import Drawer, Drawing
from ...drawing.scene import seen_turned, turn_about_vertical
from ...fitting.problem import Fit, Problem
from ...fitting.trust import Uncertainty
from ...inputs.decoding import Image, decode_photograph
from ...inputs.sample import Images, Sample, longest_shown
from ...model_files import ModelSet
from ..folder import camera_overlay, result_path, view_suffix
from ..metrics import posed_points
from .png import drawing_png, png_bytes
from .points_pictures import PointsPictures
from .strip import Spread, failed_strip, fitted_strip, lsp_joints, view_strip

OPACITY = .7  # at which clothes are seen through the body, and its shading before them
_STRIP_QUALITY, _OVERLAY_QUALITY = 80, 90
_LARGE = 640  # px of a photograph's longer side; a PNG of a larger one takes thrice the time, and five times the room
_SIDE = 90  # degrees round the body, of the strip's side view


class PictureMaker:
    """Makes the picture files of fits; OpenGL and each body's mesh are loaded with the first.

    ``views``: degrees round the body of further pictures; ``overlay``: 'png', or 'auto' for JPEG where the photograph
    is large; ``opacity``, from 0 to 1, of the body over the photograph; ``published``: pictures of the body in a
    photograph are the published program's, to the pixel.
    """

    def __init__(self, models: ModelSet, views: tuple[int, ...], overlay: str, opacity: float = OPACITY,
                 published: bool = False) -> None:
        self._models, self._views, self._overlay, self._opacity = models, views, overlay, opacity
        self._published = published
        self._canvas = lru_cache(maxsize=1)(Canvas)
        self._drawer = lru_cache(maxsize=None)(self._make_drawer)
        self._tracked = lru_cache(maxsize=None)(self._make_tracked)

    def _make_drawer(self, gender: str) -> Drawer:
        model = self._models.body(gender)
        return Drawer(model.faces, len(model.v_template), self._canvas())

    def _make_tracked(self, gender: str, n_betas: int) -> TrackedBody:
        return self._models.body(gender).tracked(n_betas)

    def files(self, sample: Sample, shown: np.ndarray, zoom: float, problem: Problem, fit: Fit,
              uncertainty: Uncertainty | None = None) -> tuple[dict[str, bytes], Drawing]:
        """Bytes by path in the output folder, and the body as it is in the picture.

        ``shown`` (H, W, 3) is the photograph, ``zoom`` times as large as it was enlarged for the fit; the strip shows
        the joints' ``uncertainty`` where it is known.
        """
        vertices, drawer = self._models.body(sample.gender).vertices(fit.betas, fit.pose), self._drawer(sample.gender)
        height, width = shown.shape[:2]
        body = drawer.front(vertices, fit.cam_t, zoom * problem.focal, zoom * problem.centre, width, height,
                            self._published)
        overlay = body.over(shown, self._opacity)
        spread = None if uncertainty is None else self._spread(problem, fit, vertices, uncertainty)
        side = drawer.turned(vertices, _SIDE, self._published)
        strip = fitted_strip(shown, overlay, body.box, side, zoom * problem.joints,
                             zoom * self._joints_seen(problem, fit), spread)
        files = {result_path('', sample.index, '.png'): drawing_png(body),
                 result_path('', sample.index, '.jpg', below='gallery'): jpeg_bytes(strip, _STRIP_QUALITY)}
        if self._overlay == 'auto' and max(height, width) > _LARGE * zoom * sample.scale:
            files[result_path('', sample.index, '_overlay.jpg')] = jpeg_bytes(overlay, _OVERLAY_QUALITY)
        else:
            files[result_path('', sample.index, '_overlay.png')] = png_bytes(overlay)
        return {**files, **self._turned(sample, vertices)}, body

    def _turned(self, sample: Sample, vertices: np.ndarray) -> dict[str, bytes]:
        """The pictures from round the body."""
        drawer = self._drawer(sample.gender)
        return {result_path('', sample.index, view_suffix(angle)): drawing_png(drawer.turned(vertices, angle))
                for angle in self._views}

    def view_files(self, sample: Sample, pictures: Sequence[np.ndarray], fit: Fit) -> dict[str, bytes]:
        """The same of a Sample of several views: the body over each of their straightened ``pictures`` (h, w, 3), and
        a strip of these."""
        vertices, drawer = self._models.body(sample.gender).vertices(fit.betas, fit.pose), self._drawer(sample.gender)
        posed = posed_points(self._tracked(sample.gender, len(fit.betas)), {'betas': fit.betas, 'pose': fit.pose})
        joints, files, shown = lsp_joints(*posed), {}, []
        for number, (view, picture) in enumerate(zip(sample.views, pictures), start=1):
            camera, (height, width) = view.camera, picture.shape[:2]
            zoom = width / camera.size[0] if camera.size else 1.
            focal, centre = zoom * camera.focal, zoom * camera.centre
            place = camera.rotation @ fit.cam_t + camera.translation
            body = drawer.front(vertices @ camera.rotation.T, place, focal, centre, width, height)
            overlay = body.over(picture, self._opacity)
            seen = project((joints @ camera.rotation.T)[None], place[None], np.array([focal]), centre[None])[0]
            found = np.where(view.confidence[:, None] > 0, view.joints, np.nan)
            shown.append((overlay, body.box, zoom * found, seen))
            large = self._overlay == 'auto' and max(height, width) > _LARGE
            files[result_path('', sample.index, camera_overlay(number, 'jpg' if large else 'png'))] = (
                jpeg_bytes(overlay, _OVERLAY_QUALITY) if large else png_bytes(overlay))
        files[result_path('', sample.index, '.jpg', below='gallery')] = jpeg_bytes(view_strip(*zip(*shown)),
                                                                                   _STRIP_QUALITY)
        return {**files, **self._turned(sample, vertices @ sample.views[0].camera.rotation.T)}

    def files_without_photograph(self, sample: Sample, fit: Fit) -> dict[str, bytes]:
        """Bytes by path in the output folder of a body that was fitted to 3D points: seen from the front and aside."""
        seen = PointsPictures(sample, fit, self._models.body(sample.gender),
                              self._tracked(sample.gender, len(fit.betas)), self._drawer(sample.gender))
        files = {result_path('', sample.index, '.png'): drawing_png(seen.front),
                 result_path('', sample.index, '.jpg', below='gallery'): jpeg_bytes(seen.strip, _STRIP_QUALITY)}
        for angle in self._views:
            files[result_path('', sample.index, view_suffix(angle))] = drawing_png(seen.turned(angle))
        return files

    def _lsp_joints(self, problem: Problem, fit: Fit) -> np.ndarray:
        """The body's LSP joints (14, 3)."""
        return lsp_joints(*posed_points(self._tracked(problem.gender, len(fit.betas)),
                                        {'betas': fit.betas, 'pose': fit.pose}))

    def _spread(self, problem: Problem, fit: Fit, vertices: np.ndarray, uncertainty: Uncertainty) -> Spread:
        """Within what joints lie in the view from the side, as far as they move against the pelvis."""
        of_lsp = np.full((N_LSP, 3, 3), np.nan)
        of_lsp[TRACKED_LSP[:-1]] = uncertainty.covariance[TRACKED_SMPL]
        seen, per_metre = seen_turned(self._lsp_joints(problem, fit), vertices, _SIDE)
        turn = turn_about_vertical(_SIDE)
        return Spread(seen, per_metre ** 2 * (turn.T @ of_lsp @ turn)[:, :2, :2])

    def _joints_seen(self, problem: Problem, fit: Fit) -> np.ndarray:
        """Where the fitted camera sees the body's LSP joints (14, 2), enlarged px."""
        joints = self._lsp_joints(problem, fit)
        return project(joints[None], fit.cam_t[None], np.array([problem.focal]), problem.centre[None])[0]


def failed_files(sample: Sample, image: Image | Images) -> dict[str, bytes]:
    """Bytes by path of what is shown of a Sample that was not fitted: its Image with the detected joints.

    Nothing of several views. Raises InputError where it cannot be decoded.
    """
    if isinstance(image, tuple):
        return {}
    picture, shape = decode_photograph(image, sample.name, longest_shown(sample))
    detected = np.where(sample.confidence[:, None] > 0, sample.joints, np.nan) * (picture.shape[1] / shape[1])
    strip = failed_strip(picture, detected)
    return {result_path('', sample.index, '.jpg', below='gallery'): jpeg_bytes(strip, _STRIP_QUALITY)}


def jpeg_bytes(picture: np.ndarray, quality: int) -> bytes:
    """The bytes of a JPEG file of a picture (H, W, 3); ``quality`` 0 to 100."""
    return cv2.imencode('.jpg', picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()
