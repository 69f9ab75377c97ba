"""A folder of frames: their order, what is missing, and what is none."""

import pytest

from lib.base.errors import InputError
from lib.inputs.frame_folder import FrameFolder
from tests.image_files import image_bytes


@pytest.mark.parametrize('names, wanted, lacking', [
    (['f10.png', 'f9.png', 'f11.png'], ['f9.png', 'f10.png', 'f11.png'], None),
    (['f1.png', 'f2.png', 'f4.png'], ['f1.png', 'f2.png', 'f4.png'], 'has no frames 3; '),
    (['f0.png', 'f100.png'], ['f0.png', 'f100.png'], None),
    (['b.png', 'a.png'], ['a.png', 'b.png'], None),
    (['1/a1.png', 'a1.png'], ['a1.png'], None)])
def test_frames_follow_each_other_by_their_numbers(tmp_path, names, wanted, lacking):
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(image_bytes())
    found = FrameFolder(str(tmp_path))
    assert list(found.names) == wanted and found.numbered
    assert [lacking in note for note in found.notes] == [True] if lacking else not found.notes


def test_what_is_no_folder_of_frames(tmp_path):
    with pytest.raises(InputError, match='no images found'):
        FrameFolder(str(tmp_path))
    (tmp_path / 'a.png').write_bytes(image_bytes())
    with pytest.raises(InputError, match='is no folder'):
        FrameFolder(str(tmp_path / 'a.png'))
