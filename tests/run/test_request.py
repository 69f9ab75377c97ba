"""Options become the objects that a run is made of: each where it belongs."""

from dataclasses import asdict

import numpy as np
import pytest

from lib.base.errors import InputError
from lib.inputs.lsp import LspDataset
from lib.run.arguments import parse_arguments
from lib.run.request import open_data_set, run_options
from tests.program import SAMPLE


class Frames:
    """As much of a data set as run_options asks for."""

    frame_rate = 12.
    cameras = 0


def parsed(*arguments):
    return parse_arguments(list(map(str, arguments)), 'fit_3d.py')


def test_without_keypoints_it_is_lsp_layout():
    data = open_data_set(parsed(SAMPLE, '--gender_neutral', '--flength', 4000))
    assert isinstance(data, LspDataset)
    assert set(data.genders) == {'neutral'} and data[0].focal == 4000.


@pytest.fixture
def photographs(tmp_path):
    """``photographs(*options)``: the data set of a photograph of LSP's, with its joints in an array."""
    with np.load(SAMPLE / 'results' / 'lsp' / 'est_joints.npz') as data:
        np.save(tmp_path / 'k.npy', data['est_joints'][:3, :, :1].transpose(2, 1, 0))

    def photographs(*options):
        path = SAMPLE / 'images' / 'lsp' / 'im0001.jpg'
        return open_data_set(parsed(path, '--keypoints', tmp_path / 'k.npy', *options))
    return photographs


def test_options_of_photographs(photographs):
    data = photographs('--format', 'lsp', '--person', '0', '--scale', '3', '--gender', 'female', '--fov', '60')
    assert {**data.choices, 'images': ''} == {'format': 'lsp', 'person': 0, 'scale': 3., 'gender': 'female',
                                              'flength': None, 'fov': 60., 'confidence': 'mapped', 'images': ''}
    assert data[0].scale == 3. and data[0].gender == 'female'
    assert photographs('--flength', '700').choices['flength'] == 700.


def test_a_file_of_genders(photographs, tmp_path):
    (tmp_path / 'genders.csv').write_text('im0001.jpg,male\n')
    assert photographs('--genders', tmp_path / 'genders.csv').genders == ['male']


def test_a_video_is_opened_in_place_of_images(tmp_path):
    with pytest.raises(InputError, match='clip.mp4'):
        open_data_set(parsed('--video', tmp_path / 'clip.mp4', '--keypoints', tmp_path / 'k.npy'))


def test_defaults_of_a_run():
    how = run_options(parsed(), Frames())
    assert how.fit == type(how.fit)() and how.render and how.views == () and how.overlay == 'auto'
    assert asdict(how.exports) == {'mesh': None, 'joints': False, 'params': False, 'amass': False, 'anny': False,
                                    'camera': False, 'origin': 'camera', 'rig': False, 'frame_rate': 12.}


@pytest.mark.parametrize('words, field, wanted', [
    (['--n_betas', '4'], 'n_betas', 4), (['--side_view_thsh', '90'], 'side_view_threshold', 90.),
    (['--no_interpenetration'], 'interpenetration', False), (['--gradient', 'exact'], 'gradient', 'exact'),
    (['--init', 'mean'], 'init', 'mean'), (['--optimizer', 'chumpy'], 'optimizer', 'chumpy'),
    (['--restarts', 'gmm'], 'restarts', 'gmm'), (['--weights', 'tuned'], 'weights', 'tuned')])
def test_options_of_the_fit(words, field, wanted):
    fit, usual = (asdict(run_options(parsed(*given), Frames()).fit) for given in (words, []))
    assert {**usual, field: wanted} == fit != usual


@pytest.mark.parametrize('words, field, wanted', [
    (['--save_mesh', 'ply'], 'mesh', 'ply'), (['--save_joints'], 'joints', True), (['--save_params'], 'params', True),
    (['--save_amass'], 'amass', True), (['--save_anny'], 'anny', True), (['--save_camera'], 'camera', True)])
def test_options_of_exports(words, field, wanted):
    exports, usual = (asdict(run_options(parsed(*given), Frames()).exports) for given in (words, []))
    assert {**usual, field: wanted} == exports != usual


def test_options_of_pictures():
    how = run_options(parsed('--views', '0,90', '--overlay', 'png', '--overlay_opacity', '0', '--model_dir', 'there'),
                      Frames())
    assert (how.render, how.views, how.overlay, how.opacity, how.model_dir) == (True, (0, 90), 'png', 0., 'there')
    assert run_options(parsed(), Frames()).opacity == .7
    assert not run_options(parsed('--no_render'), Frames()).render


@pytest.mark.parametrize('given, published', [
    ([SAMPLE], True), ([], True), ([SAMPLE, '--keypoints', 'joints.npz'], False), ([SAMPLE / 'images' / 'lsp'], False),
    (['--video', 'clip.mp4'], False), (['--joints3d', 'walk.trc'], False), ([SAMPLE, '--joints3d', 'walk.npz'], True)])
def test_pictures_of_lsp_layout_are_the_published_program_s(given, published):
    assert run_options(parsed(*given), Frames()).published == published
