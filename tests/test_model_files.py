"""Which model files are used: under all names of official bodies, with all that they may lack, and nothing silently."""

import os
import shutil

import numpy as np
import pytest

from lib.base.errors import InputError
from lib.base.pickles import dump_pickle, load_pickle
from lib.fitting import FitOptions
from lib.model_files import BODIES, GENDERS, PRIOR, REGRESSORS, ModelSet
from tests.program import ROOT

NEUTRAL = BODIES['neutral'][0]


@pytest.fixture
def folder(tmp_path):
    """A model folder with the open models only."""
    folder = tmp_path / 'models'
    shutil.copytree(ROOT / 'models' / 'open', folder / 'open', copy_function=os.symlink)
    return folder


@pytest.fixture
def add(folder, model_dir):
    """``add(path, name)``: the reference file of a name as ``path`` below the model folder; returns its path."""
    def add(path, name=NEUTRAL):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).symlink_to(model_dir / name)
        return str(folder / path)
    return add


@pytest.fixture
def body(model_dir):
    """The neutral reference body as a dict, to be changed."""
    return load_pickle(model_dir / NEUTRAL)


def lines_about(models, word, genders=('neutral',)):
    return [line for line in models.describe(genders) if word in line]


# Names


@pytest.mark.parametrize('path', [
    'basicModel_neutral_lbs_10_207_0_v1.0.0.pkl', 'basicmodel_neutral_lbs_10_207_0_v1.0.0.pkl',
    'basicmodel_neutral_lbs_10_207_0_v1.1.0.pkl', 'BasicModel_Neutral_lbs_10_207_0_v1.1.0.pkl', 'SMPL_NEUTRAL.pkl',
    'smpl_neutral.pkl', 'smpl/SMPL_NEUTRAL.pkl', 'smpl/basicmodel_neutral_lbs_10_207_0_v1.1.0.pkl', 'SMPL_Neutral.PKL'])
def test_names_of_the_neutral_body(folder, add, path):
    wanted = add(path)
    models = ModelSet(str(folder))
    assert models.body_path('neutral') == wanted and models.body('neutral').name == 'SMPL'
    assert lines_about(models, 'passed over') == []


@pytest.mark.parametrize('gender, names', [
    ('female', ['basicModel_f_lbs_10_207_0_v1.0.0.pkl', 'basicmodel_f_lbs_10_207_0_v1.1.0.pkl', 'SMPL_FEMALE.pkl']),
    ('male', ['basicmodel_m_lbs_10_207_0_v1.0.0.pkl', 'basicModel_m_lbs_10_207_0_v1.1.0.pkl', 'smpl/SMPL_MALE.pkl'])])
def test_names_of_the_others(folder, add, gender, names):
    paths = [add(name, BODIES[gender][0]) for name in names]
    models = ModelSet(str(folder))
    assert models.body_path(gender) == paths[0]
    assert lines_about(models, 'passed over', [gender]) == [f'{gender} body: passed over: {path}' for path in paths[1:]]


def test_reference_names_are_the_published_ones(model_dir):
    assert {BODIES[gender][0] for gender in GENDERS} <= {path.name for path in model_dir.iterdir()}


def test_open_body_where_there_is_no_official_one(folder):
    models = ModelSet(str(folder))
    for gender in GENDERS:
        assert models.body_path(gender) == str(folder / 'open' / f'{gender}.pkl')
        assert models.regressor_path(gender) == str(folder / 'open' / REGRESSORS[gender])
    assert models.prior_path() == str(folder / 'open' / PRIOR)
    assert lines_about(models, 'passed over', GENDERS) == lines_about(models, 'official', GENDERS) == []
    models.check(GENDERS, FitOptions())


# What goes with an official body


@pytest.mark.parametrize('where', ['', 'smpl/'])
def test_official_body_takes_official_regressors_and_prior(folder, add, where):
    body, regressors = add(f'{where}SMPL_NEUTRAL.pkl'), add(f'{where}{REGRESSORS["neutral"]}', REGRESSORS['neutral'])
    prior = add(f'{where}{PRIOR}', PRIOR)
    models = ModelSet(str(folder))
    models.check(['neutral'], FitOptions())
    assert models.files(['neutral'], FitOptions()) == {
        'pose prior': prior, 'neutral body': body, 'neutral capsules': regressors}
    assert 'neutral capsules' not in models.files(['neutral'], FitOptions(interpenetration=False))
    assert models.describe(['neutral']) == [f'neutral body: SMPL ({body})', f'pose prior: {prior}']


def test_missing_regressors_are_named_together(folder, add):
    for gender in 'male', 'female':
        add(f'SMPL_{gender.upper()}.pkl', BODIES[gender][0])
    models = ModelSet(str(folder))
    with pytest.raises(InputError) as caught:
        models.check(['male', 'female'], FitOptions())
    for word in (str(folder / REGRESSORS['male']), REGRESSORS['female'], '--no_interpenetration'):
        assert word in str(caught.value)
    models.check(['male', 'female'], FitOptions(interpenetration=False))


def test_the_open_body_is_no_silent_stand_in(folder, add):
    add('SMPL_MALE.pkl', BODIES['male'][0])
    models = ModelSet(str(folder))
    line, = lines_about(models, 'official', ['female', 'male'])
    for word in ('official body for male only', 'open body is used for female', BODIES['female'][0], 'SMPL_FEMALE.pkl'):
        assert word in line
    assert lines_about(models, 'official', ['male']) == []


@pytest.mark.parametrize('name', ['SMPL_NEUTRAL_v2.pkl', 'smpl/SMPLX_NEUTRAL.npz', 'my body.pkl'])
def test_files_under_unknown_names_are_mentioned(folder, add, name):
    add(name)
    line, = lines_about(ModelSet(str(folder)), 'passed over')
    assert name in line and 'not known by name' in line


def test_no_body_at_all(tmp_path, model_dir):
    (tmp_path / 'body.pkl').symlink_to(model_dir / NEUTRAL)
    with pytest.raises(InputError) as caught:
        ModelSet(str(tmp_path)).body_path('neutral')
    for word in (str(tmp_path), NEUTRAL, 'SMPL_NEUTRAL.pkl', '--model_dir', 'not known by name: body.pkl'):
        assert word in str(caught.value)
    with pytest.raises(InputError, match='holds neither gmm_08.pkl'):
        ModelSet(str(tmp_path)).prior_path()


def test_no_folder(tmp_path):
    with pytest.raises(InputError, match='no such model folder; give one with --model_dir'):
        ModelSet(str(tmp_path / 'none'))


def test_names_that_would_reach_the_terminal(folder, add):
    add('smpl\x1b[31m.pkl')
    assert all(line.isprintable() for line in ModelSet(str(folder)).describe(['neutral']))


# What bodies may lack, or have


def test_body_without_anchor_regressor(folder, body):
    del body['J_regressor_prior']
    (folder / 'SMPL_NEUTRAL.pkl').write_bytes(dump_pickle(body))
    models = ModelSet(str(folder))
    model = models.body('neutral')
    assert abs(model.anchor_regressor - model.joint_regressor).max() == 0.
    np.testing.assert_array_equal(model.tracked(3).anchors, model.tracked(3).rest_joints)
    assert len(lines_about(models, 'without J_regressor_prior')) == 1


def test_body_with_300_components(folder, body, models):
    body['shapedirs'] = np.concatenate([np.asarray(body['shapedirs']), np.zeros((420, 3, 290))], axis=2)
    (folder / 'SMPL_NEUTRAL.pkl').write_bytes(dump_pickle(body))
    options = FitOptions(n_betas=20, interpenetration=False)
    large = ModelSet(str(folder))
    large.check(['neutral'], options)
    wanted = models.body('neutral').tracked(10)
    np.testing.assert_array_equal(large.body('neutral').tracked(10).rest_joints, wanted.rest_joints)


def test_body_in_an_npz_file(folder, body, models):
    arrays = {key: value for key, value in body.items() if isinstance(value, np.ndarray)}
    dense = {key: body[key].toarray() for key in ('J_regressor', 'J_regressor_prior')}
    np.savez_compressed(folder / 'SMPL_NEUTRAL.npz', **{**arrays, **dense}, bs_type='lrotmin', head_top=411)
    loaded, wanted = ModelSet(str(folder)).body('neutral'), models.body('neutral')
    shape, pose = np.ones(10), np.full(72, .1)
    np.testing.assert_array_equal(loaded.vertices(shape, pose), wanted.vertices(shape, pose))
    assert loaded.head_top == wanted.head_top


def test_a_body_is_read_once(folder):
    models = ModelSet(str(folder))
    assert models.body('male') is models.body('male') and models.prior is models.prior
