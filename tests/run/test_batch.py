"""Many images: chunks, worker processes, and images that go wrong among others."""

import os

import numpy as np
import pytest

from lib.base.errors import InputError
from lib.fitting import optimizers
from lib.fitting.problem import FitOptions
from lib.inputs.sample import SCALE, Sample
from lib.run import batch, pool
from lib.run.task import RunOptions, Task, failure
from tests.helpers import read_summary
from tests.program import OUT, DataSet, assert_same, fitted_in
from tests.run.conftest import COUNT

OPTIONS = RunOptions('models', FitOptions())


def samples_of(count, frames=None):
    frames = [None] * count if frames is None else frames
    return [Sample(index, f'{index}.jpg', '', np.zeros((14, 2)), np.ones(14), 'neutral', 5000., frame=frame)
            for index, frame in enumerate(frames)]


# In order


class Fitter:
    """Notes what it is given."""

    def __init__(self):
        self.deeds = []

    def recall(self, sample, result):
        self.deeds.append(('recall', sample.index, result))

    def run(self, tasks):
        self.deeds += [('fit', task.sample.index) for task in tasks]
        yield from ()


def test_frames_go_on_from_what_earlier_runs_fitted():
    """Two people a frame; frame 1 is done, of frame 2 the first, and frame 4 of another gap."""
    samples = samples_of(12, [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5])
    done = {2, 3, 4, 8, 9}
    fitter = Fitter()

    def earlier(frame):
        return [(sample, 'stored') for sample in samples if sample.frame == frame and sample.index in done]
    to_do = [sample for sample in samples if sample.index not in done]
    list(batch.outcomes_in_order(to_do, lambda sample: Task(sample, b''), fitter, earlier))
    recalled = [('recall', index, 'stored') for index in (2, 3, 4, 8, 9)]
    assert fitter.deeds == [('fit', 0), ('fit', 1), *recalled[:3], ('fit', 5), ('fit', 6), ('fit', 7), *recalled[3:],
                            ('fit', 10), ('fit', 11)]


def test_frames_that_fail_are_told_among_those_whose_pictures_are_to_be_made():
    """Those that cannot be read, and those that cannot be fitted."""
    def task_of(sample):
        if sample.index == 1:
            raise InputError('1.jpg: gone')
        return Task(sample, b'')

    class Fits(Fitter):
        def fit(self, task):
            return failure(task.sample, InputError('nobody')) if task.sample.index == 2 else task
    chunks = list(batch._fitted_in_order(samples_of(4, range(4)), task_of, Fits(), lambda frame: ()))
    assert [[task.sample.index for task in chunk.tasks] for chunk in chunks] == [[0], [], [], [3]]
    assert [[outcome.row['message'] for outcome in chunk.failed] for chunk in chunks] == [
        [], ['1.jpg: gone'], ['2.jpg: nobody'], []]


# Processes


@pytest.mark.slow
def test_workers_change_nothing(run, many, model_dir, whole, tmp_path):
    wanted = whole()
    out = tmp_path / OUT
    answer = run(many.base, '--out_dir', out, '--model_dir', model_dir, '--workers', 2, '-q')
    assert (answer.code, answer.printed, answer.errors) == (0, '', '')
    assert len(fitted_in(out)) == COUNT
    assert_same(out, wanted)


def test_more_workers_than_sensible_are_not_begun(run, data_set, model_dir, tmp_path, monkeypatch):
    counts = []

    def outcomes(options, chunks, count, held):
        counts.append(count)
        raise pool.NoProcesses('no worker process can be started (none)')
    monkeypatch.setattr(pool, 'outcomes', outcomes)
    monkeypatch.setattr(batch, 'worker_count', lambda asked, images: 1 if images < 2 else 2)
    answer = run(DataSet(tmp_path / 'many', 3).base, '--out_dir', tmp_path / OUT, '--model_dir', model_dir, '--workers',
                 10000, '--no_render')
    assert counts == [2] and answer.code == 0
    assert '--workers 10000: 2 used' in answer.errors
    assert 'no worker process can be started (none); this process does all the work' in answer.errors
    assert len(fitted_in(tmp_path / OUT)) == 3


@pytest.mark.parametrize('dashboard, lines', [
    (None, []), ('http://host:8787/status', ["Dask's dashboard: http://host:8787/status"])])
def test_models_are_found_from_elsewhere(monkeypatch, dashboard, lines):
    """Dask's workers may run in another folder; where they can be watched is said."""
    said = []

    class Cluster:
        def __init__(self, scheduler):
            self.scheduler = scheduler

        def count(self):
            return 2

        def dashboard(self):
            return dashboard

        def outcomes(self, options, chunks):
            yield self.scheduler, options.model_dir, len(next(chunks).tasks)

        def close(self):
            self.scheduler = None
    monkeypatch.setattr(batch, 'Cluster', Cluster)
    found, = batch.outcomes_of_cluster(samples_of(6), lambda sample: Task(sample, b''), OPTIONS, 'tcp://host:1',
                                       said.append)
    assert found == ('tcp://host:1', os.path.abspath('models'), 3) and said == lines


# Images that go wrong among others


@pytest.mark.slow
def test_batch_goes_on_past_bad_images_and_people(run, many, model_dir, tmp_path):
    many.images[2].write_bytes(b'')
    many.joints[:2, :, 4] = np.nan
    many.joints[:2, :, 5] = 50.  # all at one point
    many.write_joints()
    out = tmp_path / OUT
    answer = run(many.base, '--out_dir', out, '--model_dir', model_dir, '--workers', 2, '--no_render', '-q')
    assert answer.code == 1
    assert [line[:12] for line in answer.errors.splitlines()] == ['failed: 0002', 'failed: 0004', 'failed: 0005']
    assert fitted_in(out) == [f'{index:04d}.pkl' for index in (0, 1, 3, 6, 7)]
    rows = read_summary(out / 'summary.csv')
    assert {index for index, row in rows.items() if row['status'] == 'failed'} == {2, 4, 5}
    for line, index in zip(answer.errors.splitlines(), (2, 4, 5)):
        assert rows[index]['message'] in line and rows[index]['file'] in line


def test_batch_goes_on_past_a_fit_that_diverges(run, many, model_dir, tmp_path, monkeypatch):
    def run_dogleg(setting, starts, on_step=None):
        for position, stages in fitting_run(setting, starts, on_step):
            if starts[position].problem.joints[0, 0] == SCALE * many.joints[0, 0, 1]:
                stages[-1].x[7] = np.nan
            yield position, stages
    fitting_run = optimizers.DOGLEG.schedule
    monkeypatch.setattr(optimizers, 'DOGLEG', optimizers.DOGLEG._replace(schedule=run_dogleg))
    out = tmp_path / OUT
    answer = run(many.base, '--out_dir', out, '--model_dir', model_dir, '--workers', 1, '--no_render', '-q')
    answer.assert_one_line('failed: 0001', many.images[1].name, 'diverged')
    assert answer.code == 1 and len(fitted_in(out)) == COUNT - 1
    assert read_summary(out / 'summary.csv')[1]['status'] == 'failed'
