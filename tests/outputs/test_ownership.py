"""Whose folder an output folder is: what of the user's may not be written over."""

import os

import pytest

from lib.base.errors import InputError
from lib.outputs.exported.export_names import ExportNames
from lib.outputs.ownership import check_out_dir
from tests.outputs.test_folder import USERS, contents, fill


@pytest.fixture
def photos(tmp_path):
    """A folder of three photographs, a file of keypoints and, elsewhere, a video."""
    fill(tmp_path, ['photos/0000.png', 'photos/0001.png', 'photos/b.jpg', 'data/found.json', 'clip.mp4'])
    return tmp_path


@pytest.mark.parametrize('out, inputs', [
    ('photos', 'photos'), ('photos/.', 'photos'), ('photos/../photos', 'photos'), ('.', 'photos'), ('.', 'clip.mp4'),
    ('data', 'data/found.json'), ('photos', 'photos/b.jpg'), ('to_photos', 'photos'), ('photos', 'to_photos'),
    ('data', 'to_found'), ('links', 'links/found'), ('photos', 'data/linked'), ('holds', 'photos'),
    ('thousands', 'photos')])
def test_a_folder_of_inputs_is_refused(photos, out, inputs):
    (photos / 'to_photos').symlink_to(photos / 'photos')
    (photos / 'to_found').symlink_to(photos / 'data' / 'found.json')
    (photos / 'links').mkdir()
    (photos / 'links' / 'found').symlink_to(photos / 'data' / 'found.json')
    (photos / 'data' / 'linked').mkdir()
    (photos / 'data' / 'linked' / 'b.jpg').symlink_to(photos / 'photos' / 'b.jpg')
    (photos / 'holds').mkdir()
    (photos / 'holds' / 'gallery').symlink_to(photos / 'photos')  # pictures would go there
    (photos / 'thousands').mkdir()
    (photos / 'thousands' / '00012').symlink_to(photos / 'photos')
    before = contents(photos)
    with pytest.raises(InputError, match='which this run reads') as caught:
        check_out_dir(str(photos / out), [str(photos / 'clip.mp4'), str(photos / inputs)])
    assert 'choose another --out_dir' in str(caught.value)
    assert contents(photos) == before


def test_relative_paths_mean_the_same(photos, monkeypatch):
    monkeypatch.chdir(photos / 'photos')
    for out in '.', '../photos', str(photos / 'photos'):
        with pytest.raises(InputError):
            check_out_dir(out, ['.'])
    check_out_dir('out', ['.'])


def test_a_name_in_other_capitals_is_the_same_folder_where_the_file_system_says_so(photos, monkeypatch):
    stat = os.stat
    with monkeypatch.context() as patch:
        patch.setattr(os, 'stat', lambda path, **how: stat(str(path).replace('PHOTOS', 'photos'), **how))
        with pytest.raises(InputError, match='which this run reads'):
            check_out_dir(str(photos / 'PHOTOS'), [str(photos / 'photos')])


def test_a_new_folder_below_the_inputs_is_fine(photos):
    (photos / 'photos' / 'out' / 'gallery').mkdir(parents=True)
    (photos / 'photos' / 'latest').symlink_to(photos / 'photos' / 'out' / 'gallery')
    for out in 'photos/out', 'photos/out/further', 'other', 'photos2':
        check_out_dir(str(photos / out), [str(photos / name) for name in ('photos', 'data/found.json', 'clip.mp4')])
    assert not (photos / 'other').exists(), 'nothing is touched'


@pytest.mark.parametrize('name', ['0000.png', '0001.pkl', '12345_overlay.png', '0000.obj', '0003_view090.png',
                                  'summary.csv', 'index.html', 'keypoints.json', 'detected.jsonl', 'INDEX.HTML',
                                  'gallery/0000.jpg', 'viz/0000.gif', '00000/00000001.pkl',
                                  'gallery/00001/00001000.jpg', '0003.PNG'])
def test_a_folder_of_somebody_elses_is_refused(tmp_path, name):
    fill(tmp_path, [name])
    with pytest.raises(InputError, match='choose another --out_dir') as caught:
        check_out_dir(str(tmp_path), [])
    assert str(caught.value).startswith(f'{tmp_path / name}: ')
    fill(tmp_path, ['run.json'])
    check_out_dir(str(tmp_path), [])


@pytest.mark.parametrize('name', ['a.glb', 'A.GLB', 'a_camera.json', '00012/a.obj'])
def test_exports_are_written_under_their_images_names(tmp_path, name):
    fill(tmp_path, [name, 'b.glb', 'a.png', 'gallery/a.glb'])
    with pytest.raises(InputError, match='a run would replace it') as caught:
        check_out_dir(str(tmp_path), [], ExportNames({0: 'a.jpg'}))
    assert str(caught.value).startswith(f'{tmp_path / name}: ')
    check_out_dir(str(tmp_path), [], ExportNames({0: 'c.jpg'}))


def test_a_folder_with_other_files_is_fine(tmp_path):
    fill(tmp_path, [*USERS, 'thesis.tex', '0000.jpg', 'gallery/index.html', 'IMG_0001.png', 'viz/0000.pkl'])
    check_out_dir(str(tmp_path), [])


@pytest.mark.parametrize('name, word', [('', "--out_dir: '' given"), ('file', 'no folder'), ('link', 'link to nowhere'),
                                        ('out', 'out/gallery: is no folder')])
def test_what_is_no_folder(tmp_path, monkeypatch, name, word):
    fill(tmp_path, ['file', 'out/gallery'])
    (tmp_path / 'link').symlink_to(tmp_path / 'nowhere')
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=word):
        check_out_dir(name, [])


@pytest.mark.parametrize('name', ['run.json', 'summary.csv', 'index.html', 'keypoints.json', 'detected.jsonl'])
def test_a_folder_where_the_run_writes_a_file(fit, out, name):
    """It is said before anything is fitted."""
    fit('--subset', '0')
    (out / name).unlink(missing_ok=True)
    (out / name).mkdir()
    fit().assert_one_line(out / name, 'is a folder', '--out_dir')
    assert not (out / '0001.pkl').exists()


def test_a_folder_that_cannot_be_listed(tmp_path, monkeypatch):
    def refuse(path):
        raise PermissionError(13, 'Permission denied')
    with monkeypatch.context() as patch, pytest.raises(InputError, match='Permission denied'):
        patch.setattr(os, 'scandir', refuse)
        check_out_dir(str(tmp_path), [])
