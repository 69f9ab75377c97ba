"""The imports of a run in four fifths of the time."""

import contextlib
import gc
from collections.abc import Iterator

import numpy as np

#: What SciPy's first import would load of NumPy, with all the rest of NumPy's names, and nobody uses.
_UNUSED = ('f2py', 'testing')


@contextlib.contextmanager
def quick_imports() -> Iterator[None]:
    """Nothing is looked for to be thrown away meanwhile, nor later among what was imported: it all stays."""
    gc.disable()
    try:
        with _names_hidden():
            yield
    finally:
        gc.freeze()
        gc.enable()


@contextlib.contextmanager
def _names_hidden() -> Iterator[None]:
    """``dir(numpy)`` and ``from numpy import *`` without the _UNUSED names, which would be imported for it."""
    names, shown = np.__all__, np.__dir__
    hidden = [name for name in shown() if name not in _UNUSED]
    np.__all__, np.__dir__ = [name for name in names if name not in _UNUSED], lambda: hidden  # type: ignore[method-assign]
    try:
        yield
    finally:
        np.__all__, np.__dir__ = names, shown  # type: ignore[method-assign]
