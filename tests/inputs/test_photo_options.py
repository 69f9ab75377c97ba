"""What PhotoOptions take and refuse."""

import pytest

from lib.base.errors import InputError
from lib.inputs.photo_options import PhotoOptions


@pytest.mark.parametrize('options, words', [
    ({'flength': 1e308}, '--flength'), ({'flength': 1.}, '--flength'), ({'flength': 'far'}, '--flength'),
    ({'fov': 1e-300}, '--fov'), ({'fov': 179.9}, '--fov'), ({'fov': float('nan')}, '--fov'),
    ({'scale': 1e-6}, '--scale'),
    ({'scale': 1e9}, '--scale'), ({'scale': True}, '--scale'), ({'person': -1}, '--person'),
    ({'person': 'tallest'}, '--person'),
    ({'person': None}, '--person'), ({'gender': 'man'}, '--gender'), ({'format': 'body'}, '--format'),
    ({'gender': 'male', 'genders': 'g.csv'}, 'say the same thing'),
    ({'flength': 900., 'fov': 50.}, 'say the same thing')])
def test_options_that_are_refused(options, words):
    with pytest.raises(InputError) as raised:
        PhotoOptions('k.json', **options)
    assert words in str(raised.value) and len(str(raised.value)) < 300


@pytest.mark.parametrize('options', [{'flength': 'exif'}, {'flength': 10}, {'fov': .1}, {'fov': 175}, {'scale': 100},
                                     {'scale': .01},
                                     {'person': 0}, {'person': 'all'}, {'gender': 'neutral'}, {'format': 'coco17'}])
def test_options_that_are_taken(options):
    PhotoOptions('k.json', **options)
