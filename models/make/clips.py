"""Clips of motion capture below a folder, as poses of SMPL's joints: found, loaded, split into seen and held out."""
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from lib.base.errors import InputError
from models.make.mocap import repair, retarget
from models.make.mocap_files import read_amc, read_asf, world_rotations
from models.make.mocap_rotations import FRAME_RATE, action_of, read_rotations

CMU_FRAME_RATE = 120   # frames per second of the CMU database's ASF/AMC files
ARCHIVE = 'motions.npz'
#: Nothing of these enters the prior: one of the legs, one of the arms, chosen before anything was fitted.
HELD_OUT_ACTIONS = ('soccer', 'directing_traffic')


@dataclass(frozen=True, eq=False)
class Clip:
    """Retargeted ``poses`` (F, 72), ``rate`` of them a second; the ``action``, where the file tells it."""
    poses: np.ndarray
    rate: int
    action: str = ''

    def sound(self, rng, per_second):
        """``per_second`` of its poses (N, 72) a second, without those no person can take (mocap.repair)."""
        return repair(self.poses, rng)[::self.rate // per_second]


class Split(NamedTuple):
    """Names of clips: those to learn from, single ones held out, and those of actions held out as a whole."""
    training: list
    held_out_clips: list
    held_out_actions: list


def find_clips(folder):
    """Clips below `folder`, {clip name: (path of .asf, path of .amc)}, sorted by name.

    An .amc belongs to the .asf of its own folder; among several, to the one whose name its own begins with (01.asf,
    01_07.amc).
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError(f'{folder}: no such folder of motion capture')
    clips = {}
    for amc in sorted(folder.rglob('*.amc')):
        skeletons = sorted(amc.parent.glob('*.asf'))
        if len(skeletons) > 1:
            skeletons = [asf for asf in skeletons if amc.stem.startswith(asf.stem)]
        if not skeletons:
            raise InputError(f'{amc}: no .asf beside it that belongs to it')
        clips[amc.stem] = (skeletons[-1], amc)
    if not clips:
        raise InputError(f'{folder}: no .amc files in it')
    return clips


def load_clips(folder):
    """All clips below `folder`, retargeted: {clip name: Clip}. Raises InputError where there are none."""
    archives = sorted(Path(folder).rglob(ARCHIVE))
    clips = _load_asf_amc(folder) if not archives or any(Path(folder).rglob('*.amc')) else {}
    for archive in archives:
        clips.update(_load_archive(archive))
    return clips


def _load_asf_amc(folder):
    clips, skeletons = {}, {}
    for name, (asf, amc) in find_clips(folder).items():
        if asf not in skeletons:
            skeletons[asf] = read_asf(asf)
        bones = skeletons[asf]
        try:
            rotations = world_rotations(bones, read_amc(amc, bones))
            clips[name] = Clip(retarget(_directions(bones), rotations), CMU_FRAME_RATE)
        except InputError as error:
            raise error if str(amc) in str(error) else InputError(f'{asf}: {error}') from None
    return clips


def _directions(bones):
    return {name: bone.direction for name, bone in bones.items()}


def _load_archive(path):
    directions, motions = read_rotations(path)
    try:
        return {name: Clip(retarget(directions, rotations), FRAME_RATE, action_of(name))
                for name, rotations in motions.items()}
    except InputError as error:
        raise InputError(f'{path}: {error}') from None


def split_clips(clips, seed=0, held_out_share=0.2):
    """The Split of {name: Clip}: whole actions where they are known, else a seeded draw of single clips, the same for
    the same set of names.
    """
    single = sorted(name for name, clip in clips.items() if not clip.action)
    count = max(1, round(held_out_share * len(single))) if len(single) > 1 else 0
    drawn = set(np.random.default_rng(seed).choice(single, count, replace=False))
    actions = sorted(name for name, clip in clips.items() if clip.action in HELD_OUT_ACTIONS)
    return Split([name for name in sorted(clips) if name not in drawn.union(actions)], sorted(drawn), actions)
