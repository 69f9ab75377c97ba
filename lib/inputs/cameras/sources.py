"""The frames of each camera: clips, folders of images, or nothing but keypoints; which Record is whose; and whether all
cameras have as many."""

import os
from collections.abc import Mapping, Sequence

from ...base.errors import InputError, counted
from ...keypoints.found import Record
from ...keypoints.reading import read_keypoints
from ..image_folder import PhotoFolder
from ..kinds import is_clip
from ..matching import match_records
from ..names import stem_of
from ..numbering import frame_numbers
from ..sample import STILL_FRAME_RATE, Images, ImageSource
from ..video import VideoFrames
from .naming import entries_of
from .reading import Rig


class Frames:
    """Frames by number from 0, ``count`` of them, of each of the cameras that keypoints are there for.

    ``records`` {name of a camera: {frame: Record}}, ``sources`` {name of a camera: where its images come from}, empty
    where none are given; ``base_dir``: the user's path of the images, or else of the keypoints; ``paths``: what of the
    user's is read, by role; ``notes``: lines to be said once;
    ``doubts``: why keypoints may be those of other frames.
    """

    def __init__(self, rig: Rig, keypoints: str, images: str | None, format_name: str | None) -> None:
        found = entries_of(rig, keypoints, _may_hold_keypoints, 'the keypoints')
        self.base_dir = keypoints if images is None else images
        self.notes, self.doubts = _unused(rig, found, keypoints), list[str]()
        self.paths = {**_named('cameras', rig.files), 'keypoints': keypoints}
        self.sources: dict[str, ImageSource] = {} if images is None else _sources(rig, found, images)
        records = {name: read_keypoints(path, format_name) for name, path in found.items()}
        if images is None:
            self.records, self.count = _alone(records, found)
        else:
            self._match(records, found)
        rates = [source.frame_rate for source in self.sources.values()]
        self.frame_rate = rates[0] if rates else STILL_FRAME_RATE

    def read(self, frame: int, cameras: Sequence[str]) -> Images:
        """The images that these ``cameras`` took at a moment; none where none are given.

        Raises InputError where one cannot be read.
        """
        return tuple(self.sources[name].read(frame) for name in cameras) if self.sources else ()

    def _match(self, records: Mapping[str, list[Record]], found: Mapping[str, str]) -> None:
        """Take the Records of every source's images, which must be as many."""
        self.records = {}
        for name, source in self.sources.items():
            self.paths[f'{source.role} of {name}'] = source.path
            matches = match_records(records[name], source, found[name])
            self.notes += [*source.notes, *matches.notes]
            self.doubts += [f'{found[name]}: {doubt}' for doubt in matches.doubts]
            self.records[name] = matches.records
        self.count = _same({name: len(source.names) for name, source in self.sources.items()},
                           {name: source.path for name, source in self.sources.items()})


def _may_hold_keypoints(path: str) -> bool:
    return os.path.isdir(path) or path.lower().endswith('.json')


def _unused(rig: Rig, found: Mapping[str, str], keypoints: str) -> list[str]:
    """A line about the cameras without keypoints, which are left out."""
    without = ', '.join(camera.name for camera in rig.cameras if camera.name not in found)
    return [f'{rig.path}: cameras without keypoints in {keypoints} are left out: {without}'] if without else []


def _named(role: str, paths: Sequence[str]) -> dict[str, str]:
    return {role if number == 1 else f'{role} {number}': path for number, path in enumerate(paths, start=1)}


def _sources(rig: Rig, found: Mapping[str, str], images: str) -> dict[str, ImageSource]:
    """Where the images of each camera come from that keypoints are ``found`` for."""
    there = entries_of(rig, images, lambda path: os.path.isdir(path) or is_clip(path), 'a clip, or a folder of images,')
    without = [name for name in found if name not in there]
    if without:
        raise InputError(f'{images}: has no clip or folder of images of {without[0]}, and keypoints are there for it')
    return {name: VideoFrames(there[name]) if is_clip(there[name]) else PhotoFolder(there[name]) for name in found}


def _alone(records: Mapping[str, list[Record]], found: Mapping[str, str]) -> tuple[dict[str, dict[int, Record]], int]:
    """The Records of each camera by frame, and how many frames there are, by the numbers in the Records' names."""
    numbers = {name: _numbers(own, found[name]) for name, own in records.items()}
    if all(os.path.isdir(path) for path in found.values()):  # of every frame there is a file
        count = _same({name: len(set(own)) for name, own in numbers.items()}, found)
        order = {name: {number: frame for frame, number in enumerate(sorted(set(own)))}
                 for name, own in numbers.items()}
        return {name: {order[name][number]: record for number, record in zip(numbers[name], own)}
                for name, own in records.items()}, count
    first = min(min(own) for own in numbers.values())
    return ({name: {number - first: record for number, record in zip(numbers[name], own)}
             for name, own in records.items()}, max(max(own) for own in numbers.values()) - first + 1)


def _numbers(records: Sequence[Record], path: str) -> list[int]:
    """The frame numbers of a camera's Records, those in a row where no image is named."""
    if not records:
        raise InputError(f'{path}: holds no keypoints')
    if all(record.image is None for record in records):
        return list(range(len(records)))
    found = frame_numbers([stem_of(os.path.basename(str(record.image))) for record in records])
    numbers = [number for number in found if number is not None]
    if len(numbers) < len(records):
        record = next(record for record, number in zip(records, found) if number is None)
        raise InputError(f'{path}: {record.error or f"its {record.image!r} has no number, which would tell the frame"}')
    return numbers


def _same(counts: Mapping[str, int], paths: Mapping[str, str]) -> int:
    """How many frames each camera has. Raises InputError where one has others."""
    first, *others = counts
    for name in others:
        if counts[name] != counts[first]:
            raise InputError(f'{paths[name]}: has {counted(counts[name], "frame")}, and {paths[first]} has '
                             f'{counts[first]}; wanted clips that begin and end together')
    return counts[first]
