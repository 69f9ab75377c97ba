"""Where a clip's fit starts: some frames are fitted in several ways, and the ways that make one motion are taken.

A single photograph leaves it open whether a limb points to the camera or away from it. So each of the frames in
between which all others lie is fitted from every start that there is (FitOptions.restarts); of all ways through these
fits, that of the lowest energies and the shortest distances is found by dynamic programming (Viterbi, 1967).
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from scipy.spatial.transform import Rotation, Slerp

from ..base.errors import InputError
from ..body.kinematics import TrackedBody, pose_body
from ..body.skeleton import N_JOINTS, N_LSP, N_POSE, TRACKED_LSP
from ..fitting.attempts import fit_many
from ..fitting.problem import FitOptions, Problem, stack
from ..model_files import ModelSet
from .curve import smooth_curve

#: Seconds from one of these frames to the next.
_SECONDS = 0.27
#: Seconds over which the curve bends that is laid through each joint before: detections' noise turns limbs.
_CALM_SECONDS = 0.045
#: Enlarged px from that curve, from which on a detection counts by its distance.
_NEAR = 10.
#: Energy of a metre's way of a joint within a second. All chosen on training clips (tests/benchmarks/video.py).
_WAY = 80.
#: Joints that a frame must have to be one of them.
_LEAST = 6


class Path(NamedTuple):
    """Shape (n_betas,) and poses (F, 72) of all frames of a clip."""

    betas: np.ndarray
    poses: np.ndarray


class _Candidates(NamedTuple):
    """The ways in which a frame was fitted."""

    energies: np.ndarray  # (C,)
    x: np.ndarray  # (C, n_betas + 72)
    joints: np.ndarray  # (C, 24, 3), from the pelvis


def first_path(problems: Sequence[Problem], numbers: np.ndarray, frame_rate: float, models: ModelSet,
               options: FitOptions, body: TrackedBody) -> Path:
    """Where to start with ``problems``, frames ``numbers`` (F,). Raises InputError where none can be fitted."""
    chosen = _chosen(problems, numbers, frame_rate)
    calm = _calmed(problems, numbers, frame_rate)
    results = dict(fit_many([calm[i] for i in chosen], models, replace(options, restarts='gmm')))
    ways, at, error = [], [], None
    for position, i in enumerate(chosen):
        result = results[position]
        if isinstance(result, InputError):
            error = result
            continue
        ends = [run[-1] for run in result.runs if np.isfinite([*run[-1].x, *run[-1].energies.values()]).all()]
        x = np.array([end.x for end in ends])
        joints = pose_body(body, x[:, :-N_POSE], x[:, -N_POSE:]).joints
        ways.append(_Candidates(np.array([sum(end.energies.values()) for end in ends]), x, joints - joints[:, :1]))
        at.append(i)
    if error is not None and not ways:
        raise error
    x = np.array([way.x[one] for way, one in zip(ways, _shortest(ways, numbers[at], frame_rate))])
    return Path(np.median(x[:, :-N_POSE], axis=0), _between(numbers[at], x[:, -N_POSE:], numbers))


def translations(problems: Sequence[Problem], body: TrackedBody, path: Path, depth: np.ndarray) -> np.ndarray:
    """Translations (F, 3) that bring the bodies of a Path, ``depth`` (F,) away, to where they were detected; in between
    where too little was."""
    points = pose_body(body, np.tile(path.betas, (len(depth), 1)), path.poses).points
    rays = (stack(problems, 'joints')[:, TRACKED_LSP] - stack(problems, 'centre')[:, None]) / stack(
        problems, 'focal')[:, None, None]
    weight = stack(problems, 'confidence')[:, TRACKED_LSP, None]
    off = np.nan_to_num(rays * (points[..., 2:] + depth[:, None, None]) - points[..., :2])
    total, frame = weight.sum(axis=1), np.arange(len(depth))
    there = total[:, 0] > 0
    places = (weight * off).sum(axis=1)[there] / total[there]
    return np.stack([*(np.interp(frame, frame[there], place) for place in places.T), depth], axis=1)


def _chosen(problems: Sequence[Problem], numbers: np.ndarray, frame_rate: float) -> list[int]:
    """Positions of the frames that are fitted in several ways: of every stretch the one with the most joints."""
    counts = np.array([(problem.confidence[TRACKED_LSP] > 0).sum() for problem in problems])
    stretch = ((numbers - numbers[0]) / max(1., _SECONDS * frame_rate) + .5).astype(int)
    best = [int(np.flatnonzero(stretch == one)[np.argmax(counts[stretch == one])]) for one in np.unique(stretch)]
    return [i for i in best if counts[i] >= _LEAST] or [int(counts.argmax())]


def _calmed(problems: Sequence[Problem], numbers: np.ndarray, frame_rate: float) -> list[Problem]:
    """The same, with every joint on a smooth curve through its detections."""
    joints, confidence = stack(problems, 'joints'), stack(problems, 'confidence')
    at, count = numbers - numbers[0], numbers[-1] - numbers[0] + 1
    for joint in range(N_LSP):
        seen = (confidence[:, joint] > 0) & np.isfinite(joints[:, joint]).all(axis=1)
        if seen.sum() < 3:
            continue
        values, there = np.zeros((count, 2)), np.zeros(count)
        values[at[seen]], there[at[seen]] = joints[seen, joint], 1.
        joints[seen, joint] = smooth_curve(values, there, (_CALM_SECONDS * frame_rate) ** 4, _NEAR)[at[seen]]
    return [replace(problem, joints=own) for problem, own in zip(problems, joints)]


def _shortest(ways: Sequence[_Candidates], numbers: np.ndarray, frame_rate: float) -> list[int]:
    """Which candidate of each frame lies on the shortest path."""
    seconds = np.diff(numbers) / frame_rate
    cost, back = _SECONDS * frame_rate * ways[0].energies, []
    for before, way, time in zip(ways, ways[1:], seconds):
        steps = np.square(way.joints[:, None] - before.joints).sum(axis=(2, 3)) * _WAY / time + cost
        back.append(steps.argmin(axis=1))
        cost = steps.min(axis=1) + _SECONDS * frame_rate * way.energies
    path = [int(cost.argmin())]
    for choice in reversed(back):
        path.append(int(choice[path[-1]]))
    return path[::-1]


def _between(at: np.ndarray, poses: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Poses (F, 72) of the frames ``numbers``, from those at some of them: each joint turns the shortest way."""
    if len(at) == 1:
        return np.tile(poses, (len(numbers), 1))
    when = np.clip(numbers, at[0], at[-1])
    turned = [Slerp(at, Rotation.from_rotvec(joint))(when).as_rotvec()
              for joint in poses.reshape(-1, N_JOINTS, 3).swapaxes(0, 1)]
    return _unwrapped(np.stack(turned, axis=1)).reshape(-1, N_POSE)


def _unwrapped(vectors: np.ndarray) -> np.ndarray:
    """Rotation vectors (F, 24, 3), each of the two that mean the same near pi the nearer to the one before."""
    out = vectors.copy()
    for last, now in zip(out, out[1:]):
        angle = np.maximum(np.linalg.norm(now, axis=1, keepdims=True), 1e-9)
        other = now * (1. - 2. * np.pi / angle)
        nearer = np.linalg.norm(other - last, axis=1) < np.linalg.norm(now - last, axis=1)
        now[nearer] = other[nearer]
    return out
