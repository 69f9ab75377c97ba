"""The wheel: lib/ as the package smplify, with the open models, a command, and nothing else."""

import shutil
import subprocess
import sys
import zipfile

import pytest

import lib
from lib.model_files import MODEL_DIR
from tests.program import ROOT, SAMPLE

pytestmark = pytest.mark.slow


@pytest.fixture(scope='module')
def wheel(tmp_path_factory):
    """The wheel of a copy of the checkout's sources, as a ZipFile; nothing is fetched."""
    source, out = tmp_path_factory.mktemp('source'), tmp_path_factory.mktemp('wheel')
    for name in 'setup.py', 'pyproject.toml', 'README.md', 'LICENSE', 'fit_3d.py':
        shutil.copy(ROOT / name, source)
    for name in 'lib', 'models/open', 'models/make':
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns('__pycache__'))
    subprocess.run([sys.executable, '-m', 'pip', 'wheel', '--quiet', '--no-deps', '--no-index', '--no-build-isolation',
                    '--disable-pip-version-check', '--wheel-dir', out, source], check=True, timeout=120)
    path, = out.glob('*.whl')
    with zipfile.ZipFile(path) as archive:
        yield archive


@pytest.fixture(scope='module')
def installed(wheel, tmp_path_factory):
    """A folder that holds what the wheel installs."""
    folder = tmp_path_factory.mktemp('installed')
    wheel.extractall(folder)
    return folder


def python(installed, *arguments, cwd):
    """Run Python where only the wheel's content, and other packages, can be imported."""
    return subprocess.run([sys.executable, '-c', f'import sys; sys.path.insert(0, {str(installed)!r}); ' + arguments[0],
                           *map(str, arguments[1:])], cwd=cwd, capture_output=True, text=True, timeout=60)


def test_what_is_installed(wheel):
    names = {name for name in wheel.namelist() if '.dist-info/' not in name}
    assert {name.split('/')[0] for name in names} == {'smplify'}
    modules = {f'smplify/{path.relative_to(ROOT / "lib")}' for path in (ROOT / 'lib').rglob('*')
               if path.suffix in ('.py', '.html', '.css', '.js', '.typed')}
    models = {f'smplify/models/open/{path.name}' for path in (ROOT / 'models' / 'open').iterdir()}
    assert len(models) == 9 and names == modules | models


def test_version_and_command(wheel):
    info = f'smplify-{lib.__version__}.dist-info'
    assert wheel.read(f'{info}/entry_points.txt').decode().split() == [
        '[console_scripts]', 'smplify', '=', 'smplify.__main__:command']
    metadata = wheel.read(f'{info}/METADATA').decode()
    assert f'Version: {lib.__version__}\n' in metadata and 'Requires-Python: >=3.10\n' in metadata
    assert 'Requires-Dist: numpy<3,>=2.0\n' in metadata


def test_the_shipped_models_of_a_checkout():
    assert MODEL_DIR == str(ROOT / 'models')


def test_it_runs_elsewhere(installed, tmp_path):
    """The same results as the checkout's, from a folder that holds nothing of it."""
    command = 'from smplify.__main__ import command; sys.exit(command())'
    answer = python(installed, command, '--help', cwd=tmp_path)
    assert answer.returncode == 0 and answer.stdout.startswith('usage: '), answer.stderr
    answer = python(installed, command, SAMPLE, '--subset', '0', '--out_dir', 'out', '--no_render', cwd=tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert str(installed / 'smplify' / 'models' / 'open') in answer.stderr
    subprocess.run([sys.executable, ROOT / 'fit_3d.py', SAMPLE, '--subset', '0', '--out_dir', 'wanted', '--no_render'],
                   cwd=tmp_path, check=True, capture_output=True, timeout=60)
    assert (tmp_path / 'out' / '0000.pkl').read_bytes() == (tmp_path / 'wanted' / '0000.pkl').read_bytes()


def test_from_python_elsewhere(installed, tmp_path):
    code = ('import smplify; from smplify.robustifiers import GMOf; '
            'print(smplify.__version__, smplify.fit.__module__, smplify.ModelSet.__module__)')
    answer = python(installed, code, cwd=tmp_path)
    assert answer.stdout.split() == [lib.__version__, 'smplify.fitting.attempts', 'smplify.model_files'], answer.stderr
