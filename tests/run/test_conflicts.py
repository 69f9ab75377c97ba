"""Options that say nothing without another, or contradict each other: one line says which and why."""

import pytest

from lib.base.errors import InputError
from lib.run.arguments import parse_arguments
from lib.run.conflicts import CONFLICTS, NEEDED, OF_PHOTOGRAPHS, WITH_IMAGES

#: Where an option has a value, one that is right.
RIGHT = {'format': 'coco17', 'person': 'all', 'scale': '2', 'genders': 'g.csv', 'fov': '60', 'video': 'clip.mp4',
         'flength': '900', 'flength=exif': 'exif', 'gender': 'male', 'views': '90', 'scheduler': 'tcp://host:1',
         'workers': '2', 'keypoints': 'k.json', 'joints3d': 'j.trc', 'estimates': 'e.npz', 'confidence=given': 'given',
         'save_mesh': 'glb',
         'save_motion': 'bvh', 'frame_rate': '25', 'cameras': 'c.toml', 'overlay_opacity': '.5', 'noise': '3'}

#: What options are called that hold a value of another.
SHOWN = {'estimates': '--init FILE'}


def parsed(*arguments):
    return parse_arguments(arguments, 'fit_3d.py')


def given(name):
    """The words that give an option."""
    if name == 'base_dir':
        return ['photos']
    option, _, value = name.partition('=')
    return ['--init' if option == 'estimates' else f'--{option}', *filter(None, [value or RIGHT.get(name)])]


@pytest.mark.parametrize('name, other', NEEDED)
def test_options_that_need_another(name, other):
    with pytest.raises(InputError, match=f'^--{name.replace("=", " ")} goes with --{other.replace("=", " ")}$'):
        parsed(*given(name))
    parsed(*given(name), *given(other), *['photos'] * (other != 'video'))


@pytest.mark.parametrize('name', OF_PHOTOGRAPHS)
def test_options_that_lsps_layout_has_no_use_for(name):
    with pytest.raises(InputError, match="goes with photographs or a clip of your own, and not with data in LSP's"):
        parsed(*given(name))
    parsed(*given(name), 'photo.jpg')


@pytest.mark.parametrize('name, other, why', CONFLICTS)
def test_options_that_contradict_each_other(name, other, why):
    needed = {'flength', 'genders', 'video', 'flength=exif', 'cameras'} & {name, other}
    keypoints = ['--keypoints', 'k.json'] if needed and 'keypoints' not in (name, other) else []
    base_dir = ['photos'] if keypoints and 'video' not in (name, other) else []
    mesh = ['--save_mesh', 'glb'] if name.startswith(('mesh_origin', 'rig')) else []
    mesh += ['--video', 'c.mp4'] if name == 'save_motion' else []
    base_dir = [] if name == 'save_motion' else base_dir
    for first, second in ((name, other), (other, name)):
        with pytest.raises(InputError) as raised:
            parsed(*base_dir, *keypoints, *mesh, *given(first), *given(second))
        message = str(raised.value)
        assert message.endswith(f': {why}')
        assert all(SHOWN.get(part, part.partition('=')[0]) in message for part in (name, other))


#: Every contradiction and need once more, as users type them: an entry that the tables lose is missed here.
WRONG = (
    'photos --keypoints k.json --flength 900 --fov 60', '--video c.mp4 --keypoints k.json --flength exif',
    'photos --video c.mp4 --keypoints k.json', 'photos --keypoints k.json --gender male --genders g.csv',
    '--gender_neutral --gender male', 'photos --keypoints k.json --gender_neutral --genders g.csv',
    '--no_render --views 0', '--no_render --overlay png', '--no_render --single_page',
    '--no_render --overlay_opacity 1', '--noise 3',
    '--scheduler a:1 --video c.mp4 --keypoints k.json', '--scheduler a:1 --viz', '--scheduler a:1 --workers 2', '-q -v',
    'photos --format coco17', 'photos --person all',
    'photos --frame_by_frame', 'photos --frame_rate 25', 'photos --save_motion bvh', 'photos --save_mesh obj --rig',
    *(f'c.mp4 --save_motion bvh {line}' for line in (
        '--frame_by_frame', '--viz', '--cameras c.toml --keypoints k', '--joints3d j.trc', '--init e.npz')),
    'photos --scale 2', 'photos --genders g.csv', 'photos --fov 60', 'photos --flength exif',
    'photos --confidence given', 'photos --save_keypoints', 'photos --keypoints k.json --save_keypoints',
    'photos --mesh_origin pelvis', 'photos --mesh_origin feet', 'photos --cameras c.toml',
    *(f'--cameras c.toml --keypoints poses {line}' for line in (
        '--flength 900', '--fov 60', '--scale 2', '--genders g.csv', '--viz', '--optimizer chumpy',
        '--uncertainty', '--joints3d j.trc', '--init e.npz')),
    '--joints3d j.trc --uncertainty', 'photos --init e.npz --uncertainty',
    '--joints3d j.trc --optimizer chumpy', 'photos --init e.npz --optimizer chumpy',
    '--format coco17', 'photos --stay_near 30', 'photos --init mean --stay_near 30',
    *(f'--joints3d j.trc {option}' for option in (
        '--scale 2', '--genders g.csv', '--fov 60', '--flength exif', '--confidence given', '--save_keypoints',
        '--flength 900', '--viz', '--save_camera', '--overlay png', '--overlay_opacity 1')))
#: What stands beside each other well.
RIGHT_TOGETHER = (
    '--flength 900 --gender male --views 0 --overlay png', '--no_render --overlay auto', '--scheduler a:1 -q',
    'c.mp4 --save_motion glb --save_mesh glb --rig', 'photos --save_mesh glb --rig',
    '--video c.mp4 --keypoints k.json --flength 900 --workers 2 --viz', '--gender_neutral -v --workers 1 --viz',
    'photos --keypoints k.json --gender_neutral --fov 60 --scale 2 --person 0', 'photo.jpg --fov 60 --scale 2',
    'clip.mp4 --save_keypoints --flength 900', '--cameras c.toml --keypoints poses --gender female --person all',
    '--cameras c.toml --keypoints poses --video clips', 'photos --cameras c.toml --keypoints poses',
    '--cameras c.toml --keypoints poses --save_mesh glb --rig --mesh_origin feet --save_amass',
    '--video c.mp4 --genders g.csv', '--joints3d j.npz --format coco17',
    '--joints3d j.trc --gender female --views 0 --save_mesh glb', 'photos --init e.npz --stay_near 30',
    'photos --keypoints k.json --joints3d j.trc --init e.npz --fov 60', '--joints3d j.trc --init mean',
    '--joints3d j.trc --init e.npz --stay_near 30', '--uncertainty --noise 3 --no_render')


@pytest.mark.parametrize('line', WRONG)
def test_what_is_wrong_by_itself(line):
    with pytest.raises(InputError, match=' goes with | and '):
        parsed(*line.split())


def test_none_is_left_out():
    of_format_and_estimates = 4  # one of them is wrong in two ways
    assert len(WRONG) == len(NEEDED) + len(OF_PHOTOGRAPHS) + len(CONFLICTS) + len(WITH_IMAGES) + of_format_and_estimates


@pytest.mark.parametrize('line', RIGHT_TOGETHER)
def test_what_goes_together(line):
    parsed(*line.split())
