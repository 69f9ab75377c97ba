"""Photographs with a detector's keypoints, to be changed by a test."""


import cv2
import numpy as np
import pytest

from lib.inputs.image_folder import PhotoFolder
from lib.inputs.photo_options import PhotoOptions
from lib.inputs.photos import PhotoDataset
from tests.detector_files import named_joints, write_kind
from tests.program import OUT, SAMPLE

COUNT = 3
KIND = 'OpenPose BODY_25'


class Photos:
    """A folder of the sample's first photographs, and keypoints to be written for them."""

    def __init__(self, base):
        self.base, self.folder, self.out = base, base / 'photos', base / OUT
        self.folder.mkdir()
        with np.load(SAMPLE / 'results' / 'lsp' / 'est_joints.npz') as data:
            joints = data['est_joints'][:3].transpose(2, 1, 0)
        self.people, self.sizes = {}, {}
        for path, lsp in zip(sorted((SAMPLE / 'images' / 'lsp').glob('*.jpg'))[:COUNT], joints):
            picture = cv2.imread(str(path))
            cv2.imwrite(str(self.folder / path.name), picture)
            self.sizes[path.name] = np.array(picture.shape[1::-1], dtype=float)
            self.people[path.name] = [named_joints(lsp)]
        self.names = list(self.people)

    def write(self, kind=KIND):
        return write_kind(kind, self.base / 'found', self.people, self.sizes)

    def resize(self, name, factor):
        """Enlarge a photograph and its people."""
        picture = cv2.imread(str(self.folder / name))
        cv2.imwrite(str(self.folder / name), cv2.resize(picture, None, fx=factor, fy=factor))
        self.people[name] = [{joint: (factor * x, factor * y, c) for joint, (x, y, c) in named.items()}
                             for named in self.people[name]]
        self.sizes[name] = factor * self.sizes[name]

    def data(self, **options):
        return PhotoDataset(PhotoFolder(str(self.folder)), PhotoOptions(str(self.write()), **options))


@pytest.fixture
def photos(tmp_path):
    return Photos(tmp_path)


@pytest.fixture
def fit_photos(run, photos, model_dir):
    """``fit_photos(keypoints, *options)``: the program on the photographs, without pictures and quietly."""
    def fit_photos(keypoints, *options):
        return run(photos.folder, '--keypoints', keypoints, '--out_dir', photos.out, '--model_dir', model_dir,
                   '--workers', 1, '-q', '--no_render', *options)
    return fit_photos
