"""Imports of a run leave NumPy and the collector of garbage as they were."""

import gc
import subprocess
import sys

import numpy as np
import pytest

from lib.base.quick_imports import quick_imports
from tests.program import ROOT


@pytest.fixture(autouse=True)
def thawed():
    yield
    gc.unfreeze()


def test_all_is_as_it_was_afterwards():
    names, shown = list(np.__all__), dir(np)
    with pytest.raises(ZeroDivisionError), quick_imports():
        assert not gc.isenabled() and not {'f2py', 'testing'} & {*np.__all__, *dir(np)} and 'array' in dir(np)
        raise ZeroDivisionError
    assert gc.isenabled() and np.__all__ == names and dir(np) == shown and gc.get_freeze_count()


def test_a_start_does_not_load_f2py():
    """SciPy asks NumPy for all of its names."""
    code = ('import sys; from lib.base.quick_imports import quick_imports\n'
            'with quick_imports():\n    import lib.run.command\n'
            'assert "scipy.sparse" in sys.modules and not {"numpy.f2py", "numpy.testing"} & set(sys.modules)\n'
            'import numpy as np; np.testing, np.f2py')
    subprocess.run([sys.executable, '-c', code], cwd=ROOT, check=True, timeout=60)
