"""Joints that are hardly believed in, and people who are hardly there."""

import shutil

import numpy as np
import pytest

from lib.inputs.image_folder import PhotoFolder
from lib.inputs.photo_options import PhotoOptions
from lib.inputs.photos import PhotoDataset
from lib.outputs.result_file import read_result
from tests.inputs.conftest import COUNT


def unsure(named, joints, confidence):
    """The person with ``joints`` put to the picture's border, believed with ``confidence``."""
    return {joint: (3., 150., confidence) if joint in joints else place for joint, place in named.items()}


LEGS = ('left_hip', 'right_hip', 'mid_hip', 'left_knee', 'right_knee', 'left_ankle', 'right_ankle')


@pytest.mark.parametrize('confidence', [0.02, 0.14])
def test_joints_that_are_hardly_believed_in_are_missing(photos, confidence):
    """They tell nothing of scale and camera: the sample is what it is without them."""
    name = photos.names[0]
    sound = photos.people[name][0]
    photos.people[name] = [unsure(sound, LEGS, confidence)]
    found = photos.data()[0]
    photos.people[name] = [unsure(sound, LEGS, 0.)]
    shutil.rmtree(photos.base / 'found')
    wanted = photos.data()[0]
    np.testing.assert_array_equal(found.confidence, wanted.confidence)
    np.testing.assert_array_equal(found.joints, wanted.joints)
    assert (found.scale, found.focal) == (wanted.scale, wanted.focal)
    assert (found.confidence == 0).sum() == 7, 'legs and head top'


def test_a_person_whom_the_detector_does_not_believe_in_at_all(photos):
    name = photos.names[0]
    photos.people[name] = [unsure(photos.people[name][0], photos.people[name][0], .1)]
    assert '0.15 or more' in photos.data()[0].error


def test_half_a_body_at_the_border_is_not_far_away(fit_photos, photos):
    """With legs at the border of which the detector believes 2 %, the depth is that of the whole body, near enough."""
    photos.people[photos.names[0]] = [photos.people[photos.names[0]][0]]
    whole = fit_photos(photos.write())
    assert whole.code == 0
    depth = read_result(photos.out / '0000.pkl')['cam_t'][2]
    photos.people[photos.names[0]] = [unsure(photos.people[photos.names[0]][0], LEGS, .02)]
    shutil.rmtree(photos.base / 'found')
    assert fit_photos(photos.write(), '--out_dir', photos.out / 'half').code == 0
    result = read_result(photos.out / 'half' / '0000.pkl')
    assert result['cam_t'][2] == pytest.approx(depth, rel=.4) and np.abs(result['betas']).max() < 5


def test_somebody_without_joints_changes_nobody_else(photos):
    first = photos.names[0]
    wanted = photos.data(person='all')[0]
    shutil.rmtree(photos.base / 'found')
    nobody = {joint: (0., 0., 0.) for joint in photos.people[first][0]}
    photos.people[first] = [*photos.people[first], nobody]
    data = photos.data(person='all')
    assert len(data) == COUNT and (data[0].focal, data[0].scale) == (wanted.focal, wanted.scale)
    shutil.rmtree(photos.base / 'found')
    photos.people[first][1] = {**nobody, 'left_knee': (50., 50., .9)}  # somebody of whom nothing tells the size
    data = photos.data(person='all')
    assert len(data) == COUNT + 1 and (data[0].focal, data[0].scale) == (wanted.focal, wanted.scale)


def test_people_who_are_too_small(photos):
    name = photos.names[0]
    photos.people[name] = [{joint: (x / 40, y / 40, c) for joint, (x, y, c) in photos.people[name][0].items()}]
    data = photos.data()
    assert 'too small to be fitted' in data[0].error and data[1].error is None


class Frames(PhotoFolder):
    """Photographs as frames of a clip."""

    numbered = True


def test_one_scale_for_all_frames(photos):
    """That of the median stature: the camera does not change within a clip, whoever is found small in a frame."""
    first, second, third = photos.names
    lsp = photos.people[first]
    for name, factor in ((first, .9), (second, 1.), (third, 1.2)):
        photos.people[name] = [{joint: (factor * x, factor * y, c) for joint, (x, y, c) in person.items()}
                               for person in lsp]
    keypoints, folder = str(photos.write()), str(photos.folder)
    stills = [sample.scale for sample in PhotoDataset(PhotoFolder(folder), PhotoOptions(keypoints))]
    frames = PhotoDataset(Frames(folder), PhotoOptions(keypoints))
    assert [sample.scale for sample in frames] == [pytest.approx(np.median(stills))] * COUNT
    assert stills[0] > stills[1] > stills[2]
    given = PhotoDataset(Frames(folder), PhotoOptions(keypoints, scale=1.5))
    assert [sample.scale for sample in given] == [1.5] * COUNT


@pytest.mark.parametrize('scale, good', [(.05, False), (50., False), (.5, True), (8., True)])
def test_a_scale_that_the_weights_are_not_meant_for(photos, scale, good):
    error = photos.data(scale=scale)[0].error
    assert error is None if good else f'--scale {scale:g} makes the person' in error
