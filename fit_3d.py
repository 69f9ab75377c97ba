#!/usr/bin/env python3
"""SMPLify: fit SMPL's pose and shape to the 2D joints of photographs (Bogo et al., ECCV 2016).

The run itself, from the options to the last line, reads in lib/run/command.py: there ``smplify``, the installed
command, finds it, too.
"""

import sys

from lib.__main__ import command

if __name__ == '__main__':
    sys.exit(command('fit_3d.py'))
