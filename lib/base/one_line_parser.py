"""The command lines of ``python -m lib...``: what is wrong is said in one line."""

import argparse
from typing import NoReturn

from .errors import printable


class OneLineParser(argparse.ArgumentParser):
    """An ArgumentParser without the fifteen lines of usage before its error."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f'error: {printable(message)}; see {self.prog} --help\n')
