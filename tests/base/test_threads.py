"""What the program imports takes one thread, of those who import it as many as they like."""

import os
import subprocess
import sys

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from lib.base import threads
from lib.base.threads import one_thread, start_no_threads
from tests.program import ROOT


def _libraries():
    """How many threads each linear algebra library may take; OpenCV's others are not meant."""
    return [library['num_threads'] for library in threadpool_info() if library['user_api'] == 'blas']


def test_the_program_starts_no_threads():
    """Nor does it look for them, which takes a while."""
    code = ('import sys; sys.argv = ["smplify", "--version"]\n'
            'import lib.__main__, threadpoolctl\n'
            'try: lib.__main__.command()\n'
            'except SystemExit: pass\n'
            'found = threadpoolctl.threadpool_info()\n'
            'assert found and all(library["num_threads"] == 1 for library in found), found\n'
            'import cv2; assert cv2.getNumThreads() == 1\n'
            'del threadpoolctl.ThreadpoolController\n'
            'with lib.base.threads.one_thread(): pass')
    subprocess.run([sys.executable, '-c', code], cwd=ROOT, check=True, timeout=60,
                   env={**os.environ, 'OPENBLAS_NUM_THREADS': '2'})


def test_a_worker_starts_none_either(monkeypatch):
    monkeypatch.setattr(sys, 'modules', {name: module for name, module in sys.modules.items() if name != 'numpy'})
    for name in threads._VARIABLES:
        monkeypatch.setenv(name, '7')
    start_no_threads()
    assert all(os.environ[name] == '1' for name in threads._VARIABLES)


def test_where_numpy_is_loaded_nothing_is_claimed(monkeypatch):
    """Its threads are there, whatever the environment says from now on."""
    monkeypatch.delenv('OPENBLAS_NUM_THREADS', raising=False)
    start_no_threads()
    assert 'OPENBLAS_NUM_THREADS' not in os.environ


@pytest.mark.parametrize('told', ['2', None])
def test_elsewhere_they_are_held_back_meanwhile(told, monkeypatch):
    for name in threads._VARIABLES:
        monkeypatch.setenv(name, '1')
    if told is None:
        monkeypatch.delenv('OPENBLAS_NUM_THREADS')
    else:
        monkeypatch.setenv('OPENBLAS_NUM_THREADS', told)
    with threadpool_limits(2):
        before = _libraries()
        with one_thread():
            assert set(_libraries()) == {1}
        assert _libraries() == before and max(before) == 2
