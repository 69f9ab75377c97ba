"""Parameters as AMASS has them: who poses SMPL-H with them gets our body, z up."""

import io

import numpy as np
import pytest

from lib.body.kinematics import pose_body
from lib.model_files import ModelSet
from lib.outputs.exported.amass import amass_parameters
from lib.outputs.result_file import read_result
from tests.program import OUT, ROOT

FRAMES = 3


@pytest.fixture(scope='module')
def model():
    return ModelSet(str(ROOT / 'models')).body('male')


@pytest.fixture(scope='module')
def motion():
    """Poses (FRAMES, 72), trans (FRAMES, 3) and betas (10,)."""
    rng = np.random.default_rng(3)
    return rng.normal(0., .4, (FRAMES, 72)), rng.normal(0., 2., (FRAMES, 3)), rng.normal(0., 1., 10)


def read(model, poses, trans, betas, **other):
    pelvis = np.ravel(model.joint_regressor[0] @ model.rest_shape(betas))
    given = {'gender': 'male', 'frame_rate': 25., 'body': 'some body', 'body_checksum': 'abc', **other}
    with np.load(io.BytesIO(amass_parameters(poses, trans, betas, pelvis, **given)), allow_pickle=False) as data:
        return dict(data)


def test_what_readers_ask_for(model, motion):
    """The keys and sizes of AMASS's files, whose readers slice them."""
    data = read(model, *motion)
    assert data['poses'].shape == (FRAMES, 156) and data['trans'].shape == (FRAMES, 3)
    assert data['betas'].shape == (16,) and data['dmpls'].shape == (FRAMES, 8)
    assert data['mocap_framerate'] == data['mocap_frame_rate'] == 25. and int(data['mocap_framerate']) == 25
    assert str(data['gender']) == data['gender'].item() == 'male' and str(data['surface_model_type']) == 'smplh'
    assert str(data['body']) == 'some body' and str(data['body_checksum']) == 'abc'
    np.testing.assert_array_equal(data['betas'], [*motion[2], *[0.] * 6])
    assert not data['poses'][:, 66:].any(), 'fingers at rest'


def test_the_body_stands_where_it_stood(model, motion):
    """Y up becomes z up: what was above is above, and what was away is away."""
    poses, trans, betas = motion
    data = read(model, poses, trans, betas)
    body = model.tracked(10)
    shown = np.concatenate([data['poses'][:, :66], np.zeros((FRAMES, 6))], axis=1)
    wanted = pose_body(body, np.tile(betas, (FRAMES, 1)), poses).joints[:, :22] + trans[:, None]
    found = pose_body(body, np.tile(data['betas'][:10], (FRAMES, 1)), shown).joints[:, :22] + data['trans'][:, None]
    np.testing.assert_allclose(found[..., 2], wanted[..., 1], atol=1e-12)
    np.testing.assert_allclose(found[..., 1], -wanted[..., 2], atol=1e-12)
    np.testing.assert_allclose(found[..., 0], wanted[..., 0], atol=1e-12)


def test_the_commands_file(fit, models, tmp_path):
    """Where the published camera sees the body: x right, y down, z away become x right, z up, y away."""
    assert fit('--save_amass', '--gender_neutral').code == 0
    out, body = tmp_path / OUT, models.body('neutral').tracked(10)
    result = read_result(out / '0001.pkl')
    with np.load(out / '0001_amass.npz') as data:
        assert data['mocap_framerate'] == 30. and str(data['gender']) == 'neutral'
        shown = np.append(data['poses'][0, :66], np.zeros(6))
        found = pose_body(body, data['betas'][None, :10], shown[None]).joints[0, :22] + data['trans']
    wanted = pose_body(body, result['betas'][None], result['pose'][None]).joints[0, :22] + result['cam_t']
    np.testing.assert_allclose(found, wanted[:, [0, 2, 1]] * (1., 1., -1.), atol=1e-8)
