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
    assert lib.Estimate is fitting.Estimate
    assert (lib.Uncertainty, lib.uncertainty) == (fitting.Uncertainty, fitting.uncertainty)
    assert ModelSet is model_files.ModelSet and InputError is errors.InputError
    assert set(lib.__all__) <= set(dir(lib))
    with pytest.raises(AttributeError, match="'lib' has no attribute 'fits'"):
        lib.fits  # noqa: B018


def test_importing_it_loads_nothing_heavy():
    code = ('import lib, sys; lib.__version__; assert not {"numpy", "chumpy"} & set(sys.modules); '
            'lib.fit, lib.InputError')
    subprocess.run([sys.executable, '-c', code], cwd=ROOT, check=True, timeout=60)


@pytest.mark.parametrize('module, names', [
    ('lib.base.compat', ['chumpy']), ('lib.robustifiers', ['GMOf']), ('lib.max_mixture_prior', ['PosePrior']),
    ('lib.angle_prior', ['AnglePrior']), ('lib.sphere_collisions', ['SphereCollisions']),
    ('lib.objective', ['chumpy_terms']), ('lib.body.kinematics', ['TrackedPoints']),
    ('lib.body.projection', ['ProjectPoints']), ('lib.fitting.camera_step', ['TorsoJoints', 'camera_terms'])])
def test_chumpy_is_loaded_where_its_face_is_asked_for(module, names):
    """``from lib.robustifiers import GMOf``, as in the published program."""
    code = (f'import {module}, sys; assert "chumpy" not in sys.modules; from {module} import {", ".join(names)}; '
            'assert "chumpy" in sys.modules')
    subprocess.run([sys.executable, '-c', code], cwd=ROOT, check=True, timeout=60)


@pytest.mark.parametrize('options, unwanted', [
    (['--no_render'], {'chumpy', 'opendr', 'scipy.optimize', 'matplotlib.pyplot', 'sklearn', 'trimesh', 'distributed'}),
    ([], {'chumpy', 'opendr.renderer', 'scipy.optimize', 'matplotlib.pyplot', 'sklearn', 'trimesh', 'distributed'})])
def test_a_run_loads_what_it_uses(tmp_path, options, unwanted):
    command = ['fit_3d.py', '--subset', '0', '-q', '--out_dir', str(tmp_path / 'out'), *options]
    code = (f'import sys; sys.argv = {command}; from lib.__main__ import command; code = command(); '
            f'print(sorted({unwanted} & set(sys.modules))); sys.exit(code)')
    answer = subprocess.run([sys.executable, '-c', code], cwd=ROOT, check=True, timeout=60, stdout=subprocess.PIPE)
    assert answer.stdout == b'[]\n'


def test_version():
    assert [part.isdigit() for part in lib.__version__.split('.')] == [True] * 3
