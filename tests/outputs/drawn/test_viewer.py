"""The window of --viz: with a pyplot that notes what is asked of it, and a real one under Xvfb."""

import os
import shutil
import subprocess
import sys
import time
from types import SimpleNamespace

import numpy as np
import pytest

from lib.outputs.drawn.viewer import Closed, Window, interactive_pyplot
from tests.program import ROOT, SAMPLE, in_time

FRAME = np.zeros((20, 10, 3), np.uint8)


class Canvas:
    """A figure's canvas: its ``handlers`` by event."""

    def __init__(self):
        self.manager = SimpleNamespace(key_press_handler_id=3, set_window_title=lambda title: None)
        self.handlers, self.disconnected = {}, []

    def mpl_connect(self, event, handler):
        self.handlers[event] = handler

    def mpl_disconnect(self, number):
        self.disconnected.append(number)


class Pyplot:
    """A pyplot with one figure, in whose pauses ``keys`` are pressed, one a pause."""

    def __init__(self, *keys):
        self.keys, self.paused, self.shown = list(keys), [], []
        self.canvas = Canvas()

    def gcf(self):
        axes = SimpleNamespace(clear=lambda: None, set_axis_off=lambda: None, imshow=self.shown.append)
        return SimpleNamespace(canvas=self.canvas, add_axes=lambda place: axes)

    def pause(self, seconds):
        self.paused.append(seconds)
        key = self.keys.pop(0) if self.keys else None
        if key == 'close':
            self.canvas.handlers['close_event'](None)
        elif key is not None:
            self.canvas.handlers['key_press_event'](SimpleNamespace(key=key))


def show(pyplot, count=1):
    window = Window(pyplot)
    for _ in range(count):
        window.show(FRAME, False)
    return window


def test_frames_are_shown_in_the_photographs_colours_and_move_on():
    pyplot, frame = Pyplot(), FRAME.copy()
    frame[..., 0] = 200
    window = Window(pyplot)
    window.show(frame, False)
    window.show(frame, True)
    assert len(pyplot.shown) == 2 and (pyplot.shown[0][..., 2] == 200).all() and (pyplot.shown[0][..., 0] == 0).all()
    assert len(pyplot.paused) == 2 and pyplot.paused[1] > 10 * pyplot.paused[0], 'the last is there to be looked at'
    assert pyplot.canvas.disconnected == [3], 'the keys have no other meaning'


def test_space_pauses_until_space():
    pyplot = Pyplot(' ', None, None, None, ' ')
    show(pyplot)
    assert len(pyplot.paused) == 5


def test_the_right_arrow_steps_and_stays_paused():
    pyplot = Pyplot('right', None, None, 'right', None, ' ')
    show(pyplot, 3)
    assert len(pyplot.paused) == 6 and len(pyplot.shown) == 3 and pyplot.keys == []


def test_plus_and_minus_change_the_speed():
    pyplot = Pyplot('+', '=', '-', '-', '-', *['-'] * 20)
    show(pyplot, 25)
    before, *after = pyplot.paused[:6]
    assert [seconds / before for seconds in after] == [.5, .25, .5, 1., 2.] and max(pyplot.paused) <= 2.


@pytest.mark.parametrize('key', ['q', 'close'])
def test_the_run_ends(key):
    with pytest.raises(Closed):
        show(Pyplot(None, key), 2)


def test_no_window_without_a_display(monkeypatch):
    monkeypatch.delenv('DISPLAY', raising=False)
    monkeypatch.delenv('WAYLAND_DISPLAY', raising=False)
    monkeypatch.setattr('sys.platform', 'linux')
    assert interactive_pyplot() is None


def test_no_window_without_a_toolkit(monkeypatch):
    monkeypatch.setenv('DISPLAY', ':99')
    monkeypatch.setenv('MPLBACKEND', 'agg')
    from matplotlib import pyplot
    pyplot.switch_backend('agg')
    assert interactive_pyplot() is None and not pyplot.get_fignums()


@pytest.fixture
def display():
    """The name of an X server's display, of its own."""
    pytest.importorskip('tkinter')
    if not shutil.which('Xvfb') or not shutil.which('xdotool'):
        pytest.skip('needs Xvfb and xdotool')
    reading, writing = os.pipe()
    with subprocess.Popen(['Xvfb', '-displayfd', str(writing), '-screen', '0', '1200x1200x24'], pass_fds=[writing],
                          stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        with os.fdopen(reading) as told:
            yield f':{told.readline().strip()}'
        server.terminate()


@in_time
@pytest.mark.slow
def test_keys_that_are_pressed(display, tmp_path):
    """Paused, it waits; q ends the run, which says so and can be gone on with."""
    environment = {**os.environ, 'DISPLAY': display, 'MPLBACKEND': 'tkagg'}
    run = subprocess.Popen([sys.executable, str(ROOT / 'fit_3d.py'), str(SAMPLE), '--subset', '0', '--viz', '--out_dir',
                            str(tmp_path / 'out')], env=environment, stderr=subprocess.PIPE, text=True)

    def tell(*words):
        return subprocess.run(['xdotool', *words], env=environment, capture_output=True, text=True).stdout.split()

    def wait_for(what, seconds=40.):
        end = time.monotonic() + seconds
        while not (found := what()):
            assert time.monotonic() < end and run.poll() is None, 'it does not come'
            time.sleep(.1)
        return found
    try:
        window = wait_for(lambda: tell('search', '--name', 'space: pause'))[-1]
        tell('key', '--window', window, 'space')
        time.sleep(4.)
        assert run.poll() is None and not (tmp_path / 'out' / '0000.pkl').exists(), 'it waits'
        tell('key', '--window', window, 'q')
        _, errors = run.communicate(timeout=40)
    finally:
        run.kill()
    assert run.returncode == 130 and 'the window was closed' in errors and 'Traceback' not in errors
