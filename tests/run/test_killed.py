"""Runs that are killed at any moment, and their workers: the same command then finishes the same folder."""

import itertools
import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest

from tests.doomed import DEEDS
from tests.helpers import read_summary
from tests.program import OUT, ROOT, answer_of, assert_nobody_left, assert_same, fitted_in, wait_until, workers_of
from tests.run.conftest import COUNT

pytestmark = pytest.mark.slow


@pytest.mark.parametrize('pictures', [False, True], ids=['no pictures', 'pictures'])
def test_killed_at_random_moments(start, whole, tmp_path, pictures):
    """SIGKILL while workers start, while they fit and while results are written, then the same command again."""
    options = [] if pictures else ['--no_render']
    wanted, out = whole(*options), tmp_path / OUT
    random_moment = random.Random(20 + pictures)
    for more in (None, 1, 3):  # results that this run may finish; None: not even start its workers
        process = start(*options)
        if more is None:
            wait_until(lambda: len(workers_of(process)) >= 1, process)  # noqa: B023
        else:
            wanted_count = len(list(out.glob('*.pkl'))) + more
            wait_until(lambda: len(list(out.glob('*.pkl'))) >= wanted_count, process)  # noqa: B023
        time.sleep(random_moment.uniform(0., 0.3 if more is None else 3e-3))
        process.kill()
        process.communicate()
        assert process.returncode == -signal.SIGKILL, 'the run was over before it could be killed'
        assert_nobody_left(process)
    answer = answer_of(start(*options))
    assert answer.code == 0, answer.errors
    assert_same(out, wanted)


def test_killed_at_every_kind_of_moment(run, many, model_dir, whole, tmp_path):
    """Killed in the middle of a file, before and after its renaming, in the middle of a summary row."""
    many.images[3].write_bytes(b'')
    wanted, out = whole('--no_render'), tmp_path / OUT
    options = ['--model_dir', model_dir, '--workers', '1', '-q', '--no_render']

    def doomed(kind, last, folder):
        command = [sys.executable, '-m', 'tests.doomed', kind, str(last), many.base, '--out_dir', folder, *options]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=ROOT)

    deeds = json.loads(doomed('none', 0, tmp_path / 'counted').stdout)
    files = COUNT - 1 + 4  # the pickles, run.json, the page, and the summary at the beginning and at the end
    assert deeds == {**dict.fromkeys(DEEDS[:3], files), 'half a row': COUNT}, 'a moment is no longer watched'
    for last, kind in itertools.product((1, 2), DEEDS):  # each run goes on where the one before was killed
        assert doomed(kind, last, out).returncode == -signal.SIGKILL, (kind, last)
    assert run(many.base, '--out_dir', out, *options).code == 1
    assert_same(out, wanted)


def test_killed_while_files_are_made_from_results(run, many, model_dir, whole, tmp_path):
    """At every kind of moment; what is there is not made again, and what is half written counts as missing."""
    wanted, out = whole('--no_render', '--save_joints'), tmp_path / OUT
    options = ['--out_dir', out, '--model_dir', model_dir, '--workers', '1', '-q', '--no_render']
    run(many.base, *options)
    rows = read_summary(out / 'summary.csv')
    for last, kind in itertools.product((1, 2), DEEDS[:3]):
        command = [sys.executable, '-m', 'tests.doomed', kind, str(last), many.base, *options, '--save_joints']
        killed = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=60, cwd=ROOT)
        assert killed.returncode == -signal.SIGKILL, (kind, last)
    assert run(many.base, *options, '--save_joints').code == 0
    assert read_summary(out / 'summary.csv') == rows
    assert_same(out, wanted)


def test_a_worker_is_killed(start, many, whole, tmp_path):
    """Its images are fitted by another: nothing is lost, and nobody need know."""
    options = '--no_render', '--optimizer', 'chumpy'  # slow enough to be caught
    many.keep(4)
    process = start(*options)
    wait_until(lambda: len(workers_of(process)) >= 2 and list((tmp_path / OUT).glob('*.pkl')), process)
    os.kill(workers_of(process)[0], signal.SIGKILL)
    answer = answer_of(process)
    assert (answer.code, answer.errors) == (0, '')
    assert_nobody_left(process)
    assert len(fitted_in(tmp_path / OUT)) == 4
    assert_same(tmp_path / OUT, whole(*options))
