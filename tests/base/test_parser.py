"""A command line whose mistakes are InputErrors of one line, and what options are added with."""

import pytest

from lib.base.constraints import Interval, OneOf
from lib.base.errors import InputError
from lib.base.parser import Parser, add_option, add_path, add_switch


@pytest.fixture
def parser():
    """A Parser of one option of each kind."""
    parser = Parser(prog='program')
    group = parser.add_argument_group('all')
    add_path(group, 'folder', 'where', nargs='?')
    add_path(group, '--out', 'where to')
    add_option(group, '--number', [Interval(1, 9, whole=True)], 'how many', default=3)
    add_option(group, '--colour', [OneOf(('red', 'blue'))], 'which')
    add_option(group, '--size', [OneOf(('all',)), Interval(0., 1.)], 'how large')
    add_switch(group, '-l', '--loud', what='be loud')
    return parser


def test_values_are_read(parser):
    options = parser.parse(['here', '--out', 'a b', '--number', '4', '--colour', 'red', '--size', '.5', '-l'])
    assert vars(options) == {'folder': 'here', 'out': 'a b', 'number': 4, 'colour': 'red', 'size': .5, 'loud': True}
    assert parser.parse(['--size', 'all']).size == 'all'


def test_what_is_not_given(parser):
    assert vars(parser.parse([])) == {'folder': None, 'out': None, 'number': 3, 'colour': None, 'size': None,
                                      'loud': False}


def test_no_arguments_are_those_of_the_process(parser, monkeypatch):
    monkeypatch.setattr('sys.argv', ['program', '--number', '7'])
    assert parser.parse(None).number == 7


@pytest.mark.parametrize('words, message', [
    (['--number', '10'], "--number: '10' given, wanted a whole number from 1 to 9"),
    (['--number', 'x'], "--number: 'x' is no number; wanted a whole number from 1 to 9"),
    (['--number'], '--number: expected one argument'), (['--colour', 'green'], "--colour: 'green' given, wanted 'red'"),
    (['--out', ' '], "--out: ' ' is no name"), ([''], "folder: '' is no name"), (['--loud=1'], '-l/--loud: '),
    (['a', 'b'], "'b': one argument too many"), (['--colr', 'red'], "'--colr': no such option; did you mean --colour?"),
    (['--zzz=1'], "'--zzz': no such option; see --help"), (['--\x1b[31m'], "'--\\x1b[31m': no such option")])
def test_mistakes(parser, words, message):
    with pytest.raises(InputError) as raised:
        parser.parse(words)
    assert str(raised.value).startswith(message)


def test_abbreviations_are_no_options(parser):
    """What one may abbreviate today is another option tomorrow."""
    with pytest.raises(InputError, match='did you mean --colour'):
        parser.parse(['--col', 'red'])


def test_help_names_choices_and_ends(parser, capsys):
    with pytest.raises(SystemExit) as end:
        parser.parse(['--help'])
    printed = capsys.readouterr().out
    assert end.value.code == 0 and printed.startswith('usage: program') and '{red,blue}' in printed
    assert 'how many' in printed and 'be loud' in printed
