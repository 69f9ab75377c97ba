"""What lets chumpy 0.70 and OpenDR 0.78 run on today's Python and NumPy: ``from .base.compat import chumpy as ch``.

The only module, with chumpy_compat, that touches other packages' insides. NumPy, ``inspect`` and ``sys.path`` are
changed only while chumpy, OpenDR or SciPy is imported; what these need later is put into their own modules.
"""

import contextlib
import ctypes
import importlib
import importlib.util
import os
import sys
import types
import warnings
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from .deferred import deferred
from .errors import InputError

if TYPE_CHECKING:
    from .chumpy_compat import chumpy as chumpy
else:
    __getattr__ = deferred(__name__, {'chumpy': '.chumpy_compat'})

#: What NumPy had under the names of Python's own types (and Python 2's) until its version 1.24 or 2.0.
OLD_NUMPY = {'unicode': str, **{kind.__name__: kind for kind in (bool, int, float, complex, object, str)}}
#: What SciPy's first import would load of NumPy, with all the rest of NumPy's names, and nobody uses.
_UNUSED_NUMPY = 'char', 'f2py', 'ma', 'polynomial', 'testing'


@contextlib.contextmanager
def added(module: types.ModuleType, names: dict[str, Any]) -> Iterator[None]:
    """Those of ``names`` that a module lacks, for the while."""
    missing = {name: value for name, value in names.items() if name not in vars(module)}
    vars(module).update(missing)
    try:
        yield
    finally:
        for name in missing:
            delattr(module, name)


@contextlib.contextmanager
def unused_numpy_hidden() -> Iterator[None]:
    """``dir(numpy)`` and ``from numpy import *`` without the _UNUSED_NUMPY names, which would be imported for it."""
    names, shown = np.__all__, np.__dir__
    hidden = [name for name in shown() if name not in _UNUSED_NUMPY]
    np.__all__, np.__dir__ = [name for name in names if name not in _UNUSED_NUMPY], lambda: hidden  # type: ignore[method-assign]
    try:
        yield
    finally:
        np.__all__, np.__dir__ = names, shown  # type: ignore[method-assign]


@contextlib.contextmanager
def without_warnings() -> Iterator[None]:
    """SciPy's deprecations and Python's syntax warnings in these packages are not the user's to mend."""
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        yield


@contextlib.contextmanager
def _opendr_contexts_on_path() -> Iterator[None]:
    """OpenDR's compiled context imports its neighbours as if its folder were on the path."""
    spec = importlib.util.find_spec('opendr')
    if spec is None or spec.origin is None:
        yield
        return
    folder = os.path.join(os.path.dirname(spec.origin), 'contexts')
    sys.path.append(folder)
    try:
        yield
    finally:
        sys.path.remove(folder)


_NO_OPENGL = ('the OpenDR renderer cannot be loaded ({}); install libosmesa6-dev, libgl1-mesa-dev and libglu1-mesa-dev '
              'and run make again, or pass --no_render')


def import_opengl() -> tuple[Any, Callable]:
    """Import OpenDR's compiled OpenGL context alone.

    Returns a module with ``OsContext`` and OpenGL's constants, and OpenGL's own glReadPixels, for OsContext's getImage
    reads a whole surface. Raises InputError where OpenDR or the OSMesa library is not installed.
    """
    os.environ.setdefault('LP_NUM_THREADS', '0')  # OSMesa's own threads cost more than they give on one body
    try:
        with without_warnings(), _opendr_contexts_on_path():
            module = importlib.import_module('opendr.contexts.ctx_' + ('mac' if sys.platform == 'darwin' else 'mesa'))
    except ImportError as error:
        raise InputError(_NO_OPENGL.format(error)) from error
    read_pixels = ctypes.CDLL(module.__file__).glReadPixels  # found in the library that the module is linked with
    read_pixels.argtypes = [ctypes.c_int] * 4 + [ctypes.c_uint] * 2 + [ctypes.c_void_p]
    read_pixels.restype = None
    return module, read_pixels


def import_opendr() -> tuple[Any, Any, Any, Any]:
    """Import OpenDR's renderer, lights and camera, or say what is missing.

    Returns (ColoredRenderer, LambertianPointLight, ProjectPoints, VertNormals). Raises InputError where OpenDR or the
    OSMesa library is not installed.
    """
    try:
        importlib.import_module('.chumpy_compat', __package__)  # OpenDR imports chumpy, which has to be mended before
        with without_warnings(), _opendr_contexts_on_path(), added(np, OLD_NUMPY):
            from opendr import renderer
            from opendr.camera import ProjectPoints
            from opendr.geometry import VertNormals
            from opendr.lighting import LambertianPointLight
    except ImportError as error:
        raise InputError(_NO_OPENGL.format(error)) from error
    _allow_no_silhouette(renderer)
    return renderer.ColoredRenderer, LambertianPointLight, ProjectPoints, VertNormals


def _allow_no_silhouette(renderer: Any) -> None:
    """Let OpenDR draw a mesh without silhouette edges: NumPy 2 refuses to put its "none" into an int32."""
    draw = renderer.draw_boundaryid_image

    def draw_boundaryid_image(gl: Any, *arguments: Any) -> np.ndarray:
        try:
            return draw(gl, *arguments)
        except OverflowError:
            return np.full((gl.height, gl.width), 0xffffffff, dtype=np.uint32)

    renderer.draw_boundaryid_image = draw_boundaryid_image
