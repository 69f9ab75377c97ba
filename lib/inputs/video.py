"""The frames of a video file as images, through OpenCV."""

import os
from pathlib import Path

import cv2

from ..base.errors import InputError
from .image_header import PhotoHeader


class VideoFrames:
    """Frames by number from 0, named after the file: clip_000012. Raises InputError where it is no video.

    ``frame_rate`` is in frames per second.
    """

    numbered = True
    role = 'video'

    def __init__(self, path):
        if not os.path.isfile(path):
            raise InputError(f'{path}: no such video file')
        self.path, self._next = path, 0
        self._capture = cv2.VideoCapture(path)
        count = int(self._capture.get(cv2.CAP_PROP_FRAME_COUNT)) if self._capture.isOpened() else 0
        if count < 1:
            raise InputError(f'{path}: no video that OpenCV can read')
        self.frame_rate = self._capture.get(cv2.CAP_PROP_FPS) or 30.
        self._header = PhotoHeader(int(self._capture.get(cv2.CAP_PROP_FRAME_WIDTH)),
                                   int(self._capture.get(cv2.CAP_PROP_FRAME_HEIGHT)))
        stem = os.path.splitext(os.path.basename(path))[0]
        self.notes, self.place = [], Path(os.path.abspath(os.path.splitext(path)[0])).parts
        self.names = [f'{stem}_{frame:06d}' for frame in range(count)]

    def image_path(self, _):
        return self.path

    def header(self, _):
        """The PhotoHeader that all frames share."""
        return self._header

    def read(self, frame):
        """Frame number ``frame`` as the bytes of a PNG file. Raises InputError where it cannot be decoded."""
        if frame != self._next:
            self._capture.set(cv2.CAP_PROP_POS_FRAMES, frame)
        good, picture = self._capture.read()
        self._next = frame + 1
        if not good:
            self._next = -1
            raise InputError(f'{self.names[frame]}: the frame cannot be decoded')
        return cv2.imencode('.png', picture, [cv2.IMWRITE_PNG_COMPRESSION, 1])[1].tobytes()
