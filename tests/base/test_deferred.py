"""Names that wait until they are asked for."""

import subprocess
import sys

import pytest

from lib.base.deferred import deferred
from tests.program import ROOT


def test_names_come_from_their_homes_when_asked_for():
    get = deferred('lib.base.files', {'InputError': '.errors', 'N_JOINTS': '..body.skeleton'})
    assert get('InputError').__module__ == 'lib.base.errors' and get('N_JOINTS') == 24
    with pytest.raises(AttributeError, match="module 'lib.base.files' has no attribute 'other'"):
        get('other')


def test_a_module_says_what_it_does_not_have():
    code = ('import lib.robustifiers as r; assert not hasattr(r, "GMoF")\n'
            'try:\n    from lib.robustifiers import GMoF\nexcept ImportError as error:\n    print(error)')
    answer = subprocess.run([sys.executable, '-c', code], cwd=ROOT, check=True, timeout=60, stdout=subprocess.PIPE)
    assert answer.stdout.startswith(b"cannot import name 'GMoF' from 'lib.robustifiers'")
