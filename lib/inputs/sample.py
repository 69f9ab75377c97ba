"""One person to fit, as every data set has them, and what all data sets have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from ..base.errors import InputError
from ..fitting.problem import Estimate, Problem
from ..fitting.view import View
from .cameras.camera import Camera
from .decoding import Image
from .image_header import PhotoHeader

#: LSP's photographs are enlarged this much, and their joints with them, before everything else.
SCALE = 2.
#: Result pictures are at most as large as if the photograph had no side longer than this, px.
LONGEST_SHOWN = 1920
#: The shape of no photograph.
NO_PHOTOGRAPH = (0, 0, 3)
#: Frames per second; AMASS tools want some number for photographs, too.
STILL_FRAME_RATE = 30.


#: The images of a Sample's views, in their order; none at all where none are given.
Images = tuple[Image, ...]


@dataclass(frozen=True, eq=False)
class SampleView:
    """How a calibrated ``camera`` sees a person: ``joints`` (14, 2), px of its pictures without distortion, their
    ``confidence`` (14,), and how much they are enlarged for the fit, ``scale``. All confidences are 0 where the person
    is not seen, or the view is ``left_out`` as it disagrees with others."""

    camera: Camera
    joints: np.ndarray
    confidence: np.ndarray
    scale: float
    left_out: bool = False

    @property
    def problem(self) -> View:
        """The view as the fit takes it."""
        return View(self.scale * self.joints, self.confidence, self.scale * self.camera.centre,
                    self.scale * self.camera.focal, self.camera.rotation, self.camera.translation)


@dataclass(frozen=True, eq=False)
class World:
    """A frame that is no camera's, in which a body is found.

    ``upright`` (3, 3) turns it into one that looks like a camera's: x to the right, y down, z away; of the file's own
    axes, of which ``up`` is that which points up. ``heading``: degrees about the vertical from which the first body is
    seen from its front.
    """

    upright: np.ndarray
    heading: float
    up: str


@dataclass(frozen=True, eq=False)
class Sample:
    """One person to fit: where the photograph is and what is known of the person in it. Plain data, to be sent about.

    ``scale`` is how much the photograph is enlarged for the fit, ``shown`` how much for the result pictures;
    ``frame`` is the number of a video's frame, None for photographs, ``person`` that of the person, where there may be
    several in a clip; ``size`` (width, height) px of the photograph, or
    None where only decoding it will tell; ``error``: why it cannot be fitted, or None; ``doubt``: why its joints may be
    wrong, or nothing; ``views``: how each of several calibrated cameras sees the person, and then the others are those
    of the first that does. ``points3d`` and ``estimate`` are as Problem has them. Of 3D points without a photograph,
    and of several views, ``world`` is the frame of the fit.
    """

    index: int
    name: str
    path: str
    joints: np.ndarray  # (14, 2) pixels of the photograph
    confidence: np.ndarray  # (14,)
    gender: str
    focal: float  # enlarged pixels
    scale: float = SCALE
    shown: float = SCALE
    frame: int | None = None
    person: int | None = None
    size: tuple[int, int] | None = None
    error: str | None = None
    doubt: str = ''
    views: tuple[SampleView, ...] = ()
    points3d: np.ndarray | None = None
    estimate: Estimate | None = None
    world: World | None = None

    @property
    def photographed(self) -> bool:
        """Whether there is a photograph of it."""
        return self.world is None or len(self.views) > 0


class DataSet(Protocol):
    """What the run asks of LSP's layout, of photographs and of videos alike."""

    @property
    def base_dir(self) -> str:
        """The folder or file of the images."""

    @property
    def inputs(self) -> Mapping[str, str]:
        """{role: path} of every file and folder of the user's that is read; none of them may be written to."""

    @property
    def images(self) -> Sequence[str]:
        """The name of each Sample, in order."""

    @property
    def genders(self) -> Sequence[str]:
        """The gender of each Sample, in order."""

    @property
    def names_exports(self) -> bool:
        """Whether exports are called after their image, and not by number."""

    @property
    def cameras(self) -> int:
        """Of how many calibrated cameras each Sample has views; 0: of none."""

    @property
    def frame_rate(self) -> float:
        """Frames per second."""

    @property
    def choices(self) -> Mapping[str, Any]:
        """What run.json records of the choices made here."""

    @property
    def notes(self) -> Sequence[str]:
        """Lines to be said once: what was passed over, or taken in another way than one might think."""

    @property
    def doubts(self) -> Sequence[str]:
        """Why the joints of all images may be wrong, as far as reading tells."""

    def __len__(self) -> int:
        """How many people there are to fit."""

    def __getitem__(self, index: int) -> Sample:
        """The Sample of that index."""

    def read(self, sample: Sample) -> Image | Images:
        """The image of a Sample, or those of its views. Raises InputError where one cannot be read."""


class ImageSource(Protocol):
    """Where photographs or frames come from: a PhotoFolder or VideoFrames."""

    @property
    def path(self) -> str:
        """The user's path."""

    @property
    def role(self) -> str:
        """What that is: 'images' or 'video'."""

    @property
    def place(self) -> Sequence[str]:
        """Folders on the way to the images, the last one nearest; the clip itself counts as one."""

    @property
    def names(self) -> Sequence[str]:
        """File names of the images, in order."""

    @property
    def numbered(self) -> bool:
        """Frames of a video follow on each other; photographs are taken one by one."""

    @property
    def frame_rate(self) -> float:
        """Frames per second."""

    @property
    def notes(self) -> Sequence[str]:
        """Lines to be said once."""

    def image_path(self, position: int) -> str:
        """The file that an image is in."""

    def header(self, position: int) -> PhotoHeader:
        """The PhotoHeader of an image. Raises InputError where it is none."""

    def read(self, position: int) -> Image:
        """An image. Raises InputError where it cannot be read."""


def make_problem(sample: Sample, shape: Sequence[int]) -> Problem:
    """The fitting Problem of a Sample in its photograph of ``shape`` (H, W, 3), NO_PHOTOGRAPH where there is none; of
    one with views that of these.

    Raises InputError, with the photograph's name, where its joints are no such numbers or its size is another.
    """
    if sample.views:
        return Problem.of_views([view.problem for view in sample.views], sample.gender)
    height, width = shape[:2]
    if sample.size is not None and sample.size != (width, height):
        raise InputError(f'{sample.name}: the image has {width} x {height} px, and had {sample.size[0]} x '
                         f'{sample.size[1]} when its keypoints were read')
    centre = np.array([sample.scale * width / 2., sample.scale * height / 2.])
    try:
        return Problem(sample.scale * sample.joints, sample.confidence, centre, sample.gender, sample.focal,
                       points3d=sample.points3d, estimate=sample.estimate)
    except InputError as error:
        raise InputError(f'{sample.name}: {error}') from None


def shown_scale(sample: Sample, shape: Sequence[int]) -> float:
    """How much the photograph of ``shape`` (H, W, 3) is enlarged, or reduced, for the result pictures."""
    return sample.shown * min(1., LONGEST_SHOWN / max(shape[:2]))


def longest_shown(sample: Sample) -> float:
    """Pixels that the longer side of the result pictures has at most."""
    return sample.shown * LONGEST_SHOWN
