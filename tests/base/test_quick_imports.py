"""Imports of a run leave NumPy and the collector of garbage as they were."""

import gc
import subprocess
import sys

import numpy as np
import pytest

from lib.base.compat import _UNUSED_NUMPY
from lib.base.quick_imports import quick_imports
from tests.program import ROOT


@pytest.fixture(autouse=True)
def thawed():
    yield
    gc.unfreeze()


def test_all_is_as_it_was_afterwards():
    names, shown = list(np.__all__), dir(np)
    with pytest.raises(ZeroDivisionError), quick_imports():
        assert not gc.isenabled() and not {*_UNUSED_NUMPY} & {*np.__all__, *dir(np)} and 'array' in dir(np)
        raise ZeroDivisionError
    assert gc.isenabled() and np.__all__ == names and dir(np) == shown and gc.get_freeze_count()


def test_a_start_does_not_load_what_of_numpy_nobody_uses():
    """SciPy asks NumPy for all of its names."""
    unused = [f'numpy.{name}' for name in _UNUSED_NUMPY]
    code = ('import sys; from lib.base.quick_imports import quick_imports\n'
            'with quick_imports():\n    import lib.run.command\n'
            f'assert "scipy.sparse" in sys.modules and not set({unused}) & set(sys.modules)\n'
            f'import numpy; {", ".join(unused)}')
    subprocess.run([sys.executable, '-c', code], cwd=ROOT, check=True, timeout=60)
