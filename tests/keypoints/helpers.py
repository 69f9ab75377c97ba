"""What the tests of keypoint files share: people to write, and files to read."""

import json

import numpy as np
import pytest

from lib.base.errors import InputError
from lib.keypoints.choice import detections_of
from lib.keypoints.reading import read_keypoints
from tests.detector_files import in_format, named_joints
from tests.program import SAMPLE

SIZE = np.array([120., 160.])
#: LSP's joints but neck and head top.
LIMBS = slice(0, 12)


def sample_person(i=0):
    """LSP joints (14, 3) of a person of the sample: x, y, confidence."""
    with np.load(SAMPLE / 'results' / 'lsp' / 'est_joints.npz') as data:
        return data['est_joints'][:3, :, i].T.copy()


def flat(name, i=0):
    """A person's numbers in the format called ``name``, as a list."""
    return in_format(named_joints(sample_person(i)), name).ravel().tolist()


def rows(name, i=0):
    return in_format(named_joints(sample_person(i)), name)


def read(path, content, format_name=None):
    """The Records of a file of ``content``: text, or what becomes JSON."""
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return read_keypoints(str(path), format_name)


def refused(path, content, *words, format_name=None):
    """The file is refused in one line that names it and holds ``words``."""
    with pytest.raises(InputError) as raised:
        read(path, content, format_name)
    line = str(raised.value)
    assert line.startswith(f'{path}: ') and len(line.splitlines()) == 1 and len(line) < 500 + len(str(path)), line
    for word in words:
        assert word in line, line


def assert_limbs(record, i=0, person=0, atol=1e-3):
    """A person of ``record`` has the limbs of the sample's ``i``-th."""
    found = detections_of(record, SIZE)[person]
    np.testing.assert_allclose(found.joints[LIMBS], sample_person(i)[LIMBS, :2], atol=atol)
