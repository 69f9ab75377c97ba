"""SMPL parameters of other programs: names, rotations, frames, images, and what is none."""

import pickle

import cv2
import numpy as np
import pytest

from lib.base.errors import InputError
from lib.inputs.estimates import estimate_paths, read_estimates

COUNT = 3
POSE = np.random.default_rng(0).normal(0., .3, (COUNT, 72))
BETAS = np.random.default_rng(1).normal(size=(COUNT, 10))
MATRICES = np.array([[cv2.Rodrigues(vector)[0] for vector in pose.reshape(24, 3)] for pose in POSE])


@pytest.fixture
def of(tmp_path):
    """``of(**arrays)``: the Estimates of an npz file."""
    def of(**arrays):
        np.savez(tmp_path / 'e.npz', **arrays)
        return read_estimates(str(tmp_path / 'e.npz'))
    return of


def check(found, pose=POSE, betas=BETAS):
    np.testing.assert_allclose([it.pose for it in found.people], pose, atol=1e-6)
    np.testing.assert_allclose([it.betas for it in found.people], betas)


WITHOUT_HANDS = np.concatenate([POSE[:, :66], np.zeros((COUNT, 6))], axis=1)


@pytest.mark.parametrize('arrays', [
    {'pose': POSE, 'betas': BETAS}, {'poses': POSE.reshape(COUNT, 24, 3), 'shape': BETAS},
    {'thetas': MATRICES, 'pred_betas': BETAS}, {'global_orient': POSE[:, :3], 'body_pose': POSE[:, 3:], 'betas': BETAS},
    {'global_orient': POSE[:, None, :3], 'body_pose': POSE[:, 3:].reshape(COUNT, 23, 3), 'betas': BETAS},
    {'pred_global_orient': MATRICES[:, :1], 'pred_body_pose': MATRICES[:, 1:], 'betas': BETAS},
    {'root_orient': MATRICES[:, 0], 'body_pose': MATRICES[:, 1:].reshape(COUNT, -1), 'betas': BETAS}])
def test_spellings(of, arrays):
    check(of(**arrays))


@pytest.mark.parametrize('arrays', [
    {'global_orient': POSE[:, :3], 'body_pose': POSE[:, 3:66]}, {'poses': np.pad(POSE[:, :66], ((0, 0), (0, 90)))},
    {'fullpose': np.pad(POSE[:, :66], ((0, 0), (0, 99)))},
    {'root_orient': POSE[:, :3], 'pose_body': MATRICES[:, 1:22]}])
def test_bodies_without_smpls_hands(of, arrays):
    check(of(**arrays, betas=BETAS), WITHOUT_HANDS)


def test_one_person(of):
    check(of(pose=POSE[0], betas=BETAS[0]), POSE[:1], BETAS[:1])
    check(of(global_orient=MATRICES[0, 0], body_pose=MATRICES[0, 1:], betas=BETAS[:1]), POSE[:1], BETAS[:1])


def test_betas_for_all_or_none(of):
    check(of(pose=POSE, betas=BETAS[0]), betas=BETAS[[0, 0, 0]])
    check(of(pose=POSE), betas=np.zeros((COUNT, 1)))


Y_UP, Z_UP = np.diag([1., -1., -1.]), [[1., 0., 0.], [0., 0., 1.], [0., -1., 0.]]


@pytest.mark.parametrize('said, turn', [({'up_axis': 'y'}, Y_UP), ({'up_axis': 'z'}, Z_UP),
                                        ({'mocap_framerate': 30.}, Z_UP),
                                        ({'mocap_framerate': 30., 'up_axis': 'y'}, Y_UP)])
def test_frames_with_an_axis_up(of, said, turn):
    """As the exports of this program, and AMASS, have it; a camera sees y down, z away."""
    turned = POSE.copy()
    turned[:, :3] = [cv2.Rodrigues(turn @ matrix)[0].ravel() for matrix in MATRICES[:, 0]]
    check(of(poses=turned, betas=BETAS, **said))


def test_pickles(tmp_path):
    nested = {'smpl': {'global_orient': POSE[:, :3], 'body_pose': POSE[:, 3:], 'betas': BETAS}, 'score': 1.}
    for content in nested, [nested], nested['smpl']:
        (tmp_path / 'e.pkl').write_bytes(pickle.dumps(content))
        check(read_estimates(str(tmp_path / 'e.pkl')))


@pytest.mark.parametrize('before', [0, 3])
def test_theta_with_betas(of, before):
    """HMR's and VIBE's: the camera, or nothing, pose and betas in one."""
    theta = np.concatenate([np.full((COUNT, before), .9), POSE, BETAS], axis=1)
    check(of(theta=theta))
    check(of(theta=theta, betas=-BETAS), betas=-BETAS)


def test_pickles_of_one_person_each(tmp_path):
    """In a list or by image, each as its program has it."""
    def read(content):
        (tmp_path / 'e.pkl').write_bytes(pickle.dumps(content))
        return read_estimates(str(tmp_path / 'e.pkl'))
    people = [{'pose': pose, 'betas': betas[None], 'score': None} for pose, betas in zip(POSE, BETAS)]
    names = ['c.jpg', 'a.jpg', 'b.jpg']
    check(read(people))
    assert read(people).images is None
    for content in (dict(zip(names, people)), {'results': dict(zip(names, people))},
                    {name: [person] for name, person in zip(names, people)},
                    [{**person, 'imgname': name} for name, person in zip(names, people)]):
        found = read(content)
        check(found)
        assert found.images == names
    turned = [{'global_orient': own[:1], 'body_pose': own[1:], 'betas': betas} for own, betas in zip(MATRICES, BETAS)]
    check(read(turned))
    with pytest.raises(InputError, match='e.pkl: pose has another shape for some images'):
        read([people[0], {**people[1], 'pose': POSE[:2]}])
    with pytest.raises(InputError, match='estimates of 6 people in 3 entries'):
        read([{'pose': POSE[:2]}] * 3)
    with pytest.raises(InputError, match='holds a list'):
        read([*people, {}])


def test_images(of, tmp_path):
    assert of(pose=POSE, imgname=np.array(['a.jpg', 'b.jpg', 'c.jpg'])).images == ['a.jpg', 'b.jpg', 'c.jpg']
    assert of(pose=POSE, names=np.array(['a.jpg'])).images is None and of(pose=POSE).images is None


def test_a_folder(tmp_path):
    """A file for each image; results with exports beside them count once."""
    for i in range(COUNT):
        (tmp_path / f'im{i}.pkl').write_bytes(pickle.dumps({'pose': POSE[i], 'betas': BETAS[i]}))
        np.savez(tmp_path / f'im{i}_params.npz', poses=POSE[i])
    found = read_estimates(str(tmp_path))
    check(found)
    assert found.images == ['im0', 'im1', 'im2'] and len(estimate_paths(str(tmp_path))) == COUNT
    np.savez(tmp_path / 'im0_params.npz', poses=POSE)
    for path in tmp_path.glob('*.pkl'):
        path.unlink()
    with pytest.raises(InputError, match='holds 3 people, wanted one in each file of a folder'):
        read_estimates(str(tmp_path))
    for path in tmp_path.glob('*'):
        path.unlink()
    with pytest.raises(InputError, match='holds no .npz or .pkl files'):
        read_estimates(str(tmp_path))


@pytest.mark.parametrize('summary, images', [
    (b"status,file,index\r\nfitted,b.jpg,3\nfitted,'-\xff.jpg,12\nfit", ['b.jpg', '-\udcff.jpg']),  # still running
    (b'index,file\n3,a.mp4\n12,a.mp4\n', ['0003', '0012']), (b'what,else\n3,b.jpg\n', ['0003', '0012']),
    (b'index,file\n3,"' + bytes(1 << 18), ['0003', '0012']), (None, ['0003', '0012'])],
    ids=['names', 'several people', 'of something else', 'no CSV', 'none'])
def test_a_folder_of_some_results(tmp_path, summary, images):
    """Results of this program have the numbers of its images; its summary has their names."""
    for index in 3, 12:
        (tmp_path / f'{index:04d}.pkl').write_bytes(pickle.dumps({'pose': POSE[0]}))
    if summary is not None:
        (tmp_path / 'summary.csv').write_bytes(summary)
    assert read_estimates(str(tmp_path)).images == images


@pytest.mark.parametrize('arrays, message', [
    ({'betas': BETAS}, 'lacks pose, or global_orient and body_pose'),
    ({'pose': POSE[:, :70]}, r'pose has shape \(3, 70\)'),
    ({'pose': np.full((COUNT, 72), np.nan)}, 'pose is empty, or holds NaN'),
    ({'pose': np.zeros((0, 72))}, 'pose is empty'), ({'pose': np.array(['a'])}, 'pose is no array of numbers'),
    ({'thetas': 2. * MATRICES}, 'matrices that are no rotations'), ({'thetas': -MATRICES}, 'no rotations'),
    ({'global_orient': POSE[:2, :3], 'body_pose': POSE[:, 3:]}, 'global_orient is of 2 people, body_pose of 3'),
    ({'global_orient': POSE[:, :3], 'body_pose': POSE[:, 3:60]}, r'body_pose has shape \(3, 57\)'),
    ({'pose': POSE, 'betas': BETAS[:2]}, 'betas are of 2 people'), ({'pose': POSE, 'up_axis': 'w'}, "up_axis is 'w'"),
    ({'betas': 1e5 * BETAS, 'pose': POSE}, 'betas hold'), ({'pose': np.degrees(POSE)}, 'wanted radians, not degrees')])
def test_what_is_none(of, arrays, message):
    with pytest.raises(InputError, match=message) as raised:
        of(**arrays)
    assert 'e.npz: ' in str(raised.value)


def test_a_pickle_of_something_else(tmp_path):
    (tmp_path / 'e.pkl').write_bytes(pickle.dumps(POSE))
    with pytest.raises(InputError, match='holds a ndarray, wanted a dict'):
        read_estimates(str(tmp_path / 'e.pkl'))


def test_a_pickle_that_is_refused_says_what_to_do(tmp_path):
    (tmp_path / 'a.pkl').write_bytes(b'x\x9c' + bytes(20))  # as joblib compresses
    with pytest.raises(InputError, match='save their arrays by np.savez'):
        read_estimates(str(tmp_path / 'a.pkl'))
    with pytest.raises(InputError, match='no such file$'):
        read_estimates(str(tmp_path / 'b.pkl'))
