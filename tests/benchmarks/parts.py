"""What a command costs by part, and against another checkout: processor time, so that it holds on a busy machine.

    python -m tests.benchmarks.parts [--against CHECKOUT] -- ARGUMENT...

ARGUMENTs are the program's, for example ``data`` or ``--video CLIP --keypoints KEYPOINTS``. Both checkouts do the same
in turns, ROUNDS times; told are medians: ms by part, of the whole run for start-up and page, else for each image; and
peak memory.
"""

import argparse
import csv
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
ROUNDS = 3
OF_THE_RUN = 'start-up', 'page'
COLUMNS = 'start-up', 'decode', 'fit', 'draw', 'encode', 'rest', 'page', 'all'


def checkout(path):
    """A folder with a version of the program, as an option's value."""
    if not Path(path, 'lib', 'run', 'command.py').exists():
        raise argparse.ArgumentTypeError(f'{path}: no checkout of the program')
    return Path(path).resolve()


def run_once(root, arguments):
    """What one_run.py tells of a run of the checkout ``root``, and how many images have results."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, str(HERE / 'one_run.py'), str(root), *arguments, '--workers', '1', '-q',
                   '--out_dir', f'{folder}/out', '--model_dir', str(ROOT / 'models')]
        told = json.loads(subprocess.run(command, cwd=root, stdout=subprocess.PIPE, check=True).stdout)
        with open(f'{folder}/out/summary.csv', newline='') as file:
            told['images'] = sum(row.get('status', 'fitted') != 'failed' for row in csv.DictReader(file))
    return told


def ms(told):
    """Milliseconds by column, and the peak."""
    shares = {part: seconds / (1 if part in OF_THE_RUN else max(1, told['images']))
              for part, seconds in told['parts'].items()}
    shares['all'] = told['all'] / max(1, told['images'])
    return {**{part: 1e3 * seconds for part, seconds in shares.items()}, 'peak': told['peak']}


def print_head():
    print(f'{"ms of processor":34}' + ''.join(f'{column:>9}' for column in COLUMNS) + f'{"peak":>9}')


def compare(label, arguments, against=None):
    """Print what a command costs here, in the checkout ``against``, and the ratios."""
    checkouts = [ROOT] if against is None else [ROOT, against]
    runs = [[ms(run_once(one, arguments)) for one in checkouts] for _ in range(ROUNDS)]
    medians = [{key: statistics.median(run[i][key] for run in runs) for key in runs[0][i]}
               for i in range(len(checkouts))]
    for name, row in zip((label, '  against'), medians):
        print(f'{name:34}' + ''.join(f'{row[column]:9.1f}' for column in COLUMNS) + f'{row["peak"]:6.0f} MB')
    if against is not None:
        ratios = {key: medians[0][key] / medians[1][key] if medians[1][key] > 0 else float('nan') for key in medians[0]}
        print(f'{"  ratio":34}' + ''.join(f'{ratios[column]:9.2f}' for column in (*COLUMNS, 'peak')))
    sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--against', type=checkout, metavar='CHECKOUT', help='a folder with another version')
    parser.add_argument('arguments', nargs='+', metavar='ARGUMENT')
    options = parser.parse_args()
    print_head()
    compare('the command', options.arguments, options.against)


if __name__ == '__main__':
    main()
