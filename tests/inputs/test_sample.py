"""A Sample becomes a Problem in enlarged pixels, and says how large its pictures are."""

from dataclasses import replace

import numpy as np
import pytest

from lib.base.errors import InputError
from lib.inputs.image_folder import PhotoFolder
from lib.inputs.lsp import LspDataset
from lib.inputs.sample import DataSet, ImageSource, Sample, longest_shown, make_problem, shown_scale
from tests.program import SAMPLE


@pytest.fixture
def sample():
    """A person in a photograph of 120 x 160 px, enlarged three times."""
    joints = np.arange(28.).reshape(14, 2) + 5.
    return Sample(index=4, name='a.jpg', path='/photos/a.jpg', joints=joints, confidence=np.linspace(0., 1., 14),
                  gender='female', focal=900., scale=3., shown=1., size=(120, 160))


def shape(width=120, height=160):
    return height, width, 3


def test_the_problem_is_in_enlarged_pixels(sample):
    problem = make_problem(sample, shape())
    np.testing.assert_array_equal(problem.joints[1:], 3. * sample.joints[1:])
    assert np.isnan(problem.joints[0]).all(), 'of no confidence'
    np.testing.assert_array_equal(problem.confidence, sample.confidence)
    assert problem.centre.tolist() == [180., 240.]
    assert (problem.gender, problem.focal, problem.known) == ('female', 900., None)


def test_the_sample_keeps_its_joints(sample):
    before = sample.joints.copy()
    make_problem(sample, shape())
    np.testing.assert_array_equal(sample.joints, before)


def test_lsp_is_enlarged_twice():
    plain = Sample(0, 'im0001.jpg', '', np.ones((14, 2)), np.ones(14), 'male', 5000.)
    problem = make_problem(plain, shape(101, 51))
    assert problem.joints.tolist() == [[2., 2.]] * 14 and problem.centre.tolist() == [101., 51.]


def test_an_image_of_another_size_is_another_image(sample):
    with pytest.raises(InputError, match=r'^a\.jpg: the image has 160 x 120 px, and had 120 x 160 when'):
        make_problem(sample, shape(160, 120))
    assert make_problem(replace(sample, size=None), shape(160, 120)).centre.tolist() == [240., 180.]


@pytest.mark.parametrize('change, words', [
    ({'joints': np.full((14, 2), np.nan)}, 'joints'), ({'confidence': np.full(14, 3.)}, 'confidence'),
    ({'joints': np.zeros((13, 2))}, 'joints'), ({'focal': 0.}, 'focal'), ({'gender': 'x'}, 'gender')])
def test_errors_have_the_name_of_the_image(sample, change, words):
    with pytest.raises(InputError, match=f'^a.jpg: .*{words}'):
        make_problem(replace(sample, **change), shape())


@pytest.mark.parametrize('shown, size, wanted', [
    (1., (120, 160), 1.), (2., (120, 160), 2.), (2., (1920, 1000), 2.), (1., (3840, 100), .5), (2., (100, 3840), 1.)])
def test_pictures_of_large_photographs_are_reduced(sample, shown, size, wanted):
    sample = replace(sample, shown=shown)
    assert shown_scale(sample, shape(*size)) == wanted
    assert wanted * max(size) <= longest_shown(sample)


def members(protocol):
    return [name for name in vars(protocol) if not name.startswith('_')]


@pytest.mark.parametrize('protocol, make', [
    (DataSet, lambda: LspDataset(str(SAMPLE))), (ImageSource, lambda: PhotoFolder(str(SAMPLE / 'images' / 'lsp')))])
def test_what_is_asked_for_is_there(protocol, make):
    thing = make()
    assert len(members(protocol)) >= 8
    for name in members(protocol):
        assert hasattr(thing, name), name
