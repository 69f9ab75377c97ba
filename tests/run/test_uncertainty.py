"""--uncertainty: beside what there is, in the summary, the joints' file and the page; on a later run, too."""

from functools import partial

import numpy as np
import pytest

from lib.fitting import FitOptions
from lib.fitting.trust import NOISE, Trust
from lib.inputs.decoding import decode_image
from lib.inputs.lsp import LspDataset
from lib.inputs.sample import make_problem
from lib.run.plan import stored_fit
from tests.helpers import read_summary
from tests.program import OUT, contents

COUNT = 2


@pytest.fixture
def fit_data(fit_by_one, data_set):
    """``fit_data(*options, out=OUT)``: fit ``data_set`` by one process."""
    return partial(fit_by_one, data_set)


def wanted(base, out, models, noise, index):
    """The Uncertainty of an image's stored result."""
    data = LspDataset(str(base))
    problem = make_problem(data[index], decode_image(data.read(data[index]), '').shape)
    told, = Trust(models, FitOptions()).of([problem], [stored_fit(str(out / f'{index:04d}.pkl'))], [noise])
    return told


def test_it_is_told_beside_what_there_is(fit_data, data_set, models, out, tmp_path):
    assert fit_data('--uncertainty', '--save_joints').code == 0
    fit_data('--save_joints', out=tmp_path / 'plain' / OUT)
    with_it, without = contents(out), contents(tmp_path / 'plain' / OUT)
    changed = {name for name in without if with_it[name] != without[name]}
    assert changed == {'summary.csv', 'run.json', 'index.html', *(f'gallery/{i:04d}.jpg' for i in range(COUNT)),
                       *(f'{i:04d}_joints.npz' for i in range(COUNT))}
    rows = read_summary(out / 'summary.csv')
    for index in range(COUNT):
        told = wanted(data_set.base, out, models, NOISE, index)
        assert float(rows[index]['sigma_m']) == pytest.approx(told.typical, abs=1e-4)
        assert float(rows[index]['sigma_depth_m']) == pytest.approx(told.depth, abs=1e-3)
        with np.load(out / f'{index:04d}_joints.npz') as data:
            np.testing.assert_allclose(data['sigma'], told.sigma, rtol=1e-6)
            turned = told.covariance * np.outer((1., -1., -1.), (1., -1., -1.))  # y up, z towards the viewer
            np.testing.assert_allclose(data['covariance'], turned, rtol=1e-6, atol=1e-12)
    assert 'unsure by' in (out / 'index.html').read_text() and 'data-sigma="0.' in (out / 'index.html').read_text()


def test_noise_is_in_pixels_of_the_photograph(fit_data, data_set, models, out):
    fit_data('--uncertainty', '--noise', '4', '--no_render')
    told = wanted(data_set.base, out, models, 8., 0)  # enlarged twice
    assert float(read_summary(out / 'summary.csv')[0]['sigma_m']) == pytest.approx(told.typical, abs=1e-4)


@pytest.mark.parametrize('words', [('--save_joints',), ('--no_render',)], ids=['files', 'rows alone'])
def test_on_a_later_run(fit_data, out, tmp_path, words):
    """To the byte what a run with it at once has, without a fit."""
    fit_data(*words)
    before = read_summary(out / 'summary.csv')
    assert f'{COUNT} given files only' in fit_data(*words, '--uncertainty').printed
    fit_data(*words, '--uncertainty', out=tmp_path / 'whole' / OUT)
    found, whole = contents(out), contents(tmp_path / 'whole' / OUT)
    assert [name for name in whole if found[name] != whole[name] and name not in ('index.html', 'run.json')] == []
    rows = read_summary(out / 'summary.csv')
    assert all(before[i][key] == rows[i][key] for i in range(COUNT) for key in before[i] if 'sigma' not in key)
    assert f'{COUNT} skipped' in fit_data(*words, '--uncertainty').printed
    assert f'{COUNT} skipped' in fit_data(*words).printed, 'what nobody asks for stays'
    assert read_summary(out / 'summary.csv') == rows


def test_other_noise_is_told_anew(fit_data, out):
    fit_data('--uncertainty')
    before = read_summary(out / 'summary.csv')
    assert f'{COUNT} given files only' in fit_data('--uncertainty', '--noise', '9').printed
    assert all(float(row['sigma_m']) > 1.1 * float(before[index]['sigma_m'])
               for index, row in read_summary(out / 'summary.csv').items())


def test_a_motion_has_another(run):
    run('clip.mp4', '--uncertainty').assert_one_line('--uncertainty goes with --frame_by_frame')


def test_noise_goes_with_it(run):
    run('--noise', '3').assert_one_line('error: --noise goes with --uncertainty')
    run('--uncertainty', '--noise', '-1').assert_one_line('--noise', "'-1' given, wanted a number from 0 to 1000")
