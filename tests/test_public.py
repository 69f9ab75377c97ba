"""What ``import lib`` (installed: ``import smplify``) offers."""

import subprocess
import sys

import pytest

import lib
from lib import Fit, FitOptions, InputError, ModelSet, Problem, fit, fit_many, fitting, model_files
from lib.base import errors
from tests.program import ROOT


def test_public_names():
    assert (Fit, FitOptions, Problem, fit, fit_many) == (fitting.Fit, fitting.FitOptions, fitting.Problem, fitting.fit,
                                                         fitting.fit_many)
    assert ModelSet is model_files.ModelSet and InputError is errors.InputError
    assert set(lib.__all__) <= set(dir(lib))
    with pytest.raises(AttributeError, match="'lib' has no attribute 'fits'"):
        lib.fits  # noqa: B018


def test_importing_it_loads_nothing_heavy():
    code = ('import lib, sys; lib.__version__; assert not {"numpy", "chumpy"} & set(sys.modules); '
            'lib.fit, lib.InputError')
    subprocess.run([sys.executable, '-c', code], cwd=ROOT, check=True, timeout=60)


def test_version():
    assert [part.isdigit() for part in lib.__version__.split('.')] == [True] * 3
