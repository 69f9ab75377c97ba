"""The imports of a run in four fifths of the time."""

import contextlib
import gc
from collections.abc import Iterator

from .compat import unused_numpy_hidden


@contextlib.contextmanager
def quick_imports() -> Iterator[None]:
    """Nothing is looked for to be thrown away meanwhile, nor later among what was imported: it all stays."""
    gc.disable()
    try:
        with unused_numpy_hidden():
            yield
    finally:
        gc.freeze()
        gc.enable()
