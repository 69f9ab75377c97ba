"""The programs that make models and data, and those that measure, import what they use."""

import importlib

import pytest

from tests.program import ROOT

FOLDERS = 'models/make', 'data', 'data/make', 'tests/evaluation', 'tests/benchmarks', 'tests/stored', 'tests/drawing'
MODULES = sorted('.'.join(path.relative_to(ROOT).with_suffix('').parts)
                 for folder in FOLDERS for path in (ROOT / folder).glob('*.py')
                 if not path.name.startswith(('test_', '__')))
WITH_ANNY = {'models.make.anny_map', 'models.make.body', 'models.make.body_sources'}  # and torch: larger than all else


@pytest.mark.parametrize('module', MODULES)
def test_it_imports(module):
    if module in WITH_ANNY:
        pytest.importorskip('anny', reason='a requirement of models/make, not of fitting')
    importlib.import_module(module)
