"""Checks of the numbers that a Problem and its parts may have."""

from typing import Any

import numpy as np

from ..base.constraints import Interval
from ..base.errors import InputError
from ..body.skeleton import N_LSP

#: Pixels; a detection farther out is a mistake of the file's.
FARTHEST = 1e6
#: A confidence is a probability; detectors' files go up to 2, COCO's "labelled and visible". More are per cents.
MOST_CONFIDENT = 2.
#: Focal lengths in px of the enlarged image. Below, a person of 300 px would be nearer than 6 cm; above, a camera of
#: 1 m focal length would have pixels of a ten thousandth of a millimetre.
FOCAL_RANGE = Interval(10., 1e7)
#: Frames per second of clips; more is a mistake.
FRAME_RATES = Interval(0., 1000., above=True)


def joints_of(joints: Any, confidence: Any) -> tuple[np.ndarray, np.ndarray]:
    """Joints (14, 2), NaN where one is missing, and their confidence (14,), checked."""
    confidence = numbers('confidence', confidence, (N_LSP,), 0., MOST_CONFIDENT)
    joints = np.where(confidence[:, None] == 0, np.nan, array_of('joints', joints, (N_LSP, 2)))
    check_range('joints', joints[confidence != 0], -FARTHEST, FARTHEST)
    return joints, confidence


def numbers(name: str, values: Any, shape: tuple[int, ...], low: float, high: float) -> np.ndarray:
    """``values`` as an array of ``shape``, all from ``low`` to ``high``."""
    array = array_of(name, values, shape)
    check_range(name, array, low, high)
    return array


def array_of(name: str, values: Any, shape: tuple[int, ...]) -> np.ndarray:
    """``values`` as an array of that ``shape``. Raises InputError, with their ``name``, where they are none."""
    try:
        array = np.array(values, dtype=float)
    except (TypeError, ValueError):
        raise InputError(f'{name}: wanted {shape} numbers') from None
    if array.shape != shape:
        raise InputError(f'{name} has shape {array.shape}, wanted {shape}')
    return array


def check_range(name: str, array: np.ndarray, low: float, high: float) -> None:
    """Raises InputError where a number of ``array`` is not finite, or not from ``low`` to ``high``."""
    if not np.isfinite(array).all():
        raise InputError(f'{name} holds NaN or infinite numbers')
    wrong = array[(array < low) | (array > high)]
    if len(wrong):
        raise InputError(f'{name} holds {wrong[0]:g}, wanted numbers from {low:g} to {high:g}')
