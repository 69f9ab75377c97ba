"""chumpy 0.70 on today's Python and NumPy. Others import it from compat, which waits until it is asked for."""

import builtins
import importlib
import inspect
import types
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from .compat import OLD_NUMPY, added, without_warnings


class _ArgSpec(NamedTuple):
    args: list[str]
    varargs: str | None
    keywords: str | None
    defaults: tuple | None


def _getargspec(function: Callable) -> _ArgSpec:
    """``inspect.getargspec`` as it was until Python 3.10; chumpy calls it."""
    return _ArgSpec(*inspect.getfullargspec(function)[:4])


def _float(value: Any) -> float:
    """``float`` as it was until NumPy 2.4: of an array of one element, too; chumpy's dogleg relies on it."""
    return builtins.float(value.item() if isinstance(value, np.ndarray) else value)


def _import_chumpy() -> Any:
    with without_warnings(), added(np, OLD_NUMPY), added(inspect, {'getargspec': _getargspec}):
        package = importlib.import_module('chumpy')
        importlib.import_module('chumpy.reordering')
    own = types.ModuleType('inspect')  # for terms of users that are declared with chumpy's depends_on
    vars(own).update({**vars(inspect), 'getargspec': _getargspec})
    package.ch.inspect = own
    package.optimization_internal.float = _float
    return package


chumpy = _import_chumpy()
