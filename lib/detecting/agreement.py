"""Which of several finds is right? That which most of the others are like."""

from collections.abc import Sequence

import numpy as np

from ..body.skeleton import LSP_NAMES
from .mediapipe_pose import LAYOUT

_LIMBS = [LAYOUT.joints.index(joint) for joint in LSP_NAMES[:12]]
#: Finds whose joints are this far from each other, on average, as a share of their spread, are of one person in one
#: posture: measured on twelve versions of 16 photographs of LSP (tests/benchmarks/detector.py), where 0.15 and 0.3 do
#: as well.
_ALIKE = .2


def agreed(finds: Sequence[np.ndarray]) -> tuple[np.ndarray, int]:
    """The joints (33, 3) that most of the ``finds`` (33, 3) of a picture agree on, and how many of them do.

    Each number is the median of those who agree: a limb that one of them mistook does not count.
    """
    distances = apart(finds)
    alike = distances < _ALIKE
    nearness = np.where(alike, 1. - distances / _ALIKE, 0.).sum(axis=1)
    best = max(range(len(finds)), key=lambda i: (alike[i].sum(), nearness[i]))
    return np.median(np.array(finds)[alike[best]], axis=0), int(alike[best].sum())


def apart(finds: Sequence[np.ndarray]) -> np.ndarray:
    """How far the limbs' joints of ``finds`` (N, 33, 3) are from each other, on average, as a share of their spread,
    (N, N)."""
    places = np.array(finds)[:, _LIMBS, :2]
    spread = np.sqrt(np.square(places - places.mean(axis=1, keepdims=True)).sum(axis=2).mean(axis=1))
    distances = np.linalg.norm(places[:, None] - places[None], axis=3).mean(axis=2)
    return distances / np.maximum(np.maximum(spread[:, None], spread[None]), 1e-6)
