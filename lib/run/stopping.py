"""Ctrl-C, SIGTERM and SIGHUP: the run stops where nothing is half done, keeps what is finished, and says so."""

import contextlib
import signal
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

_SIGNALS = signal.SIGINT, signal.SIGTERM, signal.SIGHUP

#: Makes what is entered while signals have to wait: Stop.held, or another where none are looked for.
Held = Callable[[], contextlib.AbstractContextManager]


class Stopped(KeyboardInterrupt):
    """Somebody wants the run to stop: ``number`` is the signal's."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    @property
    def exit_code(self) -> int:
        """As shells report a program that a signal ended."""
        return 128 + self.number

    def __str__(self) -> str:
        return signal.Signals(self.number).name


class Stop:
    """Turns the signals into Stopped while it is entered, save those that the program was started to ignore.

    With ``&`` in a script SIGINT is ignored, under nohup SIGHUP; SIGTERM always stops.
    """

    def __init__(self) -> None:
        self._came: int | None = None
        self._held = 0
        self._before: dict[int, Any] = {}

    def __enter__(self) -> 'Stop':
        for number in _SIGNALS:
            before = signal.getsignal(number)
            if before is not signal.SIG_IGN or number == signal.SIGTERM:
                self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler or signal.SIG_DFL)

    def _note(self, number: int, _: FrameType | None) -> None:
        self._came = self._came or number
        self.check()

    def check(self) -> None:
        """Raises Stopped where a signal came; also where the first Stopped was lost, raised in what swallows it."""
        if self._came is not None and not self._held:
            raise Stopped(self._came)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Signals wait until this is over."""
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1
        self.check()


@contextlib.contextmanager
def no_interrupts() -> Iterator[None]:
    """Processes begun in here never see Ctrl-C, which a terminal sends to them, too: this process ends them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
