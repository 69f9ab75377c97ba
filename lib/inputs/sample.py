"""One person to fit, as every data set has them."""

from dataclasses import dataclass

import cv2
import numpy as np

from ..base.errors import InputError
from ..base.files import read_bytes
from ..fitting.problem import Problem

#: LSP's photographs are enlarged this much, and their joints with them, before everything else.
SCALE = 2
_MIN_SIDE = 16  # pixels; below, there is no person to see
#: Frames per second; AMASS tools want some number for photographs, too.
STILL_FRAME_RATE = 30.


@dataclass(frozen=True)
class Sample:
    """One person to fit: the photograph and what is known of the person in it.

    ``scale`` is how much the photograph is enlarged for the fit, ``shown`` how much for the result pictures;
    ``frame`` is the number of a video's frame, None for photographs.
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
    frame: int = None

    def read(self):
        """The photograph file's bytes. Raises InputError where it cannot be read."""
        return read_bytes(self.path)


def decode_image(data, name):
    """Image file bytes to a picture (H, W, 3) uint8, blue first. Raises InputError where it is none."""
    picture = cv2.imdecode(np.frombuffer(data, dtype=np.uint8), cv2.IMREAD_COLOR) if data else None
    if picture is None:
        raise InputError(f'{name}: no image, or a damaged one')
    if min(picture.shape[:2]) < _MIN_SIDE:
        raise InputError(f'{name}: the image is {picture.shape[1]} x {picture.shape[0]} px, too small to show a person')
    return picture


def make_problem(sample, picture):
    """The fitting Problem of a Sample (or worker.Task) in its photograph ``picture`` (H, W, 3).

    Raises InputError, with the photograph's name, where its joints are no such numbers.
    """
    height, width = picture.shape[:2]
    centre = np.array([sample.scale * width / 2., sample.scale * height / 2.])
    try:
        return Problem(sample.scale * sample.joints, sample.confidence, centre, sample.gender, sample.focal)
    except InputError as error:
        raise InputError(f'{sample.name}: {error}') from None
