"""Which files of a folder are images, and what is said of the others."""

import os

import pytest

from lib.base.errors import InputError
from lib.inputs import image_kinds
from lib.inputs.image_folder import PhotoFolder
from tests.image_files import image_bytes

IMAGE = image_bytes('JPEG')


@pytest.fixture
def folder(tmp_path):
    """``folder(*names)``: a PhotoFolder's path, whose files of these names all hold an image."""
    def folder(*names, content=IMAGE):
        for name in names:
            (tmp_path / name).write_bytes(content)
        return str(tmp_path)
    return folder


@pytest.fixture(autouse=True)
def no_heif(monkeypatch):
    """As where pillow-heif is not installed."""
    known = tuple(kind for kind in image_kinds.formats() if kind != 'HEIF')
    monkeypatch.setattr(image_kinds, 'formats', lambda: known)


def refusal(path):
    with pytest.raises(InputError) as raised:
        PhotoFolder(str(path))
    assert str(path) in str(raised.value) and len(str(raised.value).splitlines()) == 1
    return str(raised.value)


def test_images_sorted_by_name(folder):
    names = ['b.PNG', 'a.jpg', 'c.jfif', 'd.gif', 'e.avif', 'f.TIFF', 'g.webp', 'h.jpe', 'i.bmp', 'Z.jpeg']
    source = PhotoFolder(folder(*names))
    assert source.names == sorted(names) and source.notes == []
    assert source.image_path(0).endswith(os.path.join(source.path, 'Z.jpeg'))
    assert (source.header(0).width, source.header(0).height) == (64, 40) and source.read(0) == image_bytes('JPEG')


def test_hidden_files_are_no_images(folder):
    source = PhotoFolder(folder('a.jpg', '._a.jpg', '.b.jpg', '.DS_Store'))
    assert source.names == ['a.jpg'] and source.notes == []


@pytest.mark.parametrize('name', ['b.HEIC', 'b.heif', 'b.dng', 'b.psd', 'b.svg', 'b.mp4', 'b', 'b.jpg.bak',
                                  'b.jpg_large'])
def test_other_pictures_are_named_once(folder, name):
    source = PhotoFolder(folder('a.jpg', name))
    note, = source.notes
    assert source.names == ['a.jpg'] and name in note and 'passed over' in note and source.path in note


def test_many_others_are_one_line(folder):
    note, = PhotoFolder(folder('a.jpg', *[f'{i:02d}.heic' for i in range(30)])).notes
    assert '00.heic, 01.heic, 02.heic and 27 more' in note


def test_what_is_no_picture_is_not_named(folder, tmp_path):
    path = folder('a.jpg')
    folder('k.json', 'genders.csv', 'notes.txt', 'README', 'k.npz', 'data', content=b'{"people": []}')
    (tmp_path / 'more').mkdir()
    (tmp_path / 'nowhere').symlink_to('none')
    os.mkfifo(tmp_path / 'pipe')
    assert PhotoFolder(path).notes == []


def test_one_image(folder):
    source = PhotoFolder(os.path.join(folder('a.jpg', 'b.jpg', '.c.jpg', 'd.heic'), 'b.jpg'))
    assert source.names == ['b.jpg'] and source.notes == [] and source.image_path(0) == source.path
    assert PhotoFolder(os.path.join(folder(), '.c.jpg')).names == ['.c.jpg'], 'who names it wants it'


def test_no_images(folder):
    folder('k.json', content=b'{}')
    text = refusal(folder('a.HEIC'))
    assert 'no images found' in text and '.jpg' in text and 'a.HEIC' in text and 'k.json' not in text


def test_missing(tmp_path):
    assert 'no such file;' in refusal(tmp_path / 'photo.jpg')
    assert 'no such file or folder' in refusal(tmp_path / 'photos')
    with pytest.raises(InputError, match='null'):
        PhotoFolder(f'{tmp_path}/a\0b')


def test_neither_file_nor_folder(tmp_path):
    os.mkfifo(tmp_path / 'pipe.jpg')
    assert 'neither' in refusal(tmp_path / 'pipe.jpg')


def test_folders_that_cannot_be_read(folder, monkeypatch):
    """As root everything can be read, so the refusal is the system's only in kind."""
    path = folder('a.jpg')

    def listdir(_):
        raise PermissionError(13, 'Permission denied')
    monkeypatch.setattr(os, 'listdir', listdir)
    assert 'cannot be read (Permission denied)' in refusal(path)


def test_paths_that_cannot_be_looked_at(tmp_path, monkeypatch):
    monkeypatch.setattr(os, 'stat', lambda *_, **__: (_ for _ in ()).throw(PermissionError(13, 'Permission denied')))
    text = refusal('somewhere/photos')
    monkeypatch.undo()
    assert 'cannot be read (Permission denied)' in text


def test_images_in_a_folder_below(tmp_path):
    (tmp_path / 'a').mkdir()
    (tmp_path / 'b').mkdir()
    (tmp_path / 'b' / '1.jpg').write_bytes(b'')
    with pytest.raises(InputError, match=f'{tmp_path / "b"} holds some: name that$'):
        PhotoFolder(str(tmp_path))
