"""Pickles of any age: model files and results, read without running what they ask for, and written for old tools."""

import io
import os
import pickle
import types
from typing import Any

from .errors import InputError, in_one_line
from .files import read_bytes
from .pickle_objects import Maker
from .pickle_reader import PickleReader

_BUDGET_SHARE, _BUDGET = 6, 1 << 20  # bytes that a value may take: for each of its file's, and for any file
_Pickler: Any = pickle._Pickler  # in Python, so that it can be changed; undocumented


class _PortablePickler(_Pickler):
    """Writes classes under the names that NumPy 1, old SciPy and Python 2 know."""

    def save_global(self, obj: Any, name: str | None = None) -> None:
        module = getattr(obj, '__module__', None) or ''
        old = module.replace('numpy._core', 'numpy.core')
        if old.startswith('scipy.sparse._'):
            old = old.replace('scipy.sparse._', 'scipy.sparse.')
        if old == module:
            return super().save_global(obj, name)
        self.write(pickle.GLOBAL + f'{old}\n{name or obj.__qualname__}\n'.encode('ascii'))
        self.memoize(obj)

    dispatch = {**_Pickler.dispatch, **dict.fromkeys((type(len), types.FunctionType, type), save_global)}


def load_pickle(path: str | os.PathLike) -> Any:
    """Read a pickle of plain containers, text, numbers, NumPy and SciPy sparse arrays and chumpy arrays, of any age.

    Arrays are made from their bytes; chumpy's become NumPy's, sets lists. Raises InputError, in one line with the path,
    when the file is missing, is no pickle, is cut short, asks for anything else (a pickle can run code), contradicts
    itself, or stands for far more than its own size.
    """
    data = read_bytes(path)
    try:
        return Maker(_BUDGET_SHARE * len(data) + _BUDGET).make(PickleReader(data).load())
    except InputError as error:
        raise InputError(f'{path}: refused: {error}') from None
    except Exception as error:  # a damaged pickle can raise almost anything
        raise InputError(f'{path}: not a complete pickle file ({in_one_line(error)}); fetch it again') from error


def dump_pickle(value: Any) -> bytes:
    """The bytes of a protocol 2 pickle that Python 2 with NumPy 1 and Python 3 with any NumPy read."""
    buffer = io.BytesIO()
    _PortablePickler(buffer, protocol=2).dump(value)
    return buffer.getvalue()
