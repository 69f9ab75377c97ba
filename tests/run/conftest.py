"""Fixtures of the tests that run the program, begin it as a process, stop it and kill it."""

import pytest

from tests.program import OUT, DataSet, program

#: Images in the data sets here: enough for both workers to get several.
COUNT = 8


@pytest.fixture
def many(tmp_path):
    """A DataSet of COUNT images."""
    return DataSet(tmp_path / 'data', COUNT)


@pytest.fixture
def whole(run, many, model_dir, tmp_path):
    """``whole(*options)``: the folder of an uninterrupted run over ``many`` by one process."""
    def whole(*options):
        out = tmp_path / 'whole' / OUT
        run(many.base, '--out_dir', out, '--model_dir', model_dir, '--workers', 1, '-q', *options)
        return out
    return whole


@pytest.fixture
def start(many, model_dir, tmp_path):
    """``start(*options)``: a started process of the program with two workers, leading a process group of its own."""
    def start(*options):
        return program(many.base, '--out_dir', tmp_path / OUT, '--model_dir', model_dir, '--workers', 2, '-q',
                       *options, start_new_session=True)
    return start


@pytest.fixture
def out(tmp_path):
    return tmp_path / OUT


@pytest.fixture
def fit_by_one(run, model_dir, out):
    """``fit_by_one(data_set, *options, out=OUT)``: fit a DataSet by one process."""
    def fit_by_one(data, *options, out=out):
        return run(data.base, '--out_dir', out, '--model_dir', model_dir, '--workers', 1, *options)
    return fit_by_one
