"""Imports go one way: what a room may import stands in its ``__init__``, and here."""

import ast

import pytest

from tests.program import ROOT

TERMS = ('robustifiers', 'max_mixture_prior', 'angle_prior', 'capsule_body', 'sphere_collisions', 'chumpy_faces')
#: What each room, or module at lib's root, may import, apart from itself.
ALLOWED = {'base': set()}
ALLOWED['body'] = {'base'}
ALLOWED['terms'] = {'base', 'body'}
ALLOWED['drawing'] = {'base', 'body'}
ALLOWED['objective'] = ALLOWED['model_files'] = {'base', 'body', 'terms'}
ALLOWED['render_model'] = {'base', 'body', 'drawing'}
ALLOWED['keypoints'] = {'base', 'body.skeleton'}
ALLOWED['detecting'] = {'base', 'body.skeleton', 'keypoints'}
ALLOWED['evidence'] = {'base', 'body', 'terms', 'objective'}
ALLOWED['fitting'] = {*ALLOWED['evidence'], 'evidence', 'model_files'}
ALLOWED['motion'] = {*ALLOWED['fitting'], 'fitting'}
ALLOWED['inputs'] = {*ALLOWED['fitting'], 'fitting', 'keypoints', 'detecting'}
ALLOWED['outputs'] = {*ALLOWED['inputs'], 'inputs', 'drawing', '__version__'}  # for run.json
ALLOWED['run'] = {*ALLOWED['outputs'], 'outputs', 'motion'}
ALLOWED['__main__'] = {'base', 'run'}
ALLOWED['convert'] = ALLOWED['inputs'] | {'inputs'}
ALLOWED['results'] = ALLOWED['outputs'] | {'outputs'}
#: For those who only look: they are loaded when asked for.
ALLOWED['__init__'] = {'base', 'fitting', 'motion', 'model_files'}
PATHS = sorted((ROOT / 'lib').rglob('*.py'))


def imported(module, source):
    """The modules below lib, as 'room.module', that ``source``, the module 'lib....' (or a package), imports."""
    package = module.split('.')[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            base = package[:len(package) - node.level + 1] if node.level else []
            path = [*base, *(node.module or '').split('.')] if node.module else base
            for name in [alias.name for alias in node.names]:
                if path[0] == 'lib':
                    yield '.'.join([*path[1:], name])
        elif isinstance(node, ast.Import):
            yield from (alias.name.removeprefix('lib.') for alias in node.names if alias.name.startswith('lib.'))


def room_of(name):
    first = name.split('.')[0]
    return 'terms' if first in TERMS else 'objective' if first == 'chumpy_objective' else first


def wrong_imports(module, source):
    """Imports of a module, 'lib.room.module', that go the wrong way."""
    room = room_of(module.removeprefix('lib.'))
    allowed = ALLOWED[room]
    return [name for name in imported(module, source)
            if room_of(name) != room and room_of(name) not in allowed
            and not any(name == wanted or name.startswith(f'{wanted}.') for wanted in allowed)]


@pytest.mark.parametrize('path', PATHS, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path):
    module = '.'.join(path.relative_to(ROOT).with_suffix('').parts)
    assert wrong_imports(module, path.read_text(encoding='utf-8')) == []


@pytest.mark.parametrize('module, source, wrong', [
    ('lib.body.kinematics', 'from ..fitting.problem import Problem', ['fitting.problem.Problem']),
    ('lib.body.kinematics', 'from ..base import compat', []),
    ('lib.base.files', 'import lib.body.skeleton', ['body.skeleton']),
    ('lib.keypoints.formats', 'from ..body.skeleton import N_LSP', []),
    ('lib.keypoints.formats', 'from ..body.kinematics import cross', ['body.kinematics.cross']),
    ('lib.robustifiers', 'from .objective import TERMS', ['objective.TERMS']),
    ('lib.fitting.attempts', 'def f():\n    from .. import outputs', ['outputs']),
    ('lib.run.command', 'from lib.outputs.drawn.viewer import Viewer', [])])
def test_what_goes_the_wrong_way_is_found(module, source, wrong):
    assert wrong_imports(module, source) == wrong


@pytest.mark.parametrize('room', sorted(path.parent.name for path in (ROOT / 'lib').glob('*/__init__.py')))
def test_each_room_says_what_it_may_import(room):
    text = ast.get_docstring(ast.parse((ROOT / 'lib' / room / '__init__.py').read_text(encoding='utf-8')))
    assert 'import' in text.lower() and room in ALLOWED and 'enter' in text and 'leave' in text
