"""What a run says while it goes on: lines, and a bar of its progress."""

import threading

from tqdm import tqdm

from ..base.errors import printable
from ..base.streams import Stream


class Console:
    """Lines on standard error, the closing ones on standard output; ``quiet``: errors only; ``verbose``: more."""

    def __init__(self, quiet: bool = False, verbose: bool = False) -> None:
        self._quiet, self._verbose = quiet, verbose
        self._errors, self._output = Stream('stderr'), Stream('stdout')
        tqdm.set_lock(threading.RLock())  # its own would be shared with processes, and want /dev/shm

    def error(self, line: str) -> None:
        """Say a line whatever was asked for."""
        tqdm.write(line, file=self._errors)

    def say(self, line: str) -> None:
        """Say a line, unless the run is --quiet."""
        if not self._quiet:
            self.error(printable(line))

    def detail(self, line: str) -> None:
        """Say a line where the run is --verbose."""
        if self._verbose:
            self.error(line)

    def close(self, lines: list[str]) -> None:
        """Say the closing ``lines``; where they cannot be written, that is said."""
        if not self._quiet:
            self._output.write('\n'.join(lines) + '\n')
        if self._output.error is not None:
            self.error(f'error: standard output cannot be written to ({self._output.error.strerror})')

    def bar(self, total: int, what: str | None = None) -> tqdm:
        """A bar of progress over ``total`` images, of ``what`` is done with them."""
        return tqdm(total=total, desc=what, unit='image', disable=self._quiet or not total, file=self._errors)
