"""The frames of a video file as images, through OpenCV.

Frames are counted by decoding them and read one after the other: what a header says of their number may be wrong, and
where a seek lands depends on the file.
"""

import os
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from ..base.errors import InputError
from ..base.files import open_file
from ..base.quiet import quietly
from .image_header import PhotoHeader, check_size
from .sample import STILL_FRAME_RATE

_FASTEST = 1000.  # frames per second; more is a mistake of the header's


class VideoFrames:
    """Frames by number from 0, named after the file: clip_000012. Raises InputError where it is no video.

    ``frame_rate`` is in frames per second.
    """

    numbered = True
    role = 'video'

    def __init__(self, path: str) -> None:
        open_file(path).close()  # OpenCV would wait for a pipe
        self.path, self.notes, self._next = path, [], 0
        self.place: Sequence[str] = Path(os.path.abspath(os.path.splitext(path)[0])).parts
        self._capture = _open(path)
        rate = self._capture.get(cv2.CAP_PROP_FPS)
        self.frame_rate = rate if 0 < rate <= _FASTEST else STILL_FRAME_RATE
        claimed = self._capture.get(cv2.CAP_PROP_FRAME_COUNT)
        count, size = _count(self._capture)
        if size is None:
            raise InputError(f'{path}: no video that OpenCV can read')
        check_size(*size, path)
        self._header = PhotoHeader(*size)
        if claimed > 0 and claimed != count:
            self.notes = [f'{path}: says that it has {claimed:.0f} frames; {count} can be decoded']
        self.names = [f'{self.place[-1]}_{frame:06d}' for frame in range(count)]
        self._capture = _open(path)

    def image_path(self, _: int) -> str:
        return self.path

    def header(self, _: int) -> PhotoHeader:
        """The PhotoHeader that all frames share."""
        return self._header

    def read(self, frame: int) -> bytes:
        """Frame number ``frame`` as the bytes of a PNG file. Raises InputError where it cannot be decoded."""
        with quietly():
            if frame < self._next:
                self._capture, self._next = _open(self.path), 0
            while self._next < frame and self._capture.grab():
                self._next += 1
            good, picture = self._capture.read()
        self._next += 1
        if not good:
            raise InputError(f'{self.names[frame]}: the frame cannot be decoded')
        return cv2.imencode('.png', picture, [cv2.IMWRITE_PNG_COMPRESSION, 1])[1].tobytes()


def _open(path: str) -> cv2.VideoCapture:
    with quietly():
        return cv2.VideoCapture(path)


def _count(capture: cv2.VideoCapture) -> tuple[int, tuple[int, int] | None]:
    """How many frames there are, and the size (width, height) of the first that can be decoded."""
    count, size = 0, None
    with quietly():
        while capture.grab():
            count += 1
            if size is None:
                good, picture = capture.retrieve()
                size = np.shape(picture)[1::-1] if good else None
    return count, size
