"""Own photographs or a video with a detector's joints -> one Sample per person, as LspDataset has them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..base.errors import InputError, printable
from ..body.projection import FOCAL
from ..body.skeleton import N_LSP
from ..detecting.detector import METHOD
from ..keypoints.belief import AS_GIVEN, UNSURE, Belief
from ..keypoints.choice import STATURE_PX, Detection, choose_people, detections_of
from ..keypoints.found import Record
from ..keypoints.postures import doubts_of
from ..keypoints.reading import read_keypoints
from .decoding import Image
from .following import follow
from .genders import read_genders
from .image_header import FIELD_OF_VIEW, PhotoHeader, focal_of_view, view_of_focal
from .matching import Matches, match_records
from .photo_options import PhotoOptions
from .places import place_doubts, size_doubts
from .sample import ImageSource, Sample

#: Result pictures have the photograph's own size.
_SHOWN = 1.
#: A person of fewer pixels is too small to be fitted: the joints are a pixel or two apart.
_SMALLEST = 10.
#: How many times smaller or larger than STATURE_PX a given scale may make a person: the weights are meant for that.
_FAR_FROM_STATURE = 10.


@dataclass(eq=False)
class _Image:
    """An image: its ``header`` and the ``people`` in it, or the ``error`` that keeps it from being fitted; ``chosen``:
    whom of them to fit, with their numbers."""

    name: str
    header: PhotoHeader | None = None
    people: Sequence[Detection] = ()
    error: str | None = None
    chosen: list[tuple[int, Detection]] = field(default_factory=list)


class PhotoDataset:
    """The people in the images of a PhotoFolder or of VideoFrames, by PhotoOptions: a sample.DataSet.

    Where the options name no keypoints, ``found`` are those of the images, by position, in which a detector has looked;
    it finds one person, so that every image has one Sample, also before it looks. An image without people, or whose
    keypoints cannot be read, is one Sample with an error. Raises InputError where a file as a whole is wrong or belongs
    to other images, or ``gender_neutral`` contradicts the options.
    """

    names_exports = True
    cameras = 0

    def __init__(self, source: ImageSource, options: PhotoOptions, gender_neutral: bool = False,
                 found: Mapping[int, Record] | None = None) -> None:
        self.base_dir, self._options, self.source = source.path, options, source
        self._gender_neutral = gender_neutral
        given = {source.role: source.path, 'keypoints': options.keypoints, 'genders': options.genders}
        self.inputs = {role: path for role, path in given.items() if path is not None}
        self.frame_rate = source.frame_rate
        self.choices: dict[str, Any] = {
            key: getattr(options, key)
            for key in ('format', 'person', 'scale', 'gender', 'flength', 'fov', 'confidence')}
        if self.detects:
            self.choices['detector'] = METHOD
        genders, notes = self._read_genders(gender_neutral)
        matches = self._matches(found or {})
        images = [self._look(position, matches.records.get(position)) for position in range(len(source.names))]
        sizes = {position: (image.header.width, image.header.height) for position, image in enumerate(images)
                 if image.header is not None}
        self.doubts: Sequence[str] = [
            *matches.doubts, *doubts_of(matches.records.values()),
            *place_doubts(((size, images[position].people) for position, size in sizes.items()), source.numbered),
            *size_doubts((size, matches.records[position]) for position, size in sizes.items())]
        notes = [*source.notes, *matches.notes, *notes, *self._choose(images)]
        self.notes = [printable(note) for note in notes]
        self._samples: list[Sample] = []
        self._positions: list[int] = []  # of the image of each
        scale = self._shared_scale(images)
        for position, (image, gender) in enumerate(zip(images, genders)):
            for sample in self._samples_of(position, image, gender, scale):
                self._samples.append(replace(sample, index=len(self._samples)))
                self._positions.append(position)
        self.images = [sample.name for sample in self._samples]
        self.genders = [sample.gender for sample in self._samples]

    def __len__(self) -> int:
        return len(self._samples)

    def __getitem__(self, index: int) -> Sample:
        return self._samples[index]

    def read(self, sample: Sample) -> Image:
        """The image of a Sample. Raises InputError where it cannot be read."""
        return self.source.read(self._positions[sample.index])

    @property
    def detects(self) -> bool:
        """Whether its joints are for a detector of ours to find."""
        return self._options.keypoints is None

    def with_found(self, found: Mapping[int, Record]) -> 'PhotoDataset':
        """The same images, with the people that the detector ``found`` in them, by position."""
        return PhotoDataset(self.source, self._options, self._gender_neutral, found)

    def _matches(self, found: Mapping[int, Record]) -> Matches:
        """The keypoints of the images, of the user's file or of the detector's."""
        path, source = self._options.keypoints, self.source
        if path is not None:
            return match_records(read_keypoints(path, self._options.format), source, path)
        kind = 'a clip' if source.numbered else 'photographs'
        return Matches(dict(found), notes=[f'{source.path}: taken as {kind} without keypoints; {METHOD}, looks for a '
                                           'person in each image'])

    def _read_genders(self, gender_neutral: bool) -> tuple[list[str], list[str]]:
        """The gender of each image, and lines to be said once."""
        options, names = self._options, self.source.names
        if gender_neutral and (options.gender or options.genders):
            raise InputError('--gender_neutral contradicts --gender and --genders: give one of them')
        if options.genders is not None:
            return read_genders(options.genders, names)
        return [options.gender or 'neutral'] * len(names), []

    def _look(self, position: int, record: Record | None) -> _Image:
        """The image at ``position`` and the people that a Record says are in it."""
        name, path = self.source.names[position], self.source.image_path(position)
        try:
            if record is None:
                raise InputError('nobody was looked for in it' if self.detects else
                                 f'{self._options.keypoints} holds no keypoints for it')
            header = self.source.header(position)
            size = np.array([header.width, header.height], dtype=float)
            people = detections_of(record, size)
            given = self._options.confidence == 'given'
            sure = [believed(person, size, AS_GIVEN if given else person.belief) for person in people]
            if any(person.anybody for person in people) and not any(person.anybody for person in sure):
                raise InputError(f'no people were found in it of whom a joint has a confidence of {UNSURE:g} or more')
            return _Image(name, header, sure)
        except InputError as error:
            return _Image(name, error=str(error).removeprefix(f'{path}: '))

    def _choose(self, images: Sequence[_Image]) -> list[str]:
        """Note in each of ``images`` whom to fit; returns lines to be said once."""
        person = self._options.person
        if self.source.numbered:
            followed = follow([[one for one in image.people if one.anybody] for image in images], person,
                              self.frame_rate)
            for frame, image in enumerate(images):
                image.chosen = followed.people[frame]
                image.error = image.error or followed.errors.get(frame)
            return [f'{self.source.path}: {note}' for note in followed.notes]
        for image in images:
            try:
                if image.error is None:
                    image.chosen = [(one.number, one) for one in choose_people(list(image.people), person)]
            except InputError as error:
                image.error = str(error)
        return []

    def _samples_of(self, position: int, image: _Image, gender: str, shared: float | None) -> list[Sample]:
        """The Samples of one image; their indices are to come. ``shared``: the scale of all frames of a video."""
        frame = position if self.source.numbered else None
        blank = Sample(index=0, name=image.name, path=self.source.image_path(position), joints=np.zeros((N_LSP, 2)),
                       confidence=np.zeros(N_LSP), gender=gender, focal=FOCAL, frame=frame, error=image.error)
        if image.header is None or not image.chosen:
            return [blank]
        scales = [shared or self._options.scale or person.scale for _, person in image.chosen]
        errors = [_size_error(person, scale, self._options.scale) for (_, person), scale in zip(image.chosen, scales)]
        sound = [scale for (_, person), scale in zip(image.chosen, scales) if person.stature > 0]
        try:
            focal = self._focal(image.header, min(sound, default=1.))
        except InputError as error:
            return [replace(blank, error=str(error))]
        several = self._options.person == 'all' and (len(image.chosen) > 1 or frame is not None)
        size = image.header.width, image.header.height
        return [replace(blank, name=f'{image.name}#{number}' if several else image.name, joints=person.joints,
                        confidence=person.confidence, focal=focal * scale, scale=scale, shown=_SHOWN, size=size,
                        person=number if several else None, error=error, doubt=person.doubt)
                for (number, person), scale, error in zip(image.chosen, scales, errors)]

    def _focal(self, header: PhotoHeader, scale: float) -> float:
        """Focal length in px of the photograph: one for everyone in it."""
        flength, fov = self._options.flength, self._options.fov
        if flength == 'exif':
            if header.focal is None:
                raise InputError('--flength exif: its EXIF does not tell the focal length; give --flength in px, or '
                                 '--fov')
            return header.focal
        if isinstance(flength, (int, float)):
            view = view_of_focal(flength, header.width, header.height)
            if not FIELD_OF_VIEW.accepts(view):
                raise InputError(f'--flength {flength:g}: across its {max(header.width, header.height)} px that is a '
                                 f'view of {view:.4g} degrees, wanted {FIELD_OF_VIEW}')
            return flength
        if fov is not None:
            return focal_of_view(fov, header.width, header.height)
        return FOCAL / scale

    def _shared_scale(self, images: Sequence[_Image]) -> float | None:
        """One scale for all frames, that of the median stature: the camera does not change within a clip."""
        scales = [person.scale for image in images for _, person in image.chosen if person.stature > 0]
        if not self.source.numbered or self._options.scale is not None or not scales:
            return None
        return float(np.median(scales))


def believed(person: Detection, size: np.ndarray, belief: Belief) -> Detection:
    """A person as far as the detector is to be believed, in a picture of ``size`` (2,)."""
    confidence = belief.of(person.joints, person.confidence, size)
    return replace(person, joints=np.where(confidence[:, None] > 0, person.joints, 0.), confidence=confidence)


def _size_error(person: Detection, scale: float, given: float | None) -> str | None:
    """Why a person of this size cannot be fitted, or None; ``given``: the scale that the user wants."""
    stature = person.stature
    if stature < _SMALLEST:
        return f'the person is {stature:.1f} px tall: too small to be fitted'
    if given is not None and not 1 / _FAR_FROM_STATURE <= scale * stature / STATURE_PX <= _FAR_FROM_STATURE:
        return (f'--scale {given:g} makes the person {scale * stature:.0f} px tall; wanted '
                f'{STATURE_PX / _FAR_FROM_STATURE:.0f} to {STATURE_PX * _FAR_FROM_STATURE:.0f}, best {STATURE_PX:.0f}')
    return None
