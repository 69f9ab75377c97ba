"""What is freed is there for the next."""

import platform
import subprocess
import sys

import pytest

from lib.base.memory import keep_freed_memory
from tests.program import ROOT

#: Pages that the system hands out for pictures that come after others of the same size.
PAGES = '''
import resource, sys
import numpy as np
from lib.base.memory import keep_freed_memory
if 'keep' in sys.argv:
    keep_freed_memory()
def taken():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
def pictures():
    return [np.ones(8 << 20, np.uint8) for _ in range(4)]
for _ in range(3):
    pictures()
before = taken()
for _ in range(10):
    pictures()
print(taken() - before)
'''


@pytest.mark.skipif(platform.libc_ver()[0] != 'glibc', reason='of glibc alone')
def test_the_next_picture_takes_the_memory_of_the_last():
    given_back, kept = (int(subprocess.run([sys.executable, '-c', PAGES, *words], cwd=ROOT, capture_output=True,
                                           check=True, timeout=60).stdout) for words in ([], ['keep']))
    assert kept < .02 * given_back


@pytest.mark.parametrize('error', [OSError, TypeError])
def test_other_c_libraries_do_as_they_do(monkeypatch, error):
    def no_library(_):
        raise error
    monkeypatch.setattr('ctypes.CDLL', no_library)
    keep_freed_memory()
