"""Arrays from bytes: numbers and text of just the size that is said, and copies."""

import numpy as np
import pytest

from lib.base.plain_arrays import plain_array


@pytest.mark.parametrize('wanted', [
    np.arange(6.).reshape(2, 3), np.arange(6, dtype='>i2').reshape(3, 2), np.array(3.), np.zeros((0, 4)),
    np.array([True, False]), np.array(['a', '\U0010ffff']), np.array([b'ab', b'c'])],
    ids=['float', 'other end', 'scalar', 'empty', 'bool', 'text', 'bytes'])
def test_what_was_written(wanted):
    got = plain_array(wanted.shape, wanted.dtype, wanted.tobytes())
    assert (got.dtype, got.shape) == (wanted.dtype, wanted.shape)
    np.testing.assert_array_equal(got, wanted)


def test_column_order():
    wanted = np.arange(6.).reshape(2, 3)
    got = plain_array((2, 3), wanted.dtype, wanted.tobytes(order='F'), fortran=True)
    np.testing.assert_array_equal(got, wanted)
    assert got.flags.f_contiguous and not got.flags.c_contiguous


def test_a_copy():
    """Of what may be changed, into what may be changed."""
    data = bytearray(np.ones(2).tobytes())
    got = plain_array((2,), np.dtype(float), data)
    data[:] = bytes(16)
    got[1] = 5.
    assert got.tolist() == [1., 5.]
    assert plain_array((2,), np.dtype(float), bytes(data)).flags.writeable


@pytest.mark.parametrize('shape, dtype, size, words', [
    ((2,), 'f8', 15, '15 bytes for an array of 2 numbers of 8 bytes'), ((2,), 'f8', 24, '24 bytes'),
    ((-1, -2), 'f8', 16, 'impossible shape'), ((True,), 'f8', 8, 'impossible shape'),
    ((2.,), 'f8', 16, 'impossible shape'), ((1 << 62, 4), 'f8', 0, '0 bytes'), ((0,), 'O', 0, 'wanted numbers'),
    ((1,), 'O', 8, r'text; save it as numpy.array\(..., dtype=str\), or float'), ((1,), 'V8', 8, 'numbers or text$'),
    ((1,), 'M8[s]', 8, 'wanted numbers'), ((1,), 'S0', 0, 'wanted numbers'),
    ((1,), [('a', 'f8')], 8, 'wanted numbers')])
def test_what_does_not_fit(shape, dtype, size, words):
    with pytest.raises(ValueError, match=words):
        plain_array(shape, np.dtype(dtype), bytes(size))


@pytest.mark.parametrize('order', '<>')
def test_text_beyond_unicode(order):
    """NumPy would make it, and raise when it is looked at."""
    data = np.array([0x61, 0x110000], order + 'u4').tobytes()
    with pytest.raises(ValueError, match='text that is none'):
        plain_array((2,), np.dtype(order + 'U1'), data)
