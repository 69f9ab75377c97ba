"""Standard streams that are closed, full or gone."""

import io
import subprocess
import sys

import pytest

from lib.base.streams import Stream, open_streams
from tests.program import ROOT, Refusing


def test_what_cannot_be_written_is_dropped(monkeypatch):
    monkeypatch.setattr(sys, 'stdout', Refusing(28))
    stream = Stream('stdout')
    stream.write('text')
    stream.flush()
    assert stream.error.errno == 28


@pytest.mark.parametrize('number', [5, 32])
def test_a_reader_that_went_away_is_no_error(monkeypatch, number):
    monkeypatch.setattr(sys, 'stdout', Refusing(number))
    stream = Stream('stdout')
    stream.write('text')
    assert stream.error is None


def test_a_closed_stream(monkeypatch):
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, 'stderr', closed)
    Stream('stderr').write('text')


def test_text_of_any_kind(monkeypatch):
    """File names need not be UTF-8, nor does the terminal."""
    raw = io.BytesIO()
    monkeypatch.setattr(sys, 'stdout', io.TextIOWrapper(raw, encoding='ascii'))
    open_streams()
    Stream('stdout').write('ströme \udcff\n')
    assert raw.getvalue() == b'str\\xf6me \\udcff\n'


@pytest.mark.parametrize('module', ['results', 'convert'])
@pytest.mark.parametrize('arguments, redirection, code', [
    ('--help', '| head -c0', 0), ('--help', '> /dev/full', 0), ('nowhere1 nowhere2', '2> /dev/full', 2),
    ('nowhere1 nowhere2', '2>&-', 2), ('--help', '>&-', 0)])
def test_of_the_smaller_commands(module, arguments, redirection, code):
    script = f'set -o pipefail; "$0" -m lib.{module} {arguments} {redirection}'
    process = subprocess.run(['bash', '-c', script, sys.executable], cwd=ROOT, capture_output=True, text=True)
    assert (process.returncode, process.stderr, process.stdout) == (code, '', '')
