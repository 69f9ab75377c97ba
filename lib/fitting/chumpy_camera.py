"""The camera step of one problem as terms of chumpy; camera_step offers it."""

from typing import Any

import numpy as np

from ..base.compat import chumpy as ch
from ..body.chumpy_faces import ProjectPoints
from ..body.skeleton import TORSO_LSP
from .camera_step import DEPTH_WEIGHT, Torso


class TorsoJoints(ch.Ch):
    """chumpy face of Torso.joints: dterm orientation (3,), term torso; (4, 3)."""

    dterms = 'orientation'
    terms = 'torso'

    def compute_r(self) -> np.ndarray:
        return self.torso.joints(self.orientation.r[None])[0]

    def compute_dr_wrt(self, wrt: Any) -> np.ndarray | None:
        if wrt is self.orientation:
            return self.torso.joints_by_orientation(self.orientation.r[None])[0].reshape(-1, 3)
        return None


def camera_terms(torso: Torso, detections: np.ndarray, focal: float, centre: np.ndarray, guess: np.ndarray,
                 translation: ch.Ch, orientation: ch.Ch) -> dict[str, ch.Ch]:
    """The camera step as chumpy terms ``cam`` and ``cam_t``, for one problem.

    ``detections`` (14, 2) with NaN for missing joints, ``centre`` (2,), ``guess``, ``translation`` and
    ``orientation`` (3,).
    """
    projected = ProjectPoints(points=TorsoJoints(orientation=orientation, torso=torso), translation=translation,
                              focal=focal, centre=centre)
    known = ~np.isnan(detections[TORSO_LSP])
    return {'cam': known * (np.where(known, detections[TORSO_LSP], 0.) - projected),
            'cam_t': DEPTH_WEIGHT * (translation[2] - guess[2])}
