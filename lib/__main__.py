"""The command ``smplify`` where the program is installed, and what fit_3d.py runs in the checkout."""

import signal
import sys

from .base.threads import start_no_threads


def command(prog: str = 'smplify') -> int:
    """Carry out this process's command line; returns the exit code."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # no traceback out of the imports' first second, nor of the last
    start_no_threads()
    try:
        from .base.quick_imports import quick_imports  # of NumPy, too
        with quick_imports():
            from .run.command import main
    except ModuleNotFoundError as error:
        if str(error.name).startswith(f'{__package__}.'):
            raise
        sys.stderr.write(f'error: the package {error.name} is not installed in this Python; in the checkout, type make '
                         'setup, then .venv/bin/python fit_3d.py\n')
        return 2
    return main(prog=prog)


if __name__ == '__main__':
    sys.exit(command())
