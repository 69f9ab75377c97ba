"""3D points without photographs -> one Sample per frame, as LspDataset has them."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..base.errors import counted, printable
from ..body.projection import FOCAL
from ..body.skeleton import N_LSP
from ..fitting.problem import FEWEST_POINTS
from ..keypoints.points3d import facing, read_points3d
from .sample import STILL_FRAME_RATE, Sample, World

#: By the axis that points up, the axes that point to the right and to the viewer: what is y up stays as it is, z up is
#: turned as Blender turns it.
_AXES = {'y': ('x', 'z'), 'z': ('x', '-y'), 'x': ('-y', 'z'), '-y': ('x', '-z'), '-z': ('x', 'y'), '-x': ('y', 'z')}


class PointsOnly:
    """The frames of a file of 3D points, of people of one ``gender``: a sample.DataSet.

    Raises InputError in one line where the file is missing, damaged, or not of a person's joints.
    """

    names_exports = True
    cameras = 0

    def __init__(self, path: str, format_name: str | None = None, gender: str = 'neutral') -> None:
        self.base_dir, self.inputs = path, {'joints3d': path}
        self.choices: Mapping[str, Any] = {'format': format_name, 'gender': gender}
        found = read_points3d(path, format_name)
        self._points, self._gender = found.points, gender
        self.frame_rate = found.rate or STILL_FRAME_RATE
        self.images = _names(path, len(found.points))
        self.genders = [gender] * len(self.images)
        self.doubts: Sequence[str] = found.doubts
        self._world = world_of(found.points)
        frames = counted(len(self.images), 'frame')
        self.notes = [printable(note) for note in (
            *found.notes, f'{path}: {frames} of 3D points, taken as having {self._world.up} up')]

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> Sample:
        points = self._points[index]
        count = int((points[:, 3] > 0).sum())
        error = None if count >= FEWEST_POINTS else f'{count} of its points are known, wanted {FEWEST_POINTS} or more'
        return Sample(index=index, name=self.images[index], path=self.base_dir, joints=np.zeros((N_LSP, 2)),
                      confidence=np.zeros(N_LSP), gender=self._gender, focal=FOCAL, scale=1., shown=1., error=error,
                      frame=index if len(self.images) > 1 else None, points3d=points, world=self._world)

    def read(self, sample: Sample) -> bytes:
        """Nothing: there is no image."""
        return b''


def _names(path: str, count: int) -> list[str]:
    """The name of each frame, as those of a clip have them: walk_000012."""
    stem = os.path.splitext(os.path.basename(path))[0]
    return [stem] if count == 1 else [f'{stem}_{frame:06d}' for frame in range(count)]


def world_of(points: np.ndarray, otherwise: Sequence[float] = (0., 1., 0.)) -> World:
    """The World of points (N, 25, 4): up is the axis that bodies stand along, in most frames, or that nearest to
    ``otherwise`` (3,) where nobody's torso is known."""
    ahead, up = facing(points)
    known = np.isfinite(up).all(axis=1)
    mean = up[known].sum(axis=0) if known.any() else np.array(otherwise)
    axis = int(np.argmax(np.abs(mean)))
    up_axis = '-' * int(mean[axis] < 0) + 'xyz'[axis]
    right, towards = map(_direction, _AXES[up_axis])
    upright = np.array([right, -_direction(up_axis), -towards])
    heading = 0.
    if known.any():
        first = upright @ ahead[np.flatnonzero(known)[0]]
        heading = float(np.degrees(np.arctan2(first[0], -first[2])))
    return World(upright, heading, up_axis)


def _direction(axis: str) -> np.ndarray:
    """The unit vector (3,) of an axis: 'x', '-y'."""
    return (-1. if axis[0] == '-' else 1.) * np.eye(3)['xyz'.index(axis[-1])]

