"""Own photographs or a video with a detector's keypoints -> one Sample per person, as LspDataset has them."""

import hashlib
from dataclasses import dataclass, replace

import numpy as np

from ..base.errors import InputError
from ..base.files import read_bytes
from ..body.projection import FOCAL
from ..body.skeleton import N_LSP
from ..keypoints.choice import choose_people, detections_of
from ..keypoints.reading import read_keypoints
from .genders import read_genders
from .image_header import focal_of_view
from .matching import match_records
from .sample import Sample

#: Result pictures have the photograph's own size.
_SHOWN = 1.


@dataclass(frozen=True)
class PhotoOptions:
    """How keypoints become Samples.

    ``keypoints`` is the path; ``format`` a name of keypoint_formats.FORMATS or None to tell it by the number of
    joints; ``person`` as choose_people has it; ``scale`` None to choose it from the person's size; ``gender`` of
    everyone and ``genders`` a file, either or both None; ``flength`` px of the photograph, 'exif', or None for 5000 px
    of the enlarged image, ``fov`` degrees across the longer side.
    """

    keypoints: str
    format: str = None
    person: object = 'largest'
    scale: float = None
    gender: str = None
    genders: str = None
    flength: object = None
    fov: float = None


class PhotoDataset:
    """The people in the images of a PhotoFolder or a video.VideoFrames, by PhotoOptions.

    An image without people, or whose keypoints cannot be read, is one Sample whose ``read`` says so. Raises InputError
    where a file as a whole is wrong or belongs to other images.
    """

    def __init__(self, source, options, gender_neutral=False):
        self.base_dir, self._options, self._source = source.path, options, source
        self.notes = list(source.notes)
        given = {source.role: source.path, 'keypoints': options.keypoints, 'genders': options.genders}
        self.inputs = {role: path for role, path in given.items() if path is not None}
        self.frame_rate = source.frame_rate
        #: What run.json records of the choices made here.
        self.record = {key: getattr(options, key) for key in ('format', 'person', 'scale', 'gender', 'flength', 'fov')}
        self.record['images'] = _digest(source.names)
        genders = [options.gender or 'neutral'] * len(source.names)
        if gender_neutral:
            genders = ['neutral'] * len(source.names)
        elif options.genders is not None:
            genders, notes = read_genders(options.genders, source.names)
            self.notes += notes
        matches = match_records(read_keypoints(options.keypoints, options.format), source, options.keypoints)
        records = matches.records
        self.notes += matches.notes
        self._samples = []
        for position, gender in enumerate(genders):
            for sample in self._people(position, records.get(position), gender):
                self._samples.append(replace(sample, index=len(self._samples)))
        if source.numbered and options.scale is None:
            self._share_scale()
        self.images = [sample.name for sample in self._samples]
        self.genders = [sample.gender for sample in self._samples]

    def __len__(self):
        return len(self._samples)

    def __getitem__(self, index):
        return self._samples[index]

    def read(self, sample):
        """The image file of a Sample. Raises InputError where it cannot be read, or the Sample cannot be fitted."""
        if sample.error is not None:
            raise InputError(f'{sample.name}: {sample.error}')
        return read_bytes(sample.path) if sample.frame is None else self._source.read(sample.frame)

    def _people(self, position, record, gender):
        """The Samples of one image; their indices are to come."""
        name, frame = self._source.names[position], position if self._source.numbered else None
        photo = Sample(0, name, self._source.image_path(position), np.zeros((N_LSP, 2)), np.zeros(N_LSP), gender,
                       FOCAL, frame=frame)
        try:
            if record is None:
                raise InputError(f'{self._options.keypoints} holds no keypoints for it')
            header = self._source.header(position)
            size = np.array([header.width, header.height], dtype=float)
            everyone = detections_of(record, size)
            people = choose_people(everyone, self._options.person)
            scales = [self._options.scale or person.scale for person in people]
            focal = self._focal(header, min(scales))
        except InputError as error:
            text = str(error).removeprefix(f'{photo.path}: ')
            return [replace(photo, error=text)]
        several = self._options.person == 'all' and len(people) > 1
        return [replace(photo, name=f'{name}#{person.number}' if several else name, joints=person.joints,
                        confidence=person.confidence, focal=focal * scale, scale=scale,
                        shown=_SHOWN, size=(header.width, header.height))
                for person, scale in zip(people, scales)]

    def _focal(self, header, scale):
        """Focal length in px of the photograph: one for everyone in it."""
        if self._options.flength == 'exif':
            if header.focal is None:
                raise InputError('--flength exif: its EXIF does not tell the focal length; give --flength in px, or '
                                 '--fov')
            return header.focal
        if self._options.flength is not None:
            return self._options.flength
        if self._options.fov is not None:
            return focal_of_view(self._options.fov, header.width, header.height)
        return FOCAL / scale

    def _share_scale(self):
        """One scale for all frames, that of the median stature: the camera does not change within a clip."""
        scales = [sample.scale for sample in self._samples if sample.error is None]
        if not scales:
            return
        scale = float(np.median(scales))
        given = self._options.flength is not None or self._options.fov is not None
        self._samples = [replace(sample, scale=scale, focal=sample.focal * scale / sample.scale if given else FOCAL)
                         for sample in self._samples]


def _digest(names):
    """What tells one list of file names from another."""
    return hashlib.sha256('\n'.join(names).encode('utf-8', 'surrogateescape')).hexdigest()[:16]
