"""What the options say of photographs and clips: how their keypoints become Samples."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ..base.constraints import Alternatives, Interval, OneOf, check
from ..base.errors import InputError
from ..fitting.values import FOCAL_RANGE
from ..keypoints.choice import PERSONS
from ..keypoints.formats import FORMATS
from ..model_files import GENDERS
from .image_header import FIELD_OF_VIEW


@dataclass(frozen=True)
class PhotoOptions:
    """How keypoints become Samples.

    ``keypoints`` is the path, or None where the detector is to find them; ``format`` a name in keypoints.formats, or
    None to tell it by the file; ``person`` as choose_people has it; ``scale`` None to choose it from the person's size;
    ``gender`` of everyone and ``genders`` a file, either or both None; ``flength`` px of the photograph, 'exif',
    or None for 5000 px of the enlarged image, ``fov`` degrees across the longer side; ``confidence``: 'mapped' to what
    the format's are worth (keypoints.belief), or as 'given'. Raises InputError where a value is none of those wanted.
    """

    keypoints: str | None = None
    format: str | None = None
    person: str | int = 'largest'
    scale: float | None = None
    gender: str | None = None
    genders: str | None = None
    flength: float | str | None = None
    fov: float | None = None
    confidence: str = 'mapped'

    #: Of what is given: every value may be None but ``person`` and ``confidence``.
    CONSTRAINTS: ClassVar[Mapping[str, Alternatives]] = {
        'format': [OneOf(tuple(FORMATS))],
        'person': [OneOf(PERSONS), Interval(0, 9999, whole=True)],
        'scale': [Interval(0.01, 100.)],  # from the largest photographs' people to those of a few pixels
        'gender': [OneOf(GENDERS)],
        'flength': [OneOf(('exif',)), FOCAL_RANGE],
        'fov': [FIELD_OF_VIEW],
        'confidence': [OneOf(('mapped', 'given'))]}

    def __post_init__(self) -> None:
        for name, alternatives in self.CONSTRAINTS.items():
            if getattr(self, name) is not None or name in ('person', 'confidence'):
                check(f'--{name}', getattr(self, name), alternatives)
        for one, other in (('gender', 'genders'), ('flength', 'fov')):
            if getattr(self, one) is not None and getattr(self, other) is not None:
                raise InputError(f'--{one} and --{other} say the same thing: give one of them')
