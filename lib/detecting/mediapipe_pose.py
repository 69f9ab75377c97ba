"""MediaPipe Pose, an extra that ``make detector`` installs: imported here only, and only when it is used.

Bazarevsky et al., BlazePose: on-device real-time body pose tracking, CVPR workshop 2020. The package's version is
pinned: it is the last that holds its models.
"""

import importlib.util
import os
import sys
from typing import Any

import numpy as np

from ..base.errors import InputError, in_one_line
from ..base.quiet import quietly
from ..keypoints.formats import FORMATS

#: The version that holds its models; setup.py and the Makefile name the same.
VERSION = '0.10.21'
#: The Pythons that it is built for, from and to.
PYTHONS = (3, 9), (3, 12)
#: The order of its joints.
LAYOUT = FORMATS['mediapipe33']
#: For each of its joints the place of that on the other side.
OTHER_SIDES = [LAYOUT.joints.index(joint.replace('left', 'LEFT').replace('right', 'left').replace('LEFT', 'right'))
               for joint in LAYOUT.joints]
_MODELS = ('pose_detection/pose_detection.tflite', 'pose_landmark/pose_landmark_full.tflite')
_FULL = 1  # of its models the second in size: the package holds no other
#: How sure it has to be that there is somebody: all that it finds at 0.5, and nearly everybody else. Whether it is
#: right, the agreement of several looks tells better than its own belief.
_SURE = .1
_OR = 'or give --keypoints, the joints that another detector found'


class MediaPipePose:
    """The detector. Raises InputError, with what to do, where it is not installed or not usable."""

    def __init__(self) -> None:
        check_installed()
        try:
            with quietly():
                from mediapipe.python.solutions.pose import Pose
                self._pose: Any = Pose(static_image_mode=True, model_complexity=_FULL, min_detection_confidence=_SURE)
                self._pose.process(np.zeros((64, 64, 3), np.uint8))  # its threads print a greeting until then
        except MemoryError:
            raise
        except Exception as error:  # of many kinds: parts that do not fit together
            raise InputError(f'the detector cannot be used ({in_one_line(error)}): run "make detector" again, '
                             f'{_OR}') from error

    def find(self, picture: np.ndarray) -> np.ndarray | None:
        """The joints (33, 3) of a person in a ``picture`` (H, W, 3) uint8, blue first: x, y in its px, and how sure it
        is that a joint is there and seen, from 0 to 1. None where it finds nobody."""
        with quietly():
            found = self._pose.process(np.ascontiguousarray(picture[:, :, ::-1])).pose_landmarks
        if found is None:
            return None
        height, width = picture.shape[:2]
        return np.array([(width * mark.x, height * mark.y, mark.visibility) for mark in found.landmark])


def check_installed() -> None:
    """Raises InputError, with what to do, where the detector is not installed here."""
    spec = importlib.util.find_spec('mediapipe')
    if spec is not None and spec.origin is not None:
        modules = os.path.join(os.path.dirname(spec.origin), 'modules')
        if all(os.path.isfile(os.path.join(modules, model)) for model in _MODELS):
            return
        raise InputError(f'the mediapipe that is installed is not {VERSION}, and holds no models: run "make detector", '
                         f'{_OR}')
    what = 'photographs without keypoints need the detector, which is not installed'
    if not PYTHONS[0] <= sys.version_info[:2] <= PYTHONS[1]:
        last = '.'.join(map(str, PYTHONS[1]))
        raise InputError(f'{what}, and there is none for Python {sys.version_info[0]}.{sys.version_info[1]}: take '
                         f'Python {last} or earlier (make clean, then make detector PYTHON=python{last}), {_OR}')
    raise InputError(f'{what}: run "make detector", {_OR}')
