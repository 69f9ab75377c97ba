"""Views of calibrated cameras as Samples."""

from copy import copy
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from lib.base.errors import InputError
from lib.inputs.cameras.reading import read_rig
from lib.inputs.cameras.sources import Frames
from lib.inputs.fingerprint import input_checksums
from lib.inputs.photo_options import PhotoOptions
from lib.inputs.sample import make_problem
from lib.inputs.views import ViewDataset
from tests import rigs

CAMERAS = rigs.rig(3)
COUNT = 3


class Scene:
    """People in some frames of three cameras, to be changed by a test: [camera][frame] -> LSP joints (14, 3) each."""

    def __init__(self, base, body):
        self.base = base
        self.people = [rigs.points_of(body, rigs.standing(), (.1, 0., 1.)),
                       rigs.points_of(body, rigs.standing(2.), (1.1, .9, 1.))]
        self.seen = [[[rigs.joints_seen(own, points + (.02 * frame, 0., 0.)) for points in self.people[:1]]
                      for frame in range(COUNT)] for own in CAMERAS]

    def open(self, unit=1., kind=rigs.write_json, **options):
        calibration = kind(self.base / ('calib.json' if kind is rigs.write_json else 'calib.toml'), CAMERAS, unit)
        for own, frames in zip(CAMERAS, self.seen):
            rigs.write_openpose(self.base / 'poses' / own.name, frames)
        rig, poses = read_rig(str(calibration)), str(self.base / 'poses')
        return ViewDataset(rig, Frames(rig, poses, None, None), PhotoOptions(keypoints=poses, **options))


@pytest.fixture
def scene(tmp_path, body):
    return Scene(tmp_path, body)


def test_a_sample_has_all_views(scene):
    data = scene.open(gender='female')
    assert len(data) == COUNT and data.images == ['frame_000000', 'frame_000001', 'frame_000002']
    assert data.notes == [] and data.doubts == [] and data.cameras == 3 and data.genders == ['female'] * 3
    sample = data[1]
    assert [view.camera.name for view in sample.views] == ['cam_01', 'cam_02', 'cam_03'] and sample.frame is None
    for view, own, seen in zip(sample.views, CAMERAS, scene.seen):
        assert view.joints == pytest.approx(own.straighten_points(seen[1][0][:, :2]), abs=1e-3)
        assert not view.left_out and view.confidence.all()
        height = np.ptp(view.scale * view.joints[:, 1])
        assert 230. < height < 320.
    problem = make_problem(sample, ())
    assert len(problem.views) == 3 and problem.gender == 'female' and not problem.confidence.any()
    assert problem.views[2].joints == pytest.approx(sample.views[2].scale * sample.views[2].joints)
    assert problem.views[2].focal == pytest.approx(sample.views[2].scale * CAMERAS[2].focal)
    assert data.read(sample) == ()


def test_images_are_read_where_they_are_wanted(scene):
    data = scene.open()
    data._frames.sources = {own.name: SimpleNamespace(read=lambda frame, own=own: f'{own.name} {frame}')
                            for own in CAMERAS}
    assert data.read(data[2]) == ('cam_01 2', 'cam_02 2', 'cam_03 2')
    data._pictures = False
    assert data.read(data[2]) == ()


def test_scales_are_those_of_the_camera(scene):
    assert len({data.scale for sample in scene.open() for data in sample.views[:1]}) == 1


def test_people_are_followed(scene):
    for view, own in enumerate(CAMERAS):
        for frame in range(COUNT):
            other = rigs.joints_seen(own, scene.people[1])
            scene.seen[view][frame].insert(frame % 2, other)
    everybody = scene.open(person='all')
    assert everybody.images == [f'frame_00000{frame}#{number}' for frame in range(COUNT) for number in (0, 1)]
    largest = scene.open()
    first = [sample.views[0].joints[0] for sample in largest]
    assert len(largest) == COUNT and np.ptp(first, axis=0).max() < 30.


def test_a_view_that_disagrees_is_left_out_and_named(scene):
    wrong = scene.seen[2][1][0]
    scene.seen[2][1] = [wrong + (50., 0., 0.)]
    data = scene.open()
    assert [view.left_out for view in data[1].views] == [False, False, True] and not data[1].views[2].confidence.any()
    assert data.notes == ['cam_03 disagrees with the other cameras, and is left out, in frames 1']
    assert data[1].error is None and data[1].doubt == ''


def test_of_two_that_disagree_nobody_knows_which(scene):
    for view in (1, 2):
        scene.seen[view][1] = [scene.seen[view][1][0] + (0., 80. * view, 0.)]
    assert scene.open()[1].error == 'cam_01 and cam_02, cam_03 do not agree on anybody'


def test_nobody_and_one_view_alone(scene):
    for view in range(3):
        scene.seen[view][1] = []
    for view in (1, 2):
        scene.seen[view][2] = []
    data = scene.open()
    assert 'no people' in data[1].error and data[1].views == ()
    assert data[2].error is None and 'one camera only' in data[2].doubt
    assert [bool(view.confidence.any()) for view in data[2].views] == [True, False, False]


def test_calibrations_in_another_unit(scene):
    with pytest.raises(InputError, match=r'calib.toml: by it people are 1[0-9]{3} m tall: .* mm; wanted .* metres'):
        scene.open(unit=.001, kind=rigs.write_toml)
    assert 'calib.json: does not say its unit; by the size of people it is cm' in scene.open(unit=.01).notes[0]
    anipose = scene.open(unit=.001, kind=lambda path, cameras, unit: rigs.write_toml(path, cameras, unit, fisheye=''))
    assert len(anipose.notes) == 1 and 'it is mm: taken so' in anipose.notes[0]
    assert anipose[0].views[0].camera.translation == pytest.approx(CAMERAS[0].translation)


def test_a_calibration_of_others(scene):
    scene.seen[1] = [[person * (1., -1., 1.) + (0., 640., 0.) for person in frame] for frame in scene.seen[1]]
    scene.seen[2] = [[person + (0., 90., 0.) for person in frame] for frame in scene.seen[2]]
    with pytest.raises(InputError, match='calib.json: in no frame do two cameras see joints in the same place'):
        scene.open()


def test_cameras_that_are_exchanged_are_told(tmp_path, body, monkeypatch):
    monkeypatch.setattr('tests.inputs.test_views.CAMERAS', rigs.rig(5))
    scene = Scene(tmp_path, body)
    scene.seen[0], scene.seen[1] = scene.seen[1], scene.seen[0]
    data = scene.open()
    assert len(data.doubts) == 1 and data.doubts[0] in data.notes
    assert 'calib.json: keypoints, or places, seem to be exchanged' in data.doubts[0]


def test_a_calibration_the_other_way_round_is_told(scene, monkeypatch):
    monkeypatch.setattr('tests.inputs.test_views.CAMERAS', [replace(own, rotation=own.rotation.T, translation=own.place)
                                                            for own in CAMERAS])
    with pytest.raises(InputError, match='same place; its R and t seem to lead from the camera to the world'):
        scene.open()


def test_frames_out_of_step(scene, body):
    for view, own in enumerate(CAMERAS):
        scene.seen[view] = []
        for frame in range(40):
            pose = rigs.standing(bend=.6 + .5 * np.sin(.4 * (frame + 5 * (view == 1))))
            pose[[50, 53]] += .5 * np.cos(.4 * (frame + 5 * (view == 1)))
            scene.seen[view].append([rigs.joints_seen(own, rigs.points_of(body, pose))])
    data = scene.open()
    assert data.doubts == ["the frames of cam_02 seem to be 5 ahead of the others'"] and data.doubts[0] in data.notes


def test_keypoints_that_cannot_be_read_are_nobodys(scene):
    scene.open()
    path = sorted((scene.base / 'poses' / 'cam_02').iterdir())[1]
    path.write_text('{')
    scene.seen = []
    data = scene.open()
    assert [bool(view.confidence.any()) for view in data[1].views] == [True, False, True]
    assert len(data.notes) == 1 and 'cam_02' in data.notes[0] and 'views without keypoints' in data.notes[0]


def test_a_fit_of_other_views_is_another(scene):
    data = scene.open()
    before = input_checksums(data)
    scene.seen[2][1][0][13, 0] += 3.  # the head top, by which nobody's size is told
    after = input_checksums(scene.open())
    assert [one == other for one, other in zip(before, after)] == [True, False, True]
    camera = copy(data[0].views[0].camera)
    object.__setattr__(camera, 'translation', camera.translation + 1e-6)
    data._samples[0] = replace(data[0], views=(replace(data[0].views[0], camera=camera), *data[0].views[1:]))
    assert input_checksums(data)[0] != before[0] and input_checksums(data)[1:] == before[1:]
