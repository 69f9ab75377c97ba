"""The data set: photographs, est_joints.npz and lsp_gender.csv in the published layout -> one Sample per index."""

import glob
import os

import numpy as np

from ..base.errors import InputError, MissingFile
from ..base.files import load_npz, read_bytes, read_text
from ..body.projection import FOCAL
from ..body.skeleton import N_LSP
from .sample import STILL_FRAME_RATE, Sample

_GENDERS = {'0': 'male', '1': 'female'}


class LspDataset:
    """Images by ``BASE/images/lsp/*[0-9].jpg``, joints and genders from ``BASE/results/lsp``.

    Raises InputError in one line where a file is missing, damaged, or does not fit the images.
    """

    frame_rate = STILL_FRAME_RATE

    def __init__(self, base_dir, gender_neutral=False, focal=FOCAL):
        self.base_dir, self._focal = base_dir, focal
        #: What run.json records of the choices made here.
        self.record = {'flength': focal, 'gender_neutral': gender_neutral}
        if not os.path.isdir(base_dir):
            raise InputError(f'{base_dir}: no such folder; wanted one that holds images/lsp and results/lsp')
        folder = os.path.join(base_dir, 'images', 'lsp')
        self.images = sorted(glob.glob(os.path.join(glob.escape(folder), '*[0-9].jpg')))
        if not self.images:
            raise InputError(f'{folder}: no images found; wanted names that end in a digit and .jpg')
        results = os.path.join(base_dir, 'results', 'lsp')
        self.notes = []
        self.inputs = {'images': folder, 'est_joints': os.path.join(results, 'est_joints.npz')}
        self.joints = _load_joints(self.inputs['est_joints'], len(self.images))
        self.genders = ['neutral'] * len(self.images)
        if not gender_neutral:
            self.inputs['genders'] = os.path.join(results, 'lsp_gender.csv')
            self.genders = _load_genders(self.inputs['genders'], len(self.images))
        truth = os.path.join(results, 'ground_truth.npz')
        if os.path.exists(truth):
            self.inputs['ground_truth'] = truth

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        path = self.images[index]
        return Sample(index, os.path.basename(path), path, self.joints[:2, :, index].T.copy(),
                      self.joints[2, :, index].copy(), self.genders[index], self._focal)

    def read(self, sample):
        """The image file of a Sample. Raises InputError where it cannot be read."""
        return read_bytes(sample.path)


def _load_joints(path, n_images):
    """Rows x, y, confidence of est_joints (3, 14, N)."""
    try:
        joints, = load_npz(path, 'est_joints')
    except MissingFile as error:
        raise InputError(f'{error}; the detected joints belong there') from None
    if joints.ndim != 3 or joints.shape[0] < 3 or joints.shape[1] != N_LSP or joints.dtype.kind not in 'fiu':
        raise InputError(f'{path}: est_joints has shape {joints.shape} of {joints.dtype}, wanted (3 or more, {N_LSP}, '
                         'images) numbers')
    if joints.shape[2] < n_images:
        raise InputError(f'{path}: holds the joints of {joints.shape[2]} of the {n_images} images')
    return joints[:3].astype(np.float64)


def _load_genders(path, n_images):
    try:
        lines = read_text(path).split('\n')
    except InputError as error:
        raise InputError(f'{error}; give it, or pass --gender_neutral') from error
    while lines and not lines[-1].strip():
        lines.pop()
    if len(lines) < n_images:
        raise InputError(f'{path}: has lines for {len(lines)} of the {n_images} images')
    for number, line in enumerate(lines[:n_images], start=1):
        if line.strip() not in _GENDERS:
            raise InputError(f'{path}: line {number} is {line.strip()!r}, wanted 0 (male) or 1 (female)')
    return [_GENDERS[line.strip()] for line in lines[:n_images]]
