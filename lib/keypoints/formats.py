"""Joints as detectors name and order them -> LSP's 14 joints. Every conversion of the project stands here.

A format is the list of its joints, in its order. A joint of LSP's is taken by its name where the format has it; the
neck is the middle of the shoulders where it has none, as OpenPose itself defines it; the head top is estimated from
the face (``_head_top``) or, where that is not seen either, missing: confidence 0.
"""

from dataclasses import dataclass

import numpy as np

from ..base.errors import InputError
from ..body.skeleton import LSP_NAMES, N_LSP

_COCO = ('nose', 'left_eye', 'right_eye', 'left_ear', 'right_ear', 'left_shoulder', 'right_shoulder', 'left_elbow',
         'right_elbow', 'left_wrist', 'right_wrist', 'left_hip', 'right_hip', 'left_knee', 'right_knee', 'left_ankle',
         'right_ankle')
_OPENPOSE_ARMS = ('nose', 'neck', 'right_shoulder', 'right_elbow', 'right_wrist', 'left_shoulder', 'left_elbow',
                  'left_wrist')
_OPENPOSE_LEGS = ('right_hip', 'right_knee', 'right_ankle', 'left_hip', 'left_knee', 'left_ankle')
_OPENPOSE_FACE = ('right_eye', 'left_eye', 'right_ear', 'left_ear')


@dataclass(frozen=True)
class KeypointFormat:
    """A detector's joints in its order. ``normalised``: positions are shares of the photograph's width and height."""

    name: str
    joints: tuple
    source: str
    normalised: bool = False


FORMATS = {entry.name: entry for entry in (
    KeypointFormat('lsp', LSP_NAMES, 'Johnson and Everingham, BMVC 2010: the joints of the Leeds Sports Pose set'),
    KeypointFormat('coco17', _COCO, 'https://cocodataset.org/#format-data (keypoints of the category person)'),
    KeypointFormat('coco18', _OPENPOSE_ARMS + _OPENPOSE_LEGS + _OPENPOSE_FACE,
                   'https://github.com/CMU-Perceptual-Computing-Lab/openpose, doc/02_output.md (COCO, 18)'),
    KeypointFormat('body25', _OPENPOSE_ARMS + ('mid_hip',) + _OPENPOSE_LEGS + _OPENPOSE_FACE + (
        'left_big_toe', 'left_small_toe', 'left_heel', 'right_big_toe', 'right_small_toe', 'right_heel'),
        'https://github.com/CMU-Perceptual-Computing-Lab/openpose, doc/02_output.md (BODY_25)'),
    KeypointFormat('halpe26', _COCO + (
        'head_top', 'neck', 'mid_hip', 'left_big_toe', 'right_big_toe', 'left_small_toe', 'right_small_toe',
        'left_heel', 'right_heel'),
        'https://github.com/Fang-Haoshu/Halpe-FullBody (26 keypoints), as AlphaPose writes them'),
    KeypointFormat('mediapipe33', (
        'nose', 'left_eye_inner', 'left_eye', 'left_eye_outer', 'right_eye_inner', 'right_eye', 'right_eye_outer',
        'left_ear', 'right_ear', 'mouth_left', 'mouth_right', 'left_shoulder', 'right_shoulder', 'left_elbow',
        'right_elbow', 'left_wrist', 'right_wrist', 'left_pinky', 'right_pinky', 'left_index', 'right_index',
        'left_thumb', 'right_thumb', 'left_hip', 'right_hip', 'left_knee', 'right_knee', 'left_ankle', 'right_ankle',
        'left_heel', 'right_heel', 'left_foot_index', 'right_foot_index'),
        'https://ai.google.dev/edge/mediapipe/solutions/vision/pose_landmarker (33 landmarks)', normalised=True),
)}
_BY_COUNT = {len(entry.joints): entry for entry in FORMATS.values()}
_SHOULDERS = ('left_shoulder', 'right_shoulder')
#: Parts of the face, best first, and how many times as far as theirs the head top is from the middle of the
#: shoulders: measured upright on the neutral body of models/open.
_FACE = ((('left_ear', 'right_ear'), 1.5), (('left_eye', 'right_eye'), 1.6), (('nose',), 1.85))
#: An estimated head top has this share of the confidence of what it was estimated from: of those compared, the one with
#: the best head whose other joints stay where they are (tests/benchmarks/keypoint_formats.py).
HEAD_TOP_SHARE = 1.


def format_of(count, name=None):
    """The KeypointFormat of people with ``count`` joints, which must be that called ``name`` where it is given.

    Raises InputError for a number of joints that no format, or not this one, has.
    """
    entry = _BY_COUNT.get(count) if name is None else FORMATS[name]
    if entry is None:
        known = ', '.join(f'{len(known.joints)} ({known.name})' for known in FORMATS.values())
        raise InputError(f'{count} joints per person; wanted {known}')
    if len(entry.joints) != count:
        raise InputError(f'{count} joints per person; {name} has {len(entry.joints)}')
    return entry


def to_lsp(keypoints, entry):
    """LSP's joints (14, 2) and confidence (14,) of ``keypoints`` (K, 3), x, y, confidence, in a KeypointFormat.

    A joint is missing (confidence 0) where a number is not finite or the confidence is not positive; confidences
    beyond 1, such as COCO's 2 for "labelled and visible", count as 1.
    """
    keypoints = np.where(np.isfinite(keypoints).all(axis=1, keepdims=True), keypoints, 0.)
    named = {joint: (row[:2], min(max(row[2], 0.), 1.)) for joint, row in zip(entry.joints, keypoints)}
    if 'neck' not in named:
        named['neck'] = _middle(named, _SHOULDERS)
    if 'head_top' not in named:
        named['head_top'] = _head_top(named)
    joints, confidence = np.zeros((N_LSP, 2)), np.zeros(N_LSP)
    for i, joint in enumerate(LSP_NAMES):
        if named[joint][1] > 0:
            joints[i], confidence[i] = named[joint]
    return joints, confidence


def _middle(named, joints):
    """Middle of some joints, and the least of their confidences."""
    return np.mean([named[joint][0] for joint in joints], axis=0), min(named[joint][1] for joint in joints)


def _head_top(named):
    """Estimate on the line from the middle of the shoulders through the face; confidence 0 where either is missing."""
    shoulders, sure = _middle(named, _SHOULDERS)
    for parts, factor in _FACE:
        face, seen = _middle(named, parts)
        if min(sure, seen) > 0:
            return shoulders + factor * (face - shoulders), HEAD_TOP_SHARE * min(sure, seen)
    return np.zeros(2), 0.
