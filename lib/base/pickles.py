"""Pickles of any age: model files and results, read without running what they ask for, and written for old tools."""

import io
import pickle
import types

import numpy as np

from .errors import InputError, in_one_line
from .files import read_bytes

_SPARSE = {(f'scipy.sparse.{private}{kind}', f'{kind}_{face}'): ('scipy.sparse', f'{kind}_{face}')
           for kind in ('csc', 'csr', 'coo') for private in ('', '_') for face in ('matrix', 'array')}
_ARRAYS = {(f'numpy.{core}.{module}', name): (f'numpy.{core}.{module}', name)
           for core in ('core', '_core')
           for module, name in (('multiarray', '_reconstruct'), ('multiarray', 'scalar'), ('numeric', '_frombuffer'))}
_ALLOWED = {
    **_SPARSE, **_ARRAYS,
    ('numpy', 'ndarray'): ('numpy', 'ndarray'),
    ('numpy', 'dtype'): ('numpy', 'dtype'),
    ('chumpy.ch', 'Ch'): ('chumpy.ch', 'Ch'),
    ('chumpy.reordering', 'Select'): ('chumpy.reordering', 'Select'),
    ('__builtin__', 'set'): ('builtins', 'set'),
    ('builtins', 'set'): ('builtins', 'set'),
    ('__builtin__', 'bytes'): ('builtins', 'bytes'),
    ('__builtin__', 'object'): ('builtins', 'object'),
    ('copy_reg', '_reconstructor'): ('copyreg', '_reconstructor'),
    ('_codecs', 'encode'): ('_codecs', 'encode'),
}


class _ModelUnpickler(pickle.Unpickler):
    """Reads Python 2 pickles of arrays, and refuses every class that model files do not hold."""

    def find_class(self, module, name):
        try:
            module, name = _ALLOWED[module, name]
        except KeyError:
            raise InputError(f'it asks for {f"{module}.{name}"!r}, which no model or result file holds') from None
        if module.startswith('numpy.') and hasattr(np, '_core'):
            module = module.replace('numpy.core', 'numpy._core')
        return super().find_class(module, name)


class _PortablePickler(pickle._Pickler):
    """Writes classes under the names that NumPy 1, old SciPy and Python 2 know."""

    def save_global(self, obj, name=None):
        module = getattr(obj, '__module__', None) or ''
        old = module.replace('numpy._core', 'numpy.core')
        if old.startswith('scipy.sparse._'):
            old = old.replace('scipy.sparse._', 'scipy.sparse.')
        if old == module:
            return super().save_global(obj, name)
        self.write(pickle.GLOBAL + f'{old}\n{name or obj.__qualname__}\n'.encode('ascii'))
        self.memoize(obj)

    dispatch = dict(pickle._Pickler.dispatch)
    dispatch[type(len)] = save_global
    dispatch[types.FunctionType] = save_global
    dispatch[type] = save_global


def load_pickle(path):
    """Read a pickle of plain containers, NumPy and SciPy sparse arrays and chumpy arrays, of any age.

    Raises InputError, in one line with the path, when the file is missing, is no pickle, is cut short, or
    asks for a class that such files do not hold (a pickle can run code: only known classes are let in).
    """
    data = read_bytes(path)
    try:
        return _ModelUnpickler(io.BytesIO(data), encoding='latin1').load()
    except InputError as error:
        raise InputError(f'{path}: refused: {error}') from None
    except Exception as error:  # a damaged pickle can raise almost anything
        raise InputError(f'{path}: not a complete pickle file ({in_one_line(error)}); fetch it again') from error


def dump_pickle(value):
    """The bytes of a protocol 2 pickle that Python 2 with NumPy 1 and Python 3 with any NumPy read."""
    buffer = io.BytesIO()
    _PortablePickler(buffer, protocol=2).dump(value)
    return buffer.getvalue()
