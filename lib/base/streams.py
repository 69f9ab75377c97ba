"""Standard output and error that may be closed, full, or gone: a run goes on, and its exit code tells how it ended."""

import contextlib
import errno
import io
import os
import sys
from collections.abc import Iterator
from typing import Any, TextIO

_STANDARD = {'stdin': 0, 'stdout': 1, 'stderr': 2}


def open_streams() -> None:
    """Put /dev/null where a standard stream is closed, lest a file of ours gets its number; let all show any text."""
    for name, descriptor in _STANDARD.items():
        try:
            os.fstat(descriptor)
        except OSError:
            _to_nowhere(descriptor)
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, 'r' if name == 'stdin' else 'w'))
        stream = getattr(sys, name)
        if name != 'stdin' and isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors='backslashreplace')


def _to_nowhere(descriptor: int) -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    if nowhere != descriptor:
        os.dup2(nowhere, descriptor)
        os.close(nowhere)
    os.set_inheritable(descriptor, True)


class Stream:
    """A standard stream by its name, ``stdout`` or ``stderr``, that never raises: what it cannot take is dropped.

    ``error`` is what stopped it, but for a reader that went away: nobody misses what it did not read.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self.error: OSError | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream(), name)  # what tqdm asks of a stream: encoding, isatty, ...

    def _stream(self) -> TextIO:
        return getattr(sys, self._name)

    def write(self, text: str) -> None:
        """Write and flush."""
        with self._forgiving():
            self._stream().write(text)
            self._stream().flush()

    def flush(self) -> None:
        with self._forgiving():
            self._stream().flush()

    @contextlib.contextmanager
    def _forgiving(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno not in (errno.EPIPE, errno.EIO):  # EIO: the terminal is gone
                self.error = error
            with contextlib.suppress(OSError, ValueError):
                _to_nowhere(self._stream().fileno())  # what is still in the buffer goes there when the program ends
        except ValueError:
            pass  # closed
