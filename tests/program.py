"""What the tests of the command line share: small data sets to spoil, and the program's answer as an object."""

import csv
import io
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from lib.outputs.result_file import read_result

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / 'data'
OUT = 'out'
#: Of tests that must catch a process at the right moment, or that hang on another program's: on a busy machine some
#: tries miss it.
in_time = pytest.mark.flaky(reruns=4)


@dataclass(frozen=True)
class Answer:
    """How a run ended: exit code, and what it printed."""

    code: int
    printed: str
    errors: str

    def assert_one_line(self, *words):
        """The run failed, and one clear line on stderr holds ``words``."""
        assert self.code not in (0, None), 'it succeeded'
        assert len(self.errors.splitlines()) == 1, self.errors
        assert len(self.errors) < 500, self.errors
        for word in words:
            assert str(word) in self.errors, f'{word!r} is not in {self.errors!r}'


class Refusing(io.StringIO):
    """A stream that takes nothing."""

    def __init__(self, number):
        super().__init__()
        self._number = number

    def write(self, text):
        raise OSError(self._number, os.strerror(self._number))


class DataSet:
    """The first images of the sample in a folder of their own, to be changed by a test; as often as it takes."""

    def __init__(self, base, count):
        self.base = base
        self._results = base / 'results' / 'lsp'
        (base / 'images' / 'lsp').mkdir(parents=True)
        self._results.mkdir(parents=True)
        self.images = []
        sample = sorted((SAMPLE / 'images' / 'lsp').glob('*.jpg'))
        which = [i % len(sample) for i in range(count)]
        for number, i in enumerate(which, start=1):
            self.images.append(base / 'images' / 'lsp' / f'im{number:04d}.jpg')
            shutil.copy(sample[i], self.images[-1])
        self.joints_path = self._results / 'est_joints.npz'
        self.genders_path = self._results / 'lsp_gender.csv'
        with np.load(SAMPLE / 'results' / 'lsp' / 'est_joints.npz') as data:
            self.joints = data['est_joints'][:, :, which]
        self.write_joints()
        genders = (SAMPLE / 'results' / 'lsp' / 'lsp_gender.csv').read_text().splitlines(keepends=True)
        self.genders_path.write_text(''.join(genders[i] for i in which))

    def keep(self, count):
        """Leave only the first images."""
        for path in self.images[count:]:
            path.unlink()
        del self.images[count:]

    def write_joints(self, **arrays):
        """Write est_joints.npz with ``joints``, or with other ``arrays``."""
        np.savez(self.joints_path, **(arrays or {'est_joints': self.joints}))


def program(*arguments, **options):
    """A started subprocess.Popen of the program, without terminal or display; its output is caught."""
    environment = {key: value for key, value in os.environ.items() if key not in ('DISPLAY', 'WAYLAND_DISPLAY')}
    return subprocess.Popen([sys.executable, str(ROOT / 'fit_3d.py'), *map(str, arguments)], env=environment,
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            **options)


def answer_of(process):
    """Wait for a process of ``program``; returns its Answer."""
    try:
        printed, errors = process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    return Answer(process.returncode, printed, errors)


def fitted_in(out):
    """Names of the result pickles in ``out``, sorted, which hold whole results; no half-written file is about."""
    assert not list(Path(out).rglob('*.tmp'))
    paths = sorted(Path(out).glob('*.pkl'))
    for path in paths:
        read_result(path)
    return [path.name for path in paths]


def contents(out):
    """What is in a result folder: bytes by path, the summary as rows without what depends on the clock."""
    files = {str(path.relative_to(out)): path.read_bytes() for path in Path(out).rglob('*') if path.is_file()}
    rows = list(csv.reader(files['summary.csv'].decode().splitlines()))
    timed = [rows[0].index(name) for name in ('seconds', 'written')]
    files['summary.csv'] = [[cell for i, cell in enumerate(row) if i not in timed] for row in rows]
    return files


def assert_same(out, wanted):
    """Two result folders hold the same, but for how long it took, and when it was."""
    out, wanted = contents(out), contents(wanted)
    assert sorted(out) == sorted(wanted)
    differing = [name for name in wanted if out[name] != wanted[name]]
    assert differing == []


def alive(process):
    """Ids of the processes in a process's group, which it leads, that have not ended."""
    out = []
    for name in filter(str.isdigit, os.listdir('/proc')):
        try:
            with open(f'/proc/{name}/stat') as file:
                state, _, group = file.read().rpartition(')')[2].split()[:3]
        except OSError:
            continue
        if int(group) == process.pid and state not in 'ZX':
            out.append(int(name))
    return out


def workers_of(process):
    """Ids of the worker processes that a process of the program has begun."""
    return [pid for pid in alive(process) if pid != process.pid and 'spawn_main' in command_of(pid)]


def command_of(pid):
    try:
        return Path(f'/proc/{pid}/cmdline').read_text()
    except OSError:
        return ''


def wait_until(condition, process, seconds=60):
    """Poll until ``condition()`` holds or the process has ended; fails where neither comes."""
    deadline = time.monotonic() + seconds
    while not condition() and process.poll() is None:
        assert time.monotonic() < deadline, 'it does not come'
        time.sleep(1e-3)


def assert_nobody_left(process):
    deadline = time.monotonic() + 10
    while alive(process):
        assert time.monotonic() < deadline, 'workers outlive the program'
        time.sleep(0.02)
