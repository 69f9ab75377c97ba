"""A detector's joints -> LSP's 14. Every conversion of the project stands here.

A joint of LSP's is taken by its name where the format has it; the neck is the middle of the shoulders where it has
none, as OpenPose itself defines it; the head top is estimated from the face (``_head_top``) or, where that is not seen
either, missing: confidence 0.
"""

import numpy as np

from ..body.skeleton import LSP_NAMES, N_LSP
from .formats import KeypointFormat

_Named = dict[str, tuple[np.ndarray, float]]
_SHOULDERS = ('left_shoulder', 'right_shoulder')
#: Parts of the head, best first, and how many times as far as theirs the head top is from the middle of the
#: shoulders: measured upright on the neutral body of models/open. 'head' is SMPL's joint.
_HEAD = ((('left_ear', 'right_ear'), 1.45), (('left_eye', 'right_eye'), 1.41), (('nose',), 1.75), (('head',), 1.79))
_NOWHERE = np.zeros(2), 0.
#: An estimated head top has this share of the confidence of what it was estimated from: of those compared, the one with
#: the best head whose other joints stay where they are (tests/benchmarks/keypoint_formats.py).
HEAD_TOP_SHARE = 1.


def to_lsp(keypoints: np.ndarray, entry: KeypointFormat | None) -> tuple[np.ndarray, np.ndarray]:
    """LSP's joints (14, 2) and confidence (14,) of ``keypoints`` (K, 3), x, y, confidence, in a KeypointFormat.

    A joint is missing (0, 0 and confidence 0) where a number is not finite or the confidence is not positive;
    confidences beyond 1 count as 1. No keypoints (0, 3) are nobody, and need no format.
    """
    if entry is None:
        return np.zeros((N_LSP, 2)), np.zeros(N_LSP)
    keypoints = np.where(np.isfinite(keypoints).all(axis=1, keepdims=True), keypoints, 0.)
    named: _Named = {joint: (row[:2], min(max(float(row[2]), 0.), 1.)) for joint, row in zip(entry.joints, keypoints)}
    if 'neck' not in named:
        named['neck'] = _middle(named, _SHOULDERS)
    if 'head_top' not in named:
        named['head_top'] = _head_top(named)
    joints, confidence = np.zeros((N_LSP, 2)), np.zeros(N_LSP)
    for i, joint in enumerate(LSP_NAMES):
        place, sure = named.get(joint, _NOWHERE)
        if sure > 0:
            joints[i], confidence[i] = place, sure
    return joints, confidence


def _middle(named: _Named, joints: tuple[str, ...]) -> tuple[np.ndarray, float]:
    """Middle of some joints, and the least of their confidences."""
    known = [named.get(joint, _NOWHERE) for joint in joints]
    return np.mean([place for place, _ in known], axis=0), min(sure for _, sure in known)


def _head_top(named: _Named) -> tuple[np.ndarray, float]:
    """Estimate on the line from the middle of the shoulders through the face; confidence 0 where either is missing."""
    shoulders, sure = _middle(named, _SHOULDERS)
    for parts, factor in _HEAD:
        face, seen = _middle(named, parts)
        if min(sure, seen) > 0:
            return shoulders + factor * (face - shoulders), HEAD_TOP_SHARE * min(sure, seen)
    return _NOWHERE
