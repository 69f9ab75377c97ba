"""People of a data set in photographs of other sizes: files as cameras write them, with their joints."""

import sys

import cv2
import numpy as np

from lib.base.files import list_folder
from lib.inputs.decoding import decode_image
from lib.inputs.image_kinds import is_read
from lib.inputs.lsp import LspDataset

TALL = .8  # of the picture's height is what is put into it; the person is about 0.6 of that
QUALITY = 90
GREY, NOISE = 128, 6.


def write_photographs(folder, base_dir, backgrounds):
    """``photographs/`` and ``est_joints.npz`` in a ``folder``: a person of ``base_dir`` before each of ``backgrounds``.
    """
    data, joints = LspDataset(base_dir), []
    (folder / 'photographs').mkdir(parents=True)
    for number, background in enumerate(backgrounds):
        sample = data[number % len(data)]
        picture = decode_image(data.read(sample), sample.name)
        height, width = background.shape[:2]
        scale = min(TALL * height / picture.shape[0], width / picture.shape[1])
        inner = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
        left, top = (width - inner.shape[1]) // 2, (height - inner.shape[0]) // 2
        background[top:top + inner.shape[0], left:left + inner.shape[1]] = inner
        path = str(folder / 'photographs' / f'{number:04d}.jpg')
        cv2.imwrite(path, background, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
        joints.append(np.column_stack([scale * sample.joints + [left, top], sample.confidence]).T)
    np.savez(folder / 'est_joints.npz', est_joints=np.stack(joints, axis=2))


def grey(count, width, height):
    """``count`` backgrounds with some noise, which makes files as large as a camera's."""
    for number in range(count):
        noise = np.random.default_rng(number).normal(GREY, NOISE, (height, width, 1))
        yield np.repeat(np.clip(noise, 0, 255).astype(np.uint8), 3, axis=2)


def photographs_in(folder, count):
    """The first ``count`` photographs of a folder."""
    names = list(filter(is_read, list_folder(folder)))
    if not names:
        sys.exit(f'{folder}: no photographs')
    for name in names[:count]:
        with open(f'{folder}/{name}', 'rb') as file:
            yield decode_image(file.read(), name).copy()
