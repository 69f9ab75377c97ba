"""Photographs and clips without keypoints: from the file to the fit."""

import json
import shutil

import cv2
import numpy as np
import pytest

from lib.base.errors import InputError
from lib.detecting.detector import Found, NobodyFound
from lib.detecting.mediapipe_pose import LAYOUT, OTHER_SIDES
from lib.run import finder, request
from lib.run.stopping import Stopped
from tests.detecting import needs_detector
from tests.detector_files import named_joints
from tests.program import OUT, SAMPLE, fitted_in

PHOTOGRAPHS = SAMPLE / 'images' / 'lsp'
COUNT = 3


class Pretended:
    """In place of the detector: the sample's own joints, by the size of a picture; nobody in a black one."""

    looked = []

    def __init__(self):
        with np.load(SAMPLE / 'results' / 'lsp' / 'est_joints.npz') as data:
            joints = data['est_joints'][:3].transpose(2, 1, 0)
        self._people = {}
        for path, lsp in zip(sorted(PHOTOGRAPHS.glob('*.jpg'))[:COUNT], joints):
            named = named_joints(lsp)
            self._people[cv2.imread(str(path)).shape] = np.array(
                [named.get(joint, (0., 0., 0.)) for joint in LAYOUT.joints])

    def detect(self, picture):
        self.looked.append(picture.shape)
        if not picture.any():
            raise NobodyFound('nobody is there')
        return Found(self._people[picture.shape], 'it is odd' if len(self.looked) == 2 else '')


@pytest.fixture
def pretended(monkeypatch):
    """The Pretended detector; what it ``looked`` at."""
    monkeypatch.setattr(finder, 'Detector', Pretended)
    monkeypatch.setattr(request, 'check_installed', lambda: None)
    Pretended.looked = []
    return Pretended


@pytest.fixture
def folder(tmp_path):
    """The sample's first photographs."""
    (tmp_path / 'photos').mkdir()
    for path in sorted(PHOTOGRAPHS.glob('*.jpg'))[:COUNT]:
        shutil.copy(path, tmp_path / 'photos')
    return tmp_path / 'photos'


@pytest.fixture
def fit_photos(run, model_dir, tmp_path):
    """``fit_photos(*options)``: the program, in this process, without pictures."""
    def fit_photos(*options, out=tmp_path / OUT):
        return run(*options, '--out_dir', out, '--model_dir', model_dir, '--workers', 1, '--no_render')
    return fit_photos


def rows(out):
    lines = (out / 'summary.csv').read_text().splitlines()
    return [dict(zip(lines[0].split(','), line.split(','))) for line in lines[1:]]


def test_a_folder(fit_photos, folder, tmp_path, pretended):
    cv2.imwrite(str(folder / 'z.png'), np.zeros((90, 70, 3), np.uint8))
    (folder / 'broken.jpg').write_bytes(b'no image')
    answer = fit_photos(folder)
    assert answer.code == 1 and len(pretended.looked) == COUNT + 1
    assert 'taken as photographs without keypoints' in answer.errors and 'looking for people' in answer.errors
    assert [row['status'] for row in rows(tmp_path / OUT)] == ['failed', 'fitted', 'doubtful', 'fitted', 'failed']
    assert 'nobody is there' in rows(tmp_path / OUT)[4]['message'] and 'it is odd' in rows(tmp_path / OUT)[2]['message']
    assert answer.errors.count('nobody was looked for') == 0


def test_one_photograph(fit_photos, folder, tmp_path, pretended):
    assert fit_photos(sorted(folder.iterdir())[1]).code == 0 and len(pretended.looked) == 1
    assert fitted_in(tmp_path / OUT) == ['0000.pkl']


def test_only_what_is_asked_for_is_looked_at(fit_photos, folder, tmp_path, pretended):
    assert fit_photos(folder, '--subset', '1').code == 0 and len(pretended.looked) == 1
    assert fitted_in(tmp_path / OUT) == ['0001.pkl']
    assert fit_photos(folder).code == 0 and len(pretended.looked) == COUNT
    assert [row['status'] for row in rows(tmp_path / OUT)].count('doubtful') == 1


def test_what_was_looked_at_is_not_again(fit_photos, folder, tmp_path, pretended, monkeypatch):
    """Of a run that is stopped what it saw stays; and the fits are those of one that is not."""
    assert fit_photos(folder, out=tmp_path / 'whole').code == 0
    pretended.looked = []
    look = pretended.detect

    def stopped(self, picture):
        if len(self.looked) == 2:
            raise Stopped(2)
        return look(self, picture)
    monkeypatch.setattr(pretended, 'detect', stopped)
    assert fit_photos(folder).code == 130 and len(pretended.looked) == 2 and not fitted_in(tmp_path / OUT)
    monkeypatch.setattr(pretended, 'detect', look)
    assert fit_photos(folder).code == 0 and len(pretended.looked) == COUNT
    assert fit_photos(folder, '--overwrite').code == 0 and len(pretended.looked) == COUNT
    for name in fitted_in(tmp_path / 'whole'):
        assert (tmp_path / OUT / name).read_bytes() == (tmp_path / 'whole' / name).read_bytes()


def test_results_of_what_is_not_looked_at_again_stay(fit_photos, folder, tmp_path, pretended):
    """The log of what was found is lost, and not all are asked for: of the others nobody knows that they changed."""
    fit_photos(folder)
    (tmp_path / OUT / 'detected.jsonl').unlink()
    answer = fit_photos(folder, '--subset', '0')
    assert answer.code == 0 and '1 skipped' in answer.printed and 'other joints' not in answer.errors
    assert len(fitted_in(tmp_path / OUT)) == COUNT
    assert f'{COUNT} skipped' in fit_photos(folder).printed


def test_what_was_found_is_saved_and_gives_the_same_fits(fit_photos, folder, tmp_path, pretended):
    assert fit_photos(folder, '--save_keypoints').code == 0
    saved = tmp_path / OUT / 'keypoints.json'
    assert len(json.loads(saved.read_text())['annotations']) == COUNT
    assert fit_photos(folder, '--keypoints', saved, out=tmp_path / 'again').code == 0
    for name in fitted_in(tmp_path / OUT):
        assert (tmp_path / OUT / name).read_bytes() == (tmp_path / 'again' / name).read_bytes()


def test_confidences_as_given_are_another_way(fit_photos, folder, tmp_path, pretended):
    assert fit_photos(folder, '-q').code == 0
    fit_photos(folder, '-q', '--confidence', 'given').assert_one_line('another way', 'confidence')


def test_without_the_detector(fit_photos, folder, tmp_path, monkeypatch):
    monkeypatch.setattr('importlib.util.find_spec', lambda _: None)
    fit_photos(folder, '-q').assert_one_line('make detector', '--keypoints')
    assert not (tmp_path / OUT).exists()


def test_a_detector_that_cannot_be_used(fit_photos, folder, pretended, monkeypatch):
    """Every image says so, and none is taken for one without people when it can be used again."""
    def broken():
        raise InputError('the detector cannot be used (broken)')
    monkeypatch.setattr(finder, 'Detector', broken)
    answer = fit_photos(folder, '-q')
    assert answer.code == 1 and answer.errors.count('cannot be used') == COUNT
    monkeypatch.setattr(finder, 'Detector', Pretended)
    assert fit_photos(folder).code == 0


def clip_of(path, frames):
    """A clip of pictures."""
    height, width = frames[0].shape[:2]
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*'MJPG'), 10., (width, height))
    for frame in frames:
        writer.write(frame)
    writer.release()
    return path


def test_a_clip(fit_photos, folder, tmp_path, pretended, monkeypatch):
    """All of its frames are looked at, whichever are asked for: they share a scale."""
    picture = cv2.imread(str(sorted(folder.iterdir())[0]))
    picture = cv2.copyMakeBorder(picture, 0, picture.shape[0] % 2, 0, picture.shape[1] % 2,
                                 cv2.BORDER_REPLICATE)  # codecs want even sizes
    clip = clip_of(tmp_path / 'clip.avi', [picture] * 3)

    class OfClip(Pretended):
        def __init__(self):
            super().__init__()
            self._people[picture.shape] = next(iter(self._people.values()))
    monkeypatch.setattr(finder, 'Detector', OfClip)
    answer = fit_photos(clip, '--subset', '0-1')
    assert answer.code == 0 and len(pretended.looked) == 3 and 'taken as a clip' in answer.errors
    assert fitted_in(tmp_path / OUT) == ['0000.pkl', '0001.pkl']


def test_sides_in_a_clip(fit_photos, folder, tmp_path, pretended, monkeypatch):
    """What is saved has them as they were fitted."""
    picture = cv2.imread(str(sorted(folder.iterdir())[0]))[:150, :130]
    clip = clip_of(tmp_path / 'clip.avi', [picture] * 4)

    class Mistaken(Pretended):
        def detect(self, picture):
            self.looked.append(picture.shape)
            found = next(iter(self._people.values()))
            return Found(found[OTHER_SIDES] if len(self.looked) == 3 else found)
    monkeypatch.setattr(finder, 'Detector', Mistaken)
    answer = fit_photos(clip, '--save_keypoints')
    assert answer.code == 0 and 'left and right change places' in answer.errors and 'in frames 2' in answer.errors
    saved = json.loads((tmp_path / OUT / 'keypoints.json').read_text())['annotations']
    assert saved[1]['keypoints'] == saved[2]['keypoints']
    saved = tmp_path / OUT / 'keypoints.json'
    assert fit_photos('--video', clip, '--keypoints', saved, out=tmp_path / 'again').code == 0
    for name in fitted_in(tmp_path / OUT):
        assert (tmp_path / OUT / name).read_bytes() == (tmp_path / 'again' / name).read_bytes()


@needs_detector
@pytest.mark.slow
@pytest.mark.parametrize('workers', [1, 2])
def test_real_photographs(run, folder, tmp_path, workers):
    """As typed: the photographs, and then what was saved of them."""
    for path in sorted(folder.iterdir()):  # as many as two workers want
        for i in range(8):
            shutil.copy(path, folder / f'{path.stem}_{i}.jpg')
    subset = '0,9,26'
    options = ['--workers', workers, '--no_render']
    answer = run(folder, '--out_dir', tmp_path / OUT, '--save_keypoints', *options)
    assert answer.code == 0 and 'failed' not in answer.errors
    assert all(float(row['reprojection_px']) < 8. for row in rows(tmp_path / OUT))
    assert run(folder, '--keypoints', tmp_path / OUT / 'keypoints.json', '--out_dir', tmp_path / 'again', '--subset',
               subset, *options).code == 0
    for name in fitted_in(tmp_path / 'again'):
        assert (tmp_path / OUT / name).read_bytes() == (tmp_path / 'again' / name).read_bytes()
