"""The work on single images: whatever goes wrong with one is its own failed row, and the others are fitted."""

import weakref
from dataclasses import replace

import cv2
import numpy as np
import pytest

from lib.base.errors import InputError
from lib.fitting.problem import FitOptions
from lib.inputs.lsp import LspDataset
from lib.outputs.exported.exports import Exports
from lib.outputs.folder import result_path
from lib.run import worker
from lib.run.task import Fitted, Outcome, RunOptions, Task
from lib.run.worker import Fitter
from tests.program import DataSet


@pytest.fixture(scope='module')
def tasks(tmp_path_factory):
    """Three people."""
    data = LspDataset(str(DataSet(tmp_path_factory.mktemp('data') / 'data', 3).base), gender_neutral=True)
    return [Task(data[index], data.read(data[index])) for index in range(3)]


@pytest.fixture
def fitter(model_dir):
    return Fitter(RunOptions(str(model_dir), FitOptions(), render=False))


def by_index(outcomes):
    outcomes = {outcome.index: outcome for outcome in outcomes}
    assert sorted(outcomes) == [0, 1, 2]
    return outcomes


def test_outcomes(fitter, tasks):
    found = by_index(fitter.run(tasks))
    for index, outcome in found.items():
        assert outcome.row['file'] == tasks[index].sample.name and not outcome.failed and outcome.trace == ''
        assert list(outcome.files)[-1] == result_path('', index), 'the pickle last'
        assert outcome.joints.shape == (24, 3)


def test_side_by_side_or_alone_is_the_same(fitter, tasks):
    together = by_index(fitter.run(tasks))
    alone = by_index([outcome for task in tasks for outcome in fitter.run([task])])
    assert [together[i].files for i in range(3)] == [alone[i].files for i in range(3)]


def test_what_one_fits_another_draws(fitter, tasks, model_dir):
    """To the byte what it would have made itself; failures are known before."""
    options = RunOptions(str(model_dir), FitOptions(), views=(90,), exports=Exports(mesh='glb', joints=True))
    wanted = by_index(Fitter(options).run(tasks))
    fitted = [fitter.fit(task) for task in tasks]
    assert [list(task.fitted.outcome.files) for task in fitted] == [[result_path('', i)] for i in range(3)]
    found = by_index(Fitter(options).run(fitted))
    assert [list(found[i].files.items()) for i in range(3)] == [list(wanted[i].files.items()) for i in range(3)]
    assert [list(found[i].files)[-1] for i in range(3)] == [result_path('', i) for i in range(3)], 'the pickle last'
    assert all(float(found[i].row['seconds']) > float(fitted[i].fitted.outcome.row['seconds']) for i in range(3))
    assert [{**found[i].row, 'seconds': ''} for i in range(3)] == [{**wanted[i].row, 'seconds': ''} for i in range(3)]
    assert fitter.fit(replace(tasks[0], image=b'none')).failed


def test_what_is_fitted_is_not_fitted_again(fitter, tasks, monkeypatch):
    """Beside others, and by a result that tells neither its steps nor its joints."""
    task = fitter.fit(tasks[0])
    bare = replace(task.fitted.fit, runs=(), chosen=0, camera_steps=0)
    given = Outcome({'index': '0', 'status': 'fitted', 'seconds': ''})
    real, counts = worker.fit_many, []
    monkeypatch.setattr(worker, 'fit_many', lambda problems, *rest: counts.append(len(problems)) or real(problems,
                                                                                                         *rest))
    fitter = Fitter(RunOptions(fitter._options.model_dir, FitOptions(), exports=Exports(joints=True)))
    found = by_index(fitter.run([replace(task, fitted=Fitted(bare, given)), *tasks[1:]]))
    assert counts == [2]
    assert found[0].row == given.row
    assert set(found[0].files) == {path.replace('0001', '0000') for path in found[1].files} - {result_path('', 0)}


def test_one_photograph_is_decoded_at_a_time(model_dir, tasks, monkeypatch):
    """However many are fitted side by side, whose fits end before."""
    done, real_fit, real = [], worker.fit_many, worker.decode_photograph

    def decoding(*arguments):
        assert [picture() is None for picture in done] == [True] * len(done)
        photograph = real(*arguments)
        done.append(weakref.ref(photograph.picture))
        return photograph
    monkeypatch.setattr(worker, 'fit_many', lambda *arguments: done.clear() or real_fit(*arguments))
    monkeypatch.setattr(worker, 'decode_photograph', decoding)
    found = by_index(Fitter(RunOptions(str(model_dir), FitOptions())).run(tasks))
    assert not any(outcome.failed for outcome in found.values())
    assert len(done) == 3


@pytest.mark.parametrize('render', [False, True])
def test_no_frame_starts_from_a_damaged_one(model_dir, tasks, render):
    """Of which the header alone is whole: what its joints belong to cannot be told."""
    image = bytearray(tasks[0].image)
    image[image.index(b'\xff\xda') + 1] = 0xd9  # where the pixels begin the file ends
    damaged = Task(replace(tasks[0].sample, frame=0), bytes(image))
    fitter = Fitter(RunOptions(str(model_dir), FitOptions(), render=render))
    outcome, = fitter.run([damaged])
    assert outcome.failed and 'damaged' in outcome.row['message']
    second = replace(tasks[0], sample=replace(tasks[0].sample, frame=1))
    after, = fitter.run([second])
    alone, = Fitter(fitter._options).run([second])
    assert after.files == alone.files


@pytest.mark.parametrize('error, words', [
    (InputError('im0002.jpg: damaged'), 'im0002.jpg: damaged'), (InputError('damaged'), 'im0002.jpg: damaged'),
    (cv2.error('assertion'), 'unexpected error: assertion'), (MemoryError(), 'not enough memory'),
    (ZeroDivisionError('division'), 'unexpected ZeroDivisionError: division'),
    (RecursionError('deep\nline'), 'unexpected RecursionError: deep line')])
@pytest.mark.parametrize('where', ['decode_photograph', 'make_problem', 'export_files', 'judged'])
def test_any_error_of_one_image_is_its_own(fitter, tasks, monkeypatch, where, error, words):
    real = getattr(worker, where)
    calls = []

    def failing(*arguments):
        calls.append(arguments)
        if len(calls) == 2:
            raise error
        return real(*arguments)
    monkeypatch.setattr(worker, where, failing)
    found = by_index(fitter.run(tasks))
    failed, = [outcome for outcome in found.values() if outcome.failed]
    message = failed.row['message']
    assert message.startswith(f'{tasks[failed.index].sample.name}: ') or 'im0002' in words
    assert words.removeprefix('im0002.jpg: ') in message and '\n' not in message
    assert ('Traceback' in failed.trace) == message.startswith(f'{failed.row["file"]}: unexpected')
    assert failed.files == {}


def test_an_error_of_fitting_them_together_is_found_by_fitting_them_alone(fitter, tasks, monkeypatch):
    def fit_many(problems, *arguments):
        if any(problem.joints[0, 0] == spoilt for problem in problems):
            raise np.linalg.LinAlgError('singular')
        return real(problems, *arguments)
    spoilt, real = 2. * tasks[1].sample.joints[0, 0], worker.fit_many
    monkeypatch.setattr(worker, 'fit_many', fit_many)
    found = by_index(fitter.run(tasks))
    assert [found[i].failed for i in range(3)] == [False, True, False]
    assert 'unexpected LinAlgError: singular' in found[1].row['message']


def test_a_person_that_cannot_be_fitted(fitter, tasks, monkeypatch):
    real = worker.make_problem

    def without_joints(sample, picture):
        problem = real(sample, picture)
        if sample.index == 0:
            problem.confidence[:] = 0.
            problem.joints[:] = np.nan
        return problem
    monkeypatch.setattr(worker, 'make_problem', without_joints)
    found = by_index(fitter.run(tasks))
    assert [found[i].failed for i in range(3)] == [True, False, False]
    assert found[0].row['message'].startswith('im0001.jpg: ') and found[0].trace == ''


def test_no_tasks(fitter):
    assert list(fitter.run([])) == []


def test_every_step_is_watched(model_dir, tasks):
    """One image at a time, as its own film."""
    films = []

    class Film:
        def __init__(self, model, n_betas, problem, photograph, scale):
            self.steps, self.scale = 0, scale
            films.append(self)

        def step(self, *_):
            self.steps += 1

        def finish(self, body, opacity):
            assert self is films[-1] and body is None
            return b'GIF'
    fitter = Fitter(RunOptions(str(model_dir), FitOptions(), render=False), Film)
    found = by_index(fitter.run(tasks))
    assert len(films) == 3 and all(film.steps > 5 and film.scale == 2. for film in films)
    assert all(outcome.files[result_path('', i, '.gif', below='viz')] == b'GIF' for i, outcome in found.items())


def test_who_failed_is_shown_where_the_photograph_can_be(fitter, tasks, model_dir):
    """Whatever it is that failed, and only where pictures are wanted."""
    few = np.where(np.arange(14) == 3, 1., 0.)
    wrong = [replace(tasks[0], sample=replace(tasks[0].sample, error='nobody is in it')),
             replace(tasks[1], sample=replace(tasks[1].sample, confidence=few)), replace(tasks[2], image=b'none')]
    for render in (True, False):
        found = by_index(Fitter(RunOptions(str(model_dir), FitOptions(), render=render)).run(wrong))
        assert all(outcome.failed for outcome in found.values()) and 'nobody is in it' in found[0].row['message']
        unread = replace(tasks[2], sample=replace(tasks[2].sample, error='HEIC'), image=b'none')
        assert fitter.fit(unread).row['message'].endswith(': HEIC'), 'what was found first'
        strips = [['gallery/0000.jpg'], ['gallery/0001.jpg'], []] if render else [[], [], []]
        assert [list(found[i].files) for i in range(3)] == strips
