"""The overlays of a clip's frames as one video: H.264 where PyAV is installed, and else what OpenCV writes."""

import importlib.util
import itertools
import os
import tempfile
from collections.abc import Iterable, Iterator
from fractions import Fraction

import cv2
import numpy as np

from ...base.errors import InputError
from ...base.files import pieces_of, write_file
from ...base.quiet import quietly

EXTRA = 'av'  # PyAV, a hundred megabytes
_CODEC = 'mp4v'  # MPEG-4 part 2, which OpenCV's wheels have on every system, and browsers do not play
_QUALITY = {'preset': 'veryfast', 'crf': '23', 'mbtree': '0'}  # with its trees x264's bytes differ from run to run
_THREADS = 2  # for x264 their number is part of the result, so not that of the cores
_BT709 = 1  # ISO/IEC 23091-2; browsers take large films for that where they are told nothing
_LARGEST_DENOMINATOR = 1001  # of frames per second: 30000/1001


def plays_in_browsers() -> bool:
    """Whether films that are written here are H.264."""
    return importlib.util.find_spec(EXTRA) is not None


def write_film(path: str, pictures: Iterable[np.ndarray], frame_rate: float) -> None:
    """Write ``pictures``, each (H, W, 3) uint8 and blue first, and as large as the first, to ``path``.

    The file is there whole or not at all; it is made in the folder for temporary files. Raises
    InputError where it cannot be written.
    """
    record = _record_h264 if plays_in_browsers() else _record_mpeg4
    frames = _even(pictures)
    with tempfile.TemporaryDirectory(prefix='smplify-') as folder:
        film = os.path.join(folder, 'film.mp4')  # both go by the ending
        first = next(frames, None)
        count = 0
        if first is not None and first.size:
            count = record(film, itertools.chain([first], frames), frame_rate, first.shape)
        if count == 0 or count != _frames(film):  # OpenCV does not say that a disk is full
            raise InputError(f'{path}: the video cannot be written, or there is no room for it in '
                             f'{tempfile.gettempdir()} (the environment\'s TMPDIR names another folder)')
        write_file(path, pieces_of(film))


def _even(pictures: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    """``pictures`` of the first one's size, less a row or column where that is odd: both kinds want even sides."""
    size = None
    for picture in pictures:
        if size is None:
            size = picture.shape[1] // 2 * 2, picture.shape[0] // 2 * 2
        if picture.shape[0] < size[1] or picture.shape[1] < size[0]:
            picture = cv2.resize(picture, size)
        yield np.ascontiguousarray(picture[:size[1], :size[0]])


def _frames(film: str) -> int:
    """How many frames a video file has, by its header; 0 where there is none."""
    with quietly():
        return int(cv2.VideoCapture(film).get(cv2.CAP_PROP_FRAME_COUNT))


def _record_mpeg4(film: str, frames: Iterable[np.ndarray], frame_rate: float, shape: tuple[int, ...]) -> int:
    """Write ``frames`` of that ``shape``; returns how many there were."""
    with quietly():
        writer = cv2.VideoWriter(film, cv2.VideoWriter.fourcc(*_CODEC), frame_rate, shape[1::-1])
    count = 0
    for frame in frames:
        with quietly():  # on a full disk it says so of each frame
            writer.write(frame)
        count += 1
    writer.release()
    return count


def _record_h264(film: str, frames: Iterable[np.ndarray], frame_rate: float, shape: tuple[int, ...]) -> int:
    """The same, with the header before the frames, so that browsers play it while it loads."""
    import av
    count = 0
    try:
        with av.open(film, 'w', options={'movflags': 'faststart'}) as container:
            rate = Fraction(frame_rate).limit_denominator(_LARGEST_DENOMINATOR)
            stream = container.add_stream('libx264', rate=rate, options=_QUALITY)
            stream.height, stream.width, stream.pix_fmt = shape[0], shape[1], 'yuv420p'
            stream.thread_count = _THREADS
            told = stream.codec_context
            told.colorspace = told.color_primaries = told.color_trc = _BT709
            for frame in frames:
                picture = av.VideoFrame.from_ndarray(frame, format='bgr24')
                container.mux(stream.encode(picture.reformat(format='yuv420p', dst_colorspace='ITU709')))
                count += 1
            container.mux(stream.encode(None))
    except av.error.FFmpegError:
        return 0  # such as a full disk
    return count
