"""Calibrated cameras of which one alone sees the person: a photograph, fitted as published, and put into the world.

A single view does not tell the depth: with the place found along, shape and pose make up for it (of the recording of
docs/more-evidence.md the aligned error was 112 mm, as published 97).
"""

from dataclasses import replace

import cv2
import numpy as np

from ..body.kinematics import TrackedBody, pose_body, rotation_matrices
from ..body.skeleton import N_POSE
from .problem import Fit, Problem
from .view import View


def only_view(problem: Problem) -> View | None:
    """The View that alone sees the person of a Problem of which no more is known; None where others do, or more is."""
    seeing = [view for view in problem.views if view.confidence.any()]
    more = problem.points3d is not None or problem.estimate is not None
    return seeing[0] if len(seeing) == 1 and not more else None


def photograph_of(view: View, gender: str) -> Problem:
    """A View as the Problem of a photograph, in its camera's frame."""
    return Problem(np.nan_to_num(view.joints), view.confidence, view.centre, gender, view.focal)


def into_world(fit: Fit, view: View, body: TrackedBody) -> Fit:
    """A Fit to such a photograph, with its pose and place in the world."""
    pelvis = pose_body(body, fit.betas[None], fit.pose[None]).joints[0, 0]  # the body turns about it
    place = view.rotation.T @ (pelvis + fit.cam_t - view.translation) - pelvis
    runs = tuple(tuple(replace(stage, x=_turned(stage.x, view)) for stage in run) for run in fit.runs)
    return replace(fit, cam_t=place, pose=_turned(fit.pose, view), runs=runs)


def _turned(x: np.ndarray, view: View) -> np.ndarray:
    """``x``, whose last 72 elements are a pose in the frame of a View's camera, with that in the world."""
    out, first = x.copy(), len(x) - N_POSE
    matrix = view.rotation.T @ rotation_matrices(x[first:first + 3])
    out[first:first + 3] = cv2.Rodrigues(matrix)[0].ravel()
    return out
