"""What is printed past Python is kept back, and nothing else."""

import os
import subprocess
import sys

import pytest

from lib.base.quiet import quietly


def test_nothing_is_printed_inside_and_everything_outside(capfd):
    os.write(2, b'before ')
    with quietly():
        os.write(2, b'inside ')
    os.write(2, b'after')
    assert capfd.readouterr().err == 'before after'


def test_also_after_an_exception(capfd):
    with pytest.raises(KeyError), quietly():
        raise KeyError
    os.write(2, b'after')
    assert capfd.readouterr().err == 'after'


def test_a_closed_stream_stays_closed():
    code = 'import os\nfrom lib.base.quiet import quietly\nwith quietly(): print("in")\nos.fstat(2)'
    process = subprocess.run([sys.executable, '-c', code], stdout=subprocess.PIPE, preexec_fn=lambda: os.close(2))
    assert process.stdout == b'in\n' and process.returncode == 1, 'fstat finds no stream 2'


def test_no_descriptor_is_left_open():
    before = os.listdir('/proc/self/fd') if os.path.isdir('/proc/self/fd') else []
    for _ in range(3):
        with quietly():
            pass
    assert len(before) == len(os.listdir('/proc/self/fd') if os.path.isdir('/proc/self/fd') else [])
