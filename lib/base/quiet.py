"""Decoders that print what they think of a file."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

_STDERR = 2


@contextmanager
def quietly() -> Iterator[None]:
    """Without what decoders print: those in C write to the standard error stream itself, past Python.

    What goes wrong is said in one line. What other threads print meanwhile is lost, too: it takes milliseconds.
    """
    try:
        kept = os.dup(_STDERR)
    except OSError:  # it is closed: nothing will be seen
        yield
        return
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, _STDERR)
        os.close(nowhere)
        yield
    finally:
        os.dup2(kept, _STDERR)
        os.close(kept)
