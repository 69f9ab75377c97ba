"""The lists of faults fit the program as it is, and the runner tells noticed faults from survivors."""

import pytest

from tests.mutants import run
from tests.mutants.run import Mutant

ALL = run.load_mutants([])
ENTRY = {'place': 'x.toml 1', 'file': 'sum.py', 'old': 'a + b', 'new': 'a - b', 'tests': ('test_sum.py',)}


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A checkout of one function and one test."""
    (tmp_path / 'sum.py').write_text('def add(a, b):\n    return a + b\n')
    (tmp_path / 'test_sum.py').write_text('from sum import add\n\ndef test_add():\n    assert add(2, 0) == 2\n')
    (tmp_path / 'pytest.ini').write_text('[pytest]\npythonpath = .\n')
    monkeypatch.setattr(run, 'ROOT', tmp_path)
    return tmp_path


@pytest.mark.parametrize('mutant', ALL, ids=lambda mutant: mutant.place)
def test_an_entry_fits_the_program(mutant):
    assert mutant.fault() is None


def test_there_are_enough():
    assert len(ALL) >= 60


def test_a_sound_entry(small):
    assert Mutant(**ENTRY).fault() is None


@pytest.mark.parametrize('change, wanted', [
    ({'file': 'nowhere.py'}, 'no file nowhere.py'), ({'old': 'a * b'}, 'stands 0 times'), ({'old': 'a'}, 'in sum.py'),
    ({'new': 'a + b'}, 'the same'), ({'tests': ('test_sum.py', 'test_nowhere.py::test_it')}, 'no test test_nowhere'),
    ({'tests': ('test_sum.py::test_add[1]', 'test_sum.py::test_ad')}, 'no test test_sum.py::test_ad')])
def test_a_wrong_entry(small, change, wanted):
    assert wanted in Mutant(**{**ENTRY, **change}).fault()


@pytest.mark.slow
@pytest.mark.parametrize('change, wanted', [
    ({'new': 'a * b'}, 'noticed'), ({'new': 'a - b'}, 'survived'), ({'new': 'a +'}, 'not tried'),
    ({'tests': ('test_sum.py::test_that_is_not_there',)}, 'not tried')])
def test_verdicts(small, change, wanted):
    before = (small / 'sum.py').read_text()
    assert run.try_out(Mutant(**{**ENTRY, **change}), small).word == wanted
    assert (small / 'sum.py').read_text() == before


def test_a_fault_that_never_ends_is_noticed(small, monkeypatch):
    monkeypatch.setattr(run, 'TIMEOUT', 2)
    assert run.try_out(Mutant(**{**ENTRY, 'old': 'return a + b', 'new': 'while True: pass'}), small).word == 'noticed'
