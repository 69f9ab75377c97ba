"""What values a parameter may take, declared once and checked for the command line and for Python callers alike.

As scikit-learn's ``_parameter_constraints``: a class lists, for each of its fields, alternatives of which a value must
meet one. ``check_fields`` holds an instance against them; ``read`` turns the text of a command line into a value.
"""

import reprlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, ClassVar, Protocol

from .errors import InputError


class Constraint(Protocol):
    """One kind of value that a parameter may have."""

    def accepts(self, value: Any) -> bool:
        """Whether ``value`` is of this kind."""

    def read(self, text: str) -> Any:
        """The value that ``text`` stands for. Raises ValueError where it stands for none."""

    def __str__(self) -> str:
        """What is wanted, to follow "wanted"."""


Alternatives = Sequence[Constraint]


@dataclass(frozen=True)
class Interval:
    """Finite numbers from ``low`` to ``high``, both included; ``low`` itself is not where ``above``; whole numbers only
    where ``whole``."""

    low: float
    high: float
    above: bool = False
    whole: bool = False

    def accepts(self, value: Any) -> bool:
        number: Any = value
        if isinstance(value, bool) or not isinstance(value, Integral if self.whole else Real):
            return False
        return bool(self.low <= number <= self.high and not (self.above and number == self.low))

    def read(self, text: str) -> float:
        return int(text) if self.whole else float(text)

    def __str__(self) -> str:
        number = 'whole number' if self.whole else 'number'
        if self.above:
            return f'a {number} above {self.low:g}, up to {self.high:g}'
        return f'a {number} from {self.low:g} to {self.high:g}'


@dataclass(frozen=True)
class OneOf:
    """One of some values: names, True and False, None."""

    choices: tuple[Any, ...]

    def accepts(self, value: Any) -> bool:
        return any(isinstance(value, type(choice)) and value == choice for choice in self.choices)

    def read(self, text: str) -> Any:
        return self.choices[[str(choice) for choice in self.choices].index(text)]

    def __str__(self) -> str:
        return ' or '.join(repr(choice) for choice in self.choices)


class Constrained(Protocol):
    """A class that declares what its fields may be."""

    CONSTRAINTS: ClassVar[Mapping[str, Alternatives]]


def check(name: str, value: Any, alternatives: Alternatives) -> None:
    """Raises InputError, naming the parameter, the value and what was wanted, where ``value`` meets none of them."""
    if not any(constraint.accepts(value) for constraint in alternatives):
        raise InputError(f'{name}: {_short(value)} given, wanted {_wanted(alternatives)}')


def check_fields(instance: Constrained) -> None:
    """``check`` every field that the class of ``instance`` declares in CONSTRAINTS."""
    for name, alternatives in instance.CONSTRAINTS.items():
        check(name, getattr(instance, name), alternatives)


def read(name: str, text: str, alternatives: Alternatives) -> Any:
    """The checked value of the parameter ``name`` that a user wrote as ``text``; None is written by leaving it out.

    Raises InputError as ``check`` does, and where the text is no value at all.
    """
    alternatives = [constraint for constraint in alternatives if constraint != OneOf((None,))]
    values = []
    for constraint in alternatives:
        with suppress(ValueError):
            values.append(constraint.read(text))
    if not values and any(isinstance(constraint, Interval) for constraint in alternatives):
        raise InputError(f'{name}: {_short(text)} is no number; wanted {_wanted(alternatives)}')
    sound = [value for value in values if any(constraint.accepts(value) for constraint in alternatives)]
    if not sound:
        raise InputError(f'{name}: {_short(text)} given, wanted {_wanted(alternatives)}')
    return sound[0]


def _wanted(alternatives: Alternatives) -> str:
    return ', or '.join(str(constraint) for constraint in alternatives)


def _short(value: Any) -> str:
    """``value`` as Python writes it, in one line of sensible length."""
    return ' '.join(reprlib.repr(value).split())
