"""Bad input ends in one line that names the file and what is wrong with it, and never spoils what is finished."""

import builtins
import errno
import os
import pickle
import resource
import shutil
import signal
import time

import cv2
import numpy as np
import pytest

import fit_3d
from lib.base import files
from lib.base.pickles import load_pickle
from lib.body.body_model import load_body_model
from lib.model_files import BODIES, PRIOR, REGRESSORS
from lib.run import command
from tests.program import OUT, DataSet, answer_of, fitted_in, program

FIRST, SECOND = '0000.pkl', '0001.pkl'
NEUTRAL_BODY, NEUTRAL_REGRESSORS = BODIES['neutral'][0], REGRESSORS['neutral']


# Data sets


def test_no_base_dir(run, tmp_path):
    run(tmp_path / 'nowhere', '--out_dir', tmp_path / OUT, '-q').assert_one_line(tmp_path / 'nowhere', 'no such folder')


def test_base_dir_is_a_file(run, data_set, tmp_path):
    run(data_set.joints_path, '--out_dir', tmp_path / OUT, '-q').assert_one_line(data_set.joints_path, 'folder')


def test_no_images(fit, data_set):
    for path in data_set.images:
        path.rename(path.with_name(path.stem + 'a.jpg'))  # the published pattern wants a digit
    fit().assert_one_line(data_set.base / 'images' / 'lsp', 'no images')


@pytest.mark.parametrize('spoil, words', [
    (lambda s: s.joints_path.unlink(), ['no such file']),
    (lambda s: s.joints_path.write_text('no zip'), ['not an npz file']),
    (lambda s: s.joints_path.write_bytes(b''), ['not an npz file']),
    (lambda s: s.joints_path.write_bytes(s.joints_path.read_bytes()[:300]), ['not a complete npz file']),
    (lambda s: np.save(s.joints_path.open('wb'), s.joints), ['not an npz file']),
    (lambda s: s.write_joints(joints=s.joints), ['lacks est_joints', 'holds joints']),
    (lambda s: s.write_joints(est_joints=s.joints[:2]), ['(2, 14, 2)', '(3 or more, 14']),
    (lambda s: s.write_joints(est_joints=s.joints[:, :13]), ['(3, 13, 2)']),
    (lambda s: s.write_joints(est_joints=s.joints[0]), ['(14, 2)']),
    (lambda s: s.write_joints(est_joints=s.joints.astype(str)), ['numbers']),
    (lambda s: s.write_joints(est_joints=s.joints.astype(object)), ['numbers']),
    (lambda s: s.write_joints(est_joints=s.joints[:, :, :1]), ['1 of the 2 images']),
], ids=['missing', 'text', 'empty', 'truncated', 'npy', 'key', 'rows', 'joints', 'dimensions', 'strings', 'objects',
        'columns'])
def test_joints_file(fit, data_set, tmp_path, spoil, words):
    spoil(data_set)
    fit().assert_one_line(data_set.joints_path, *words)
    assert not (tmp_path / OUT).exists()


@pytest.mark.parametrize('spoil, words', [
    (lambda path: path.unlink(), ['no such file', '--gender_neutral']),
    (lambda path: path.write_text('1\n'), ['1 of the 2 images']),
    (lambda path: path.write_text(''), ['0 of the 2 images']),
    (lambda path: path.write_text('1\nm\n'), ['line 2', "'m'", '0 (male) or 1 (female)']),
    (lambda path: path.write_text('\n1\n0\n'), ['line 1', "''"]),
    (lambda path: path.write_bytes(b'\xff\xfe0\n'), ['cannot be read']),
], ids=['missing', 'short', 'empty', 'letter', 'blank line', 'binary'])
def test_gender_file(fit, data_set, spoil, words):
    spoil(data_set.genders_path)
    fit().assert_one_line(data_set.genders_path, *words)
    assert fit('--gender_neutral').code == 0, 'the file is not needed for this'


# Single images: the others are fitted


@pytest.mark.parametrize('spoil, words', [
    (lambda path: path.write_text('a letter'), ['no image']),
    (lambda path: path.write_bytes(b''), ['no image']),
    (lambda path: path.write_bytes(path.read_bytes()[:-400]), ['damaged']),
    (lambda path: cv2.imwrite(str(path), np.zeros((1, 1, 3), np.uint8)), ['1 x 1 px', 'too small']),
    (lambda path: (path.unlink(), path.mkdir()), ['a folder']),
    (lambda path: (path.unlink(), path.symlink_to('nowhere.jpg')), ['no such file']),
], ids=['text', 'empty', 'truncated', '1x1', 'folder', 'dangling link'])
def test_image(fit, data_set, tmp_path, spoil, words):
    spoil(data_set.images[0])
    answer = fit()
    answer.assert_one_line('failed: 0000', data_set.images[0].name, *words)
    assert answer.code == 1 and fitted_in(tmp_path / OUT) == [SECOND]


def set_nan(joints):
    joints[2, 4, 0] = 0.5
    joints[1, 4, 0] = np.nan


def set_one_point(joints):
    joints[:2, [2, 3, 8, 9], 0] = 50.


def set_missing(joints):
    joints[2, :, 0] = 0.


JOINTS_OF_ONE_IMAGE = [(set_nan, ['joints', 'NaN']), (set_one_point, ['the depth cannot be guessed']),
                       (set_missing, ['detected', 'the depth cannot be guessed'])]


@pytest.mark.parametrize('spoil, words', JOINTS_OF_ONE_IMAGE, ids=['nan', 'torso at one point', 'no confidence'])
@pytest.mark.filterwarnings('error::RuntimeWarning')
def test_joints_of_one_image(fit, data_set, tmp_path, spoil, words):
    data_set.genders_path.write_text('0\n0\n')
    spoil(data_set.joints)
    data_set.write_joints()
    answer = fit()
    answer.assert_one_line('failed: 0000', data_set.images[0].name, *words)
    assert answer.code == 1 and fitted_in(tmp_path / OUT) == [SECOND]


@pytest.mark.parametrize('spoil, words', JOINTS_OF_ONE_IMAGE, ids=['nan', 'torso at one point', 'no confidence'])
def test_joints_of_the_only_image(fit, data_set, tmp_path, spoil, words):
    data_set.keep(1)
    spoil(data_set.joints)
    data_set.write_joints()
    answer = fit()
    answer.assert_one_line('failed: 0000', data_set.images[0].name, *words)
    assert answer.code == 1 and fitted_in(tmp_path / OUT) == []


def test_grayscale_image_gives_the_same_fit(fit, data_set, tmp_path):
    assert fit().code == 0
    before = (tmp_path / OUT / FIRST).read_bytes()
    cv2.imwrite(str(data_set.images[0]), cv2.imread(str(data_set.images[0]), cv2.IMREAD_GRAYSCALE))
    assert fit('--overwrite').code == 0
    assert (tmp_path / OUT / FIRST).read_bytes() == before


def test_a_failed_image_is_fitted_when_it_is_mended(fit, data_set, tmp_path):
    content = data_set.images[0].read_bytes()
    data_set.images[0].write_bytes(b'')
    assert fit().code == 1
    data_set.images[0].write_bytes(content)
    assert fit().code == 0
    assert fitted_in(tmp_path / OUT) == [FIRST, SECOND]


# Models


@pytest.fixture
def own_models(model_dir, tmp_path):
    """A copy of the reference models, to be changed."""
    return shutil.copytree(model_dir, tmp_path / 'models', copy_function=os.symlink)


@pytest.fixture
def fit_with(fit, own_models):
    """``fit_with(name, content)``: fit with a model file replaced by bytes, by an object to pickle, or by nothing."""
    def fit_with(name, content):
        path = own_models / name
        path.unlink()
        if content is not None:
            path.write_bytes(content if isinstance(content, bytes) else pickle.dumps(content, protocol=2))
        return fit('--gender_neutral', '--model_dir', own_models)
    return fit_with


@pytest.fixture
def body(model_dir):
    """The neutral body's pickle as a dict, to be changed."""
    return load_pickle(model_dir / NEUTRAL_BODY)


@pytest.fixture
def prior(model_dir):
    """The pose prior's pickle as a dict, to be changed."""
    return load_pickle(model_dir / PRIOR)


def test_no_model_dir(fit, tmp_path):
    fit('--model_dir', tmp_path / 'none').assert_one_line(tmp_path / 'none', 'no such model folder', '--model_dir')


@pytest.mark.parametrize('name', [NEUTRAL_BODY, NEUTRAL_REGRESSORS, PRIOR])
@pytest.mark.parametrize('content', [None, b'', b'a letter', 'truncated'],
                         ids=['missing', 'empty', 'text', 'truncated'])
def test_damaged_model_file(fit_with, own_models, tmp_path, name, content):
    if content == 'truncated':
        content = (own_models / name).read_bytes()[:-300]
    answer = fit_with(name, content)
    answer.assert_one_line(own_models, name)
    assert answer.code == 2 and not (tmp_path / OUT).exists()


class Command:
    """An object that runs a shell command when it is unpickled without care."""

    def __init__(self, command):
        self._command = command

    def __reduce__(self):
        return os.system, (self._command,)


@pytest.mark.parametrize('name', [NEUTRAL_BODY, PRIOR])
def test_model_that_runs_a_command_is_refused(fit_with, own_models, tmp_path, name):
    witness = tmp_path / 'witness'
    command = Command(f'touch {witness}')
    pickle.loads(pickle.dumps(command))
    assert witness.exists(), 'the test itself must bite'
    witness.unlink()
    fit_with(name, {'means': command}).assert_one_line(own_models / name, 'refused', 'system')
    assert not witness.exists()


def keep_23_joints(body):
    for key in 'J_regressor', 'J_regressor_prior':
        body[key] = body[key][:23]
    for key in 'weights', 'kintree_table':
        body[key] = body[key][:, :23]
    body['posedirs'] = body['posedirs'][..., :198]


def swap_parents(body):
    body['kintree_table'] = body['kintree_table'].copy()
    body['kintree_table'][0, [4, 5]] = body['kintree_table'][0, [5, 4]]


def nan_in(key):
    def change(body):
        body[key] = np.array(getattr(body[key], 'r', body[key]), dtype=float)
        body[key].flat[5] = np.nan
    return change


def nan_in_regressor(body):
    body['J_regressor'] = body['J_regressor'].copy()
    body['J_regressor'].data[7] = np.nan


def scaled(key):
    def change(body):
        body[key] = body[key] * 2.
    return change


def put(key, value):
    return lambda body: body.update({key: value})


@pytest.mark.parametrize('change, words', [
    (lambda body: body.pop('posedirs'), ['lacks posedirs']),
    (keep_23_joints, ['kintree_table', '(2, 23)', '24 joints']),
    (swap_parents, ['kintree_table', 'kinematic tree']),
    (nan_in('v_template'), ['v_template', 'NaN']),
    (nan_in('posedirs'), ['posedirs', 'NaN']),
    (nan_in_regressor, ['J_regressor', 'NaN']),
    (scaled('J_regressor'), ['J_regressor', 'sums to 2']),
    (scaled('weights'), ['weights', 'sums to 2']),
    (lambda body: body.update(J_regressor=body['J_regressor'].T), ['J_regressor', 'shape']),
    (put('J_regressor', None), ['J_regressor', 'numbers']),
    (put('J_regressor', 'abc'), ['J_regressor', 'numbers']),
    (put('v_template', 'abc'), ['v_template', 'numbers']),
    (put('v_template', np.zeros((0, 3))), ['v_template has shape (0, 3), wanted (V, 3)']),
    (put('shapedirs', np.zeros(7)), ['shapedirs', 'shape']),
    (put('f', np.array([[0, 1, 420]])), ['f names vertices outside 0 to 419']),
    (put('f', np.array(3)), ['f has shape']),
    (put('bs_type', 'other'), ['bs_type', "not 'lrotmin'"]),
    (put('bs_style', np.zeros(3)), ['bs_style']),
    (put('head_top', 420), ['420']),
    (put('head_top', 'nose'), ['head top', 'nose']),
])
def test_wrong_body_model(fit_with, own_models, body, change, words):
    change(body)
    fit_with(NEUTRAL_BODY, body).assert_one_line(own_models / NEUTRAL_BODY, *words)


def test_body_model_that_is_no_dict(fit_with, own_models):
    fit_with(NEUTRAL_BODY, [1, 2]).assert_one_line(own_models / NEUTRAL_BODY, 'not a body model')


def negated(matrices):
    out = np.array(matrices)
    out[3] *= -1.
    return out


@pytest.mark.parametrize('change, words', [
    (lambda prior: prior.pop('covars'), ['wanted means, covars, weights']),
    (nan_in('means'), ['means', 'NaN']),
    (nan_in('covars'), ['covars', 'NaN']),
    (lambda prior: prior.update(means=prior['means'][:, :60]), ['means', '(8, 60)', '(8, 69)']),
    (lambda prior: prior.update(weights=prior['weights'][:3]), ['weights has shape (3,)']),
    (lambda prior: prior.update(covars=negated(prior['covars'])), ['not positive definite']),
    (put('covars', np.zeros((8, 69, 69))), ['not positive definite']),
    (put('weights', np.zeros(8)), ['weights', 'positive']),
    (put('weights', 'abc'), ['numbers']),
    (put('weights', None), ['weights', '()']),
])
def test_wrong_prior(fit_with, own_models, prior, change, words):
    change(prior)
    fit_with(PRIOR, prior).assert_one_line(own_models / PRIOR, *words)


def test_prior_that_is_no_dict(fit_with, own_models):
    fit_with(PRIOR, [1, 2]).assert_one_line(own_models / PRIOR, 'not a pose prior')


@pytest.mark.parametrize('arrays, words', [
    ({'betas2lens': np.zeros((11, 20))}, ['betas2rads']),
    ({'betas2lens': np.zeros((11, 20)), 'betas2rads': np.zeros((20, 11))}, ['(20, 11)', '(11, 20)']),
    ({'betas2lens': np.full((11, 20), np.nan), 'betas2rads': np.zeros((11, 20))}, ['betas2lens', 'NaN']),
    ({'betas2lens': np.zeros((11, 20)), 'betas2rads': np.full((11, 20), 'a')}, ['betas2rads']),
    ({'betas2lens': np.zeros((11, 20)), 'betas2rads': np.full((11, 20), {})}, ['numbers']),
], ids=['lacks', 'shape', 'nan', 'strings', 'objects'])
def test_wrong_capsule_regressors(fit, own_models, arrays, words):
    path = own_models / NEUTRAL_REGRESSORS
    path.unlink()
    np.savez(path, **arrays)
    fit('--gender_neutral', '--model_dir', own_models).assert_one_line(path, *words)


def test_unused_model_files_may_be_missing(fit, own_models):
    (own_models / NEUTRAL_REGRESSORS).unlink()
    (own_models / BODIES['male'][0]).unlink()
    assert fit('--gender_neutral', '--no_interpenetration', '--model_dir', own_models).code == 0


def test_official_models_hold_chumpy_and_old_scipy(model_dir):
    content = (model_dir / NEUTRAL_BODY).read_bytes()
    assert b'cchumpy.' in content and b'cscipy.sparse.csc\n' in content
    assert load_body_model(model_dir / NEUTRAL_BODY).v_template.shape == (420, 3)


# Options


def test_n_betas_that_the_model_has_not(fit, tmp_path):
    fit('--n_betas', 11).assert_one_line('--n_betas', 11, '1 to 10')
    assert not (tmp_path / OUT).exists()


@pytest.mark.parametrize('count', [0, -1])
def test_n_betas_that_no_model_has(fit, count, tmp_path):
    fit('--n_betas', count).assert_one_line('n_betas', count, '1 to 300')
    assert not (tmp_path / OUT).exists()


@pytest.mark.parametrize('option, value', [
    ('--n_betas', 'ten'), ('--n_betas', '2.5'), ('--flength', '0'), ('--flength', 'nan'), ('--flength', '-5'),
    ('--flength', 'inf'), ('--flength', 'far'), ('--side_view_thsh', '-1'), ('--side_view_thsh', 'nan'),
    ('--optimizer', 'newton'), ('--gradient', 'none'), ('--init', 'random')])
def test_option_value(fit, option, value):
    answer = fit(option, value)
    assert answer.code == 2
    last = answer.errors.splitlines()[-1]
    assert last.startswith('fit_3d.py: error:') or 'error:' in last
    assert option in last and value in last


# Writing


def test_out_dir_below_a_file(fit, data_set):
    below = data_set.genders_path / OUT
    fit('--out_dir', below).assert_one_line(below, '--out_dir')


def test_out_dir_is_a_file(fit, data_set):
    fit('--out_dir', data_set.genders_path).assert_one_line(data_set.genders_path, '--out_dir')


@pytest.mark.skipif(not os.path.isdir('/proc/self'), reason='no /proc')
def test_out_dir_where_nobody_may_write(fit):
    fit('--out_dir', '/proc/smplify').assert_one_line('/proc/smplify', '--out_dir')
    fit('--out_dir', '/proc').assert_one_line('/proc', '--out_dir')


def disk_full_after(count):
    """An ``open`` for a disk that is full when so many files are written, and stays so."""
    def open_on_disk(path, mode):
        nonlocal count
        count -= 1
        if count >= 0:
            return builtins.open(path, mode)
        builtins.open(path, mode).close()  # what a full disk still allows
        return builtins.open('/dev/full', 'wb')
    return open_on_disk


@pytest.mark.skipif(not os.path.exists('/dev/full'), reason='no /dev/full')
def test_disk_full(fit, tmp_path, monkeypatch):
    monkeypatch.setattr(files, 'open', disk_full_after(3), raising=False)
    answer = fit()
    answer.assert_one_line(tmp_path / OUT, os.strerror(errno.ENOSPC), '--out_dir', 'same command')
    assert answer.code == 2
    finished, = fitted_in(tmp_path / OUT)  # after run.json and the summary's beginning
    monkeypatch.undo()
    written = (tmp_path / OUT / finished).stat().st_mtime_ns
    assert fit().code == 0
    assert fitted_in(tmp_path / OUT) == [FIRST, SECOND]
    assert (tmp_path / OUT / finished).stat().st_mtime_ns == written


def test_no_room_for_pictures(data_set, model_dir, tmp_path):
    """A real refusal of the system: files may not grow beyond 4 kB, enough for a pickle but not for a picture."""
    process = program(data_set.base, '--out_dir', tmp_path / OUT, '--model_dir', model_dir, '--workers', 1, '-q',
                      preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)))
    answer_of(process).assert_one_line(tmp_path / OUT, os.strerror(errno.EFBIG), '--out_dir')
    assert fitted_in(tmp_path / OUT) == [], 'no pickle whose picture is missing: it would be skipped next time'


# Stopping


@pytest.mark.slow
@pytest.mark.parametrize('workers', [1, 2])
def test_interrupted_in_the_middle(model_dir, tmp_path, workers):
    count = 100
    data_set = DataSet(tmp_path / 'data', count)
    out = tmp_path / OUT
    command = (data_set.base, '--out_dir', out, '--model_dir', model_dir, '--workers', workers, '--no_render')
    process = program(*command, '-q')
    deadline = time.monotonic() + 60
    while not list(out.glob('*.pkl')) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    answer = answer_of(process)
    answer.assert_one_line('interrupted', 'same command')
    assert answer.code == 130
    finished = fitted_in(out)
    assert 1 <= len(finished) < count
    written = {name: (out / name).stat().st_mtime_ns for name in finished}
    answer = answer_of(program(*command))
    assert answer.code == 0
    assert f'{count - len(finished)} fitted' in answer.printed and f'{len(finished)} skipped' in answer.printed
    assert fitted_in(out) == [f'{i:04d}.pkl' for i in range(count)]
    assert {name: (out / name).stat().st_mtime_ns for name in finished} == written


def test_being_terminated_is_like_an_interrupt(run, monkeypatch):
    monkeypatch.setattr(command, 'fit_data_set', lambda arguments: os.kill(os.getpid(), signal.SIGTERM))
    answer = run()
    answer.assert_one_line('interrupted')
    assert answer.code == 130


def test_the_process_itself_reports_bad_input(tmp_path):
    answer_of(program(tmp_path / 'nowhere', '--out_dir', tmp_path / OUT)).assert_one_line(tmp_path / 'nowhere')


def test_no_failure_of_a_library_is_taken_for_bad_input(monkeypatch):
    """A bug must be seen as one: only InputError becomes a line."""
    monkeypatch.setattr(command, 'fit_data_set', lambda arguments: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        fit_3d.main([])
