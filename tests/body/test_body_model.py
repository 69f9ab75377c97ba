"""Body models: the posed mesh against the published program, the shape at rest, and what a file must hold."""

import numpy as np
import pytest

from lib.base.errors import InputError
from lib.base.pickles import dump_pickle, load_pickle
from lib.body.body_model import load_body_model
from lib.model_files import BODIES
from tests.helpers import relative_error

INPUTS = range(6)


@pytest.fixture
def model(models):
    return models.body('neutral')


@pytest.fixture
def load(model_dir, tmp_path):
    """``load(**changed)``: the neutral reference body, its file's entries changed (None: left out)."""
    def load(**changed):
        data = {**load_pickle(model_dir / BODIES['neutral'][0]), **changed}
        path = tmp_path / 'body.pkl'
        path.write_bytes(dump_pickle({key: value for key, value in data.items() if value is not None}))
        return load_body_model(path)
    return load


@pytest.mark.parametrize('i', INPUTS)
def test_posed_vertices(models, units, i):
    assert relative_error(models.body('neutral').vertices(units['betas'][i], units['pose'][i]),
                          units['vertices'][i]) < 1e-12


def test_shape_at_rest(model):
    """In the rest pose nothing but the shape moves a vertex; without betas it is the template."""
    betas = np.random.default_rng(0).normal(size=7)
    wanted = model.v_template + np.einsum('vak,k->va', model.shapedirs[..., :7], betas)
    np.testing.assert_allclose(model.rest_shape(betas), wanted, rtol=0., atol=1e-14)
    np.testing.assert_array_equal(model.rest_shape(np.zeros(3)), model.v_template)
    np.testing.assert_allclose(model.vertices(betas, np.zeros(72)), wanted, rtol=0., atol=1e-13)
    np.testing.assert_array_equal(model.shape_basis(2)[..., 0], model.v_template)
    np.testing.assert_array_equal(model.shape_basis(2)[..., 1:], model.shapedirs[..., :2])


def test_tracked_points_are_those_of_the_mesh(load, model):
    model = load(J_regressor_prior=model.joint_regressor.toarray()[::-1].copy())
    rng = np.random.default_rng(1)
    betas = rng.normal(size=10)
    tracked, rest = model.tracked(10), model.rest_shape(betas)
    basis = np.append(1., betas)
    np.testing.assert_allclose(tracked.rest_joints @ basis, model.joint_regressor @ rest, rtol=0., atol=1e-13)
    np.testing.assert_allclose(tracked.anchors @ basis, model.anchor_regressor @ rest, rtol=0., atol=1e-13)
    np.testing.assert_allclose(tracked.head_rest @ basis, rest[411], rtol=0., atol=1e-13)
    assert tracked.n_betas == 10 and abs(tracked.anchors - tracked.rest_joints).max() > 1e-3


@pytest.mark.parametrize('count', [0, 11])
def test_more_betas_than_the_model_has(model, count):
    with pytest.raises(InputError, match=f'--n_betas {count}: wanted 1 to 10, as many as the body model SMPL has'):
        model.tracked(count)


# Files; tests/run/test_bad_models.py has more, by the whole program


def test_what_may_be_left_out(load, model):
    loaded = load(J_regressor_prior=None, bs_type=None, bs_style=None)
    assert loaded.anchor_regressor is loaded.joint_regressor and loaded.head_top == 411
    np.testing.assert_array_equal(loaded.v_template, model.v_template)


@pytest.mark.parametrize('key, value, words', [
    ('v_template', [[0.] * 3] * 420, 'v_template is not an array of numbers'),
    ('v_template', np.zeros((420, 3), dtype='S1'), 'v_template is not an array of numbers'),
    ('J_regressor', 'x', 'J_regressor is not an array of numbers'),
    ('J_regressor_prior', np.zeros((24, 419)), r'J_regressor_prior has shape \(24, 419\), wanted \(24, 420\)'),
    ('J_regressor_prior', np.zeros((24, 420)), 'row 0 of J_regressor_prior sums to 0, wanted 1'),
    ('f', np.array([[0, 1, -1]]), 'f names vertices outside'), ('head_top', -1, 'head top vertex -1'),
    ('head_top', 'x' * 500, 'head top vertex .*[.]{3}'), ('kintree_table', np.zeros((2, 24)), 'kinematic tree'),
    ('shapedirs', np.zeros((420, 3, 0)), 'shapedirs has shape'), ('J_regressor', np.zeros((1, 1, 1, 1)), 'has shape'),
    ('J_regressor', np.array(3.), 'has shape'), ('weights', np.full((420, 24), 1e308), 'weights holds NaN, or numbers'),
    ('posedirs', np.full((420, 3, 207), np.nan), 'posedirs holds NaN'), ('weights', None, 'lacks weights')])
def test_what_is_refused(load, key, value, words):
    with pytest.raises(InputError, match=words):
        load(**{key: value})


def test_names_are_short_and_printable(load):
    assert load(body='\x1b[31m' + 'x' * 500).name == '\\x1b[31m' + 'x' * 72
