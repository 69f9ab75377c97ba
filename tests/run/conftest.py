"""Fixtures of the tests that run the program, begin it as a process, stop it and kill it."""

import cv2
import numpy as np
import pytest

from tests.program import OUT, SAMPLE, DataSet, program
from tests.run.clips import FRAMES, RATE, STEP

#: Images in the data sets here: enough for both workers to get several.
COUNT = 8


@pytest.fixture
def many(tmp_path):
    """A DataSet of COUNT images."""
    return DataSet(tmp_path / 'data', COUNT)


@pytest.fixture
def whole(run, many, model_dir, tmp_path):
    """``whole(*options)``: the folder of an uninterrupted run over ``many`` by one process."""
    def whole(*options):
        out = tmp_path / 'whole' / OUT
        run(many.base, '--out_dir', out, '--model_dir', model_dir, '--workers', 1, '-q', *options)
        return out
    return whole


@pytest.fixture
def start(many, model_dir, tmp_path):
    """``start(*options)``: a started process of the program with two workers, leading a process group of its own."""
    def start(*options):
        return program(many.base, '--out_dir', tmp_path / OUT, '--model_dir', model_dir, '--workers', 2, '-q',
                       *options, start_new_session=True)
    return start


@pytest.fixture
def out(tmp_path):
    return tmp_path / OUT


@pytest.fixture
def fit_by_one(run, model_dir, out):
    """``fit_by_one(data_set, *options, out=OUT)``: fit a DataSet by one process."""
    def fit_by_one(data, *options, out=out):
        return run(data.base, '--out_dir', out, '--model_dir', model_dir, '--workers', 1, *options)
    return fit_by_one


@pytest.fixture(scope='module')
def lsp():
    with np.load(SAMPLE / 'results' / 'lsp' / 'est_joints.npz') as data:
        return data['est_joints'][:3, :, 0].T.copy()


@pytest.fixture(scope='module')
def video(tmp_path_factory):
    """A clip in which the sample's first photograph slides to the right, STEP px from frame to frame."""
    path = tmp_path_factory.mktemp('video') / 'clip.avi'
    picture = cv2.imread(str(sorted((SAMPLE / 'images' / 'lsp').glob('*.jpg'))[0]))
    height, width = (side // 2 * 2 for side in picture.shape[:2])
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*'MJPG'), RATE, (width, height))
    for frame in range(FRAMES):
        shift = np.array([[1., 0., STEP * frame], [0., 1., 0.]])
        writer.write(cv2.warpAffine(picture, shift, (width, height)))
    writer.release()
    return path
