"""Images with what more is known of the people in them: 3D points, and another program's estimates."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np

from ..base.errors import InputError, counted
from ..fitting.problem import Estimate
from ..keypoints.points3d import read_points3d
from .decoding import Image
from .estimates import read_estimates
from .in_order import counts_images
from .names import pair, some
from .sample import DataSet, Images, Sample

_Known = TypeVar('_Known')


@dataclass(frozen=True, eq=False)
class Given:
    """The files: ``joints3d`` and the order of its points where it does not tell, ``estimates``; None for none."""

    joints3d: str | None = None
    format: str | None = None
    estimates: str | None = None

    @property
    def nothing(self) -> bool:
        """Whether no file is given."""
        return self.joints3d is None and self.estimates is None


class WithEvidence:
    """A DataSet, with what Given files say of its samples. Raises InputError where they are of other images."""

    def __init__(self, data: DataSet, given: Given) -> None:
        self.data, self._given = data, given
        self._points: dict[int, np.ndarray] = {}
        self._estimates: dict[int, Estimate] = {}
        notes, doubts = [], []
        if given.joints3d is not None:
            found = read_points3d(given.joints3d, given.format)
            self._points, more = _of_images(list(found.points), found.images, data.images, given.joints3d, '3D points')
            notes, doubts = [*found.notes, *more], found.doubts
        if given.estimates is not None:
            told = read_estimates(given.estimates)
            self._estimates, more = _of_images(told.people, told.images, data.images, given.estimates, 'estimates')
            notes += more
        self.notes: Sequence[str] = [*data.notes, *notes]
        self.doubts: Sequence[str] = [*data.doubts, *doubts]

    @property
    def base_dir(self) -> str:
        return self.data.base_dir

    @property
    def inputs(self) -> Mapping[str, str]:
        files = {'joints3d': self._given.joints3d, 'estimates': self._given.estimates}
        return {**self.data.inputs, **{role: path for role, path in files.items() if path is not None}}

    @property
    def images(self) -> Sequence[str]:
        return self.data.images

    @property
    def genders(self) -> Sequence[str]:
        return self.data.genders

    @property
    def names_exports(self) -> bool:
        return self.data.names_exports

    @property
    def cameras(self) -> int:
        return self.data.cameras

    @property
    def frame_rate(self) -> float:
        return self.data.frame_rate

    @property
    def choices(self) -> Mapping[str, Any]:
        return self.data.choices

    def __len__(self) -> int:
        return len(self.data)

    def __getitem__(self, index: int) -> Sample:
        sample = self.data[index]
        return replace(sample, points3d=self._points.get(index, sample.points3d), estimate=self._estimates.get(index))

    def read(self, sample: Sample) -> Image | Images:
        """The image of a Sample. Raises InputError where it cannot be read."""
        return self.data.read(sample)

    def around(self, data: DataSet) -> 'WithEvidence':
        """The same of ``data``, of which more is known by now."""
        return WithEvidence(data, self._given)


def _of_images(known: Sequence[_Known], names: Sequence[str] | None, images: Sequence[str], path: str,
               what: str) -> tuple[dict[int, _Known], list[str]]:
    """What is ``known`` of each of the ``images`` by its position: by name, where those are names of images, else in
    order; and lines to be said. Raises InputError where they are of others."""
    if names is not None:
        pairing = pair([os.path.basename(name.replace('\\', '/')) for name in names], images)
        found = {position: known[numbers[0]] for position, numbers in pairing.found.items()}
        if found and all(len(numbers) == 1 for numbers in pairing.found.values()):
            without = [image for position, image in enumerate(images) if position not in found]
            return found, [f'{path}: has no {what} of {some(without)}'] if without else []
    if len(known) != len(images):
        raise InputError(f'{path}: holds {what} of {counted(len(known), "image or frame", "images or frames")}, wanted '
                         f'those of {len(images)}; name them, or leave none out')
    numbers = [int(name) if name.isdecimal() else None for name in names or ()]
    if names is None or counts_images(numbers, len(known)):
        return dict(enumerate(known)), []
    return dict(enumerate(known)), [f'{path}: the images that it names ({some(names)}) are not those here '
                                    f'({some(images)}): taken in order']
