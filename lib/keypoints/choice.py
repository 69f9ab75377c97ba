"""The people that a detector found in one photograph, as LSP joints: which of them are meant, and how tall they are."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..base.errors import InputError
from ..body.skeleton import LSP_NAMES
from .belief import AS_GIVEN, Belief
from .found import Person, Record
from .lsp_joints import to_lsp

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


@dataclass(frozen=True, eq=False)
class Detection:
    """One person in pixels of the photograph: LSP joints (14, 2), their confidence (14,); the ``number`` among its
    people; what their confidences are worth, ``belief``; the ``doubt`` of who found them, or nothing."""

    joints: np.ndarray
    confidence: np.ndarray
    number: int = 0
    belief: Belief = AS_GIVEN
    doubt: str = ''

    @property
    def anybody(self) -> bool:
        """Whether a joint was found at all."""
        return bool((self.confidence > 0).any())

    @cached_property
    def stature(self) -> float:
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
    def scale(self) -> float:
        """How much the photograph is enlarged (or reduced) for the person to be STATURE_PX tall."""
        return STATURE_PX / self.stature if self.stature > 0 else 1.


def detections_of(record: Record, size: np.ndarray | None) -> list[Detection]:
    """The Detections of a Record of a photograph of ``size`` = (width, height) px, or None where that is not known.

    Empty slots are among them, so that everybody keeps their number. Raises InputError where the record holds an error,
    or needs the size.
    """
    if record.error is not None:
        raise InputError(record.error)
    out = []
    for number, person in enumerate(record.people):
        if person.shares and size is None:
            raise InputError(f'{record.file}: has positions as shares of the image, whose size is not known; give the '
                             'images')
        joints, confidence = to_lsp(person.keypoints, person.layout)
        out.append(Detection(joints * size if person.shares else joints, confidence, number, _belief(record, person),
                             person.doubt))
    return out


def _belief(record: Record, person: Person) -> Belief:
    """What the confidences of a Person are worth: by their format, else by the kind of file."""
    known = person.layout and person.layout.belief or record.container and record.container.belief
    return known or AS_GIVEN


def choose_people(people: list[Detection], which: str | int) -> list[Detection]:
    """Those of some Detections that ``which`` means: 'largest', 'confident', 'all', or a number from 0 up.

    Those without any joint are nobody, but keep their number. Raises InputError where there is nobody, or not so many.
    """
    there = [person for person in people if person.anybody]
    if not there:
        raise InputError('no people were found in it')
    if which == 'all':
        return there
    if which == 'confident':
        return [max(there, key=lambda person: person.confidence.sum())]
    if which == 'largest':
        return [max(there, key=lambda person: np.nan_to_num(person.stature))]
    chosen = [person for person in there if person.number == which]
    if not chosen:
        numbers = ', '.join(str(person.number) for person in there[:10])
        raise InputError(f'--person {which}: the people in it have the numbers {numbers}')
    return chosen
