"""``-m tests.doomed KIND N ARGUMENT...``: the program, killed in the middle of its Nth deed of a kind in its folder.

With N = 0 it lives, and prints how often each kind came, as JSON.
"""

import collections
import json
import os
import signal
import sys

from lib.base import files
from lib.outputs import summary_file
from lib.run.command import main

#: What a run does to its folder.
DEEDS = 'half a file', 'before a renaming', 'after a renaming', 'half a row'


class Doom:
    """Counts what a run does to its folder, and kills the process in the middle of the ``last`` deed of a ``kind``."""

    def __init__(self, kind, last):
        self.counts, self._fatal = collections.Counter(), (kind, last)

    def __call__(self, kind, half=lambda: None):
        self.counts[kind] += 1
        if (kind, self.counts[kind]) == self._fatal:
            half()
            os.kill(os.getpid(), signal.SIGKILL)

    def lie_in_wait(self):
        """Be there where files are written."""
        replace, append = os.replace, summary_file.append

        class File:
            def __init__(this, path, mode):
                this._file = open(path, mode)

            def __enter__(this):
                return this

            def __exit__(this, *error):
                this._file.close()

            def __getattr__(this, name):
                return getattr(this._file, name)

            def writelines(this, pieces):
                data = b''.join(pieces)

                def half():
                    this._file.write(data[:len(data) // 2])
                    this._file.flush()
                self('half a file', half)
                this._file.write(data)

        def doomed_replace(source, target):
            self('before a renaming')
            replace(source, target)
            self('after a renaming')

        def doomed_append(path, data):
            self('half a row', lambda: append(path, data[:len(data) // 2]))
            append(path, data)
        files.open, os.replace, summary_file.append = File, doomed_replace, doomed_append


if __name__ == '__main__':
    doom = Doom(sys.argv[1], int(sys.argv[2]))
    doom.lie_in_wait()
    code = main(sys.argv[3:])
    if not int(sys.argv[2]):
        print(json.dumps(doom.counts))
    sys.exit(code)
