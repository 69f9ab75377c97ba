"""The window of --viz. Its keys: space pauses, the right arrow steps on, + and - change the speed, q ends the run."""

import os
import sys
from types import ModuleType
from typing import Any

import numpy as np

_SIZE = 10., 10.  # inches
_PAUSE, _SLOWEST, _LAST = .02, 2., 2.  # seconds that a frame is shown at first, at most, and the last of an image
_FACTOR = 2.  # by which + and - change that
_LOOK = .05  # seconds between looks at the keys while nothing moves
_TITLE = 'space: pause   right arrow: step   + -: speed   q: quit'


class Closed(KeyboardInterrupt):
    """Somebody pressed q or closed the window: the run is to end."""


def interactive_pyplot() -> ModuleType | None:
    """matplotlib's pyplot with a window behind it, or None where there is no display or no window toolkit."""
    if sys.platform.startswith('linux') and not (os.environ.get('DISPLAY') or os.environ.get('WAYLAND_DISPLAY')):
        return None
    from matplotlib import pyplot
    figure = pyplot.figure(figsize=_SIZE)
    if pyplot.get_backend().lower() == 'agg':
        pyplot.close(figure)
        return None
    return pyplot


class Window:
    """A window of ``pyplot`` that the photograph fills; frames are shown in it one after the other."""

    def __init__(self, pyplot: ModuleType) -> None:
        self._pyplot, self._delay, self._paused, self._steps = pyplot, _PAUSE, False, 0
        self._quit = False
        self._figure = pyplot.gcf()
        canvas = self._figure.canvas
        canvas.manager.set_window_title(_TITLE)
        handler = canvas.manager.key_press_handler_id  # matplotlib's own keys mean other things
        if handler is not None:
            canvas.mpl_disconnect(handler)
        canvas.mpl_connect('key_press_event', self._pressed)
        canvas.mpl_connect('close_event', self._closed)
        self._axes = self._figure.add_axes((0., 0., 1., 1.))

    def show(self, frame: np.ndarray, last: bool) -> None:
        """Show a picture (H, W, 3), blue first, for a moment, the ``last`` longer, or until a key says so.

        Raises Closed where the run is to end.
        """
        self._axes.clear()
        self._axes.set_axis_off()
        self._axes.imshow(frame[..., ::-1])
        self._wait(_LAST if last else self._delay)
        while self._paused and not self._steps:
            self._wait(_LOOK)
        self._steps = max(0, self._steps - 1)

    def _wait(self, seconds: float) -> None:
        self._pyplot.pause(seconds)
        if self._quit:
            raise Closed

    def _pressed(self, event: Any) -> None:
        if event.key == ' ':
            self._paused = not self._paused
        elif event.key == 'right':
            self._paused, self._steps = True, self._steps + 1
        elif event.key in ('+', '='):
            self._delay /= _FACTOR
        elif event.key == '-':
            self._delay = min(_SLOWEST, self._delay * _FACTOR)
        elif event.key == 'q':
            self._quit = True

    def _closed(self, _: Any) -> None:
        self._quit = True
