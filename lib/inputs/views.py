"""People before several calibrated cameras -> one Sample for each of them in each frame, with all views."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..base.errors import InputError, printable
from ..body.projection import FOCAL
from ..body.skeleton import N_LSP, N_POINTS
from ..fitting.first_places import LSP_POINTS, LSP_SEEN
from ..fitting.triangulation import triangulate
from ..keypoints.belief import AS_GIVEN
from ..keypoints.choice import STATURE_PX, Detection, detections_of
from ..keypoints.found import Record
from .cameras.camera import Camera
from .cameras.gathering import Gathered, gather, rays_of, straightened
from .cameras.in_step import shifts
from .cameras.otherwise import otherwise
from .cameras.reading import Rig
from .cameras.sources import Frames
from .cameras.units import unit_of
from .following import follow
from .names import some
from .photo_options import PhotoOptions
from .photos import believed
from .points_only import world_of
from .sample import Images, Sample, SampleView, World

_ALONE = 'seen by one camera only, which tells the depth badly'


class ViewDataset:
    """The people in the Frames of a Rig's cameras, by PhotoOptions: a sample.DataSet. ``pictures``: their images are
    wanted, too.

    A frame without people, or on whom no two cameras agree, is one Sample with an error. Raises InputError where
    pictures are of another size than is calibrated, the calibration is in another unit, or nothing agrees at all.
    """

    names_exports = True

    def __init__(self, rig: Rig, frames: Frames, options: PhotoOptions, gender_neutral: bool = False,
                 pictures: bool = True) -> None:
        self._rig, self._frames, self._options, self._pictures = rig, frames, options, pictures
        self.base_dir, self.inputs, self.frame_rate = frames.base_dir, frames.paths, frames.frame_rate
        self.choices: dict[str, Any] = {key: getattr(options, key) for key in ('format', 'person', 'gender',
                                                                               'confidence')}
        self.cameras = len(frames.records)
        self._gender = 'neutral' if gender_neutral else options.gender or 'neutral'
        self._cameras = [self._sized(camera) for camera in rig.cameras if camera.name in frames.records]
        self._errors: list[str] = []
        seen = [[self._look(camera, frame) for camera in self._cameras] for frame in range(frames.count)]
        people = [gather(views, self._cameras) for views in seen]
        other = otherwise(seen, self._cameras)
        late = shifts(*_main(seen), self._cameras) if not other else ()
        self.doubts = [f'the frames of {camera.name} seem to be {abs(shift)} {"behind" if shift > 0 else "ahead of"} '
                       "the others'" for camera, shift in zip(self._cameras, late) if shift]
        self._check_agreement(seen, people, other)
        self.doubts += [*frames.doubts, *[f'{rig.path}: {other}'] * bool(other)]
        unit, note = unit_of(replace(rig, cameras=tuple(self._cameras)), [one for own in people for one in own])
        self._cameras = [camera.in_metres(unit) for camera in self._cameras]
        followed = follow(people, options.person, self.frame_rate)
        scales, self._world = self._scales(people), self._standing(people)
        self._samples: list[Sample] = []
        self._of_frame: list[int] = []
        for frame, chosen in enumerate(followed.people):
            for sample in self._samples_of(frame, people[frame], chosen, followed.errors.get(frame), scales):
                self._samples.append(replace(sample, index=len(self._samples)))
                self._of_frame.append(frame)
        self.images = [sample.name for sample in self._samples]
        self.genders = [sample.gender for sample in self._samples]
        notes = [*frames.notes, note, *self._unread(), *self.doubts, *followed.notes, *self._left_out()]
        self.notes = [printable(note) for note in notes if note]

    def __len__(self) -> int:
        return len(self._samples)

    def __getitem__(self, index: int) -> Sample:
        return self._samples[index]

    def read(self, sample: Sample) -> Images:
        """The images of a Sample's views, or none. Raises InputError where one cannot be read."""
        if not self._pictures:
            return ()
        return self._frames.read(self._of_frame[sample.index], [view.camera.name for view in sample.views])

    def _sized(self, camera: Camera) -> Camera:
        """A camera for the pictures that are there."""
        source = self._frames.sources.get(camera.name)
        if source is None:
            return camera
        header = source.header(0)
        try:
            return camera.of_pictures((header.width, header.height))
        except InputError as error:
            raise InputError(f'{source.path}: {error}, by {self._rig.path}') from None

    def _look(self, camera: Camera, frame: int) -> list[Detection]:
        """The people whom a camera sees in a frame, px without distortion; nobody where that cannot be read."""
        record = self._frames.records[camera.name].get(frame, Record(None))
        size = None if camera.size is None else np.array(camera.size, dtype=float)
        try:
            people = detections_of(record, size)
        except InputError as error:
            self._errors.append(str(error))
            return []
        border = np.array([np.inf, np.inf]) if size is None else size
        given = self._options.confidence == 'given'
        return straightened([believed(person, border, AS_GIVEN if given else person.belief) for person in people],
                            camera)

    def _unread(self) -> list[str]:
        """A line about keypoints that cannot be read."""
        return [f'{self._errors[0]}; views without keypoints for the like: {len(self._errors)}'] if self._errors else []

    def _check_agreement(self, seen: Sequence[Sequence[Sequence[Detection]]], people: Sequence[Sequence[Gathered]],
                         other: str) -> None:
        """Raises InputError where cameras could agree on somebody, and never do; ``other``: how they would."""
        could = [frame for frame, views in enumerate(seen) if sum(map(bool, views)) > 1]
        if could and not any(len(one.seen) > 1 for frame in could for one in people[frame]):
            likely = other or 'it may be of other cameras or of pictures that are turned, or the frames are out of step'
            raise InputError(f'{self._rig.path}: in no frame do two cameras see joints in the same place; {likely}'
                             + ''.join(f': {doubt}' for doubt in self.doubts))

    def _scales(self, people: Sequence[Sequence[Gathered]]) -> list[float]:
        """How much each camera's pictures are enlarged: so that the median person is 300 px tall."""
        statures: list[list[float]] = [[] for _ in self._cameras]
        for own in people:
            for view, person in own[0].seen.items() if own else ():
                statures[view].append(person.stature)
        typical = float(np.median([stature for own in statures for stature in own] or [STATURE_PX]))
        return [STATURE_PX / (float(np.median(own)) if own else typical) for own in statures]

    def _standing(self, people: Sequence[Sequence[Gathered]]) -> World:
        """The World of the calibration: which way is up the people tell, or else how the cameras are held."""
        seen = [one for own in people for one in own[:1] if len(one.seen) > 1]
        points = np.zeros((len(seen), N_POINTS, 4))
        for own, one in zip(points, seen):
            joints = triangulate(rays_of(list(one.seen.items()), self._cameras))
            known = np.isfinite(joints).all(axis=1)
            own[LSP_POINTS] = np.column_stack([np.where(known[:, None], joints, 0.), known])[LSP_SEEN]
        return world_of(points, otherwise=-np.sum([camera.rotation[1] for camera in self._cameras], axis=0))

    def _samples_of(self, frame: int, people: Sequence[Gathered], chosen: Sequence[tuple[int, Detection]],
                    error: str | None, scales: Sequence[float]) -> list[Sample]:
        """The Samples of a frame; their indices are to come."""
        name = f'frame_{frame:06d}'
        path = self._frames.base_dir
        blank = Sample(0, name, path, np.zeros((N_LSP, 2)), np.zeros(N_LSP), self._gender, FOCAL, error=error)
        alone = {view for own in people if len(own.seen) == 1 for view in own.seen}
        out = []
        for number, person in chosen:
            assert isinstance(person, Gathered)
            views = tuple(self._view(view, person, scales[view], alone) for view in range(len(self._cameras)))
            first = next(view for view in views if (view.confidence > 0).any())
            disagree = [view.camera.name for view in views if view.left_out]
            error = None
            if len(person.seen) == 1 and disagree:
                error = f'{first.camera.name} and {", ".join(disagree)} do not agree on anybody'
            lonely = len(person.seen) == 1 and len(self._cameras) > 1
            out.append(replace(
                blank, name=f'{name}#{number}' if self._options.person == 'all' else name, joints=first.joints,
                confidence=first.confidence, focal=first.camera.focal * first.scale, scale=first.scale, shown=1.,
                size=first.camera.size, error=error, doubt=_ALONE if lonely else person.doubt, views=views,
                world=self._world))
        return out or [blank]

    def _view(self, position: int, person: Gathered, scale: float, alone: set[int]) -> SampleView:
        own = person.seen.get(position)
        if own is None:
            return SampleView(self._cameras[position], np.zeros((N_LSP, 2)), np.zeros(N_LSP), scale, position in alone)
        return SampleView(self._cameras[position], own.joints, own.confidence, scale)

    def _left_out(self) -> list[str]:
        """A line about each camera that disagrees in some frames."""
        frames: Mapping[str, list[str]] = {camera.name: [] for camera in self._cameras}
        for sample, frame in zip(self._samples, self._of_frame):
            for view in sample.views if sample.error is None else ():
                if view.left_out:
                    frames[view.camera.name].append(str(frame))
        return [f'{name} disagrees with the other cameras, and is left out, in frames {some(list(dict.fromkeys(own)))}'
                for name, own in frames.items() if own]


def _main(seen: Sequence[Sequence[Sequence[Detection]]]) -> tuple[np.ndarray, np.ndarray]:
    """Joints (V, N, 14, 2) of the largest person in each view and frame, NaN where missing, and each view's scale."""
    largest = [[max(own, key=lambda person: np.nan_to_num(person.stature), default=None) for own in views]
               for views in seen]
    joints = np.full((len(seen[0]), len(seen), N_LSP, 2), np.nan)
    statures = np.full(joints.shape[:2], np.nan)
    for frame, views in enumerate(largest):
        for view, person in enumerate(views):
            if person is not None and person.stature > 0:
                joints[view, frame] = np.where(person.confidence[:, None] > 0, person.joints, np.nan)
                statures[view, frame] = person.stature
    typical = [np.median(own[np.isfinite(own)]) if np.isfinite(own).any() else STATURE_PX for own in statures]
    return joints, STATURE_PX / np.array(typical)
