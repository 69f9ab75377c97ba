"""The published layout: images, est_joints.npz, lsp_gender.csv."""

import os

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.base.errors import InputError
from lib.inputs.lsp import LspDataset
from tests.image_files import image_bytes
from tests.keypoints.helpers import sample_person

COUNT = 4
PICTURE = np.zeros((173, 104, 3), dtype=np.uint8)  # of the size that the sample's second has


class Layout:
    """A data set in the published layout, to be spoiled; its images show no people."""

    def __init__(self, base):
        self.base, self.folder, self.results = base, base / 'images' / 'lsp', base / 'results' / 'lsp'
        self.folder.mkdir(parents=True)
        self.results.mkdir(parents=True)
        for i in range(1, COUNT + 1):
            (self.folder / f'im{i:04d}.jpg').write_bytes(image_bytes('JPEG', picture=PICTURE))
        self.joints = np.random.default_rng(0).uniform(0, 60, (5, 14, COUNT))
        self.joints[2] = .9
        self.write(self.joints)
        self.genders = self.results / 'lsp_gender.csv'
        self.genders.write_text('0\n1\n0\n1\n')

    def write(self, joints):
        np.savez(self.results / 'est_joints.npz', est_joints=joints)

    def data(self, **options):
        return LspDataset(str(self.base), **options)

    def refusal(self, **options):
        with pytest.raises(InputError) as raised:
            self.data(**options)
        assert len(str(raised.value).splitlines()) == 1 and len(str(raised.value)) < 500
        return str(raised.value)


@pytest.fixture
def layout(tmp_path):
    return Layout(tmp_path)


def test_samples(layout):
    data = layout.data(focal=900.)
    sample = data[2]
    assert (len(data), sample.index, sample.name, sample.gender, sample.focal, sample.scale, sample.shown,
            sample.frame) == (
        COUNT, 2, 'im0003.jpg', 'male', 900., 2., 2., None)
    np.testing.assert_array_equal(sample.joints, layout.joints[:2, :, 2].T)
    np.testing.assert_array_equal(sample.confidence, layout.joints[2, :, 2])
    assert data.read(sample) == image_bytes('JPEG', picture=PICTURE) and data.notes == []
    assert data.choices == {'flength': 900., 'gender_neutral': False}
    assert data.images == [f'im{i:04d}.jpg' for i in range(1, COUNT + 1)]
    sample.joints[:] = 0
    np.testing.assert_array_equal(data[2].joints, layout.joints[:2, :, 2].T)


def test_inputs(layout):
    folder, results = str(layout.folder), str(layout.results)
    wanted = {'images': folder, 'est_joints': f'{results}/est_joints.npz', 'genders': f'{results}/lsp_gender.csv'}
    assert layout.data().inputs == wanted
    (layout.results / 'ground_truth.npz').symlink_to('nowhere')
    assert layout.data().inputs == {**wanted, 'ground_truth': f'{results}/ground_truth.npz'}
    layout.genders.unlink()
    data = layout.data(gender_neutral=True)
    assert 'genders' not in data.inputs and data.genders == ['neutral'] * COUNT


# Images


def test_hidden_files_and_others(layout):
    for name in ('._im0001.jpg', '.im0009.jpg'):
        (layout.folder / name).write_bytes(b'Mac OS X')
    assert len(layout.data()) == COUNT and layout.data().notes == []
    (layout.folder / 'im0005.JPG').write_bytes(image_bytes('JPEG'))
    (layout.folder / 'im0006.png').write_bytes(image_bytes())
    note, = layout.data().notes
    assert 'im0005.JPG, im0006.png' in note and 'passed over' in note


def test_folders_that_cannot_be_read(layout, monkeypatch):
    def listdir(_):
        raise PermissionError(13, 'Permission denied')
    monkeypatch.setattr(os, 'listdir', listdir)
    text = layout.refusal()
    assert 'cannot be read (Permission denied)' in text and str(layout.folder) in text


def test_no_data_set(layout, tmp_path):
    def refusal(path):
        with pytest.raises(InputError) as raised:
            LspDataset(str(path))
        assert str(path) in str(raised.value)
        return str(raised.value)
    assert 'no such folder' in refusal(tmp_path / 'nowhere')
    assert 'no such file' in refusal(tmp_path / 'photo.jpg') and 'or photographs' in refusal(tmp_path / 'photo.jpg')
    assert 'no folder' in refusal(layout.genders)
    assert "the images of LSP's layout belong there" in refusal(layout.folder)
    (tmp_path / 'results' / 'more').mkdir()
    assert f'belong there: {tmp_path} has them' in refusal(tmp_path / 'images')
    assert f'belong there: {tmp_path} has them' in refusal(tmp_path / 'results' / 'lsp')
    around = tmp_path / 'far' / 'from' / 'it'
    around.mkdir(parents=True)
    assert 'name the folder that holds them itself' in refusal(around)
    (around / 'data').symlink_to(tmp_path)
    assert f"belong there: {around / 'data'} has them" in refusal(around)
    for path in layout.folder.iterdir():
        path.rename(path.with_suffix('.png'))
    assert 'no images found' in refusal(tmp_path) and 'im0001.png' in refusal(tmp_path)


# Joints


@pytest.mark.parametrize('change, words', [
    (lambda joints: np.array(3.), '()'), (lambda joints: joints.astype(str), '<U32'),
    (lambda joints: joints[0], '(14, 4)'),
    (lambda joints: joints.transpose(2, 1, 0), 'another order'),
    (lambda joints: joints.transpose(1, 0, 2), 'another order'),
    (lambda joints: joints.transpose(2, 0, 1), 'another order'), (lambda joints: joints[:2], '(2, 14, 4)'),
    (lambda joints: joints[:, :13], '(5, 13, 4)'), (lambda joints: joints[..., :3], '3 of the 4 images'),
    (lambda joints: joints.astype(complex), 'complex128'), (lambda joints: joints > 3, 'bool'),
    (lambda joints: np.zeros((5, 14, 0)), '0 of the 4 images')])
def test_joints_that_are_refused(layout, change, words):
    layout.write(change(layout.joints))
    assert words in layout.refusal() and 'est_joints.npz' in layout.refusal()


def test_another_order_of_axes_that_has_the_same_shape(layout):
    """(images, joints, 3) of as many images as rows are wanted: the third row holds no confidences."""
    for path in sorted(layout.folder.iterdir())[3:]:
        path.unlink()
    layout.write(np.random.default_rng(0).uniform(3, 60, (3, 14, 3)))
    assert 'another order' in layout.refusal()


def test_people_who_lie(layout):
    upright = np.stack([sample_person(1).T] * COUNT, axis=-1)
    layout.write(upright)
    assert list(layout.data().doubts) == []
    layout.write(upright[[1, 0, 2]])
    assert any('lie on their side' in doubt for doubt in layout.data().doubts)


def test_joints_of_copies_of_another_size(layout):
    """LSP's images are distributed in two sizes. An image that is none is not looked at."""
    joints = np.stack([sample_person(1).T] * COUNT, axis=-1)
    for scale, words in ((.5, 'in the upper left'), (2., 'joints are outside of the picture')):
        layout.write(joints * [[[scale]], [[scale]], [[1.]]])
        (doubt,) = layout.data().doubts
        assert words in doubt
        (layout.folder / 'im0001.jpg').write_text('none')
        assert layout.data().doubts == [doubt.replace('4 of 4', '3 of 3')]


def test_one_image_s_nonsense_is_its_own_matter(layout):
    layout.joints[2, :, 1], layout.joints[:, 3, 2] = 70., np.nan
    layout.write(layout.joints)
    assert len(layout.data()) == COUNT
    layout.joints[2] = np.nan
    layout.write(layout.joints)
    assert len(layout.data()) == COUNT


@pytest.mark.filterwarnings('error')
@pytest.mark.parametrize('place', [1e308, np.inf, np.nan])
def test_joints_beyond_all_pictures_raise_no_warnings(layout, place):
    """That their fit fails is said of the image."""
    joints = layout.joints.copy()
    joints[:2, :, 0] = place
    layout.write(joints)
    assert layout.data().doubts == []


def test_more_joints_than_images(layout):
    (layout.folder / 'im0004.jpg').unlink()
    note, = layout.data().notes
    assert '4 images' in note and 'there are 3' in note


def test_more_joints_than_images_that_are_not_the_first(layout):
    """Each image would get the joints of another, and a sound body."""
    (layout.folder / 'im0001.jpg').unlink()
    line = layout.refusal()
    assert 'est_joints.npz' in line and 'im0002.jpg' in line and '--subset' in line


def test_no_joints(layout):
    (layout.results / 'est_joints.npz').unlink()
    assert 'the detected joints belong there' in layout.refusal()


# Genders, focal length


def test_genders_of_excel(layout):
    layout.genders.write_bytes(b'\xef\xbb\xbf1\r\n0\r\n1\r\n1\r\n\r\n')
    assert layout.data().genders == ['female', 'male', 'female', 'female']


def test_no_genders(layout):
    layout.genders.unlink()
    assert '--gender_neutral' in layout.refusal()


@pytest.mark.parametrize('focal', [1e308, 0., -5000., float('nan'), float('inf'), 'far'])
def test_focal_lengths_that_are_refused(layout, focal):
    assert '--flength' in layout.refusal(focal=focal)


# Anything


@given(st.binary(max_size=200), st.integers(0, 2 ** 16), st.sampled_from(['est_joints.npz', 'lsp_gender.csv']))
@settings(max_examples=60, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes(layout, content, place, name):
    path = layout.results / name
    sound = path.read_bytes()
    place %= len(sound) + 1
    try:
        path.write_bytes(sound[:place] + content + sound[place + len(content):])
        layout.data()
    except InputError as error:
        assert name in str(error) and len(str(error).splitlines()) == 1
    finally:
        path.write_bytes(sound)


@pytest.mark.parametrize('place', ['.', 'images', 'images/lsp', 'results/lsp'])
def test_lsps_own_joints_are_named(layout, place):
    (layout.results / 'est_joints.npz').unlink()
    assert '--keypoints' not in layout.refusal()
    (layout.base / place / 'joints.mat').write_bytes(b'')
    line = layout.refusal()
    assert f'{layout.folder} --keypoints {os.path.join(layout.base, place.replace(".", ""), "joints.mat")}' in line
