"""A command line whose mistakes are InputErrors of one line, like any other wrong input."""

import argparse
import difflib
from collections.abc import Sequence
from typing import Any, NoReturn

from .constraints import Alternatives, OneOf, read
from .errors import InputError, quoted
from .streams import Stream


class Parser(argparse.ArgumentParser):
    """An ArgumentParser without abbreviations; ``parse`` raises InputError where the command line is wrong."""

    def __init__(self, **keywords: Any) -> None:
        super().__init__(allow_abbrev=False, **keywords)

    def error(self, message: str) -> NoReturn:
        raise InputError(message.removeprefix('argument '))

    def print_help(self, file: Any = None) -> None:
        Stream('stdout').write(self.format_help())

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        Stream('stdout').flush()  # nobody may be there to read it
        raise SystemExit(status)

    def parse(self, arguments: Sequence[str] | None) -> argparse.Namespace:
        """The options of ``arguments`` (None: sys.argv). Raises InputError where there is one that is not known."""
        options, unknown = self.parse_known_args(arguments)
        if unknown:
            raise InputError(self._unknown(unknown[0].partition('=')[0]))
        return options

    def _unknown(self, word: str) -> str:
        if not word.startswith('-'):
            return f'{quoted(word)}: one argument too many; options begin with --, and their values follow them'
        known = [option for action in self._actions for option in action.option_strings]
        near = [option for option in known if option.startswith(word)] or difflib.get_close_matches(word, known, 1)
        return f'{quoted(word)}: no such option' + (f'; did you mean {near[0]}?' if near else '; see --help')


def add_option(group: argparse._ActionsContainer, name: str, wanted: Alternatives, what: str, **keywords: Any) -> None:
    """Add an option ``name`` whose value must meet one of the constraints ``wanted``; ``what`` is its help."""
    if len(wanted) == 1 and isinstance(wanted[0], OneOf):
        keywords['choices'] = wanted[0].choices
    group.add_argument(name, type=lambda text: read(name, text, wanted), help=what, **keywords)


def add_path(group: argparse._ArgumentGroup, name: str, what: str, **keywords: Any) -> None:
    """Add an option ``name``, or an argument, that names a file, a folder or an address; empty ones are refused."""
    def path(text: str) -> str:
        if not text.strip():
            raise InputError(f'{name}: {quoted(text)} is no name')
        return text
    group.add_argument(name, type=path, help=what, **keywords)


def add_switch(group: argparse._ArgumentGroup, *names: str, what: str) -> None:
    """Add an option without a value."""
    group.add_argument(*names, action='store_true', help=what)
