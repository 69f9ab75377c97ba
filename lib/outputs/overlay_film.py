"""The overlays of a clip's frames as one video; OpenCV writes it."""

import os
import tempfile
from collections.abc import Iterable

import cv2
import numpy as np

from ..base.errors import InputError
from ..base.files import pieces_of, write_file
from ..base.quiet import quietly

_CODEC = 'mp4v'  # MPEG-4, which OpenCV's wheels have on every system


def write_film(path: str, pictures: Iterable[np.ndarray], frame_rate: float) -> None:
    """Write ``pictures``, each (H, W, 3) uint8 and blue first, and as large as the first, to ``path``.

    The file is there whole or not at all; it is made in the folder for temporary files. Raises
    InputError where it cannot be written.
    """
    with tempfile.TemporaryDirectory(prefix='smplify-') as folder:
        film = os.path.join(folder, 'film.mp4')  # OpenCV goes by the ending
        count = _record(film, pictures, frame_rate)
        if count == 0 or count != _frames(film):  # OpenCV does not say that a disk is full
            raise InputError(f'{path}: the video cannot be written, or there is no room for it in '
                             f'{tempfile.gettempdir()} (the environment\'s TMPDIR names another folder)')
        write_file(path, pieces_of(film))


def _frames(film: str) -> int:
    """How many frames a video file has, by its header; 0 where there is none."""
    with quietly():
        return int(cv2.VideoCapture(film).get(cv2.CAP_PROP_FRAME_COUNT))


def _record(film: str, pictures: Iterable[np.ndarray], frame_rate: float) -> int:
    """Write ``pictures``; returns how many there were."""
    writer, size, count = None, (0, 0), 0
    for picture in pictures:
        if writer is None:
            size = picture.shape[1] // 2 * 2, picture.shape[0] // 2 * 2  # MPEG-4 wants even sides
            with quietly():
                writer = cv2.VideoWriter(film, cv2.VideoWriter.fourcc(*_CODEC), frame_rate, size)
        if picture.shape[0] < size[1] or picture.shape[1] < size[0]:
            picture = cv2.resize(picture, size)
        writer.write(np.ascontiguousarray(picture[:size[1], :size[0]]))
        count += 1
    if writer is not None:
        writer.release()
    return count
