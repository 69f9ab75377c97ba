"""The frames of a video file as images, through OpenCV.

Frames are read one after the other: where a seek lands depends on the file. What a header says of their number may be
wrong: where they are not stored so, and all to be seen, they are counted by decoding them.
"""

import mmap
import os
import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np

from ..base.errors import InputError, counted
from ..base.files import open_file
from ..base.quiet import quietly
from ..fitting.values import FRAME_RATES
from .image_header import PhotoHeader, check_size
from .sample import STILL_FRAME_RATE

_NOT_DECODED = -1
#: ISO/IEC 14496-12: the file's first box, and a track's handler. An edit list has its version, how many edits, and the
#: first one's duration and start in the track; a list of delays how many frames have the first one.
_ISO, _VIDEO = b'ftyp', b'vide'
_EDIT_LIST = re.compile(rb'elst(?:\x00.{7}.{4}(.{4})|\x01.{7}.{8}(.{8}))', re.DOTALL)
_DELAYS = re.compile(rb'ctts.{12}(.{4})', re.DOTALL)


class VideoFrames:
    """Frames by number from 0, named after the file: clip_000012. Raises InputError where it is no video.

    ``frame_rate`` is in frames per second.
    """

    numbered = True
    role = 'video'

    def __init__(self, path: str) -> None:
        open_file(path).close()  # OpenCV would wait for a pipe
        self.path, self.notes = path, []
        self.place: Sequence[str] = Path(os.path.abspath(os.path.splitext(path)[0])).parts
        self._capture, self._next = _open(path), 0
        rate = self._capture.get(cv2.CAP_PROP_FPS)
        self.frame_rate = rate if FRAME_RATES.accepts(rate) else STILL_FRAME_RATE
        self._last = self._decoded()
        if self._last is None:
            raise InputError(f'{path}: no video that OpenCV can read')
        height, width = self._last.shape[:2]
        check_size(width, height, path)
        self._header = PhotoHeader(width, height)
        claimed = self._capture.get(cv2.CAP_PROP_FRAME_COUNT)
        count = _stored(path)
        if count != claimed or _trimmed(path):
            count = _decodable(path)
        if claimed > 0 and claimed != count:
            self.notes = [f'{path}: says that it has {counted(int(claimed), "frame")}; {count} can be decoded']
        self.names = [f'{self.place[-1]}_{frame:06d}' for frame in range(count)]

    def image_path(self, _: int) -> str:
        return self.path

    def header(self, _: int) -> PhotoHeader:
        """The PhotoHeader that all frames share."""
        return self._header

    def read(self, frame: int) -> np.ndarray:
        """Frame number ``frame`` (H, W, 3) uint8, blue first. Raises InputError where it cannot be decoded."""
        if frame < self._next - 1:
            self._capture, self._next = _open(self.path), 0
        with quietly():
            while self._next < frame and self._capture.grab():
                self._next += 1
        if self._next <= frame:
            self._last = self._decoded()
        if self._last is None:
            raise InputError(f'{self.names[frame]}: the frame cannot be decoded')
        return self._last

    def _decoded(self) -> np.ndarray | None:
        """The next frame, or None where there is none any more."""
        with quietly():
            good, picture = self._capture.read()
        self._next += 1
        return picture if good else None


def _open(path: str) -> cv2.VideoCapture:
    with quietly():
        return cv2.VideoCapture(path)


def _decodable(path: str) -> int:
    """How many frames there are, by decoding them."""
    capture, count = _open(path), 0
    with quietly():
        while capture.grab():
            count += 1
    return count


def _stored(path: str) -> int | None:
    """How many frames are stored, or None where OpenCV cannot tell without decoding."""
    capture, count = _open(path), 0
    with quietly():
        if not capture.set(cv2.CAP_PROP_FORMAT, _NOT_DECODED):
            return None
        while capture.grab():
            count += 1
    return count


def _trimmed(path: str) -> bool:
    """Whether an MP4 or MOV file may hold frames that are not to be seen."""
    with open_file(path) as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        tracks = [match.start() for match in re.finditer(b'trak', content)] if content[4:8] == _ISO else []
        return any(_begins_later(content, *track) for track in pairwise([*tracks, len(content)]))


def _begins_later(content: mmap.mmap, start: int, end: int) -> bool:
    """Whether a video's track, from ``start`` to ``end`` of the ``content``, begins later than with its first frame."""
    edit, delay = _EDIT_LIST.search(content, start, end), _DELAYS.search(content, start, end)
    if edit is None or content.find(_VIDEO, start, end) < 0:
        return False
    first = 0 if delay is None else int.from_bytes(delay[1], 'big', signed=True)
    return int.from_bytes(edit[1] or edit[2], 'big', signed=True) > first
