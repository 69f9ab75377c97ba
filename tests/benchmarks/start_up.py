"""What one image costs from the first import to the last line, with a picture and without, against another checkout.

    python -m tests.benchmarks.start_up [BASE_DIR] [--against CHECKOUT]

Processor seconds of whole processes, medians; both checkouts do the same in turns.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 7
WAYS = {'one image, no picture': ['--no_render'], 'one image': []}


def seconds(checkout, base_dir, options, compiled):
    """Of processor, user's and system's, that a process takes for the first image of a data set; what Python compiles
    is kept in the folder ``compiled``."""
    environment = {**os.environ, 'PYTHONPYCACHEPREFIX': compiled, 'PYTHONDONTWRITEBYTECODE': ''}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, 'fit_3d.py', base_dir, '--subset', '0', '-q', '--out_dir', f'{folder}/out',
                        '--model_dir', str(ROOT / 'models'), *options], cwd=checkout, env=environment, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compare(base_dir, against=None):
    """Print a line for each of WAYS: seconds here and there, and their ratio."""
    checkouts = [ROOT] if against is None else [ROOT, Path(against).resolve()]
    for name, options in WAYS.items():
        with tempfile.TemporaryDirectory() as compiled:
            rounds = [[seconds(checkout, base_dir, options, compiled) for checkout in checkouts]
                      for _ in range(ROUNDS + 1)]
        times = [statistics.median(column) for column in list(zip(*rounds[1:]))]  # the first round compiles
        told = ''.join(f'{time:9.2f} s' for time in times)
        print(f'{name:34}{told}' + (f'{times[0] / times[1]:9.2f}' if against else ''), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('base_dir', nargs='?', default=str(ROOT / 'data'))
    parser.add_argument('--against', metavar='CHECKOUT', help='a folder with another version of the program')
    options = parser.parse_args()
    compare(os.path.abspath(options.base_dir), options.against)


if __name__ == '__main__':
    main()
