"""Every option: its values and its default; a mistake is one line."""

import pytest

from lib.base.errors import InputError
from lib.fitting.problem import FitOptions
from lib.run.arguments import parse_arguments

DIGITS = '9' * 400


def parsed(*arguments):
    return parse_arguments(arguments, 'fit_3d.py')


def test_defaults():
    options = parsed()
    assert options.flength == 5000. and options.base_dir.endswith('data') and options.out_dir == 'smpl_lsp'
    assert (options.n_betas, options.side_view_thsh, options.optimizer) == (10, 25., 'dogleg')
    assert options.workers is None and options.views == () and options.person == 'largest'
    assert parsed('photos', '--keypoints', 'k.json').flength is None


def test_what_base_dir_is(tmp_path):
    (tmp_path / 'a.jpg').touch()
    assert parsed().lsp and parsed('nowhere').lsp and not parsed(str(tmp_path)).lsp and not parsed('a.png').lsp
    assert not parsed('nowhere', '--keypoints', 'k.json').lsp and parsed(str(tmp_path)).flength is None
    for words in (['clip.MP4'], ['--video', 'clip.MP4'], ['clip.MP4', '--keypoints', 'k.json']):
        options = parsed(*words)
        assert not options.lsp and (options.video, options.base_dir) == ('clip.MP4', None)
    with pytest.raises(InputError, match='--video and base_dir'):
        parsed('a.mp4', '--video', 'b.mp4')


@pytest.mark.parametrize('name', ['optimizer', 'gradient', 'init', 'restarts', 'weights'])
def test_choices_are_those_of_fit_options(name):
    for choice in FitOptions.CONSTRAINTS[name][0].choices:
        assert getattr(parsed(f'--{name}', choice), name) == choice


def test_values():
    options = parsed('photos', '--keypoints', 'k', '--views', '0,359', '--person', '3', '--flength', 'exif',
                     '--workers', '7', '--scale', '.5')
    assert options.views == (0, 359) and options.person == 3 and options.flength == 'exif'
    assert options.workers == 7 and options.scale == .5


@pytest.mark.parametrize('option, value, words', [
    ('--n_betas', 'ten', 'no number'), ('--n_betas', '2.5', ''), ('--n_betas', '0', '1 to 300'),
    ('--n_betas', '-1', '1 to 300'), ('--n_betas', '10000000', '1 to 300'), ('--n_betas', DIGITS, '1 to 300'),
    ('--flength', '0', ''), ('--flength', 'nan', ''), ('--flength', '-5', ''), ('--flength', 'inf', ''),
    ('--flength', 'far', 'no number'), ('--flength', '1e308', ''), ('--flength', '1e-300', ''),
    ('--flength', '', 'no number'), ('--side_view_thsh', '-1', ''), ('--side_view_thsh', 'nan', ''),
    ('--side_view_thsh', '1e308', ''), ('--fov', '0', ''), ('--fov', '180', ''), ('--fov', '1e-300', ''),
    ('--scale', '0', ''), ('--scale', '1e-6', ''), ('--scale', '1e308', ''), ('--scale', 'nan', ''),
    ('--optimizer', 'newton', "'dogleg' or 'chumpy'"), ('--gradient', 'none', ''), ('--init', '', 'no name'),
    ('--restarts', 'all', ''), ('--weights', 'x', ''), ('--save_mesh', 'stl', "'obj' or 'ply' or 'glb'"),
    ('--format', 'coco19', 'coco17, '), ('--gender', 'neutral', "'male' or 'female'"),
    ('--person', '-1', ''), ('--person', 'first', "'largest'"), ('--person', '²', ''), ('--person', DIGITS, ''),
    ('--workers', '0', '1 to'), ('--workers', '-2', ''), ('--workers', '2.5', ''), ('--workers', DIGITS, ''),
    ('--views', '360', '0 to 359'), ('--views', '-1', ''), ('--views', '', 'no number'), ('--views', '0,,90', ''),
    ('--views', '90,0,90', '90 is given twice'), ('--views', '1e2', ''),
    ('--out_dir', '', 'no name'), ('--out_dir', ' ', 'no name'), ('--model_dir', '', 'no name'),
    ('--keypoints', '', 'no name'), ('--video', '', 'no name'), ('--genders', '', 'no name'),
    ('--failed', '', 'no name'), ('--scheduler', '', 'no name')])
def test_wrong_values(option, value, words):
    with pytest.raises(InputError) as raised:
        parsed(option, value)
    message = str(raised.value)
    assert message.startswith(f'{option}: ') and words in message and len(message) < 250


def test_views_from_all_sides():
    assert len(parsed('--views', ','.join(map(str, range(360)))).views) == 360


@pytest.mark.parametrize('arguments, words', [
    (['--overwite'], "'--overwite': no such option; did you mean --overwrite?"),
    (['--over'], 'did you mean --overwrite?'), (['--qqq=3'], "'--qqq': no such option; see --help"),
    (['a', 'b'], "'b': one argument too many"), (['--flength'], '--flength: expected one argument'),
    (['-q3'], "3'"), (['--quiet=3'], '-q/--quiet'), ([''], "base_dir: '' is no name"),
    (['--\x1b[31mred'], 'no such option'), (['--keypoints', 'k.json'], '--keypoints goes with base_dir')])
def test_wrong_command_lines(arguments, words):
    with pytest.raises(InputError) as raised:
        parsed(*arguments)
    assert words in str(raised.value) and str(raised.value).isprintable()


def test_help_fits(capsys):
    with pytest.raises(SystemExit) as end:
        parsed('--help')
    printed = capsys.readouterr().out
    assert end.value.code == 0 and printed.startswith('usage: fit_3d.py')
    for option in ('--flength', '--workers', '--views', '{dogleg,chumpy}'):
        assert option in printed
