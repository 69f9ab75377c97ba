"""Joint detections as a detector of 2016 gives them: a few pixels off, worse where a joint is hidden, now and then
wrong.

The error sizes are guesses in the range of published detectors, not measured ones.
"""
import numpy as np

from lib.body.skeleton import LSP_NAMES

SIGMA = {'ankle': 1.6, 'knee': 1.5, 'hip': 2.2, 'wrist': 1.7, 'elbow': 1.6, 'shoulder': 1.6, 'neck': 1.5,
         'top': 1.6}   # pixels
HIDDEN_FACTOR = 2.0
# In how many pictures: legs taken for each other, wrists likewise, a limb's end found far away.
SWAPPED_LEGS, SWAPPED_WRISTS, LOST = 2, 2, 4
LEGS = [LSP_NAMES.index(name) for name in ('right_knee', 'left_knee', 'right_ankle', 'left_ankle')]
WRISTS = [LSP_NAMES.index(name) for name in ('right_wrist', 'left_wrist')]
ENDS = WRISTS + [LSP_NAMES.index(name) for name in ('right_ankle', 'left_ankle')]


def detect(rng, joints, hidden, sizes):
    """Detections (3, 14, N): x, y, confidence.

    `joints` (N, 14, 2) true positions in pixels, `hidden` (N, 14) whether something is in front, `sizes` (N, 2) width
    and height of the pictures.
    """
    sigma = np.array([SIGMA[name.split('_')[-1]] for name in LSP_NAMES]) * np.where(hidden, HIDDEN_FACTOR, 1.)
    found = joints + rng.normal(size=joints.shape) * sigma[..., None]
    confidence = np.where(hidden, rng.uniform(0.45, 0.92, hidden.shape),
                          1 - rng.exponential(0.035, hidden.shape)).clip(0.3, 1.)
    legs_apart = np.linalg.norm(joints[:, LEGS[2]] - joints[:, LEGS[3]], axis=1)
    wrists_apart = np.linalg.norm(joints[:, WRISTS[0]] - joints[:, WRISTS[1]], axis=1)
    for i in _closest(rng, legs_apart, SWAPPED_LEGS):
        _swap(found[i], confidence[i], LEGS, rng)
    for i in _closest(rng, wrists_apart, SWAPPED_WRISTS):
        _swap(found[i], confidence[i], WRISTS, rng)
    for i in rng.choice(len(joints), LOST, replace=False):
        joint = rng.choice(ENDS)
        found[i, joint] = rng.uniform(0.1, 0.9, 2) * sizes[i]
        confidence[i, joint] = rng.uniform(0.04, 0.2)
    return np.concatenate([found.transpose(2, 1, 0), confidence.T[None]])


def _closest(rng, distances, count):
    """`count` of the third of the people with the smallest distances: where limbs are close, they are mistaken."""
    return rng.choice(np.argsort(distances)[:max(count, len(distances) // 3)], count, replace=False)


def _swap(found, confidence, pairs, rng):
    for right, left in zip(pairs[::2], pairs[1::2]):
        found[[right, left]] = found[[left, right]]
        confidence[[right, left]] = rng.uniform(0.4, 0.75, 2)
