"""The data set: photographs, est_joints.npz and lsp_gender.csv in the published layout -> one Sample per index."""

import fnmatch
import os
import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ..base.constraints import check
from ..base.errors import InputError, MissingFile, counted, printable
from ..base.files import list_folder, load_npz, read_bytes
from ..body.projection import FOCAL
from ..body.skeleton import LSP_NAMES, N_LSP
from ..fitting.problem import possible_joints
from ..fitting.values import FOCAL_RANGE, MOST_CONFIDENT
from ..keypoints.choice import Detection
from ..keypoints.formats import FORMATS, same_count
from ..keypoints.postures import posture_doubts
from ..keypoints.proportions import order_doubts
from .genders import read_lsp_genders
from .image_folder import passed_over
from .image_header import read_header
from .names import READ
from .places import place_doubts
from .sample import STILL_FRAME_RATE, Sample

_PATTERN = '*[0-9].jpg'
_NUMBER = re.compile(r'([0-9]+)\.jpg$')
_OWN = 'joints.mat'
#: Images whose sizes are held against their joints.
_LOOKED_AT = 10


class LspDataset:
    """Images by ``BASE/images/lsp/*[0-9].jpg``, joints and genders from ``BASE/results/lsp``: a sample.DataSet.

    ``focal`` is in px of the enlarged image. Raises InputError in one line where a file is missing, damaged, or does
    not fit the images.
    """

    names_exports = False
    cameras = 0
    frame_rate = STILL_FRAME_RATE

    def __init__(self, base_dir: str, gender_neutral: bool = False, focal: float = FOCAL) -> None:
        check('--flength', focal, [FOCAL_RANGE])
        self.base_dir, self._focal = base_dir, focal
        self.choices: dict[str, Any] = {'flength': focal, 'gender_neutral': gender_neutral}
        self._folder = os.path.join(base_dir, 'images', 'lsp')
        results = os.path.join(base_dir, 'results', 'lsp')
        self.images, notes = _images(base_dir, self._folder)
        self.inputs = {'images': self._folder, 'est_joints': os.path.join(results, 'est_joints.npz')}
        self.joints = _load_joints(self.inputs['est_joints'], len(self.images), base_dir)
        if self.joints.shape[2] > len(self.images):
            notes.append(_of_the_first(self.inputs['est_joints'], self.joints.shape[2], self.images))
        people = possible_joints(np.moveaxis(self.joints[..., :len(self.images)], 0, -1).swapaxes(0, 1))
        self.doubts: Sequence[str] = [
            *order_doubts(people, FORMATS['lsp'], same_count(FORMATS['lsp'])), *posture_doubts(people, LSP_NAMES),
            *place_doubts(self._first_people(people))]
        self.genders = ['neutral'] * len(self.images)
        if not gender_neutral:
            self.inputs['genders'] = os.path.join(results, 'lsp_gender.csv')
            self.genders = _load_genders(self.inputs['genders'], len(self.images))
        truth = os.path.join(results, 'ground_truth.npz')
        if os.path.lexists(truth):
            self.inputs['ground_truth'] = truth
        self.notes = [printable(note) for note in notes]

    def _first_people(self, people: np.ndarray) -> Iterator[tuple[tuple[int, int], list[Detection]]]:
        """Sizes of the first images, with the ``people`` (N, 14, 3) in them: their number is enough to tell joints of
        smaller or larger copies, as there are two of LSP."""
        for name, person in zip(self.images[:_LOOKED_AT], people):
            try:
                header = read_header(os.path.join(self._folder, name))
            except InputError:
                continue  # told when it is to be fitted
            yield (header.width, header.height), [Detection(person[:, :2], person[:, 2])]

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> Sample:
        name = self.images[index]
        return Sample(index=index, name=name, path=os.path.join(self._folder, name),
                      joints=self.joints[:2, :, index].T.copy(), confidence=self.joints[2, :, index].copy(),
                      gender=self.genders[index], focal=self._focal)

    def read(self, sample: Sample) -> bytes:
        """The image file of a Sample. Raises InputError where it cannot be read."""
        return read_bytes(sample.path)


def _of_the_first(path: str, count: int, names: list[str]) -> str:
    """The line that joints of ``count`` images are more than the images ``names``, which are the first of them.

    Raises InputError where their numbers say that they are not: each would get the joints of another.
    """
    numbers = [int(digits) for name in names for digits in _NUMBER.findall(name)]
    more = f'{path}: holds the joints of {counted(count, "image")}, and of images there are {len(names)}'
    if numbers not in (list(range(len(names))), list(range(1, len(names) + 1))):
        raise InputError(f'{more}, which by their numbers ({names[0]} ...) are not the first: joints belong to images '
                         'by their place in the order of names; keep all images there and choose with --subset')
    return f'{more}: those of the first are taken, in order'


def _images(base_dir: str, folder: str) -> tuple[list[str], list[str]]:
    """The names of the images, sorted, and lines to be said about others."""
    try:
        files = list_folder(folder)
    except MissingFile as error:
        if os.path.isdir(base_dir):
            meant = _around(base_dir)
            if meant is not None:
                raise InputError(f"{error}; the images of LSP's layout belong there: {meant} has them") from None
            raise InputError(f"{error}; the images of LSP's layout belong there; for photographs of your own name the "
                             'folder that holds them itself') from None
        what = 'no folder' if os.path.exists(base_dir) else 'no such file' if base_dir.lower().endswith(READ) else \
            'no such folder'
        raise InputError(f'{base_dir}: {what}; wanted one that holds images/lsp and results/lsp, or photographs'
                         ) from None
    images = fnmatch.filter(files, _PATTERN)
    notes = [f'{folder}: {note}' for note in passed_over(folder, sorted(set(files) - set(images)))]
    if not images:
        raise InputError('; '.join([f'{folder}: no images found; wanted names that end in a digit and .jpg', *notes]))
    return images, notes


def _around(base_dir: str) -> str | None:
    """The folder in LSP's layout, where ``base_dir`` is one within it, or the only one that holds it."""
    whole = os.path.abspath(base_dir)
    above = [os.path.dirname(whole), os.path.dirname(os.path.dirname(whole))]
    below = [os.path.join(base_dir, name) for name in list_folder(base_dir)]
    for folders in (above[:1], above[1:], below):
        found = [folder for folder in folders if os.path.isdir(os.path.join(folder, 'images', 'lsp'))]
        if len(found) == 1:
            return found[0]
    return None


def _load_joints(path: str, n_images: int, base_dir: str) -> np.ndarray:
    """Rows x, y, confidence of est_joints (3, 14, N)."""
    try:
        joints, = load_npz(path, 'est_joints')
    except MissingFile as error:
        raise InputError(f'{error}; the detected joints belong there{_own_joints(base_dir)}') from None
    wanted = f'wanted (3 or more, {N_LSP}, images) numbers: x, y, confidence'
    if joints.ndim != 3 or joints.shape[0] < 3 or joints.shape[1] != N_LSP or joints.dtype.kind not in 'fiu':
        swapped = joints.ndim == 3 and N_LSP in joints.shape and joints.dtype.kind in 'fiu'
        order = 'its axes are in another order; ' if swapped else ''
        raise InputError(f'{path}: est_joints has shape {joints.shape} of {joints.dtype}; {order}{wanted}')
    if joints.shape[2] < n_images:
        raise InputError(f'{path}: holds the joints of {joints.shape[2]} of the {counted(n_images, "image")}')
    joints = joints[:3].astype(np.float64)
    unsound = (joints[2] < 0) | (joints[2] > MOST_CONFIDENT)
    if unsound.any(axis=0).mean() > .5:  # a few are those images' own matter
        raise InputError(f'{path}: the third row of est_joints holds no confidences in most images; are its axes in '
                         f'another order? {wanted}')
    return joints


def _own_joints(base_dir: str) -> str:
    """What to do with the joints that LSP itself has, which are people's, not DeepCut's; nothing where they are not
    there."""
    images = os.path.join(base_dir, 'images', 'lsp')
    places = (os.path.join(folder, _OWN) for folder in (base_dir, os.path.join(base_dir, 'images'), images,
                                                        os.path.join(base_dir, 'results', 'lsp')))
    found = next(filter(os.path.isfile, places), None)
    return '' if found is None else f'; to fit those that people marked: {images} --keypoints {found}'


def _load_genders(path: str, n_images: int) -> list[str]:
    try:
        return read_lsp_genders(path, n_images)
    except MissingFile as error:
        raise InputError(f'{error}; give it, or pass --gender_neutral') from None
