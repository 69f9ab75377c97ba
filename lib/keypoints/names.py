"""Joint names as files spell them -> this project's: 'LShoulder', 'l_shoulder', 'shoulder.L' are left_shoulder.

A name is cut into words; one says the side, the others the part. A few names mean different joints to different tools
('head' is the top of the skull or the skull's joint, 'foot' the ankle or the toes): there the formats decide that have
all of a file's names, and where they differ, or none has, the joint counts as not named.
"""

import re
from collections.abc import Iterable, Mapping

from ..base.errors import InputError, quoted
from ..body.skeleton import LSP_NAMES
from .formats import FORMATS, KeypointFormat

_WORD = re.compile(r'[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+')
_SIDES = {'l': 'left', 'left': 'left', 'r': 'right', 'right': 'right'}
_FILLERS = {'joint', 'joints', 'keypoint', 'keypoints', 'kp', 'kps', 'kpt', 'kpts', 'landmark', 'landmarks', 'pose',
            'body', 'the', 'of'}
#: Parts, and how else they are spelled, words put together.
_SPELLINGS = {
    'shoulder': 'shoulders sho shldr sjc', 'elbow': 'elb elbows ejc', 'wrist': 'wri wrists wjc', 'hip': 'hips hjc',
    'knee': 'kne knees kjc', 'ankle': 'ank ankles ajc', 'nose': 'nosetip', 'eye': 'eyes', 'ear': 'ears',
    'neck': 'upperneck neckbase necknose headbottom bottomhead', 'head_top': 'headtop tophead crown headtip',
    'head': '',
    'mid_hip': 'midhip midhips hipmid hipcenter hipcentre centerhip pelvis root hip hips', 'thorax': '', 'chest': '',
    'spine': '', 'spine1': '', 'spine2': '', 'spine3': '', 'collar': 'clavicle', 'big_toe': 'bigtoe',
    'small_toe': 'smalltoe littletoe', 'heel': '', 'foot': '', 'foot_index': 'footindex', 'hand': '', 'pinky': '',
    'index': '', 'thumb': '', 'mouth': '', 'eye_inner': 'eyeinner innereye', 'eye_outer': 'eyeouter outereye'}
_MIDDLE = ('nose', 'neck', 'head_top', 'head', 'mid_hip', 'thorax', 'chest', 'spine', 'spine1', 'spine2', 'spine3')
_PARTS = {spelling: part for part, more in _SPELLINGS.items() for spelling in (part.replace('_', ''), *more.split())
          if not (part == 'mid_hip' and spelling in ('hip', 'hips'))}
_MIDDLE_PARTS = {spelling: part for part in _MIDDLE for spelling in (part.replace('_', ''), *_SPELLINGS[part].split())}
#: The joints that a body cannot do without, and names that may have been meant for the last of a limb.
_LIMBS = set(LSP_NAMES) - {'neck', 'head_top'}
_ENDS = {f'{side}_{end}': f'{side}_{joint}' for side in ('left', 'right')
         for end, joint in (('foot', 'ankle'), ('hand', 'wrist'))}


def joint_named(text: str) -> str | None:
    """The joint that ``text`` names, by itself, or None where it names none that is known."""
    words = [word.lower() for word in _WORD.findall(text)]
    words = [word for word in words if word not in _FILLERS or len(words) == 1]
    sides = [word for word in words if word in _SIDES]
    part = ''.join(word for word in words if word not in _SIDES)
    if len(sides) == 1 and part:
        return _sided(sides[0], part)
    return _MIDDLE_PARTS.get(part) or _glued(part) if not sides else None


def _sided(side: str, part: str) -> str | None:
    found = _PARTS.get(part)
    return None if found is None or found in _MIDDLE else f'{_SIDES[side]}_{found}'


def _glued(text: str) -> str | None:
    """A side written into the part's word: lshoulder, leftshoulder, shoulderleft."""
    for side in sorted(_SIDES, key=len, reverse=True):
        for part in (text.removeprefix(side), text.removesuffix(side)):
            if part != text and _sided(side, part) is not None:
                return _sided(side, part)
    return None


def layout_of_names(texts: Iterable[str]) -> KeypointFormat:
    """The order of joints that a file names ``texts``, as an entry of its own; what is no joint of ours gets ''.

    Raises InputError where two names mean one joint, or where a limb's joint is missing and a name that is not
    understood may be it.
    """
    texts = tuple(texts)
    words = [joint_named(text) for text in texts]
    meaning = _meaning({word for word in words if word is not None})
    joints: list[str] = []
    for text, word in zip(texts, words):
        joint = '' if word is None else meaning.get(word, word)
        if joint in joints and joint in _LIMBS:
            raise InputError(f'{joint} is named twice, the second time as {quoted(text)}')
        joints.append('' if joint in joints else joint)
    unknown = [text for text, joint in zip(texts, joints) if not joint or _ENDS.get(joint, joint) not in joints]
    lacking = sorted(_LIMBS - set(joints))
    if unknown and lacking:
        raise InputError(f'its joints are called {quoted(unknown[:6])}, and none is known to be '
                         f'{", ".join(lacking[:3])}; call them so, or say with --format which order they have')
    known = (entry.belief for entry in FORMATS.values() if set(entry.joints) == set(joints))
    return KeypointFormat('names in the file', 'names in the file', tuple(joints), '', belief=next(known, None))


def _meaning(given: set[str]) -> Mapping[str, str]:
    """What words mean that mean different joints in different formats: {word: joint, or ''}, among ``given`` ones.

    The formats that have no other joints than these decide, else those under which no limb is left without an end, else
    all that have these joints.
    """
    unclear = given & {word for entry in FORMATS.values() for word, _ in entry.spelled}
    speakers: list[tuple[int, dict[str, str]]] = []
    for entry in FORMATS.values():
        spelled = dict(entry.spelled)
        joints = {spelled.get(word, word) for word in given}
        if len(joints) == len(given) and joints <= set(entry.joints):
            rank = 2 if len(joints) == len(entry.joints) else 1 if _LIMBS <= joints else 0
            speakers.append((rank, spelled))
    best = max((rank for rank, _ in speakers), default=0)
    out = {}
    for word in unclear:
        meanings = {spelled.get(word, word) for rank, spelled in speakers if rank == best}
        out[word] = meanings.pop() if len(meanings) == 1 else '' if word == 'head' else word
    return out
