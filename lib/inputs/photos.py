"""Own photographs or a video with a detector's keypoints -> one Sample per person, as LspDataset has them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np

from ..base.constraints import Alternatives, Interval, OneOf, check
from ..base.errors import InputError, printable
from ..body.projection import FOCAL
from ..body.skeleton import N_LSP
from ..fitting.problem import FOCAL_RANGE
from ..keypoints.choice import PERSONS, STATURE_PX, Detection, choose_people, detections_of
from ..keypoints.formats import FORMATS
from ..keypoints.found import Record
from ..keypoints.postures import doubts_of
from ..keypoints.reading import read_keypoints
from ..model_files import GENDERS
from .decoding import Image
from .following import follow
from .genders import read_genders
from .image_header import FIELD_OF_VIEW, PhotoHeader, focal_of_view, view_of_focal
from .matching import match_records
from .places import place_doubts, size_doubts
from .sample import ImageSource, Sample

#: Result pictures have the photograph's own size.
_SHOWN = 1.
#: A joint of less confidence is missing. Detectors put what is outside the picture somewhere at its border and hardly
#: believe it; taken for joints, they spoil scale and depth: of 60 synthetic people cut off at the waist (the side),
#: with such joints at confidences of up to 0.15, one in ten was off in depth by a factor of 2.3 (1.6) or more, and is
#: by 1.3 (1.2) without them. LSP's sample, whose joints have 0.3 or more, stays as it is.
_UNSURE = 0.15
#: A person of fewer pixels is too small to be fitted: the joints are a pixel or two apart.
_SMALLEST = 10.
#: How many times smaller or larger than STATURE_PX a given scale may make a person: the weights are meant for that.
_FAR_FROM_STATURE = 10.


@dataclass(frozen=True)
class PhotoOptions:
    """How keypoints become Samples.

    ``keypoints`` is the path; ``format`` a name of keypoints.formats.FORMATS or None to tell it by the file; ``person``
    as choose_people has it; ``scale`` None to choose it from the person's size; ``gender`` of everyone and ``genders``
    a file, either or both None; ``flength`` px of the photograph, 'exif', or None for 5000 px of the enlarged image,
    ``fov`` degrees across the longer side. Raises InputError where a value is none of those wanted.
    """

    keypoints: str
    format: str | None = None
    person: str | int = 'largest'
    scale: float | None = None
    gender: str | None = None
    genders: str | None = None
    flength: float | str | None = None
    fov: float | None = None

    #: Of what is given: every value may be None but ``person``.
    CONSTRAINTS: ClassVar[Mapping[str, Alternatives]] = {
        'format': [OneOf(tuple(FORMATS))],
        'person': [OneOf(PERSONS), Interval(0, 9999, whole=True)],
        'scale': [Interval(0.01, 100.)],  # from the largest photographs' people to those of a few pixels
        'gender': [OneOf(GENDERS)],
        'flength': [OneOf(('exif',)), FOCAL_RANGE],
        'fov': [FIELD_OF_VIEW]}

    def __post_init__(self) -> None:
        for name, alternatives in self.CONSTRAINTS.items():
            if getattr(self, name) is not None or name == 'person':
                check(f'--{name}', getattr(self, name), alternatives)
        for one, other in (('gender', 'genders'), ('flength', 'fov')):
            if getattr(self, one) is not None and getattr(self, other) is not None:
                raise InputError(f'--{one} and --{other} say the same thing: give one of them')


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

    An image without people, or whose keypoints cannot be read, is one Sample with an error. Raises InputError where a
    file as a whole is wrong or belongs to other images, or ``gender_neutral`` contradicts the options.
    """

    def __init__(self, source: ImageSource, options: PhotoOptions, gender_neutral: bool = False) -> None:
        self.base_dir, self._options, self._source = source.path, options, source
        given = {source.role: source.path, 'keypoints': options.keypoints, 'genders': options.genders}
        self.inputs = {role: path for role, path in given.items() if path is not None}
        self.frame_rate = source.frame_rate
        self.choices: dict[str, Any] = {
            key: getattr(options, key) for key in ('format', 'person', 'scale', 'gender', 'flength', 'fov')}
        self.choices['images'] = _digest(source.names)
        genders, notes = self._read_genders(gender_neutral)
        matches = match_records(read_keypoints(options.keypoints, options.format), source, options.keypoints)
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
        return self._source.read(self._positions[sample.index])

    def _read_genders(self, gender_neutral: bool) -> tuple[list[str], list[str]]:
        """The gender of each image, and lines to be said once."""
        options, names = self._options, self._source.names
        if gender_neutral and (options.gender or options.genders):
            raise InputError('--gender_neutral contradicts --gender and --genders: give one of them')
        if options.genders is not None:
            return read_genders(options.genders, names)
        return [options.gender or 'neutral'] * len(names), []

    def _look(self, position: int, record: Record | None) -> _Image:
        """The image at ``position`` and the people that a Record says are in it."""
        name, path = self._source.names[position], self._source.image_path(position)
        try:
            if record is None:
                raise InputError(f'{self._options.keypoints} holds no keypoints for it')
            header = self._source.header(position)
            people = detections_of(record, np.array([header.width, header.height], dtype=float))
            believed = [_believed(person) for person in people]
            if any(person.anybody for person in people) and not any(person.anybody for person in believed):
                raise InputError(f'no people were found in it of whom a joint has a confidence of {_UNSURE:g} or more')
            return _Image(name, header, believed)
        except InputError as error:
            return _Image(name, error=str(error).removeprefix(f'{path}: '))

    def _choose(self, images: Sequence[_Image]) -> list[str]:
        """Note in each of ``images`` whom to fit; returns lines to be said once."""
        person = self._options.person
        if self._source.numbered:
            followed = follow([[one for one in image.people if one.anybody] for image in images], person,
                              self.frame_rate)
            for frame, image in enumerate(images):
                image.chosen = followed.people[frame]
                image.error = image.error or followed.errors.get(frame)
            return [f'{self._source.path}: {note}' for note in followed.notes]
        for image in images:
            try:
                if image.error is None:
                    image.chosen = [(one.number, one) for one in choose_people(list(image.people), person)]
            except InputError as error:
                image.error = str(error)
        return []

    def _samples_of(self, position: int, image: _Image, gender: str, shared: float | None) -> list[Sample]:
        """The Samples of one image; their indices are to come. ``shared``: the scale of all frames of a video."""
        frame = position if self._source.numbered else None
        blank = Sample(index=0, name=image.name, path=self._source.image_path(position), joints=np.zeros((N_LSP, 2)),
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
        return [replace(blank, name=f'{image.name}#{number}' if several else image.name, joints=person.joints,
                        confidence=person.confidence, focal=focal * scale, scale=scale, shown=_SHOWN,
                        size=(image.header.width, image.header.height), error=error)
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
        if not self._source.numbered or self._options.scale is not None or not scales:
            return None
        return float(np.median(scales))


def _believed(person: Detection) -> Detection:
    """A person without the joints that the detector hardly believes in."""
    sure = person.confidence >= _UNSURE
    return replace(person, joints=np.where(sure[:, None], person.joints, 0.),
                   confidence=np.where(sure, person.confidence, 0.))


def _size_error(person: Detection, scale: float, given: float | None) -> str | None:
    """Why a person of this size cannot be fitted, or None; ``given``: the scale that the user wants."""
    stature = person.stature
    if stature < _SMALLEST:
        return f'the person is {stature:.1f} px tall: too small to be fitted'
    if given is not None and not 1 / _FAR_FROM_STATURE <= scale * stature / STATURE_PX <= _FAR_FROM_STATURE:
        return (f'--scale {given:g} makes the person {scale * stature:.0f} px tall; wanted '
                f'{STATURE_PX / _FAR_FROM_STATURE:.0f} to {STATURE_PX * _FAR_FROM_STATURE:.0f}, best {STATURE_PX:.0f}')
    return None


def _digest(names: Sequence[str]) -> str:
    """What tells one list of file names from another."""
    return hashlib.sha256('\n'.join(names).encode('utf-8', 'surrogateescape')).hexdigest()[:16]
