"""Fits in the frame of 3D points, which is no camera's: stood up for exports, whose y points up."""

from dataclasses import replace

import cv2
import numpy as np

from ..body.kinematics import rotation_matrices
from ..fitting.problem import Fit
from ..inputs.sample import World


def stood_up(fit: Fit, joints: np.ndarray, world: World) -> tuple[Fit, np.ndarray]:
    """The same body, and its ``joints`` (24, 3), in the World's upright frame, where a photograph's camera could be."""
    turned = cv2.Rodrigues(world.upright @ rotation_matrices(fit.pose[:3]))[0].ravel()
    pelvis = joints[0]  # about which the body turns
    place = world.upright @ (pelvis + fit.cam_t) - pelvis
    return (replace(fit, pose=np.concatenate([turned, fit.pose[3:]]), cam_t=place),
            (joints - pelvis) @ world.upright.T + pelvis)
