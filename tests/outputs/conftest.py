"""Fixtures of the tests of lib/outputs."""

import numpy as np
import pytest

from lib.fitting import FitOptions, fit_many
from lib.inputs.decoding import decode_image
from lib.inputs.lsp import LspDataset
from lib.inputs.sample import Sample, make_problem
from lib.outputs.lock import AtWork
from tests.program import OUT, SAMPLE


@pytest.fixture
def out(tmp_path):
    """Where ``fit`` puts its results."""
    return tmp_path / OUT


@pytest.fixture
def here(out):
    """AtWork in ``out``."""
    with AtWork(str(out)) as here:
        yield here


@pytest.fixture(scope='session')
def make_sample():
    """``make_sample(index, name, gender)``: a Sample with nothing to see."""
    def make_sample(index, name='a.jpg', gender='male'):
        return Sample(index, name, f'/photos/{name}', np.zeros((14, 2)), np.zeros(14), gender, 5000.)
    return make_sample


@pytest.fixture(scope='session')
def fitted(models):
    """The first three images of the sample, fitted with the reference models: Sample, photograph, Problem, Fit."""
    data = LspDataset(str(SAMPLE))
    samples = [data[index] for index in range(3)]
    photographs = [decode_image(data.read(sample), sample.name) for sample in samples]
    problems = [make_problem(sample, photograph.shape) for sample, photograph in zip(samples, photographs)]
    fits = dict(fit_many(problems, models, FitOptions()))
    return [(samples[i], photographs[i], problems[i], fits[i]) for i in range(3)]
