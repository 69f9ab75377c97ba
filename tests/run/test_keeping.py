"""Outcomes become files and rows, whatever stops the run in between."""

import json
import os
import shutil
import signal

import numpy as np
import pytest

from lib.base.errors import CannotWrite, InputError
from lib.fitting.problem import FitOptions
from lib.inputs.sample import Sample
from lib.outputs import folder
from lib.outputs.folder import result_path
from lib.outputs.lock import AtWork
from lib.outputs.report import Report
from lib.outputs.summary import COLUMNS
from lib.run.console import Console
from lib.run.keeping import keep
from lib.run.plan import Plan
from lib.run.resuming import find
from lib.run.stopping import Stop, Stopped
from lib.run.task import Outcome, RunOptions, failure
from tests.helpers import read_summary

SAMPLES = [Sample(index, f'{index}.jpg', '', np.zeros((14, 2)), np.ones(14), 'male', 5000.) for index in range(3)]


class Data(list):
    """What is asked of a DataSet."""

    doubts = ()
    names_exports = False

    @property
    def images(self):
        return [sample.name for sample in self]


RECORD = {'format': 3, 'options': {}, 'data': {}, 'models': {}}


def fitted(index):
    row = {**dict.fromkeys(COLUMNS, ''), 'index': str(index), 'file': f'{index}.jpg', 'status': 'fitted', 'energy': '1',
           'reprojection_px': '2.0', 'error_share': '0.01', 'seconds': '0.1', 'gender': 'male'}
    return Outcome(row, {result_path('', index, '.png'): b'picture', result_path('', index): b'pickle'})


@pytest.fixture
def keep_all(tmp_path):
    """``keep_all(work)``: keep what the generator yields in ``tmp_path / 'out'``; the Report."""
    def keep_all(work):
        out = str(tmp_path / 'out')
        with AtWork(out) as here, Stop() as stop:
            data, report = Data(SAMPLES), Report(out, [])
            found = find(here, data, RECORD, range(3), overwrite=True)
            plan = Plan(data, range(3), found, RunOptions('models', FitOptions()), overwrite=True)
            keep(work, plan, report, Console(quiet=True), stop)
        return report
    return keep_all


def statuses(out):
    return {index: row['status'] for index, row in read_summary(str(out / 'summary.csv')).items()}


def test_files_and_rows(keep_all, tmp_path, capsys):
    def work():
        yield fitted(0)
        yield failure(SAMPLES[1], InputError('damaged'))
        yield fitted(2)
    assert keep_all(work()).any_failed
    out = tmp_path / 'out'
    assert statuses(out) == {0: 'fitted', 1: 'failed', 2: 'fitted'}
    assert sorted(path.name for path in out.glob('000*')) == ['0000.pkl', '0000.png', '0002.pkl', '0002.png']
    assert capsys.readouterr().err == 'failed: 0001 1.jpg: damaged\n' and (out / 'index.html').exists()


def test_what_failed_leaves_no_older_result(keep_all, tmp_path):
    keep_all(fitted(index) for index in range(2))
    assert keep_all(outcome for outcome in [failure(SAMPLES[1], InputError('damaged'))]).any_failed
    assert sorted(path.name for path in (tmp_path / 'out').glob('000*')) == ['0000.pkl', '0000.png']


def test_what_is_refitted_leaves_no_older_file(keep_all, tmp_path):
    """Exports and overlays of a kind that is not made again, also below; others' and the user's stay."""
    out = tmp_path / 'out'
    keep_all(fitted(index) for index in range(2))
    older = [out / name for name in ('0001.obj', '0001_overlay.jpg', '0001_view090.png', 'viz/0001.gif')]
    mine = [out / name for name in ('0000.obj', '0001_notes.txt', '00010.obj', 'viz/notes.gif')]
    (out / 'viz').mkdir()
    for path in older + mine:
        path.write_bytes(b'older')
    keep_all(outcome for outcome in [fitted(1)])
    assert not any(path.exists() for path in older) and all(path.exists() for path in mine)
    assert (out / '0001.pkl').read_bytes() == b'pickle' and (out / '0001.png').exists()


@pytest.mark.parametrize('remove', [shutil.rmtree, lambda out: [path.unlink() for path in out.glob('[!.]*')]],
                         ids=['removed', 'emptied'])
@pytest.mark.parametrize('ends', [False, True])
def test_a_folder_that_is_removed_meanwhile_is_not_made_again(keep_all, tmp_path, remove, ends):
    """Whether another result is to be written, or the run ends."""
    def work():
        yield fitted(0)
        remove(tmp_path / 'out')
        if not ends:
            yield fitted(1)
    with pytest.raises(InputError, match='was removed, or emptied, while the run went on'):
        keep_all(work())
    assert not [path for path in tmp_path.glob('out/*') if path.name[0] != '.']


def test_a_folder_in_the_way_is_that_images_failure(keep_all, tmp_path):
    (tmp_path / 'out' / '0001.png').mkdir(parents=True)
    (tmp_path / 'out' / 'run.json').write_text(json.dumps(RECORD))
    keep_all(fitted(index) for index in range(3))
    assert statuses(tmp_path / 'out') == {0: 'fitted', 1: 'failed', 2: 'fitted'}


@pytest.mark.parametrize('error', [InputError('the scheduler is gone'), Stopped(signal.SIGINT), ZeroDivisionError()])
def test_whatever_ends_the_work_keeps_what_is_finished(keep_all, tmp_path, error):
    def work():
        yield fitted(0)
        yield failure(SAMPLES[1], InputError('damaged'))
        raise error
    with pytest.raises(type(error)):
        keep_all(work())
    assert statuses(tmp_path / 'out') == {0: 'fitted', 1: 'failed'} and (tmp_path / 'out' / 'index.html').exists()


def test_work_is_ended(keep_all, monkeypatch):
    """Workers go on until their generator is closed."""
    ended = []

    def work():
        try:
            yield fitted(0)
            yield fitted(1)
        finally:
            ended.append(True)

    def full(path, data, *how, **more):
        raise CannotWrite(f'{path}: cannot be written (disk full)')
    monkeypatch.setattr(folder, 'write_file', full)
    kept_alive = work()
    with pytest.raises(CannotWrite, match='disk full'):
        keep_all(kept_alive)
    assert ended == [True]


def test_a_signal_waits_until_an_outcome_is_written(keep_all, tmp_path, monkeypatch):
    def write(path, data, *how, **more):
        real(path, data, *how, **more)
        if path.endswith('0001.png'):
            os.kill(os.getpid(), signal.SIGTERM)
    real = folder.write_file
    monkeypatch.setattr(folder, 'write_file', write)
    with pytest.raises(Stopped) as raised:
        keep_all(fitted(index) for index in range(3))
    assert raised.value.exit_code == 143
    assert statuses(tmp_path / 'out') == {0: 'fitted', 1: 'fitted'}
    assert (tmp_path / 'out' / '0001.pkl').exists()
