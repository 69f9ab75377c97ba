"""Kinds of images that one installation reads and another does not."""

import io

import cv2
import pytest
from PIL import Image, features

from lib.base.errors import InputError
from lib.inputs import image_kinds
from lib.inputs.decoding import decode_image
from lib.inputs.image_folder import PhotoFolder
from lib.inputs.image_header import read_header
from tests.image_files import QUARTERS, image_bytes, quarters

HEIC = b'\0\0\0\x18ftypheic' + bytes(200)


@pytest.fixture
def knows(monkeypatch):
    """``knows(*kinds)``: Pillow reads these, besides JPEG."""
    def knows(*kinds):
        monkeypatch.setattr(image_kinds, 'formats', lambda: ('JPEG', *kinds))
    return knows


def test_endings(knows):
    knows()
    read = ['a.jpg', 'a.JFIF', 'a.gif', 'a.avif', 'a.HEIC', 'a.hif', 'a.dng', 'avif']
    assert [image_kinds.is_read(name) for name in read] == [True, True, True, False, False, False, False, False]
    knows('AVIF', 'HEIF')
    assert [image_kinds.is_read(name) for name in read] == [True] * 6 + [False, False]


def test_what_would_read_them_is_said_once(knows, tmp_path):
    for name in ('a.jpg', 'b.HEIC', 'c.heif', 'd.avif', 'e.dng'):
        (tmp_path / name).write_bytes(image_bytes('JPEG'))
    knows()
    note, = PhotoFolder(str(tmp_path)).notes
    assert 'b.HEIC, c.heif, d.avif and 1 more' in note
    assert note.count('pip install pillow-heif') == note.count('pip install --upgrade pillow') == 1
    knows('AVIF')
    source = PhotoFolder(str(tmp_path))
    assert source.names == ['a.jpg', 'd.avif'] and '--upgrade' not in source.notes[0]
    assert image_kinds.advice(['d.avif', 'a.jpg']) == '' and 'pillow-heif' in image_kinds.advice(['B.HEIC'])


def test_one_image_of_a_kind_that_is_not_read(knows, tmp_path):
    (tmp_path / 'a.HEIC').write_bytes(HEIC)
    (tmp_path / 'b.HEIC').write_bytes(image_bytes('JPEG'))
    knows()
    with pytest.raises(InputError, match='a.HEIC: HEIC, whatever its name ends in; HEIC is read after pip[^;]*$'):
        PhotoFolder(str(tmp_path / 'a.HEIC')).header(0)
    assert PhotoFolder(str(tmp_path / 'b.HEIC')).header(0).width == 64, 'what it is called matters little'


@pytest.mark.parametrize('kind', ['GIF', 'AVIF'])
@pytest.mark.parametrize('orientation', [1, 3, 6, 7])
def test_what_opencv_cannot_decode_pillow_does(monkeypatch, kind, orientation):
    """As older OpenCV cannot; the camera's turn is undone as elsewhere."""
    if kind == 'AVIF' and not features.check('avif'):
        pytest.skip('Pillow has no AVIF')
    data = image_bytes(kind, None if kind == 'GIF' else orientation)
    monkeypatch.setattr(cv2, 'imdecode', lambda *_: None)
    assert quarters(decode_image(data, 'a')[..., ::-1]) == QUARTERS


def test_other_kinds_are_opencv_s_alone(monkeypatch):
    monkeypatch.setattr(cv2, 'imdecode', lambda *_: None)
    for kind in ('JPEG', 'PNG', 'TIFF'):
        with pytest.raises(InputError, match='no image, or a damaged one'):
            decode_image(image_bytes(kind), 'a')


def test_heic(tmp_path):
    """As telephones take it, held upright: the file says how it is turned, and decoders heed it."""
    pytest.importorskip('pillow_heif')
    assert 'HEIF' in image_kinds.formats()
    with Image.open(io.BytesIO(image_bytes('PNG', 6))) as held:
        held.save(tmp_path / 'a.HEIC', 'HEIF', quality=95)
    header = read_header(str(tmp_path / 'a.HEIC'))
    assert (header.width, header.height) == (64, 40)
    assert quarters(decode_image((tmp_path / 'a.HEIC').read_bytes(), 'a')[..., ::-1]) == QUARTERS
    for damaged in (HEIC, (tmp_path / 'a.HEIC').read_bytes()[:-200]):
        with pytest.raises(InputError, match='no image, or a damaged one'):
            decode_image(damaged, 'a')
