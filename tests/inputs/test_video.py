"""Frames of videos: as many as can be decoded, in order, each the same however it is come by."""

import os
import struct
from collections import Counter

import cv2
import numpy as np
import pytest

from lib.base.errors import InputError
from lib.inputs import video
from lib.inputs.video import VideoFrames

FRAMES, RATE, SIZE = 6, 12., (64, 48)


def shade(frame):
    return 30 * frame + 20


def write_clip(path, fourcc='MJPG', frames=FRAMES, size=SIZE):
    """A clip whose frames are ever lighter, with so much noise that each takes some kilobytes."""
    noise = np.random.default_rng(0).integers(-15, 16, (frames, size[1], size[0], 3))
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*fourcc), RATE, size)
    for frame in range(frames):
        writer.write(np.clip(shade(frame) + noise[frame], 0, 255).astype(np.uint8))
    writer.release()
    return path


@pytest.fixture
def clip(tmp_path):
    return write_clip(tmp_path / 'mein clip.avi')


def shade_of(frames, frame):
    picture = frames.read(frame)
    assert picture.shape[1::-1] == SIZE
    return picture.mean()


def patch_header(path, old, new):
    """Write another number of frames over each of the header's."""
    content = path.read_bytes()
    assert struct.pack('<I', old) in content[:300]
    path.write_bytes(content[:300].replace(struct.pack('<I', old), struct.pack('<I', new)) + content[300:])


def refusal(path):
    with pytest.raises(InputError) as raised:
        VideoFrames(str(path))
    assert str(path) in str(raised.value) and len(str(raised.value).splitlines()) == 1
    return str(raised.value)


@pytest.mark.parametrize('name, fourcc', [('clip.avi', 'MJPG'), ('clip.mp4', 'mp4v'), ('mein clip%02d.v2.avi', 'XVID')])
def test_frames(tmp_path, name, fourcc):
    frames = VideoFrames(str(write_clip(tmp_path / name, fourcc)))
    stem = name.rpartition('.')[0]
    assert frames.names == [f'{stem}_{frame:06d}' for frame in range(FRAMES)]
    assert (frames.frame_rate, frames.notes, frames.role, frames.numbered) == (RATE, [], 'video', True)
    assert (frames.header(3).width, frames.header(3).height) == SIZE and frames.image_path(3) == frames.path
    for frame in (0, 1, 4, 2, 2, 5, 0, 3):
        assert shade_of(frames, frame) == pytest.approx(shade(frame), abs=4)


@pytest.mark.parametrize('claimed', [2 ** 31 - 1, 60, 3, 0])
def test_a_header_that_claims_another_number_of_frames(clip, claimed, capfd):
    """What counts is what can be decoded; a difference is said."""
    patch_header(clip, FRAMES, claimed)
    frames = VideoFrames(str(clip))
    assert len(frames.names) == FRAMES
    assert shade_of(frames, FRAMES - 1) == pytest.approx(shade(FRAMES - 1), abs=4)
    if claimed >= 60:
        note, = frames.notes
        assert f'{FRAMES} can be decoded' in note
    assert capfd.readouterr() == ('', '')


def test_a_frame_that_is_broken_in_the_middle(clip, capfd):
    """Decoders repeat the frame before, or leave it out, which is said; the others are what they were."""
    content = bytearray(clip.read_bytes())
    start = content.index(b'movi')
    for _ in range(3):
        start = content.index(b'00dc', start + 1)
    content[start + 8:start + 200] = bytes(192)
    clip.write_bytes(bytes(content))
    frames = VideoFrames(str(clip))
    sound = [frame for frame in range(len(frames.names)) if frame != 2 or len(frames.names) < FRAMES]
    assert [round((shade_of(frames, frame) - 20) / 30) for frame in sound] == [0, 1, 3, 4, 5]
    assert len(frames.names) == FRAMES or 'can be decoded' in frames.notes[0]
    assert capfd.readouterr() == ('', '')


def test_a_clip_that_is_cut_short(clip):
    content = clip.read_bytes()
    clip.write_bytes(content[:content.rindex(b'00dc', 0, content.index(b'idx1'))])
    frames = VideoFrames(str(clip))
    assert 0 < len(frames.names) < FRAMES and 'can be decoded' in frames.notes[0]


def test_a_frame_that_is_no_more(clip):
    """As where the file changes while it is read."""
    frames = VideoFrames(str(clip))
    frames.read(5)
    write_clip(clip, frames=2)
    frames.read(0)
    with pytest.raises(InputError, match='mein clip_000005: the frame cannot be decoded'):
        frames.read(5)


def test_frames_are_not_sought(clip, monkeypatch):
    """Where a seek lands depends on the file: with a variable rate on another frame."""
    frames = VideoFrames(str(clip))
    monkeypatch.setattr(cv2, 'CAP_PROP_POS_FRAMES', None)  # would raise
    monkeypatch.setattr(cv2, 'CAP_PROP_POS_MSEC', None)
    assert shade_of(frames, 4) == pytest.approx(shade(4), abs=4) and shade_of(frames, 1) == pytest.approx(shade(1),
                                                                                                          abs=4)


@pytest.fixture
def calls(monkeypatch):
    """How often OpenCV was asked to decode a frame, and to open a file."""
    class Capture:
        def __init__(self, path):
            calls['open'] += 1
            self._real, self._decodes = real(path), True

        def set(self, prop, value):
            self._decodes = False
            return self._real.set(prop, value)

        def grab(self):
            calls['decode'] += self._decodes
            return self._real.grab()

        def read(self):
            calls['decode'] += self._decodes
            return self._real.read()

        def __getattr__(self, name):
            return getattr(self._real, name)
    calls, real = Counter(), cv2.VideoCapture
    monkeypatch.setattr(cv2, 'VideoCapture', Capture)
    return calls


def test_frames_are_decoded_once(clip, calls):
    """Also where several people are in them."""
    frames = VideoFrames(str(clip))
    for frame in range(FRAMES):
        assert frames.read(frame) is frames.read(frame)
    assert calls == {'open': 2, 'decode': FRAMES}


@pytest.mark.parametrize('stored', [None, FRAMES - 1, FRAMES + 1])
def test_frames_that_are_not_stored_as_the_header_says(clip, calls, monkeypatch, stored):
    """Or of which OpenCV cannot tell how they are stored: they are counted by decoding."""
    monkeypatch.setattr(video, '_stored', lambda path: stored)
    assert len(VideoFrames(str(clip)).names) == FRAMES and calls['decode'] > FRAMES


def box(name, *content):
    """A box of an ISO file."""
    return struct.pack('>I', 8 + sum(map(len, content))) + name + b''.join(content)


def edits(start, version=0):
    """An edit list that begins so far into the track."""
    return box(b'edts', box(b'elst', struct.pack('>BxxxIIiI' if version == 0 else '>BxxxIQqI', version, 1, 500, start,
                                                 1 << 16)))


def media(handler, *table):
    return box(b'mdia', box(b'hdlr', bytes(8), handler), box(b'minf', box(b'stbl', *table)))


def delays(first):
    return box(b'ctts', struct.pack('>IIIi', 0, 1, 1, first))


@pytest.mark.parametrize('tracks', [
    [edits(512) + media(b'vide')], [edits(512, version=1) + media(b'vide')],
    [edits(1024) + media(b'vide', delays(512))], [media(b'soun'), edits(512) + media(b'vide')]])
def test_a_trimmed_clip(clip, monkeypatch, tracks):
    """Frames before an edit list's start are stored, and not seen: then only decoding tells how many there are."""
    assert counted_by_decoding(clip, monkeypatch, tracks)


@pytest.mark.parametrize('tracks', [
    [edits(0) + media(b'vide')], [edits(-1, version=1) + media(b'vide')], [media(b'vide')],
    [edits(512) + media(b'vide', delays(512))], [media(b'vide'), edits(1024) + media(b'soun')]])
def test_a_clip_whose_frames_wait_for_others_is_not_trimmed(clip, monkeypatch, tracks):
    """Nor is one whose sound begins later, as coded sound does."""
    assert not counted_by_decoding(clip, monkeypatch, tracks)


def counted_by_decoding(clip, monkeypatch, tracks):
    head = clip.with_name('head.mp4')
    head.write_bytes(box(b'ftyp', b'isom') + box(b'moov', *(box(b'trak', track) for track in tracks)))
    decoded, trimmed = [], video._trimmed
    monkeypatch.setattr(video, '_trimmed', lambda path: trimmed(str(head)))
    monkeypatch.setattr(video, '_decodable', lambda path: decoded.append(path) or FRAMES)
    VideoFrames(str(clip))
    return bool(decoded)


def test_a_clip_that_begins_later_than_its_file(tmp_path):
    path = write_clip(tmp_path / 'clip.mp4', 'mp4v')
    content = bytearray(path.read_bytes())
    place, about = content.index(b'elst') + 12, content.index(b'mdhd') + 16
    scale, = struct.unpack('>I', content[about:about + 4])
    content[place:place + 8] = struct.pack('>Ii', int(1000 * (FRAMES - 2) / RATE), int(2 * scale / RATE))
    path.write_bytes(bytes(content))
    frames = VideoFrames(str(path))
    assert [round((shade_of(frames, frame) - 20) / 30) for frame in range(len(frames.names))] == [2, 3, 4, 5]


@pytest.mark.parametrize('rate, wanted', [(0., 30.), (float('nan'), 30.), (-5., 30.), (1e9, 30.), (59.94, 59.94)])
def test_frame_rates(clip, monkeypatch, rate, wanted):
    class Capture:
        def __init__(self, path):
            self._real = real(path)

        def get(self, prop):
            return rate if prop == cv2.CAP_PROP_FPS else self._real.get(prop)

        def __getattr__(self, name):
            return getattr(self._real, name)
    real = cv2.VideoCapture
    monkeypatch.setattr(cv2, 'VideoCapture', Capture)
    assert VideoFrames(str(clip)).frame_rate == wanted


@pytest.mark.parametrize('content', [b'', b'no video', b'RIFF\xff\xff\xff\xffAVI LIST'])
def test_no_video(tmp_path, content, capfd):
    (tmp_path / 'clip.avi').write_bytes(content)
    assert 'no video' in refusal(tmp_path / 'clip.avi')
    assert capfd.readouterr() == ('', '')


def test_a_video_without_frames(tmp_path):
    write_clip(tmp_path / 'clip.avi', frames=0)
    assert 'no video' in refusal(tmp_path / 'clip.avi')


def test_no_file(tmp_path):
    os.mkfifo(tmp_path / 'pipe.mp4')
    assert 'no such file' in refusal(tmp_path / 'none.mp4')
    assert 'pipe' in refusal(tmp_path / 'pipe.mp4')
    assert 'folder' in refusal(tmp_path)


def test_frames_that_are_too_large(clip, monkeypatch):
    monkeypatch.setattr('lib.inputs.image_header.MAX_PIXELS', 1000)
    assert 'too large' in refusal(clip)
