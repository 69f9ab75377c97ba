"""Ctrl-C, SIGTERM and SIGHUP: to the program itself, to the shell's job, in the background, twice."""

import os
import signal
import subprocess
import sys
import time

import pytest

from lib.run import command
from lib.run.stopping import Stop, Stopped, no_interrupts
from tests.program import OUT, ROOT, alive, answer_of, assert_nobody_left, fitted_in, in_time, wait_until, workers_of
from tests.run.conftest import COUNT

NUMBERS = signal.SIGINT, signal.SIGTERM, signal.SIGHUP
FEW = 4  # images where each takes a second
SLOW = '--no_render', '--optimizer', 'chumpy'  # slow enough to be caught


# In this process


@pytest.mark.parametrize('number', NUMBERS)
def test_a_signal_stops(number):
    as_pytest_was_started = signal.signal(number, signal.SIG_DFL)  # SIGHUP is ignored under nohup
    try:
        with pytest.raises(Stopped) as raised, Stop():
            signal.raise_signal(number)
        assert signal.getsignal(number) is signal.SIG_DFL
    finally:
        signal.signal(number, as_pytest_was_started)
    assert (raised.value.exit_code, str(raised.value)) == (128 + number, signal.Signals(number).name)


@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGHUP])
def test_what_was_ignored_stays_ignored(number):
    """SIGINT with & in a script, SIGHUP under nohup."""
    before = signal.signal(number, signal.SIG_IGN)
    try:
        with Stop():
            signal.raise_signal(number)
    except Stopped:
        pytest.fail('it stops')  # Stopped itself would end pytest
    finally:
        signal.signal(number, before)


def test_sigterm_stops_even_where_it_was_ignored():
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with pytest.raises(Stopped), Stop():
            signal.raise_signal(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)


def test_signals_wait_while_held():
    done = []
    with pytest.raises(Stopped), Stop() as stop:
        with stop.held():
            with stop.held():
                signal.raise_signal(signal.SIGTERM)
            done.append('inner')
            signal.raise_signal(signal.SIGINT)
            done.append('outer')
        done.append('never')
    assert done == ['inner', 'outer']


def test_a_stop_that_was_swallowed_comes_again():
    with pytest.raises(Stopped), Stop() as stop:
        try:
            signal.raise_signal(signal.SIGTERM)
        except Stopped:
            pass  # as where it is raised in the middle of a __del__
        with stop.held():
            pass


def test_processes_never_see_ctrl_c():
    with no_interrupts():
        child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(0.5); print("there")'],
                                 stdout=subprocess.PIPE)
    os.kill(child.pid, signal.SIGINT)
    assert child.communicate()[0] == b'there\n'
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])


@pytest.mark.parametrize('number, code', [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_stopped_run_ends_in_one_line(run, monkeypatch, number, code):
    monkeypatch.setattr(command, 'fit_data_set', lambda *_: signal.raise_signal(number))
    answer = run()
    answer.assert_one_line('interrupted', signal.Signals(number).name, 'same command')
    assert answer.code == code


# As processes


def assert_stopped(process, number, out, group=False):
    """One line and the exit code of the signal; nobody is left, and the page is there."""
    begin = time.monotonic()
    (os.killpg if group else os.kill)(process.pid, number)  # a terminal sends it to the workers, too
    answer = answer_of(process)
    assert answer.code == 128 + number and time.monotonic() - begin < 10
    answer.assert_one_line('interrupted', 'same command')
    assert_nobody_left(process)
    assert (out / 'index.html').exists()


@pytest.mark.parametrize('command', [['fit_3d.py'], ['-m', 'lib']])
def test_ctrl_c_while_libraries_are_loaded(tmp_path, command):
    (tmp_path / 'numpy.py').write_text('import time\nprint("loading", flush=True)\ntime.sleep(60)\n')
    process = subprocess.Popen([sys.executable, *command], cwd=ROOT, env={**os.environ, 'PYTHONPATH': str(tmp_path)},
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout.readline() == 'loading\n'
    process.send_signal(signal.SIGINT)
    assert (process.communicate()[1], process.returncode) == ('', -signal.SIGINT)


@in_time
@pytest.mark.slow
@pytest.mark.parametrize('pause', [0., 0.1, 0.3])
def test_ctrl_c_while_workers_start(start, tmp_path, pause):
    process = start(*SLOW)
    wait_until(lambda: workers_of(process), process)
    time.sleep(pause)
    assert_stopped(process, signal.SIGINT, tmp_path / OUT, group=True)
    assert fitted_in(tmp_path / OUT) == []


@in_time
@pytest.mark.slow
@pytest.mark.parametrize('number', NUMBERS)
def test_what_is_finished_is_kept(start, many, tmp_path, number):
    out = tmp_path / OUT
    many.keep(FEW)
    process = start(*SLOW)
    wait_until(lambda: list(out.glob('*.pkl')), process)
    assert_stopped(process, number, out, group=True)
    finished = {name: (out / name).stat().st_mtime_ns for name in fitted_in(out)}
    assert 1 <= len(finished) < FEW
    if number != signal.SIGTERM:
        return  # to go on is the same for all
    assert answer_of(start(*SLOW)).code == 0
    assert len(fitted_in(out)) == FEW
    assert {name: (out / name).stat().st_mtime_ns for name in finished} == finished


@in_time
@pytest.mark.slow
def test_one_process(start, tmp_path):
    process = start('--workers', 1, *SLOW)
    wait_until(lambda: list((tmp_path / OUT).glob('*.pkl')), process)
    assert len(alive(process)) == 1
    assert_stopped(process, signal.SIGTERM, tmp_path / OUT)
    assert 1 <= len(fitted_in(tmp_path / OUT)) < COUNT


@in_time
@pytest.mark.slow
def test_kill_ends_what_a_script_put_into_the_background(many, model_dir, tmp_path):
    """There SIGINT is ignored: a SIGTERM handled as SIGINT is would be, too."""
    script = f'"$0" fit_3d.py "$@" {" ".join(SLOW)} & echo $!; wait $!; echo $?'
    shell = subprocess.Popen(['sh', '-c', script, sys.executable, many.base, '--out_dir', tmp_path / OUT,
                              '--model_dir', model_dir, '--workers', '2', '-q'], cwd=ROOT,
                             stdout=subprocess.PIPE, text=True, start_new_session=True)
    pid = int(shell.stdout.readline())
    wait_until(lambda: workers_of(shell), shell)
    os.kill(pid, signal.SIGINT)
    time.sleep(0.1)
    os.kill(pid, 0)
    os.kill(pid, signal.SIGTERM)
    assert shell.communicate(timeout=60)[0] == '143\n'
    assert_nobody_left(shell)


@in_time
@pytest.mark.slow
def test_the_second_ctrl_c_spoils_nothing(start, tmp_path):
    process = start(*SLOW)
    wait_until(lambda: list((tmp_path / OUT).glob('*.pkl')), process)
    os.killpg(process.pid, signal.SIGINT)
    time.sleep(0.005)
    assert_stopped(process, signal.SIGINT, tmp_path / OUT, group=True)
    assert 1 <= len(fitted_in(tmp_path / OUT)) < COUNT
