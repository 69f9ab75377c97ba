"""Options that say nothing without another, or contradict each other: one line says which and why."""

import pytest

from lib.base.errors import InputError
from lib.run.arguments import parse_arguments
from lib.run.conflicts import CONFLICTS, NEEDED

#: Where an option has a value, one that is right.
RIGHT = {'format': 'coco17', 'person': 'all', 'scale': '2', 'genders': 'g.csv', 'fov': '60', 'video': 'clip.mp4',
         'flength': '900', 'flength=exif': 'exif', 'gender': 'male', 'views': '90', 'scheduler': 'tcp://host:1',
         'workers': '2', 'keypoints': 'k.json'}


def parsed(*arguments):
    return parse_arguments(arguments, 'fit_3d.py')


def given(name):
    """The words that give an option."""
    if name == 'base_dir':
        return ['photos']
    option, _, value = name.partition('=')
    return [f'--{option}', *filter(None, [value or RIGHT.get(name)])]


@pytest.mark.parametrize('name, other', NEEDED)
def test_options_that_need_another(name, other):
    with pytest.raises(InputError, match=f'^--{name.replace("=", " ")} goes with --{other}$'):
        parsed(*given(name))
    parsed(*given(name), *given(other), *([] if name == 'video' else ['photos']))


@pytest.mark.parametrize('name, other, why', CONFLICTS)
def test_options_that_contradict_each_other(name, other, why):
    needed = {'flength', 'genders', 'video', 'flength=exif'} & {name, other}
    keypoints = ['--keypoints', 'k.json'] if needed else []
    base_dir = ['photos'] if keypoints and 'video' not in (name, other) else []
    for first, second in ((name, other), (other, name)):
        with pytest.raises(InputError) as raised:
            parsed(*base_dir, *keypoints, *given(first), *given(second))
        message = str(raised.value)
        assert message.endswith(f': {why}')
        assert all(part.partition('=')[0] in message for part in (name, other))
