"""More starts than one: the mean of every Gaussian of the pose prior, upright (FitOptions.restarts 'gmm').

The published schedule begins with one pose and often ends in a poor local minimum. Each Gaussian's mean is a pose
that people take; near the right one the last stages suffice. tests/evaluation/EVALUATION.md has what it gives.
"""

from collections.abc import Sequence

import numpy as np

from ..body.kinematics import TrackedBody
from ..max_mixture_prior import MaxMixturePrior
from ..objective import Weights
from .camera_step import CameraStep, Torso
from .problem import Problem
from .schedule import Start

#: An upright body: SMPL's y points up, the image's down. From here the camera step finds people the right way up.
UPRIGHT = np.array([np.pi, 0., 0.])
#: How many stages, of the last, are left to do.
STAGES_LEFT = 2
#: Radians: means that agree so well in every angle are one start.
_SAME = 1e-6


def restarts(problems: Sequence[Problem], body: TrackedBody, prior: MaxMixturePrior, camera_step: CameraStep,
             stages: Sequence[Weights]) -> list[list[tuple[Start, int]]]:
    """Every Start of each of ``problems``: a list, as long as the prior has different means, of (Start, camera steps).
    """
    starts: list[list[tuple[Start, int]]] = [[] for _ in problems]
    for mean in different(prior.means):
        torso = Torso(body, mean)
        cameras = camera_step(problems, torso, torso.bone_translation, [UPRIGHT] * len(problems))
        for own, problem, (translation, orientation, steps) in zip(starts, problems, cameras):
            x = np.concatenate([np.zeros(body.n_betas), orientation, mean])
            own.append((Start(problem, translation, x, tuple(stages[-STAGES_LEFT:])), steps))
    return starts


def different(means: np.ndarray) -> list[np.ndarray]:
    """The ``means`` (K, 69) without those that repeat an earlier one."""
    kept: list[np.ndarray] = []
    for mean in means:
        if all(np.abs(mean - other).max() > _SAME for other in kept):
            kept.append(mean)
    return kept
