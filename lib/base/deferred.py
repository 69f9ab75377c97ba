"""Names that a module offers, but that another module makes, and imports when somebody first asks for them.

For what is slow to load and seldom wanted: chumpy, and the objective's terms as modules of chumpy.
"""

import importlib
import sys
from collections.abc import Callable, Mapping
from typing import Any


def deferred(module: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """The ``__getattr__`` of ``module``, by its ``__name__``.

    ``homes``: the modules that make the names, as that module's own import lines would call them.
    """
    def get(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f'module {module!r} has no attribute {name!r}')
        return getattr(importlib.import_module(homes[name], sys.modules[module].__package__), name)
    return get
