"""The table of formats: every order of joints that is known. A new one is an entry here, nothing else.

Joints have the names of this project (``names.py`` knows how tools spell them); 'neck' is whatever a format has between
shoulders and head, 'head_top' the top of the skull, 'mid_hip' the middle of the hips or the pelvis.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ..base.errors import InputError, quoted
from ..body.skeleton import LSP_NAMES, SMPL_NAMES
from .belief import OF_WHAT_IS_SEEN, Belief

_ARM, _LEG = ('shoulder', 'elbow', 'wrist'), ('hip', 'knee', 'ankle')
_SIDES = ('left', 'right')


def _sided(parts: tuple[str, ...], sides: tuple[str, ...] = _SIDES) -> tuple[str, ...]:
    """left_PART, right_PART for one part after the other."""
    return tuple(f'{side}_{part}' for part in parts for side in sides)


def _limb(side: str, parts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f'{side}_{part}' for part in parts)


def _numbered(name: str, count: int) -> tuple[str, ...]:
    return tuple(f'{name}_{i}' for i in range(count))


_COCO_LIMBS = _sided(_ARM + _LEG)
_COCO = ('nose', *_sided(('eye', 'ear')), *_COCO_LIMBS)
_OPENPOSE_ARMS = ('nose', 'neck', *_limb('right', _ARM), *_limb('left', _ARM))
_OPENPOSE_LEGS = _limb('right', _LEG) + _limb('left', _LEG)
_OPENPOSE_FACE = ('right_eye', 'left_eye', 'right_ear', 'left_ear')
_OPENPOSE_FEET = tuple(f'{side}_{part}' for side in _SIDES for part in ('big_toe', 'small_toe', 'heel'))
_HALPE = (*_COCO, 'head_top', 'neck', 'mid_hip', *_sided(('big_toe', 'small_toe', 'heel')))
_FACE_AND_HANDS = _numbered('face', 68) + _numbered('left_hand', 21) + _numbered('right_hand', 21)
_OPENPOSE_DOC = 'https://github.com/CMU-Perceptual-Computing-Lab/openpose, doc/02_output.md'

#: Pairs of joints that a limb, or a line of the face, joins; of a format those whose two joints it has.
_LIMBS = (
    *((f'{side}_{a}', f'{side}_{b}') for side in _SIDES for a, b in (
        ('shoulder', 'elbow'), ('elbow', 'wrist'), ('hip', 'knee'), ('knee', 'ankle'), ('shoulder', 'hip'),
        ('eye', 'ear'), ('ankle', 'heel'), ('ankle', 'big_toe'), ('big_toe', 'small_toe'), ('heel', 'foot_index'),
        ('ankle', 'foot'),
        ('wrist', 'index'), ('wrist', 'pinky'), ('wrist', 'thumb'), ('wrist', 'hand'))),
    ('left_shoulder', 'right_shoulder'), ('left_hip', 'right_hip'), ('left_eye', 'nose'), ('right_eye', 'nose'),
    ('left_mouth', 'right_mouth'), ('neck', 'head_top'), ('neck', 'head'))


@dataclass(frozen=True)
class KeypointFormat:
    """A detector's joints in its order.

    ``joints`` are as many as its files have, those of hands and face too; ``tool`` is what is said to users;
    ``normalised``: positions are shares of the photograph's width and height; ``spelled``: how the tool calls joints
    whose names mean another joint elsewhere; ``also``: more names that --format takes; ``belief``: what its
    confidences are worth, or None where nothing better is known than to take them as they are.
    """

    name: str
    tool: str
    joints: tuple[str, ...]
    source: str
    normalised: bool = False
    spelled: tuple[tuple[str, str], ...] = ()
    also: tuple[str, ...] = ()
    belief: Belief | None = None

    @property
    def edges(self) -> tuple[tuple[str, str], ...]:
        """The limbs to draw, as pairs of joints."""
        return tuple((a, b) for a, b in _LIMBS if a in self.joints and b in self.joints)


_HEAD_IS_TOP = (('head', 'head_top'),)
FORMATS = {entry.name: entry for entry in (
    KeypointFormat(
        'lsp', 'LSP', LSP_NAMES, 'Johnson and Everingham, BMVC 2010: the joints of the Leeds Sports Pose set',
        spelled=_HEAD_IS_TOP),
    KeypointFormat(
        'coco17', 'COCO', _COCO, 'https://cocodataset.org/#format-data (keypoints of the category person)',
        also=('coco',)),
    KeypointFormat(
        'coco18', 'OpenPose COCO', _OPENPOSE_ARMS + _OPENPOSE_LEGS + _OPENPOSE_FACE, f'{_OPENPOSE_DOC} (COCO, 18)',
        also=('openpose18',)),
    KeypointFormat(
        'body25', 'OpenPose BODY_25',
        (*_OPENPOSE_ARMS, 'mid_hip', *_OPENPOSE_LEGS, *_OPENPOSE_FACE, *_OPENPOSE_FEET), f'{_OPENPOSE_DOC} (BODY_25)',
        also=('openpose', 'openpose25')),
    KeypointFormat(
        'body25b', 'OpenPose BODY_25B', (*_COCO, 'neck', 'head_top', *_OPENPOSE_FEET),
        'https://github.com/CMU-Perceptual-Computing-Lab/openpose, src/openpose/pose/poseParameters.cpp (BODY_25B)'),
    KeypointFormat(
        'mpi15', 'OpenPose MPI',
        ('head_top', 'neck', *_limb('right', _ARM), *_limb('left', _ARM), *_OPENPOSE_LEGS, 'chest'),
        'https://github.com/CMU-Perceptual-Computing-Lab/openpose, src/openpose/pose/poseParameters.cpp (MPI)',
        spelled=_HEAD_IS_TOP, also=('mpi',)),
    KeypointFormat(
        'halpe26', 'Halpe, body 26 of RTMPose', _HALPE,
        'https://github.com/Fang-Haoshu/Halpe-FullBody (26 keypoints), as AlphaPose and mmpose write them',
        spelled=_HEAD_IS_TOP, also=('halpe', 'rtmpose26')),
    KeypointFormat(
        'halpe136', 'Halpe full body', _HALPE + _FACE_AND_HANDS,
        'https://github.com/Fang-Haoshu/Halpe-FullBody (136 keypoints): 26 of the body, 68 of the face, 42 of hands',
        spelled=_HEAD_IS_TOP),
    KeypointFormat(
        'wholebody133', 'COCO-WholeBody', _COCO + _OPENPOSE_FEET + _FACE_AND_HANDS,
        'https://github.com/jin-s13/COCO-WholeBody: 17 of COCO, 6 of the feet, 68 of the face, 42 of the hands',
        also=('wholebody', 'cocowholebody')),
    KeypointFormat(
        'mpii16', 'MPII',
        ('right_ankle', 'right_knee', 'right_hip', 'left_hip', 'left_knee', 'left_ankle', 'mid_hip', 'thorax', 'neck',
         'head_top', 'right_wrist', 'right_elbow', 'right_shoulder', 'left_shoulder', 'left_elbow', 'left_wrist'),
        'http://human-pose.mpi-inf.mpg.de/#download (annotation format)', spelled=_HEAD_IS_TOP, also=('mpii',)),
    KeypointFormat(
        'h36m17', 'Human3.6M',
        ('mid_hip', *_OPENPOSE_LEGS, 'spine', 'thorax', 'neck', 'head_top', *_limb('left', _ARM),
         *_limb('right', _ARM)),
        'https://github.com/facebookresearch/VideoPose3D, common/h36m_dataset.py; '
        'https://github.com/open-mmlab/mmpose, configs/_base_/datasets/h36m.py',
        spelled=(*_HEAD_IS_TOP, ('left_foot', 'left_ankle'), ('right_foot', 'right_ankle')), also=('h36m',)),
    KeypointFormat(
        'crowdpose14', 'CrowdPose', (*_COCO_LIMBS, 'head_top', 'neck'),
        'https://github.com/Jeff-sjtu/CrowdPose (categories of its annotations)', spelled=_HEAD_IS_TOP,
        also=('crowdpose',)),
    KeypointFormat(
        'aic14', 'AI Challenger', (*_limb('right', _ARM), *_limb('left', _ARM), *_OPENPOSE_LEGS, 'head_top', 'neck'),
        'https://github.com/open-mmlab/mmpose, configs/_base_/datasets/aic.py (Wu et al., ICME 2019)',
        spelled=_HEAD_IS_TOP, also=('aic', 'aichallenger')),
    KeypointFormat(
        'posetrack18', 'PoseTrack18', ('nose', 'neck', 'head_top', *_sided(('ear',)), *_COCO_LIMBS),
        'https://github.com/leonid-pishchulin/poseval (categories of PoseTrack18: head_bottom is the neck)',
        also=('posetrack',)),
    KeypointFormat(
        'smpl24', 'SMPL', tuple('mid_hip' if name == 'pelvis' else name for name in SMPL_NAMES),
        'Loper et al., SIGGRAPH Asia 2015: the joints of SMPL, projected', also=('smpl',)),
    KeypointFormat(
        'kinect25', 'Kinect 2',
        ('mid_hip', 'spine', 'neck', 'head', *_limb('left', (*_ARM, 'hand')), *_limb('right', (*_ARM, 'hand')),
         *_limb('left', (*_LEG, 'foot')), *_limb('right', (*_LEG, 'foot')), 'spine3',
         *_limb('left', ('hand_tip', 'thumb')), *_limb('right', ('hand_tip', 'thumb'))),
        'https://learn.microsoft.com/previous-versions/windows/kinect/dn758662(v=ieb.10) (JointType)',
        also=('kinect', 'kinectv2', 'kinect2')),
    KeypointFormat(
        'mediapipe33', 'MediaPipe Pose',
        ('nose', *(f'{side}_eye{part}' for side in _SIDES for part in ('_inner', '', '_outer')),
         *_sided(('ear', 'mouth', 'shoulder', 'elbow', 'wrist', 'pinky', 'index', 'thumb', 'hip', 'knee', 'ankle',
                  'heel', 'foot_index'))),
        'https://ai.google.dev/edge/mediapipe/solutions/vision/pose_landmarker (33 landmarks)', normalised=True,
        also=('mediapipe', 'blazepose'), belief=OF_WHAT_IS_SEEN),
)}
_NAMES = {alias: entry for entry in FORMATS.values() for alias in (entry.name, *entry.also)}


def format_named(text: str) -> KeypointFormat:
    """The entry that --format means by ``text``, whatever its capitals, dashes and underscores. Raises InputError."""
    entry = _NAMES.get(''.join(filter(str.isalnum, text.lower())))
    if entry is None:
        raise InputError(f'no format is called {quoted(text)}; known are {", ".join(FORMATS)}')
    return entry


def of_count(count: int) -> Iterator[KeypointFormat]:
    """The formats of ``count`` joints."""
    return (entry for entry in FORMATS.values() if len(entry.joints) == count)


def same_count(entry: KeypointFormat) -> tuple[KeypointFormat, ...]:
    """Other known orders of as many joints."""
    return tuple(other for other in of_count(len(entry.joints)) if other.joints != entry.joints)
