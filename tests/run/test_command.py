"""The command as a whole: how it ends."""

import subprocess
import sys

import pytest

from lib import __main__, __version__
from lib.base.errors import CannotWrite, InputError
from lib.run import command
from tests.program import OUT, ROOT, answer_of, program


def raising(error):
    def fit_data_set(*_):
        raise error
    return fit_data_set


def test_the_process_itself_reports_bad_input(tmp_path):
    answer = answer_of(program(tmp_path / 'nowhere', '--out_dir', tmp_path / OUT))
    answer.assert_one_line(tmp_path / 'nowhere')
    assert answer.code == 2


def test_another_python_lacks_packages():
    """As python3 fit_3d.py does, in place of .venv/bin/python."""
    process = subprocess.run([sys.executable, '-S', ROOT / 'fit_3d.py'], capture_output=True, text=True)  # -S: no site
    assert process.returncode == 2 and process.stderr.count('\n') == 1
    assert process.stderr.startswith('error: the package numpy is not installed') and 'make setup' in process.stderr


def test_a_module_of_ours_that_is_not_there_is_a_fault(monkeypatch):
    monkeypatch.setitem(sys.modules, 'lib.run.command', None)
    with pytest.raises(ModuleNotFoundError):
        __main__.command()


def test_wrong_input_is_one_line(run, monkeypatch):
    monkeypatch.setattr(command, 'fit_data_set', raising(InputError('joints.csv: line 3 is wrong')))
    answer = run()
    assert (answer.code, answer.errors) == (2, 'error: joints.csv: line 3 is wrong\n')


def test_what_cannot_be_written_is_advised_on(run, monkeypatch):
    monkeypatch.setattr(command, 'fit_data_set', raising(CannotWrite('out/0000.pkl: cannot be written (full)')))
    answer = run()
    answer.assert_one_line('out/0000.pkl', '--out_dir', 'same command')
    assert answer.code == 2


def test_no_memory_is_one_line(run, monkeypatch):
    monkeypatch.setattr(command, 'fit_data_set', raising(MemoryError()))
    answer = run()
    answer.assert_one_line('memory')
    assert answer.code == 2


def test_no_failure_of_a_library_is_taken_for_bad_input(monkeypatch):
    """A bug that concerns the whole run must be seen as one: only InputError becomes a line."""
    monkeypatch.setattr(command, 'fit_data_set', raising(ZeroDivisionError()))
    with pytest.raises(ZeroDivisionError):
        command.main([])


@pytest.mark.parametrize('prog', ['smplify', 'fit_3d.py'])
def test_the_name_it_was_called_by(capsys, prog):
    with pytest.raises(SystemExit) as end:
        command.main(['--version'], prog=prog)
    assert end.value.code == 0
    assert capsys.readouterr().out == f'{prog} {__version__}\n'
