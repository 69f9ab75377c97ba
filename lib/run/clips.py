"""What is written of a clip as a whole, when its frames are done: from their results, whichever run fitted them."""

import os
from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from ..base.errors import InputError
from ..base.files import write_file
from ..inputs.decoding import decode_photograph
from ..inputs.names import some
from ..inputs.photos import PhotoDataset
from ..inputs.sample import Sample, shown_scale
from ..model_files import ModelSet
from ..outputs.drawn.overlay_film import EXTRA, plays_in_browsers, write_film
from ..outputs.drawn.resizing import resized
from ..outputs.exported.clip_files import FILM, ClipExports, ClipResult, clip_files, clip_name, file_names
from ..outputs.exported.meshes import Lens
from ..outputs.folder import OutFolder
from ..outputs.result_file import read_result
from .motions import Track, tracks_of


def write_clips(data: PhotoDataset, folder: OutFolder, exports: ClipExports, models: ModelSet,
                anew: bool) -> list[str]:
    """Write the files of each person's clip into ``folder``; a film that is there only ``anew``. Returns what to say.
    """
    written, films = [], []
    for track in tracks_of(data):
        name = clip_name(data.source.place[-1], track.number)
        clip, focal = _result(track, folder)
        if clip is None:
            continue
        sample = next(iter(track.samples.values()))
        assert sample.size is not None
        lens = Lens(sample.size, focal / sample.scale)
        for suffix, content in clip_files(exports, name, clip, models, data.frame_rate, lens).items():
            write_file(os.path.join(folder.path, name + suffix), content)
            written.append(name + suffix)
        film = file_names(name, exports).get(FILM)
        path = os.path.join(folder.path, film or '')
        if film is not None and (anew or not os.path.exists(path)):
            write_film(path, _pictures(data, track, clip.frames, folder), data.frame_rate)
            films.append(film)
    lines = [f'of the whole clip: {some([*films, *written])}'] if written else []
    if films and not plays_in_browsers():
        lines.append(f'{films[0]}: MPEG-4, which browsers do not play; with PyAV (pip install {EXTRA}) it would be '
                     'H.264, which they do')
    return lines


def _result(track: Track, folder: OutFolder) -> tuple[ClipResult | None, np.ndarray]:
    """The ClipResult of a ``track``, None where no frame is fitted, and the focal lengths (2,), enlarged px."""
    frames, results = [], []
    for frame, sample in track.samples.items():
        try:
            results.append(read_result(folder.file(sample.index)))
            frames.append(frame)
        except InputError:
            continue  # its frame failed
    if not frames:
        return None, np.zeros(2)
    at = np.array(frames)
    gender = next(iter(track.samples.values())).gender
    poses, cam_t = (np.array([result[key] for result in results]) for key in ('pose', 'cam_t'))
    return ClipResult(at, poses, cam_t, results[0]['betas'], ~np.isin(at, list(track.bridged)), gender), results[0]['f']


def _pictures(data: PhotoDataset, track: Track, frames: np.ndarray, folder: OutFolder) -> Iterator[np.ndarray]:
    """The overlay of each frame from the first to the last of a track, or the frame alone where it has none."""
    others: dict[int | None, Sample] = {data[index].frame: data[index] for index in range(len(data))}
    for frame in range(int(frames[0]), int(frames[-1]) + 1):
        sample = track.samples.get(frame)
        overlay = None if sample is None else _read(folder, sample.index)
        yield _plain(data, others[frame], track) if overlay is None else overlay


def _read(folder: OutFolder, index: int) -> np.ndarray | None:
    paths: Sequence[str] = [folder.file(index, suffix) for suffix in ('_overlay.png', '_overlay.jpg')]
    return next((cv2.imread(path) for path in paths if os.path.exists(path)), None)


def _plain(data: PhotoDataset, sample: Sample, track: Track) -> np.ndarray:
    """A frame as large as its overlay would be."""
    picture, shape = decode_photograph(data.read(sample), sample.name, least=1e9)
    shown = shown_scale(next(iter(track.samples.values())), shape)
    return resized(picture, max(1, round(shown * shape[1])), max(1, round(shown * shape[0])))
