"""``-m tests.doomed N ARGUMENT...``: the program, killed in the middle of its Nth deed in its folder; N = 0 counts them."""

import os
import signal
import sys

from lib.base import files
from lib.outputs import summary
from lib.run.command import main


class Doom:
    """Counts what a run does to its folder, and kills the process in the middle of the ``last`` of these deeds."""

    def __init__(self, last):
        self.count, self._last = 0, last

    def __call__(self, half=lambda: None):
        self.count += 1
        if self.count == self._last:
            half()
            os.kill(os.getpid(), signal.SIGKILL)

    def lie_in_wait(self):
        """Be there where files are written."""
        replace, add = os.replace, summary.Summary.add

        class File:
            def __init__(this, path):
                this._file = open(path, 'wb')

            def __enter__(this):
                return this

            def __exit__(this, *error):
                this._file.close()

            def writelines(this, pieces):
                data = b''.join(pieces)

                def half():
                    this._file.write(data[:len(data) // 2])
                    this._file.flush()
                self(half)
                this._file.write(data)

        def doomed_open(path, mode):
            return File(path) if mode == 'wb' else open(path, mode)

        def doomed_replace(source, target):
            self()
            replace(source, target)
            self()

        def doomed_add(this, row):
            def half():
                this._file.write(f"{row['index']},{row['file'][:3]}")
                this._file.flush()
            self(half)
            add(this, row)
        files.open, os.replace, summary.Summary.add = doomed_open, doomed_replace, doomed_add


if __name__ == '__main__':
    doom = Doom(int(sys.argv[1]))
    doom.lie_in_wait()
    code = main(sys.argv[2:])
    if not int(sys.argv[1]):
        print(doom.count)
    sys.exit(code)
