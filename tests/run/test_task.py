"""What an error makes of a Sample: a failed row of one line."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

from lib.base.errors import InputError
from lib.fitting.problem import FitOptions
from lib.inputs.sample import Sample
from lib.run.task import Outcome, RunOptions, Task, failure

SAMPLE = Sample(7, 'im0007.jpg', '/data/im0007.jpg', np.zeros((14, 2)), np.ones(14), 'female', 5000.)


@pytest.mark.parametrize('error, message', [
    (InputError('im0007.jpg: no image'), 'im0007.jpg: no image'), (InputError('no image'), 'im0007.jpg: no image'),
    (InputError('/data/im0007.jpg: is a folder'), '/data/im0007.jpg: is a folder'),
    (MemoryError(), 'im0007.jpg: there is not enough memory for it'),
    (ValueError('two\nlines'), 'im0007.jpg: unexpected ValueError: two lines')])
def test_failure(error, message):
    outcome = failure(SAMPLE, error)
    assert outcome.failed and outcome.index == 7 and outcome.files == {} and outcome.joints is None
    assert outcome.row['message'] == message
    assert (outcome.row['file'], outcome.row['gender']) == ('im0007.jpg', 'female')


def test_a_name_that_is_shown_escaped_is_not_said_twice():
    named = replace(SAMPLE, name='a\x1b.jpg')
    assert failure(named, InputError('/data/a\x1b.jpg: no image')).row['message'] == '/data/a\\x1b.jpg: no image'


def test_only_mistakes_of_the_program_have_a_trace():
    try:
        1 / 0  # noqa: B018
    except ZeroDivisionError as error:
        assert 'test_task.py' in failure(SAMPLE, error).trace
    assert failure(SAMPLE, InputError('wrong')).trace == failure(SAMPLE, MemoryError()).trace == ''


def test_what_travels_can_be_pickled():
    task = pickle.loads(pickle.dumps(Task(SAMPLE, b'image')))
    assert (task.sample.name, task.image) == ('im0007.jpg', b'image')
    assert pickle.loads(pickle.dumps(failure(SAMPLE, InputError('x')))).failed
    assert not Outcome({'index': '3', 'status': 'doubtful'}).failed


def test_run_options_can_be_told_apart():
    """A worker of a cluster keeps its models while they are the same."""
    assert hash(RunOptions('models', FitOptions())) == hash(RunOptions('models', FitOptions()))
    assert RunOptions('models', FitOptions()) != RunOptions('models', FitOptions(n_betas=4))


def test_models_are_read_once_in_a_process_and_do_not_travel(model_dir):
    options = RunOptions(str(model_dir), FitOptions())
    assert options.models is options.models and options.models.body('neutral')
    data = pickle.dumps(options)
    assert len(data) < 10_000
    travelled = pickle.loads(data)
    assert travelled == options and travelled.models is not options.models
    assert travelled.models.model_dir == str(model_dir)
