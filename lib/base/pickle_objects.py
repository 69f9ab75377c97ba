"""Makes the objects that pickles of models and results ask for, each from its checked parts.

Nothing is made by what the file says of it: arrays come from their bytes, shape and type, sparse matrices from arrays
whose every index is checked, chumpy's arrays become the plain arrays that they hold.
"""

import re
from typing import Any

import numpy as np
import scipy.sparse as sp

from .errors import InputError
from .pickle_reader import Asked
from .plain_arrays import plain_array

_MAX_DEPTH = 50  # of lists in lists
_MAX_NUMBER = 1 << 64
_MAX_SIDE = 10_000_000  # rows or columns of a sparse matrix
_ITEM_COST = 64  # bytes, roughly, that a list's item takes
_DTYPE = re.compile(r'[biuf][1248]|[SU]\d{1,6}')


class Maker:
    """``Maker(budget).make(read)``: the value of what PickleReader has read.

    ``budget``: bytes that it may take, each thing counted as often as it is referred to, so that no small file stands
    for a large value. Raises InputError or another Exception where the parts do not fit.
    """

    def __init__(self, budget: int) -> None:
        self._left = budget
        self._makers = {'array': self._array, 'frombuffer': self._array_of_buffer, 'scalar': self._scalar,
                        'csc': self._sparse, 'csr': self._sparse, 'Ch': self._chumpy, 'Select': self._select,
                        'set': self._list, 'bytes': self._raw, 'encode': self._raw}

    def make(self, read: Any, depth: int = 0) -> Any:
        """``read`` with every Asked in it replaced by what it stands for; ``depth``: how many lists are around it.

        Raises as the class says.
        """
        if depth > _MAX_DEPTH:
            raise InputError(f'its lists are nested more than {_MAX_DEPTH} deep')
        self._pay(_ITEM_COST + (len(read) if isinstance(read, (str, bytes)) else 0))
        if isinstance(read, (str, bytes, float, type(None))) or isinstance(read, int) and abs(read) < _MAX_NUMBER:
            return read
        if isinstance(read, (list, tuple)):
            return type(read)(self.make(item, depth + 1) for item in read)
        if isinstance(read, dict):
            return {key: self.make(value, depth + 1) for key, value in read.items()}
        if isinstance(read, Asked) and read.kind in self._makers:
            return self._makers[read.kind](read, depth + 1)
        raise InputError(f'it holds a {getattr(read, "kind", type(read).__name__)} by itself, or a number without end')

    def _pay(self, cost: int) -> None:
        self._left -= cost
        if self._left < 0:
            raise InputError('it stands for far more than its own size')

    def _raw(self, read: Any, depth: int = 0) -> bytes:
        """Bytes, however the file holds them: Python 2's text, or text that is to be encoded."""
        if isinstance(read, Asked) and read.kind == 'encode':
            return self._raw(read.arguments[0])
        if isinstance(read, Asked) and read.kind == 'bytes' and not any(read.arguments):
            return b''  # Python 3's protocol 2 for no bytes
        self._pay(len(read))
        return read.encode('latin1') if isinstance(read, str) else bytes(memoryview(read))

    def _dtype(self, read: Any) -> np.dtype:
        if not isinstance(read, Asked) or read.kind != 'dtype' or not isinstance(read.arguments[0], str):
            raise InputError('it holds an array of no known type')
        _, order, *parts = (read.state or (3, '=', None, None, None))[:5]
        if not _DTYPE.fullmatch(read.arguments[0]) or order not in ('<', '>', '=', '|') or parts != [None] * 3:
            raise InputError('it holds an array of other things than numbers and text')
        return np.dtype(order + read.arguments[0])

    def _plain(self, shape: Any, dtype: Any, data: bytes, fortran: bool) -> np.ndarray:
        self._pay(len(data))
        return plain_array(shape, self._dtype(dtype), data, fortran)

    def _array(self, read: Asked, _: int) -> np.ndarray:
        _, shape, dtype, fortran, data = read.state
        self._dtype(dtype)  # before its data, which for Python objects are a list
        return self._plain(shape, dtype, self._raw(data), bool(fortran))

    def _array_of_buffer(self, read: Asked, _: int) -> np.ndarray:
        data, dtype, shape, order = read.arguments
        return self._plain(shape, dtype, self._raw(data), order == 'F')

    def _scalar(self, read: Asked, _: int) -> Any:
        dtype, data = read.arguments
        return self._plain((), dtype, self._raw(data), False)[()]

    def _list(self, read: Asked, depth: int) -> list:
        items: list = list(*read.arguments)
        return [self.make(item, depth) for item in items]

    def _chumpy(self, read: Asked, depth: int) -> np.ndarray:
        return _checked(self.make(read.state['x'], depth), 'iuf')

    def _select(self, read: Asked, depth: int) -> np.ndarray:
        """Elements of another array, in another shape."""
        source = _checked(self.make(read.state['a'], depth), 'iuf').ravel()
        positions = _checked(self.make(read.state['idxs'], depth), 'iu')
        _check_within(positions, len(source))
        self._pay(positions.size * source.itemsize)
        chosen = source[positions]
        if 'preferred_shape' not in read.state:
            return chosen
        shape = self.make(read.state['preferred_shape'], depth)
        return chosen.reshape(shape if isinstance(shape, tuple) else np.atleast_1d(shape))

    def _sparse(self, read: Asked, depth: int) -> sp.spmatrix:
        """A csc_matrix or csr_matrix of which every index is known to lie inside."""
        state = read.state
        data, indices, indptr = (self.make(state[key], depth) for key in ('data', 'indices', 'indptr'))
        shape = self.make(state['_shape' if '_shape' in state else 'shape'], depth)
        rows, columns = (int(length) for length in shape)
        major, minor = (rows, columns) if read.kind == 'csr' else (columns, rows)
        _checked(data, 'iuf', 1)
        _checked(indices, 'iu', 1)
        _checked(indptr, 'iu', 1)
        if not (0 < rows <= _MAX_SIDE and 0 < columns <= _MAX_SIDE) or len(indptr) != major + 1:
            raise InputError('it holds a sparse matrix of impossible shape')
        if indptr[0] != 0 or (indptr[1:] < indptr[:-1]).any() or not indptr[-1] == len(indices) == len(data):
            raise InputError('it holds a sparse matrix whose rows or columns overlap')
        _check_within(indices, minor)
        kind = sp.csr_matrix if read.kind == 'csr' else sp.csc_matrix
        return kind((data, indices, indptr), shape=(rows, columns))


def _checked(value: Any, kinds: str, dimensions: int | None = None) -> np.ndarray:
    """``value``, an array of one of the dtype ``kinds``, and of so many ``dimensions`` where they are given."""
    if not isinstance(value, np.ndarray) or value.dtype.kind not in kinds:
        raise InputError('it holds a matrix that is not made of arrays of numbers')
    if dimensions is not None and value.ndim != dimensions:
        raise InputError('it holds a matrix whose parts have other dimensions')
    return value


def _check_within(positions: np.ndarray, length: int) -> None:
    if positions.size and (positions.min() < 0 or positions.max() >= length):
        raise InputError('it holds a matrix with positions outside of it')
