"""What a path is that stands alone."""

import pytest

from lib.base.errors import InputError
from lib.inputs.kinds import is_clip, is_photographs
from tests.program import SAMPLE


@pytest.mark.parametrize('name, clip', [('a.mp4', True), ('A.MOV', True), ('a.gif', False), ('a.jpg', False)])
def test_a_clip_is_told_by_its_ending(tmp_path, name, clip):
    assert is_clip(str(tmp_path / name)) is clip


def test_a_folder_is_no_clip(tmp_path):
    (tmp_path / 'a.mp4').mkdir()
    assert not is_clip(str(tmp_path / 'a.mp4'))


def test_an_image_is_photographs_there_or_not(tmp_path):
    assert is_photographs(str(tmp_path / 'a.JPG')) and is_photographs(str(tmp_path / 'a.heic'))
    assert not is_photographs(str(tmp_path / 'a.txt')) and not is_photographs(str(tmp_path / 'nowhere'))


def test_lsps_layout_is_none_whatever_lies_beside_it(tmp_path):
    assert not is_photographs(str(SAMPLE)) and is_photographs(str(SAMPLE / 'images' / 'lsp'))
    (tmp_path / 'a.jpg').touch()
    assert is_photographs(str(tmp_path))
    (tmp_path / 'results' / 'lsp').mkdir(parents=True)
    assert not is_photographs(str(tmp_path))


def test_a_folder_without_images_is_none(tmp_path):
    (tmp_path / 'a.txt').touch()
    (tmp_path / '._a.jpg').touch()
    (tmp_path / 'below').mkdir()
    (tmp_path / 'below' / 'a.jpg').touch()
    assert not is_photographs(str(tmp_path))


def test_a_folder_that_cannot_be_read(tmp_path, monkeypatch):
    def refused(_):
        raise PermissionError(13, 'Permission denied')
    monkeypatch.setattr('os.listdir', refused)
    with pytest.raises(InputError, match='Permission denied'):
        is_photographs(str(tmp_path))
