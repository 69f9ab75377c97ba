#!/usr/bin/env python3
"""SMPLify: fit SMPL's pose and shape to the 2D joints of photographs (Bogo et al., ECCV 2016).

The run itself, from the options to the last line, reads in lib/run/command.py: there ``smplify``, the installed
command, finds it, too.
"""

import signal
import sys

if __name__ == '__main__' and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # no traceback out of the imports' first second, nor out of the last

from lib.run.command import main

if __name__ == '__main__':
    sys.exit(main(prog='fit_3d.py'))
