"""The threads of libraries: on arrays as small as a body's, and on one picture, they cost more than they give."""

import contextlib
import os
import sys
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

#: Where these libraries read, when they are loaded, how many threads to start.
_VARIABLES = ('OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS', 'BLIS_NUM_THREADS', 'VECLIB_MAXIMUM_THREADS',
              'OMP_NUM_THREADS', 'OPENCV_FOR_THREADS_NUM')


def start_no_threads() -> None:
    """Have the libraries of this process, and of those that it starts, begin with one thread: one that waits costs,
    too. They look when they are imported, so where NumPy was before nothing is changed."""
    if 'numpy' not in sys.modules:
        os.environ.update(dict.fromkeys(_VARIABLES, '1'))


def one_thread() -> AbstractContextManager[object]:
    """Within it linear algebra takes one thread, however it began."""
    if all(os.environ.get(name) == '1' for name in _VARIABLES):
        return contextlib.nullcontext()
    return _controller(len(sys.modules)).limit(limits=1)


@lru_cache(maxsize=1)
def _controller(_: int) -> 'ThreadpoolController':
    """Of the libraries that are loaded by now; looking for them takes 20 milliseconds."""
    from threadpoolctl import ThreadpoolController
    return ThreadpoolController()
