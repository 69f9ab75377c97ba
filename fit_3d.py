#!/usr/bin/env python3
"""SMPLify: fit SMPL's pose and shape to the 2D joints of photographs (Bogo et al., ECCV 2016)."""

import signal
import sys

if __name__ == '__main__' and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # until main: no traceback out of the imports' first second

from lib.run.command import main

if __name__ == '__main__':
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.exit(main())
