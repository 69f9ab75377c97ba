"""Arrays from the bytes of files, numbers or text only: nothing that a file says of an array is believed unchecked."""

import math
from collections.abc import Sequence

import numpy as np

_PLAIN_KINDS = 'biufSU'
_LAST_CHARACTER = 0x10ffff


def plain_array(shape: Sequence[int], dtype: np.dtype, data: bytes | bytearray, fortran: bool = False) -> np.ndarray:
    """An array of ``shape`` and ``dtype`` with a copy of ``data``, which must be of just its size.

    Raises ValueError where ``dtype`` is neither of numbers nor of text, or the size is another.
    """
    if dtype.kind not in _PLAIN_KINDS or not dtype.itemsize:
        hint = '; save it as numpy.array(..., dtype=str), or float' if dtype.kind == 'O' else ''
        raise ValueError(f'an array of {dtype}, wanted numbers or text{hint}')
    if any(type(length) is not int or length < 0 for length in shape):
        raise ValueError('an array of impossible shape')
    count = math.prod(shape)
    if count * dtype.itemsize != len(data):
        raise ValueError(f'{len(data)} bytes for an array of {count} numbers of {dtype.itemsize} bytes')
    array = np.ndarray(tuple(shape), dtype, data, order='F' if fortran else 'C')
    if dtype.kind == 'U' and count and np.frombuffer(data, dtype.byteorder + 'u4').max() > _LAST_CHARACTER:
        raise ValueError('an array of text that is none')
    return array.copy(order='K')
