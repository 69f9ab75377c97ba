"""What the options change in the results, and what is said of them."""

import re

import numpy as np
import pytest

from lib.outputs.result_file import read_result
from lib.results import difference
from tests.helpers import read_summary
from tests.program import OUT, fitted_in


@pytest.fixture
def out(tmp_path):
    return tmp_path / OUT


def results_of(out):
    return [read_result(out / name) for name in fitted_in(out)]


def largest_difference(a, b):
    return max(max(difference(x, y).values()) for x, y in zip(a, b, strict=True))


# What is fitted


def test_results_are_named_by_position_among_the_sorted_images(fit, data_set, out):
    assert fit().code == 0
    before = results_of(out)
    for path, name in zip(data_set.images, ('im9000.jpg', 'a1.jpg')):  # now the other way round
        path.rename(path.with_name(name))
    (data_set.base / 'images' / 'lsp' / 'im0000_mask.jpg').write_text('not of the pattern')
    data_set.joints = data_set.joints[:, :, ::-1]
    data_set.write_joints()
    data_set.genders_path.write_text(''.join(reversed(data_set.genders_path.read_text().splitlines(keepends=True))))
    assert fit('--out_dir', out / 'renamed').code == 0
    assert largest_difference(results_of(out / 'renamed'), before[::-1]) < 1e-9


def test_further_rows_of_the_joints_are_ignored(fit, data_set, out):
    assert fit().code == 0
    before = results_of(out)
    rows = np.full((25, *data_set.joints.shape[1:]), np.nan)
    data_set.write_joints(est_joints=np.concatenate([data_set.joints, rows]))  # 28 rows, as distributed
    assert fit('--out_dir', out / 'more').code == 0
    assert largest_difference(results_of(out / 'more'), before) == 0.


#: Options, and whether they change the fit.
OPTIONS = [(['--no_interpenetration'], True), (['--gender_neutral'], True), (['--n_betas', 4], True),
           (['--flength', 4000], True), (['--gradient', 'exact'], True), (['--init', 'mean'], True),
           (['--optimizer', 'chumpy'], False), (['--optimizer', 'dogleg'], False)]


@pytest.mark.parametrize('options, changes', OPTIONS, ids=['='.join(map(str, options)) for options, _ in OPTIONS])
def test_option(fit, data_set, out, options, changes):
    data_set.keep(1)
    data_set.joints[:2, [4, 5]] = data_set.joints[:2, [1, 0]]  # a leg in the other, for interpenetration
    data_set.write_joints()
    assert fit().code == 0
    assert fit('--out_dir', out / 'changed', *options).code == 0
    before, after = results_of(out), results_of(out / 'changed')
    if '--n_betas' in options:
        assert after[0]['betas'].shape == (4,)
    else:
        assert (largest_difference(before, after) > 1e-4) == changes
        assert changes or largest_difference(before, after) < 1e-7


@pytest.mark.parametrize('threshold, orientations', [(0, '1'), (1000, '2')])
def test_side_view_threshold_decides_how_many_orientations_are_tried(fit, out, threshold, orientations):
    assert fit('--side_view_thsh', threshold).code == 0
    rows = read_summary(str(out / 'summary.csv'))
    assert [row['orientations'] for row in rows.values()] == [orientations] * 2


def test_focal_length_moves_the_camera(fit, data_set, out):
    data_set.keep(1)
    for focal in 5000, 2500:
        assert fit('--flength', focal, '--out_dir', out / str(focal)).code == 0
    far, near = (results_of(out / focal)[0] for focal in ('5000', '2500'))
    assert near['f'].tolist() == [2500., 2500.]
    assert 1.5 < far['cam_t'][2] / near['cam_t'][2] < 2.5


# What is said


def test_quiet_says_nothing(fit):
    answer = fit()
    assert (answer.code, answer.printed, answer.errors) == (0, '', '')


def test_quiet_and_verbose_exclude_each_other(fit):
    assert fit('-v').code == 2


def test_verbose_says_a_line_per_image(run, data_set, model_dir, out):
    data_set.images[1].write_bytes(b'')
    answer = run(data_set.base, '--out_dir', out, '--model_dir', model_dir, '--workers', 1, '--no_render', '-v')
    assert answer.code == 1
    lines = re.split('[\r\n]', answer.errors)
    fitted, = [line for line in lines if line.startswith('0000 ')]
    assert re.search(r'im0001\.jpg.*\d px.*steps( \d+){4}', fitted)
    assert [line for line in lines if line.startswith('0001 ')]
    assert '1 fitted, 0 doubtful, 0 skipped' in answer.printed and '1 failed' in answer.printed
    assert str(out) in answer.printed
