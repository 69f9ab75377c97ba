"""What lets chumpy 0.70 and OpenDR 0.78 run on today's Python, and old pickles be read and written.

The only module that touches other packages' insides. Imported first by ``lib``.
"""

import builtins
import importlib.util
import inspect
import io
import os
import pickle
import sys
import warnings
from collections import namedtuple

import numpy as np

from .errors import InputError

_ArgSpec = namedtuple('ArgSpec', 'args varargs keywords defaults')


def _getargspec(function):
    """``inspect.getargspec`` as it was until Python 3.10; chumpy calls it."""
    return _ArgSpec(*inspect.getfullargspec(function)[:4])


def _restore_old_names():
    if not hasattr(inspect, 'getargspec'):
        inspect.getargspec = _getargspec
    for name in ('bool', 'int', 'float', 'complex', 'object', 'str'):
        if name not in np.__dict__:
            setattr(np, name, getattr(builtins, name))
    if 'unicode' not in np.__dict__:
        np.unicode = str


def _put_opendr_contexts_on_path():
    """OpenDR's compiled context imports its neighbours as if its folder were on the path."""
    spec = importlib.util.find_spec('opendr')
    if spec is not None:
        folder = os.path.join(os.path.dirname(spec.origin), 'contexts')
        if folder not in sys.path:
            sys.path.append(folder)


def _import_chumpy():
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')  # SciPy's deprecations, Python's syntax warnings: not the user's to mend
        import chumpy  # noqa: F401
        import chumpy.reordering  # noqa: F401


def import_opendr():
    """Import OpenDR's renderer, lights and camera, or say what is missing.

    Returns (ColoredRenderer, LambertianPointLight, ProjectPoints, VertNormals). Raises InputError where OpenDR or the
    OSMesa library is not installed.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            from opendr.camera import ProjectPoints
            from opendr.geometry import VertNormals
            from opendr.lighting import LambertianPointLight
            from opendr import renderer
    except ImportError as error:
        raise InputError(
            f'the OpenDR renderer cannot be loaded ({error}); install libosmesa6-dev, libgl1-mesa-dev and '
            'libglu1-mesa-dev and run make again, or pass --no_render') from error
    draw = renderer.draw_boundaryid_image

    def draw_boundaryid_image(gl, *arguments):
        try:
            return draw(gl, *arguments)
        except OverflowError:  # a mesh without silhouette edges: NumPy 2 refuses to put "none" into an int32
            return np.full((gl.height, gl.width), 0xffffffff, dtype=np.uint32)

    renderer.draw_boundaryid_image = draw_boundaryid_image
    return renderer.ColoredRenderer, LambertianPointLight, ProjectPoints, VertNormals


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
    dispatch[type(_getargspec)] = save_global
    dispatch[type] = save_global


def load_pickle(path):
    """Read a pickle of plain containers, NumPy and SciPy sparse arrays and chumpy arrays, of any age.

    Raises InputError, in one line with the path, when the file is missing, is no pickle, is cut short, or
    asks for a class that such files do not hold (a pickle can run code: only known classes are let in).
    """
    try:
        with open(path, 'rb') as file:
            return _ModelUnpickler(file, encoding='latin1').load()
    except OSError as error:
        raise InputError(f'{path}: cannot be read ({error.strerror})') from error
    except InputError as error:
        raise InputError(f'{path}: refused: {error}') from None
    except Exception as error:  # a damaged pickle can raise almost anything
        raise InputError(f'{path}: not a complete pickle file ({_in_one_line(error)}); fetch it again') from error


def load_npz(path, *keys):
    """The arrays ``keys`` of an npz file, as a list.

    Raises InputError, in one line with the path, when the file is missing, is no npz file, is cut short, lacks one
    of them or holds Python objects instead of numbers.
    """
    try:
        with open(path, 'rb') as file:
            if file.read(2) != b'PK':  # np.load would take it for other things, and say so
                raise InputError(f'{path}: not an npz file')
            file.seek(0)
            with np.load(file, allow_pickle=False) as data:
                missing = [key for key in keys if key not in data.files]
                if missing:
                    held = ', '.join(data.files) or 'nothing'
                    raise InputError(f'{path}: lacks {", ".join(missing)} (it holds {held})')
                return [data[key] for key in keys]
    except OSError as error:
        raise InputError(f'{path}: cannot be read ({error.strerror})') from error
    except InputError:
        raise
    except Exception as error:  # numpy and zipfile raise many kinds for a damaged file
        raise InputError(f'{path}: not a complete npz file of numbers ({_in_one_line(error)})') from error


def _in_one_line(error):
    return ' '.join(f'{type(error).__name__}: {error}'.split())


def dump_pickle(value):
    """The bytes of a protocol 2 pickle that Python 2 with NumPy 1 and Python 3 with any NumPy read."""
    buffer = io.BytesIO()
    _PortablePickler(buffer, protocol=2).dump(value)
    return buffer.getvalue()


_restore_old_names()
_put_opendr_contexts_on_path()
_import_chumpy()
