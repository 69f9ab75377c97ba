"""What a run leaves behind: pickles that old tools read, pictures, and what the options change in them."""

import pickle
import pickletools
import re

import cv2
import numpy as np
import pytest
from PIL import Image

from lib.outputs.result_file import read_result
from lib.results import difference
from tests.program import OUT, answer_of, fitted_in, program

STEP_MS, LAST_MS = 80, 2000
SHAPES = {'cam_t': (3,), 'f': (2,), 'pose': (72,), 'betas': (10,)}


@pytest.fixture
def out(tmp_path):
    return tmp_path / OUT


@pytest.fixture
def fit_with_pictures(run, data_set, model_dir, out):
    """``fit_with_pictures(*options)``: as ``fit``, with pictures."""
    def fit_with_pictures(*options):
        return run(data_set.base, '--out_dir', out, '--model_dir', model_dir, '--workers', 1, '-q', *options)
    return fit_with_pictures


def results_of(out):
    return [read_result(out / name) for name in fitted_in(out)]


def largest_difference(a, b):
    return max(max(difference(x, y).values()) for x, y in zip(a, b, strict=True))


# Pickles


def test_pickle(fit, out):
    assert fit().code == 0
    for name in fitted_in(out):
        data = pickle.loads((out / name).read_bytes())
        assert {key: data[key].shape for key in SHAPES} == SHAPES
        assert {(type(data[key]), data[key].dtype) for key in SHAPES} == {(np.ndarray, np.dtype(np.float64))}
        assert all(np.isfinite(data[key]).all() for key in SHAPES)
        np.testing.assert_array_equal(data['f'], [5000., 5000.])


def test_pickle_is_one_that_old_programs_read(fit, out):
    """Python 2.7 with NumPy 1.16 was tried by hand; here it is enough that nothing newer is named."""
    assert fit().code == 0
    operations = list(pickletools.genops((out / '0000.pkl').read_bytes()))
    assert operations[0][0].name == 'PROTO' and operations[0][1] == 2
    assert max(operation.proto for operation, _, _ in operations) <= 2
    names = {argument for operation, argument, _ in operations if operation.name == 'GLOBAL'}
    assert names <= {'numpy.core.multiarray _reconstruct', 'numpy ndarray', 'numpy dtype', '_codecs encode',
                     'numpy.core.multiarray scalar', '__builtin__ bytes'}


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


# Pictures


def test_pictures(fit_with_pictures, data_set, out):
    assert fit_with_pictures().code == 0
    for i, path in enumerate(data_set.images):
        photograph = cv2.imread(str(path))
        height, width = photograph.shape[:2]
        body, laid_over = (cv2.imread(str(out / f'{i:04d}{suffix}.png'), cv2.IMREAD_UNCHANGED)
                           for suffix in ('', '_overlay'))
        assert body.shape == (2 * height, 2 * width, 4) and laid_over.shape == (2 * height, 2 * width, 3)
        visible = body[..., 3] > 0
        assert set(np.unique(body[..., 3])) == {0, 255}
        assert visible.any() and not visible.all()
        np.testing.assert_array_equal(laid_over[visible], body[visible, :3])
        np.testing.assert_array_equal(laid_over[~visible], cv2.resize(photograph, None, fx=2, fy=2)[~visible])


def test_no_render(fit, out):
    assert fit().code == 0
    assert len(fitted_in(out)) == 2 and not list(out.glob('*.png'))


# Running again


def test_existing_results_are_skipped(fit, data_set, out):
    assert fit().code == 0
    kept, other = (out / name for name in fitted_in(out))
    other.unlink()
    written = kept.stat().st_mtime_ns
    answer = fit('-v')
    assert answer.code == 2, '-q and -v exclude each other'
    assert fit().code == 0
    assert other.exists() and kept.stat().st_mtime_ns == written


def test_overwrite(fit, out):
    assert fit().code == 0
    before = {name: (out / name).read_bytes() for name in fitted_in(out)}
    (out / '0000.pkl').write_bytes(b'spoilt')
    assert fit().code == 0 and (out / '0000.pkl').read_bytes() == b'spoilt', 'it has a result'
    assert fit('--overwrite').code == 0
    assert {name: (out / name).read_bytes() for name in fitted_in(out)} == before


# Options


def test_quiet_says_nothing(fit):
    answer = fit()
    assert (answer.code, answer.printed, answer.errors) == (0, '', '')


def test_verbose_says_a_line_per_image(run, data_set, model_dir, out):
    data_set.images[1].write_bytes(b'')
    answer = run(data_set.base, '--out_dir', out, '--model_dir', model_dir, '--workers', 1, '--no_render', '-v')
    assert answer.code == 1
    lines = re.split('[\r\n]', answer.errors)
    fitted, = [line for line in lines if line.startswith('0000 ')]
    assert re.search(r'im0001\.jpg.*\d px.*steps( \d+){4}', fitted)
    assert [line for line in lines if line.startswith('0001 ')]
    assert '1 fitted, 0 skipped' in answer.printed and '1 failed' in answer.printed and str(out) in answer.printed


#: Options, and whether they change the fit.
OPTIONS = [(['--no_interpenetration'], True), (['--gender_neutral'], True), (['--n_betas', 4], True),
           (['--flength', 4000], True), (['--side_view_thsh', 1000], None), (['--gradient', 'exact'], True),
           (['--init', 'mean'], True), (['--optimizer', 'chumpy'], False), (['--optimizer', 'dogleg'], False)]


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
    elif changes is not None:
        assert (largest_difference(before, after) > 1e-4) == changes
        assert changes or largest_difference(before, after) < 1e-7


def test_focal_length_moves_the_camera(fit, data_set, out):
    data_set.keep(1)
    for focal in 5000, 2500:
        assert fit('--flength', focal, '--out_dir', out / str(focal)).code == 0
    far, near = (results_of(out / focal)[0] for focal in ('5000', '2500'))
    assert near['f'].tolist() == [2500., 2500.]
    assert 1.5 < far['cam_t'][2] / near['cam_t'][2] < 2.5


# --viz without a display


def test_viz_without_display_keeps_the_frames(data_set, model_dir, out):
    """In a process of its own whose stdin is closed, where it must not wait for a key."""
    answer = answer_of(program(data_set.base, '--out_dir', out, '--model_dir', model_dir, '--viz', '-v',
                               '--side_view_thsh', 0))
    assert answer.code == 0 and 'Traceback' not in answer.errors
    said, = [line for line in re.split('[\r\n]', answer.errors) if 'no display' in line]
    assert str(out / 'viz') in said
    for i, path in enumerate(data_set.images):
        height, width = cv2.imread(str(path)).shape[:2]
        steps = re.search(rf'{i:04d} {path.name}: .* steps ([ \d]+)', answer.errors).group(1)
        steps = sum(int(count) for count in steps.split())
        with Image.open(out / 'viz' / f'{i:04d}.gif') as film:
            assert film.size == (4 * width, 2 * height), 'the last frame shows photograph and body side by side'
            assert steps / 2 < film.n_frames <= steps + 1
            shown = 0
            for frame in range(film.n_frames):
                film.seek(frame)
                shown += film.info['duration']
        assert shown == STEP_MS * steps + LAST_MS, 'equal frames are one that is shown as long as all of them'
    assert len(fitted_in(out)) == 2
