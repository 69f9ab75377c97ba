"""What keypoint files hold, whatever their kind: for each image a Record of people, joints in the detector's order."""

from dataclasses import dataclass

import numpy as np

from ..base.errors import InputError


@dataclass(frozen=True)
class Record:
    """The people (each (K, 3): x, y, confidence) found in an image, or the ``error`` that kept them from being read.

    ``image`` is a file name, its stem, a number, or None where the file does not say; ``by_file_name``: it is the
    keypoint file's own name, which may or may not be the image's; ``file`` is that file's path, ``first`` the number that
    its tool gives to a clip's first frame.
    """

    image: object
    people: tuple = ()
    error: str = None
    by_file_name: bool = False
    file: str = ''
    first: int = 0


def person(numbers, width=3):
    """One person's keypoints (K, 3) from a flat list of numbers, ``width`` to a joint: x, y, (...,) confidence.

    With a width of 2 every confidence is 1. Raises InputError where they are no numbers or do not divide evenly.
    """
    try:
        values = np.array(numbers, dtype=float)
    except (TypeError, ValueError):
        raise InputError('keypoints that are no list of numbers') from None
    if values.ndim != 1 or not len(values) or len(values) % width:
        raise InputError(f'{values.size} keypoint numbers, wanted {width} for each joint')
    values = values.reshape(-1, width)
    confidence = np.ones(len(values)) if width == 2 else values[:, -1]
    return np.column_stack([values[:, :2], confidence])
