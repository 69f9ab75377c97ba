"""A clip made up: somebody who swings an arm and a leg, and turns, before a still camera."""

import numpy as np

from lib.body.kinematics import pose_body
from lib.body.projection import FOCAL, project
from lib.body.skeleton import N_LSP, TRACKED_LSP
from lib.fitting import Problem

RATE = 30.
_PLACE = np.array([0., 0., 28.])


def clip_of(body, count, noise=0., seed=0):
    """Problems of ``count`` frames with joints off by ``noise`` px, and true joints (count, 24, 3), from the camera."""
    rng, time = np.random.default_rng(seed), np.arange(count) / RATE
    pose = np.zeros((count, 72))
    pose[:, 0], pose[:, 50] = np.pi + .1, -1. + .3 * np.sin(4. * time)
    pose[:, 3], pose[:, 12], pose[:, 53] = -.4 * np.sin(5. * time), .3 + .3 * np.sin(5. * time), 1.
    posed = pose_body(body, np.zeros((count, 10)), pose)
    seen = project(posed.points, np.tile(_PLACE, (count, 1)), np.full(count, FOCAL), np.tile([320., 240.], (count, 1)))
    problems = []
    for points in seen:
        joints, confidence = np.zeros((N_LSP, 2)), np.zeros(N_LSP)
        joints[TRACKED_LSP], confidence[TRACKED_LSP] = points + noise * rng.normal(size=points.shape), 1.
        problems.append(Problem(joints, confidence, np.array([320., 240.]), 'neutral'))
    return problems, posed.joints + _PLACE
