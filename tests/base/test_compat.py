"""chumpy and OpenDR run on today's NumPy, and nobody else notices."""

import json
import subprocess
import sys
import types

import numpy as np
import pytest

from lib.base import compat
from tests.program import ROOT

#: Imports everything that patches, and prints what it left of that; what NumPy and SciPy do by themselves is no matter.
_LEFT = """
import inspect, json, sys, warnings
import numpy as np
import scipy.sparse
path, filters = list(sys.path), list(warnings.filters)
before = {name: getattr(np, name, None) is not None for name in ('bool', 'int', 'float', 'complex', 'object', 'str',
                                                                 'unicode')}, sorted(vars(inspect))
import lib.chumpy_objective, lib.render_model
after = {name: getattr(np, name, None) is not None for name in before[0]}, sorted(vars(inspect))
print(json.dumps([before == after, sys.path == path, warnings.filters == filters]))
"""


def python(code):
    answer = subprocess.run([sys.executable, '-W', 'ignore', '-c', code], cwd=ROOT, capture_output=True, text=True,
                            timeout=60)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def test_imports_leave_numpy_inspect_path_and_warnings_as_they_were():
    assert json.loads(python(_LEFT)) == [True, True, True]


def test_names_are_added_for_a_while_only():
    module = types.ModuleType('module')
    module.old = 1
    with pytest.raises(ZeroDivisionError), compat.added(module, {'old': 2, 'new': 3}):
        assert (module.old, module.new) == (1, 3)
        raise ZeroDivisionError
    assert module.old == 1 and not hasattr(module, 'new')


@pytest.mark.parametrize('value', [2.5, np.float64(2.5), np.array(2.5), np.array([2.5]), np.array([[2.5]])])
def test_chumpy_takes_arrays_of_one_element_for_numbers(value):
    result = compat.chumpy.optimization_internal.float(value)
    assert type(result) is float and result == 2.5


def test_terms_of_users_may_depend_on_others():
    """chumpy looks at their arguments by ``inspect.getargspec``, which Python no longer has."""
    class Doubled(compat.chumpy.Ch):
        dterms = 'x'

        @compat.chumpy.depends_on('x')
        def twice(self):
            return self.x.r * 2.

        def compute_r(self):
            return self.twice

        def compute_dr_wrt(self, wrt):
            return 2. * np.eye(self.x.size) if wrt is self.x else None

    doubled = Doubled(x=compat.chumpy.array([1., 2.]))
    np.testing.assert_array_equal(doubled.r, [2., 4.])


def test_a_missing_renderer_is_one_line(monkeypatch):
    monkeypatch.setitem(sys.modules, 'opendr.camera', None)
    with pytest.raises(compat.InputError, match='OpenDR renderer cannot be loaded .* install libosmesa6-dev'):
        compat.import_opendr()
    assert not any(folder.endswith('contexts') for folder in sys.path)
