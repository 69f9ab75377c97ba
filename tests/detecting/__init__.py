"""Tests of the room that finds people; those of MediaPipe itself need it."""

import pytest

from lib.base.errors import InputError
from lib.detecting.mediapipe_pose import check_installed


def _why_not():
    try:
        check_installed()
    except InputError as error:
        return str(error)
    return ''


#: Marks tests that only run where the detector is installed.
needs_detector = pytest.mark.skipif(bool(_why_not()), reason=_why_not() or 'it is installed')
