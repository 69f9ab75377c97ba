"""Model files that are missing, damaged, hostile or of another kind end in one line that names the file."""

import os
import pickle
import shutil

import numpy as np
import pytest

from lib.base.pickles import load_pickle
from lib.body.body_model import load_body_model
from lib.model_files import BODIES, PRIOR, REGRESSORS
from tests.program import OUT

NEUTRAL_BODY, NEUTRAL_REGRESSORS = BODIES['neutral'][0], REGRESSORS['neutral']


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
