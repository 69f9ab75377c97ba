"""What lets chumpy 0.70 and OpenDR 0.78 run on today's Python.

The only module that touches other packages' insides. Imported first by ``lib``.
"""

import builtins
import importlib.util
import inspect
import os
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
            from opendr import renderer
            from opendr.camera import ProjectPoints
            from opendr.geometry import VertNormals
            from opendr.lighting import LambertianPointLight
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


_restore_old_names()
_put_opendr_contexts_on_path()
_import_chumpy()
