"""Fixtures: the reference models and what the published program computed on them (reference/README.md)."""

import signal
import tarfile

import numpy as np
import pytest

from lib.model_files import ModelSet
from lib.run import command
from tests.helpers import REFERENCE, Case
from tests.program import OUT, Answer, DataSet


def pytest_runtest_setup(item):
    """Say what a run of the tests waits for, where that is long."""
    reporter = item.config.pluginmanager.get_plugin('terminalreporter')
    if item.get_closest_marker('slow') and reporter is not None:
        reporter.ensure_newline()
        reporter.write(f'waiting for {item.nodeid} ')


def pytest_configure():
    """Ctrl-C reaches the tests' processes also where the tests themselves were started with ``&``, which ignores it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope='session')
def model_dir(tmp_path_factory):
    """Folder of the reference models, under the official files' names."""
    folder = tmp_path_factory.mktemp('models')
    with tarfile.open(REFERENCE / 'models.tar.xz') as archive:
        archive.extractall(folder, **({'filter': 'data'} if hasattr(tarfile, 'data_filter') else {}))
    return folder


@pytest.fixture(scope='session')
def models(model_dir):
    """The reference ModelSet."""
    return ModelSet(str(model_dir))


@pytest.fixture(scope='session')
def body(models):
    """The neutral body's tracked points, of ten shape components."""
    return models.body('neutral').tracked(10)


@pytest.fixture(scope='session')
def units():
    """Single quantities: golden_units.npz."""
    with np.load(REFERENCE / 'golden_units.npz') as data:
        return dict(data)


@pytest.fixture(scope='session')
def golden_fits():
    """Whole fits: golden_fits.npz."""
    with np.load(REFERENCE / 'golden_fits.npz') as data:
        return dict(data)


@pytest.fixture
def case(golden_fits, request):
    """The Case named by the test's parameter: ``@pytest.mark.parametrize('case', NAMES, indirect=True)``."""
    return Case(golden_fits, request.param)


@pytest.fixture
def data_set(tmp_path):
    """A DataSet of two images."""
    return DataSet(tmp_path / 'data', 2)


@pytest.fixture
def run(capsys):
    """``run(*arguments)``: run the program in this process; returns its Answer."""
    def run(*arguments):
        before = signal.getsignal(signal.SIGTERM)
        capsys.readouterr()
        try:
            code = command.main([str(argument) for argument in arguments])
        except SystemExit as end:  # argparse's
            code = end.code
        finally:
            signal.signal(signal.SIGTERM, before)
        return Answer(code, *capsys.readouterr())
    return run


@pytest.fixture
def fit(run, data_set, model_dir, tmp_path):
    """``fit(*options)``: fit ``data_set`` with the reference models into ``tmp_path / OUT`` in this process, quietly.

    Without pictures. Later options override these.
    """
    def fit(*options):
        return run(data_set.base, '--out_dir', tmp_path / OUT, '--model_dir', model_dir, '--workers', 1, '-q',
                   '--no_render', *options)
    return fit
