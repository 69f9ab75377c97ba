"""``make benchmark [LSP=folder] [PHOTOS=folder] [AGAINST=checkout]``: what runs, pictures and fits cost, as tables.

Several minutes. First whole runs by part, in turns with those of another checkout where one is given (parts.py): over
LSP, or the sample data set, with and without pictures, and over photographs of other sizes into which its people are
put, or into those of PHOTOS. One image likewise (start_up.py). Then fits, with one orientation each and the
interpenetration term, on the photographs repeated as often as it takes; each line is measured in a process of its own
(measure.py), best on a quiet machine. Last two Dask workers against two processes (cluster.py).
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from lib.inputs.lsp import LspDataset
from tests.benchmarks import cluster, driver, parts, start_up
from tests.benchmarks.large_photographs import grey, photographs_in, write_photographs

HERE = Path(__file__).resolve().parent
SIZES = 64, 512, 4096
MOST = 200  # images of the data set in whole runs
LARGE, OF_A_SIZE = ((1080, 1920), (3000, 4000)), 24
IMAGES = 2000  # as many as LSP has
PUBLISHED = 260., 450.  # seconds per image of the published program, one orientation, one core


def measure(name, base_dir, *numbers):
    command = [sys.executable, '-m', 'tests.benchmarks.measure', name, base_dir, *map(str, numbers)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def line(what, got='', cpu='', peak='', wanted=''):
    print(f'{what:<46}{got:>12}{cpu:>14}{peak:>10}  {wanted}', flush=True)


def ms(seconds):
    return f'{1e3 * seconds:.1f} ms'


def show(what, got, wanted=''):
    line(what, ms(got['seconds']), ms(got['cpu']), f"{got['peak']:.0f} MB" if 'peak' in got else '', wanted)


def show_runs(base_dir, photos, against):
    """Whole runs by part."""
    subset = ['--subset', f'0-{min(MOST, len(LspDataset(base_dir))) - 1}']
    parts.print_head()
    parts.compare('data set, no pictures', [base_dir, *subset, '--no_render'], against)
    parts.compare('data set', [base_dir, *subset], against)
    backgrounds = {'photographs': photographs_in(photos, OF_A_SIZE)} if photos else \
        {f'photographs, {width} x {height} px': grey(OF_A_SIZE, width, height) for width, height in LARGE}
    for name, pictures in backgrounds.items():
        with tempfile.TemporaryDirectory() as folder:
            write_photographs(Path(folder), base_dir, pictures)
            parts.compare(name, [f'{folder}/photographs', '--keypoints', f'{folder}/est_joints.npz'], against)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('base_dir', nargs='?', default=str(HERE.parents[1] / 'data'), help='data set to measure on')
    parser.add_argument('--photos', help='folder of photographs to put its people into')
    parser.add_argument('--against', type=parts.checkout, metavar='CHECKOUT', help='a folder with another version')
    options = parser.parse_args()
    base_dir = os.path.abspath(options.base_dir)
    print(f'{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; medians\n')
    show_runs(base_dir, options.photos, options.against)
    print()
    start_up.compare(base_dir, options.against)
    print()
    show_fits(base_dir)
    print()
    cluster.compare(base_dir, IMAGES)
    print('\nthe driver alone; more than 10,000 images: python -m tests.benchmarks.driver')
    driver.show([10_000])


def show_fits(base_dir):
    line('', 'wall clock', 'processor', 'peak', 'wanted')
    single = measure('single', base_dir)
    show('one fit at a time', single, '60 ms')
    batched = {size: measure('batched', base_dir, size) for size in SIZES}
    for size in SIZES:
        show(f'per fit, {size:,} side by side', batched[size], '8 ms' if size == 512 else '')
    show('one picture', measure('rendering', base_dir), '40 ms')
    chumpy = measure('chumpy', base_dir)
    show("one fit by chumpy's minimiser", chumpy)
    line('models of both genders', peak=f"{measure('memory', base_dir)['peak']:.0f} MB", wanted='500 MB')
    runs = {workers: measure('data_set', base_dir, IMAGES, workers) for workers in (1, 2)}
    for workers, run in runs.items():
        line(f'{IMAGES:,} images, {workers} worker{"s" * (workers > 1)}, no pictures', f"{run['seconds']:.1f} s",
             f"{run['cpu']:.1f} s", f"{run['peak']:.0f} MB", '60 s' if workers == 2 else '')
    print()
    one, two = runs[1], runs[2]
    largest, middle = batched[SIZES[-1]], batched[SIZES[1]]
    line('two workers against one', f"{one['seconds'] / two['seconds']:.2f}", f"{2. * one['cpu'] / two['cpu']:.2f}",
         wanted='1.8')
    line(f'{SIZES[-1]:,} against {SIZES[1]:,} side by side, per fit', f"{largest['seconds'] / middle['seconds']:.2f}",
         f"{largest['cpu'] / middle['cpu']:.2f}", wanted='1')
    line("chumpy's minimiser against one fit at a time", f"{chumpy['seconds'] / single['seconds']:.0f}",
         f"{chumpy['cpu'] / single['cpu']:.0f}")
    line('the published program against one at a time', *(f'{seconds / single["cpu"]:,.0f}' for seconds in PUBLISHED))
    line('its throughput against two workers', *(f'{seconds * IMAGES / two["seconds"]:,.0f}' for seconds in PUBLISHED),
         wanted='20,000')
    print('\nThe last two lines stand for 260 and 450 s per image.')


if __name__ == '__main__':
    main()
