"""The people that a detector found in one photograph, as LSP joints: which of them are meant, and how tall they are."""

from dataclasses import dataclass

import numpy as np

from ..base.errors import InputError
from ..body.skeleton import LSP_NAMES
from .formats import format_of, to_lsp

PERSONS = ('largest', 'confident', 'all')
#: A person of this stature in the enlarged image is what the published weights were chosen for: LSP's 150 px, twice.
STATURE_PX = 300.
#: Lengths between joints as shares of stature, measured on the neutral body of models/open.
_SHARES = {('right_shoulder', 'right_hip'): .285, ('left_shoulder', 'left_hip'): .285,
           ('right_hip', 'right_knee'): .222, ('left_hip', 'left_knee'): .222,
           ('right_knee', 'right_ankle'): .261, ('left_knee', 'left_ankle'): .261,
           ('right_shoulder', 'right_elbow'): .154, ('left_shoulder', 'left_elbow'): .154,
           ('right_elbow', 'right_wrist'): .134, ('left_elbow', 'left_wrist'): .134,
           ('right_shoulder', 'left_shoulder'): .199}
_ENDS = np.array([[LSP_NAMES.index(joint) for joint in pair] for pair in _SHARES])
_TRUNK = slice(0, 2)


@dataclass(frozen=True)
class Detection:
    """One person in pixels of the photograph: LSP joints (14, 2), their confidence (14,)."""

    joints: np.ndarray
    confidence: np.ndarray

    @property
    def stature(self):
        """Height in px that the person would have upright, or NaN where nothing tells.

        From the trunk or the limb that looks longest for its length, whichever says more, since foreshortening only
        shortens. One wrong joint counts little: of the limbs, the third longest is asked.
        """
        joints = np.where(self.confidence[:, None] > 0, self.joints, np.nan)
        lengths = np.linalg.norm(joints[_ENDS[:, 0]] - joints[_ENDS[:, 1]], axis=1)
        said = lengths / np.array(list(_SHARES.values()))
        trunk, limbs = said[_TRUNK], np.sort(said[2:][np.isfinite(said[2:])])
        votes = [limbs[-min(3, len(limbs))]] if len(limbs) else []
        if np.isfinite(trunk).any():
            votes.append(np.nanmean(trunk))
        return float(max(votes, default=np.nan))

    @property
    def scale(self):
        """How much the photograph is enlarged (or reduced) for the person to be STATURE_PX tall."""
        return STATURE_PX / self.stature if self.stature > 0 else 1.


def detections_of(record, size, format_name=None):
    """The Detections in a keypoint_record.Record of a photograph of ``size`` = (width, height) px, or None if unknown.

    Raises InputError where the record holds an error or a number of joints that no format has, or needs the size.
    """
    if record.error is not None:
        raise InputError(record.error)
    out = []
    for keypoints in record.people:
        entry = format_of(len(keypoints), format_name)
        if entry.normalised and size is None:
            raise InputError(f'{entry.name} has positions as shares of the image, whose size is not known; give the '
                             'images')
        joints, confidence = to_lsp(keypoints, entry)
        out.append(Detection(joints * size if entry.normalised else joints, confidence))
    return out


def choose_people(people, which):
    """Those of some Detections that ``which`` means: 'largest', 'confident', 'all', or a number from 0 up.

    Raises InputError where there is nobody, or not so many.
    """
    if not people:
        raise InputError('no people were found in it')
    if which == 'all':
        return people
    if which == 'confident':
        return [max(people, key=lambda person: person.confidence.sum())]
    if which == 'largest':
        return [max(people, key=lambda person: np.nan_to_num(person.stature))]
    if which >= len(people):
        raise InputError(f'--person {which}: the people in it have the numbers 0 to {len(people) - 1}')
    return [people[which]]
