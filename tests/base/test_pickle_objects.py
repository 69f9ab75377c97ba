"""Objects are made from checked parts, within a budget."""

import numpy as np
import pytest

from lib.base.errors import InputError
from lib.base.pickle_objects import Maker
from lib.base.pickle_reader import Asked, Name, PickleReader
from tests.base.hostile_pickles import ARRAY, array, call, dtype, instance, ints, name, raw, sparse, whole

BUDGET = 1 << 20


def made(read, budget=BUDGET):
    return Maker(budget).make(read)


def made_of(instructions, budget=BUDGET):
    return made(PickleReader(whole(instructions)).load(), budget)


def select(**changed):
    return instance('chumpy.reordering', 'Select', {'a': array([1., 2., 3.]), 'idxs': ints(2, 0), **changed})


def test_plain_values_stay():
    value = {'a': [1, (2., None)], 3: b'x', 'b': 'text', 'c': True}
    assert made(value) == value


def test_arrays_in_what_holds_them():
    got = made({'a': [PickleReader(whole(array([1., 2.]))).load()]})
    np.testing.assert_array_equal(got['a'][0], [1., 2.])


def test_numbers_and_bytes():
    assert made_of(call(('numpy.core.multiarray', 'scalar'), dtype('f8'), raw(np.float64(2.5).tobytes()))) == 2.5
    assert made_of(raw(b'\x00\xff')) == b'\x00\xff'
    assert made_of(call(('__builtin__', 'bytes'))) == b''


@pytest.mark.parametrize('order, wanted', [('C', [[1, 2], [3, 4]]), ('F', [[1, 3], [2, 4]])])
def test_arrays_of_buffers(order, wanted):
    """As protocol 5 has them."""
    kind = Asked('dtype', ('i4', False, True))
    kind.state = (3, '<', None, None, None, -1, -1, 0)
    data = np.array([1, 2, 3, 4], '<i4').tobytes()
    assert made(Asked('frombuffer', (data, kind, (2, 2), order))).tolist() == wanted


def test_elements_of_another_array():
    assert made_of(select()).tolist() == [3., 1.]
    assert made_of(select(preferred_shape=(2, 1))).tolist() == [[3.], [1.]]
    assert made_of(select(preferred_shape=2)).tolist() == [3., 1.]


@pytest.mark.parametrize('kind', ['csr', 'csc'])
def test_matrices(kind):
    np.testing.assert_array_equal(made_of(sparse(kind)).toarray(), [[1., 0., 0.], [0., 2., 0.]])


@pytest.mark.parametrize('change, words', [
    ({'indices': ints(0, 3)}, 'outside of it'), ({'indices': ints(-1, 1)}, 'outside of it'),
    ({'indptr': ints(0, 1)}, 'impossible shape'), ({'indptr': ints(0, 2, 1)}, 'overlap'),
    ({'indptr': ints(1, 1, 2)}, 'overlap'), ({'indptr': ints(0, 1, 1)}, 'overlap'), ({'data': array([1.])}, 'overlap'),
    ({'indices': array([0., 1.])}, 'not made of arrays of numbers'), ({'data': array(['a', 'b'])}, 'of numbers'),
    ({'data': array([[1.], [2.]])}, 'other dimensions'), ({'_shape': (0, 3)}, 'impossible shape'),
    ({'_shape': (2, 1 << 40)}, 'impossible shape'), ({'_shape': (1, 3)}, 'impossible shape')])
def test_matrices_that_contradict_themselves(change, words):
    with pytest.raises(InputError, match=words):
        made_of(sparse('csr', **change))


@pytest.mark.parametrize('instructions, words', [
    (select(idxs=ints(3)), 'outside of it'), (select(idxs=ints(-1)), 'outside of it'),
    (select(idxs=array([0.])), 'of numbers'), (select(a=[1., 2.]), 'of numbers'),
    (instance('chumpy.ch', 'Ch', {'x': 'text'}), 'of numbers'), (name('numpy', 'ndarray'), 'by itself'),
    (dtype(), 'a dtype by itself'), (array(dtype=dtype('O', '|')), 'other things than numbers'),
    (array(dtype=dtype('V8', '|')), 'other things'), (array(dtype=dtype('f8', '<', names=('a',))), 'other things'),
    (array(dtype=dtype('f8', '?')), 'other things'), (array(dtype=call(ARRAY)), 'no known type')])
def test_what_is_refused(instructions, words):
    with pytest.raises(InputError, match=words):
        made_of(instructions)


def test_numbers_without_end():
    assert made((1 << 64) - 1) == (1 << 64) - 1
    for number in 1 << 64, -(1 << 64):
        with pytest.raises(InputError, match='number without end'):
            made(number)
    with pytest.raises(InputError, match='a array by itself'):
        made(Name('array'))


def test_depth():
    def nested(depth):
        return [nested(depth - 1)] if depth else []
    assert made(nested(50)) == nested(50)
    with pytest.raises(InputError, match='more than 50 deep'):
        made(nested(51))


def test_a_thing_is_paid_as_often_as_it_is_referred_to():
    text = 'x' * 1000
    assert made([text] * 9, 10_000) == [text] * 9
    with pytest.raises(InputError, match='far more than its own size'):
        made([text] * 10, 10_000)


@pytest.mark.parametrize('instructions, cost', [
    (array(np.ones(1000)), 16_000), (select(idxs=ints(*[0] * 1000)), 16_000)])
def test_arrays_are_paid_for(instructions, cost):
    """Bytes and numbers of an array; what is chosen from a small one."""
    assert len(made_of(instructions, 2 * cost)) == 1000
    with pytest.raises(InputError, match='far more'):
        made_of(instructions, cost // 2 - 1)
