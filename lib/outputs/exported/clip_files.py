"""A clip of one person as files for other programs: SMPL's parameters, AMASS's, BVH, animated GLB.

All are in the exports' frame, y up; AMASS's are z up.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ...base.files import npz_bytes
from ...body.skeleton import N_JOINTS
from ...model_files import ModelSet
from ..folder import scan
from .amass import amass_parameters
from .export_names import ExportNames
from .exports import turned_up
from .meshes import Lens

MOTION_KINDS = ('glb', 'bvh')
FILM = '.mp4'
_SUFFIXES = ('_params.npz', '_amass.npz', FILM, *(f'.{kind}' for kind in MOTION_KINDS))


@dataclass(frozen=True)
class ClipExports:
    """What to write of a clip beside its parameters: the overlays as a ``film``, one of MOTION_KINDS, AMASS's."""

    film: bool
    motion: str | None
    amass: bool


@dataclass(frozen=True, eq=False)
class ClipResult:
    """The results of one person's ``frames`` (F,), rising: ``poses`` (F, 72) and ``cam_t`` (F, 3) as fitted, betas
    (n_betas,), and in which of them somebody was ``seen`` (F,)."""

    frames: np.ndarray
    poses: np.ndarray
    cam_t: np.ndarray
    betas: np.ndarray
    seen: np.ndarray
    gender: str


def clip_files(exports: ClipExports, name: str, clip: ClipResult, models: ModelSet, frame_rate: float,
               lens: Lens) -> dict[str, bytes]:
    """The files of a clip called ``name``, bytes by what follows that. Frames that are missing are in between."""
    from .bvh import bvh_bytes  # SciPy's rotations take a while to load
    from .rig import Poses, rest_joints, rigged_glb
    model = models.body(clip.gender)
    rest = rest_joints(model, clip.betas)
    frames, whole_poses, whole_cam_t = _filled(clip)
    turned = [turned_up(pose, cam_t, rest[0]) for pose, cam_t in zip(whole_poses, whole_cam_t)]
    poses, trans = (np.array(values) for values in zip(*turned))
    texts = {'gender': clip.gender, 'body': model.name, 'body_checksum': models.checksum(clip.gender), 'up_axis': 'y'}
    rate = np.array(float(frame_rate))
    files = {'_params.npz': npz_bytes(
        poses=poses, trans=trans, betas=clip.betas, frames=frames, seen=np.isin(frames, clip.frames[clip.seen]),
        mocap_framerate=rate, mocap_frame_rate=rate, **{key: np.array(text) for key, text in texts.items()})}
    if exports.amass:
        files['_amass.npz'] = amass_parameters(poses, trans, clip.betas, rest[0], clip.gender, frame_rate, model.name,
                                               texts['body_checksum'])
    moves = Poses(poses, trans, clip.betas)
    if exports.motion == 'glb':
        files['.glb'] = rigged_glb(model, moves, name, lens=lens, frame_rate=frame_rate)
    elif exports.motion == 'bvh':
        files['.bvh'] = bvh_bytes(rest, moves, frame_rate)
    return files


def _filled(clip: ClipResult) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All frames from the first to the last, and poses and cam_t with what is missing in between."""
    from scipy.spatial.transform import Rotation, Slerp
    frames = np.arange(clip.frames[0], clip.frames[-1] + 1)
    if len(frames) == len(clip.frames):
        return frames, clip.poses, clip.cam_t
    poses = np.stack([Slerp(clip.frames, Rotation.from_rotvec(joint))(frames).as_rotvec()
                      for joint in clip.poses.reshape(-1, N_JOINTS, 3).swapaxes(0, 1)], axis=1).reshape(len(frames), -1)
    there = np.isin(frames, clip.frames)
    poses[there] = clip.poses
    cam_t = np.stack([np.interp(frames, clip.frames, values) for values in clip.cam_t.T], axis=1)
    return frames, poses, cam_t


def clip_name(stem: str, person: int | None) -> str:
    """What the files of a clip are called whose own name has this ``stem``: as exports are, with a person's number."""
    return ExportNames({0: stem})[0] + ('' if person is None else f'#{person}')


def file_names(name: str, exports: ClipExports) -> Mapping[str, str]:
    """The names of all files of a clip called ``name``, by what follows that."""
    suffixes = ['_params.npz', '_amass.npz' * exports.amass, f'.{exports.motion}' if exports.motion else '',
                FILM * exports.film]
    return {suffix: name + suffix for suffix in suffixes if suffix}


def clip_paths(out_dir: str, stem: str) -> list[str]:
    """Paths of what a folder holds of the clip of that ``stem`` as a whole, with whatever options it was written."""
    names = re.compile(rf"{re.escape(clip_name(stem, None))}(#\d+)?({'|'.join(map(re.escape, _SUFFIXES))})")
    return [entry.path for entry in scan(out_dir) if names.fullmatch(entry.name)]
