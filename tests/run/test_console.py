"""Standard streams that are closed, full or gone: the fits are done, the exit code tells, nobody sees a traceback."""

import os
import subprocess
import sys

import pytest

from lib.run.console import Console
from tests.program import OUT, ROOT, Refusing, fitted_in


@pytest.mark.parametrize('quiet, verbose, wanted', [
    (False, False, 'error\nsaid\n'), (True, False, 'error\n'), (False, True, 'error\nsaid\ndetail\n')])
def test_how_much_is_said(capsys, quiet, verbose, wanted):
    console = Console(quiet, verbose)
    console.error('error')
    console.say('said')
    console.detail('detail')
    console.close(['first', 'last'])
    printed = capsys.readouterr()
    assert printed.err == wanted and printed.out == ('' if quiet else 'first\nlast\n')


def test_a_name_of_any_kind_is_one_line(capsys):
    """Notes hold file names, which may hold anything."""
    Console().say('a\x1b[31m.jpg\nb')
    assert capsys.readouterr().err == 'a\\x1b[31m.jpg\\nb\n'


def test_lines_that_could_not_be_written_are_said(capsys, monkeypatch):
    monkeypatch.setattr(sys, 'stdout', Refusing(28))
    Console().close(['lost'])
    assert capsys.readouterr().err == f'error: standard output cannot be written to ({os.strerror(28)})\n'


def test_a_bar_shows_progress(capsys):
    console = Console()
    with console.bar(2) as bar:
        bar.update()
        console.say('a line between')
    assert '1/2' in capsys.readouterr().err
    for silent in (Console(quiet=True).bar(2), console.bar(0)):
        silent.close()
    assert capsys.readouterr().err == ''


# As processes


@pytest.fixture
def shell(data_set, model_dir, tmp_path):
    """``shell(redirection, *options)``: exit code and what else was said of the program with this after its command."""
    def shell(redirection, *options, before=''):
        code = 'import sys; sys.path.insert(0, sys.argv.pop(1)); from lib.run.command import main; sys.exit(main())'
        command = [sys.executable, '-c', code, ROOT, data_set.base, '--out_dir', tmp_path / OUT, '--model_dir',
                   model_dir, '--workers', '1', '--no_render', *options]
        script = f'set -o pipefail; {before} "$0" "$@" {redirection}'
        process = subprocess.run(['bash', '-c', script, *map(str, command)], capture_output=True, text=True, timeout=60)
        assert 'Traceback' not in process.stderr and 'Exception' not in process.stderr, process.stderr
        return process
    return shell


@pytest.mark.slow
@pytest.mark.parametrize('redirection, said', [
    ('| head -c0', ''), ('> /dev/full', 'standard output cannot be written to'), ('>&-', ''), ('2>&-', ''),
    ('<&-', ''), ('<&- >&- 2>&-', ''), ('2> /dev/full', ''), ('2>&1 | head -c0', '')])
def test_the_fits_are_done(shell, tmp_path, redirection, said):
    process = shell(redirection)
    assert process.returncode == 0
    assert fitted_in(tmp_path / OUT) == ['0000.pkl', '0001.pkl']
    assert said in process.stderr
    if '>' not in redirection:
        assert process.stderr.count('error') == 0


def test_help_that_nobody_reads(shell):
    assert shell('--help | head -c0').returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize('files', [10, 16])
def test_few_open_files(shell, tmp_path, files):
    """One process does the work where no other can be begun."""
    process = shell('', '-q', '--workers', '2', before=f'ulimit -n {files};')
    assert (process.returncode, process.stderr) == (0, '')
    assert fitted_in(tmp_path / OUT) == ['0000.pkl', '0001.pkl']
