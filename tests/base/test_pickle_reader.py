"""A pickle is read without any of what it asks for: names become marks, calls become notes of them."""

import pickle

import numpy as np
import pytest
import scipy.sparse as sp

from lib.base import pickle_reader
from lib.base.errors import InputError
from lib.base.pickle_reader import Asked, Name, PickleReader
from tests.base.hostile_pickles import call, instance, name, put, put_all, whole


def read(instructions):
    return PickleReader(whole(instructions)).load()


@pytest.mark.parametrize('protocol', range(pickle.HIGHEST_PROTOCOL + 1))
def test_plain_values_are_themselves(protocol):
    value = {'a': [1, -2.5, None, True], 3: ('x\u0394', 1 << 40), 'nested': {'b': {}}}
    assert PickleReader(pickle.dumps(value, protocol)).load() == value


def test_text_of_python_2_is_latin_1():
    assert read(b'U\x02a\xe9') == 'a\xe9'


@pytest.mark.parametrize('protocol', range(pickle.HIGHEST_PROTOCOL + 1))
def test_an_array_is_a_note(protocol):
    noted = PickleReader(pickle.dumps(np.arange(3.), protocol)).load()
    assert isinstance(noted, Asked)
    if noted.kind == 'frombuffer':  # protocol 5, bytes as they are
        assert noted.arguments[0] == np.arange(3.).tobytes() and noted.arguments[2:] == ((3,), 'C')
    else:
        assert noted.kind == 'array' and noted.state[1] == (3,) and noted.state[2].kind == 'dtype'


@pytest.mark.parametrize('module, what, kind', [
    ('numpy._core.multiarray', 'scalar', 'scalar'), ('scipy.sparse._csc', 'csc_matrix', 'csc'),
    ('scipy.sparse.csr', 'csr_array', 'csr'), ('builtins', 'set', 'set'),
    ('copy_reg', '_reconstructor', 'reconstructor')])
def test_names_old_and_new(module, what, kind):
    assert read(name(module, what)) == Name(kind)


def test_arguments_and_state_are_kept():
    noted = read(call(('numpy', 'dtype'), 'f8', False, True) + put_all([3, '<']) + b'b')
    assert (noted.kind, noted.arguments, noted.state) == ('dtype', ('f8', False, True), (3, '<'))
    noted = read(instance('chumpy.ch', 'Ch', {'x': 1}))
    assert (noted.kind, noted.arguments, noted.state) == ('Ch', (), {'x': 1})


def test_objects_of_python_2_are_of_their_own_class():
    matrix = name('scipy.sparse.csc', 'csc_matrix')
    noted = read(call(('copy_reg', '_reconstructor'), matrix, name('__builtin__', 'object'), None))
    assert (noted.kind, noted.arguments) == ('csc', ())


def test_sets_are_lists():
    assert PickleReader(pickle.dumps({'a': {1}}, 4)).load() == {'a': [1]}
    asked = PickleReader(pickle.dumps({'a': {1}}, 2)).load()['a']
    assert (asked.kind, asked.arguments) == ('set', ([1],))


@pytest.mark.parametrize('protocol', range(pickle.HIGHEST_PROTOCOL + 1))
def test_frozensets_are_refused(protocol):
    with pytest.raises(InputError, match='no model or result file holds'):
        PickleReader(pickle.dumps({'a': frozenset([1])}, protocol)).load()


@pytest.mark.parametrize('instructions, words', [
    (name('os', 'system'), "asks for 'os.system'"), (name('numpy', 'load'), "asks for 'numpy.load'"),
    (name('scipy.sparse._csc', 'csc_matrix.__init__'), 'csc_matrix.__init__'),
    (b'(ios\nsystem\n', 'kind that no model'), (b'(' + name('numpy', 'ndarray') + b'o', 'kind that no model'),
    (name('numpy', 'ndarray') + put_all([]) + put({}) + b'\x92', 'kind that no model'), (b'\x82\x01', 'kind that no'),
    (b'Pid\n', 'outside of the file'), (put('id') + b'Q', 'outside of the file'),
    (b'}' + put(1.5) + put(1) + b's', 'keys are no names'), (b'}' + put(True) + put(1) + b's', 'keys are no names'),
    (b'}' + put(1 << 33) + put(1) + b's', 'keys are no names'),
    (b'(' + put((1,)) + put(1) + b'd', 'keys are no names')])
def test_what_no_such_file_holds(instructions, words):
    with pytest.raises(InputError, match=words):
        read(instructions)


@pytest.mark.parametrize('instructions, words', [
    (put('text') + put_all([]) + b'R', 'no class'), (name('numpy', 'ndarray') + put([1]) + b'R', 'no class'),
    (put([1]) + put({'append': 1}) + b'b', 'what has none'), (name('numpy', 'ndarray') + put({}) + b'b', 'has none'),
    (call(('numpy', 'dtype'), 'f8') + put(1) + b'b' + put(2) + b'b', 'what has none'),
    (put([1]) + put('a') + put(1) + b's', 'no dict'), (put(1) + b'p-1\n', 'too large'),
    (put(1) + b'p99999999999\n', 'too large')])
def test_what_is_damaged(instructions, words):
    with pytest.raises(pickle.UnpicklingError, match=words):
        read(instructions)


def test_very_many_steps(monkeypatch):
    monkeypatch.setattr(pickle_reader, '_MAX_STEPS', 100)
    assert read(b'(' + b'N' * 90 + b't') == (None,) * 90
    with pytest.raises(InputError, match='very many small pieces'):
        read(b'(' + b'N' * 110 + b't')


def test_a_matrix_is_not_many_steps(monkeypatch):
    monkeypatch.setattr(pickle_reader, '_MAX_STEPS', 1000)
    assert PickleReader(pickle.dumps(sp.random(200, 200, .5, 'csc'), 2)).load().kind == 'csc'
