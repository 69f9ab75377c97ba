"""What more is known of images: by their names where it has some, else in order."""

import pickle

import numpy as np
import pytest

from lib.base.errors import InputError
from lib.body.skeleton import SMPL_NAMES
from lib.inputs.fingerprint import input_checksums
from lib.inputs.lsp import LspDataset
from lib.inputs.points_only import PointsOnly
from lib.inputs.with_evidence import Given, WithEvidence
from tests.program import DataSet

JOINTS = np.random.default_rng(0).normal(0., .3, (3, 24, 3))
POSES = np.arange(3.)[:, None] * np.ones(72) / 10.


@pytest.fixture(scope='module')
def data(tmp_path_factory):
    return LspDataset(str(DataSet(tmp_path_factory.mktemp('more') / 'data', 3).base))


@pytest.fixture
def given(tmp_path):
    """``given(names)``: Given files of both kinds, in another order where there are names."""
    def given(names=None, count=3):
        order = [2, 0, 1][:count] if names else list(range(count))
        named = {'imgname': np.array(names)[order]} if names else {}
        np.savez(tmp_path / 'e.npz', pose=POSES[order], **named)
        rows = [','.join([names[i] if names else str(i), joint, *map(str, place)])
                for i in order for joint, place in zip(SMPL_NAMES, JOINTS[i])]
        (tmp_path / 'j.csv').write_text('image,name,x_m,y_m,z_m\n' + '\n'.join(rows))
        return Given(str(tmp_path / 'j.csv'), None, str(tmp_path / 'e.npz'))
    return given


@pytest.mark.parametrize('named', ['by name', 'with folders', 'in order'])
def test_whose_is_what(data, given, named):
    names = None if named == 'in order' else [f'C:\\x\\{name}' if 'folders' in named else name for name in data.images]
    found = WithEvidence(data, given(names))
    for index in range(3):
        sample = found[index]
        np.testing.assert_allclose(sample.points3d[:24, :3], JOINTS[index])
        np.testing.assert_array_equal(sample.estimate.pose, POSES[index])
        np.testing.assert_array_equal(sample.joints, data[index].joints)
    assert set(found.inputs) - set(data.inputs) == {'joints3d', 'estimates'}
    assert (found.images, found.genders, len(found), found.cameras) == (data.images, data.genders, 3, 0)
    assert all(one != other for one, other in zip(input_checksums(found), input_checksums(data)))


def test_images_of_which_nothing_is_said(data, given):
    found = WithEvidence(data, given(list(data.images), 2))
    assert found[1].points3d is None and found[1].estimate is None and found[2].points3d is not None
    assert sum('has no' in note for note in found.notes) == 2


def test_of_other_images(data, given):
    with pytest.raises(InputError, match='holds 3D points of 2 images or frames, wanted those of 3'):
        WithEvidence(data, given(count=2))


def test_names_of_other_images(data, given):
    """Where names are others', as copies have, the order is all that is left: which is said."""
    notes = WithEvidence(data, given(['a.jpg', 'b.jpg', 'c.jpg'])).notes
    assert sum('are not those here' in note and 'taken in order' in note for note in notes) == 2
    assert not any('in order' in note for note in WithEvidence(data, given()).notes)


def test_estimates_of_points_alone(tmp_path):
    """Points stay with their frames."""
    np.savez(tmp_path / 'j.npz', joints3d=JOINTS)
    for i, pose in enumerate(POSES):
        (tmp_path / f'{i}.pkl').write_bytes(pickle.dumps({'pose': pose}))
    alone = PointsOnly(str(tmp_path / 'j.npz'), 'smpl24')
    sample = WithEvidence(alone, Given(estimates=str(tmp_path)))[2]
    np.testing.assert_array_equal(sample.points3d, alone[2].points3d)
    np.testing.assert_array_equal(sample.estimate.pose, POSES[2])
    assert Given().nothing and not Given(estimates='x').nothing
