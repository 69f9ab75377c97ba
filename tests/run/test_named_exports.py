"""Exports that are called after their photographs: later runs find, mend and remove them, and nobody else's."""

import shutil

import numpy as np
import pytest

from tests.detector_files import named_joints, write_kind
from tests.program import SAMPLE, fitted_in

WANTED = '--no_render', '--save_mesh', 'ply', '--save_camera'


@pytest.fixture
def photos(tmp_path):
    """A folder of photographs of which two differ in what kind of file they are."""
    (tmp_path / 'photos').mkdir()
    sample = sorted((SAMPLE / 'images' / 'lsp').glob('*.jpg'))
    for name, path in zip(('a.jpg', 'a.png', 'b #1.jpg'), sample):
        shutil.copy(path, tmp_path / 'photos' / name)
    return tmp_path / 'photos'


@pytest.fixture
def fit_photos(run, photos, model_dir, out, tmp_path):
    """``fit_photos(people, *options)``: fit ``people`` {image: how many}, who stand ``by`` px to the right."""
    with np.load(SAMPLE / 'results' / 'lsp' / 'est_joints.npz') as data:
        lsp = data['est_joints'][:3, :, :3].transpose(2, 1, 0)

    def fit_photos(people, *options, by=0.):
        images = {name: [named_joints(joints + (by, 0., 0.))] * count
                  for (name, count), joints in zip(people.items(), lsp)}
        found = write_kind('AlphaPose Halpe', tmp_path / 'found', images, {})
        return run(photos, '--keypoints', found, '--out_dir', out, '--model_dir', model_dir, '--workers', 1, *options)
    return fit_photos


def exports(out):
    return sorted(path.name for path in out.iterdir() if path.suffix in ('.ply', '.glb', '.npz') or
                  path.name.endswith('_camera.json'))


PEOPLE = {'a.jpg': 1, 'a.png': 1, 'b #1.jpg': 1}
ALL = sorted(f'{name}{suffix}' for name in ('a', 'a.png', 'b #1') for suffix in ('.ply', '_camera.json'))


def test_names_and_the_page(fit_photos, out):
    assert fit_photos(PEOPLE, *WANTED).code == 0
    assert exports(out) == ALL and fitted_in(out) == ['0000.pkl', '0001.pkl', '0002.pkl']
    page = (out / 'index.html').read_text()
    for link in 'a.ply', 'a.png.ply', 'b%20%231.ply', 'a_camera.json', '0002.pkl':
        assert f'href="{link}"' in page


def test_later_runs_find_them(fit_photos, out):
    fit_photos(PEOPLE, *WANTED)
    assert '3 skipped' in fit_photos(PEOPLE, *WANTED).printed
    (out / 'a.png.ply').unlink()
    assert '2 skipped and 1 given files only' in fit_photos(PEOPLE, *WANTED).printed
    assert exports(out) == ALL


def test_a_new_fit_leaves_no_older_export(fit_photos, out):
    fit_photos(PEOPLE, *WANTED)
    mine = ['c.ply', 'a.b.ply', 'A.ply']
    for name in mine:
        (out / name).write_text('mine')
    assert fit_photos(PEOPLE, '--no_render', '--overwrite', '--subset', '0').code == 0
    assert exports(out) == sorted({*ALL, *mine} - {'a.ply', 'a_camera.json'})
    assert fit_photos(PEOPLE, '--no_render', '--overwrite', '--n_betas', '4').code == 0
    assert exports(out) == sorted(mine), 'made in another way'


@pytest.mark.parametrize('also', [(), ('--n_betas', '4')], ids=['', 'in another way'])
def test_exports_of_other_images_go(fit_photos, out, photos, also):
    """Where --overwrite makes all anew, of whom there were other names."""
    fit_photos(PEOPLE, *WANTED)
    (photos / 'b #1.jpg').rename(photos / 'c.jpg')
    people = {'a.jpg': 1, 'a.png': 1, 'c.jpg': 1}
    refused = fit_photos(people, *WANTED, '-q', *also, by=2.)
    refused.assert_one_line('error: ', '--overwrite', *(() if also else ('b #1.jpg', 'c.jpg')))
    assert exports(out) == ALL
    assert fit_photos(people, *WANTED, '--overwrite', *also, by=2.).code == 0
    assert exports(out) == sorted(name.replace('b #1', 'c') for name in ALL)


def test_several_people(fit_photos, out):
    assert fit_photos({**PEOPLE, 'b #1.jpg': 2}, *WANTED, '--person', 'all').code == 0
    assert {'b #1#0.ply', 'b #1#1.ply', 'a.ply'} < set(exports(out))


def test_somebody_elses_file_stays(fit_photos, out):
    out.mkdir()
    (out / 'A.PLY').write_text('mine')
    fit_photos(PEOPLE, *WANTED, '-q').assert_one_line('error: ', 'A.PLY', 'would replace')
    assert (out / 'A.PLY').read_text() == 'mine' and len(list(out.iterdir())) == 1
