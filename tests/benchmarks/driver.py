"""``python -m tests.benchmarks.driver [COUNT ...]``: what the driver itself costs, with a worker that does nothing.

Each COUNT of images (10,000 and 100,000 where none is given) is a data set in LSP's layout, in a folder of its own
below the system's one for temporary files: the sample's photographs as hard links. Each is run as a whole, killed
halfway, gone on with, gone on with where nothing is left, and compared with itself, in processes of their own. Told are
processor seconds, so that it holds on a busy machine; a disk's own time is in none of them. "begins" is from the
command to the first image that is wanted from the workers.
"""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from lib.outputs.folder import OutFolder, result_path
from lib.outputs.result_file import result_bytes

ROOT = Path(__file__).resolve().parents[2]
COUNTS = 10_000, 100_000
OPTIONS = '--no_render', '-q', '--workers', '1'


def write_data_set(base, count):
    """The sample's images and their joints as often as it takes."""
    images, found = base / 'images' / 'lsp', base / 'results' / 'lsp'
    images.mkdir(parents=True)
    found.mkdir(parents=True)
    sample = sorted((ROOT / 'data' / 'images' / 'lsp').glob('*.jpg'))
    kept = [shutil.copy(path, base) for path in sample]
    which = np.arange(count) % len(sample)
    for index, i in enumerate(which):
        os.link(kept[i], images / f'im{index:07d}.jpg')
    with np.load(ROOT / 'data' / 'results' / 'lsp' / 'est_joints.npz') as data:
        np.savez(found / 'est_joints.npz', est_joints=data['est_joints'][:3, :, which])
    genders = (ROOT / 'data' / 'results' / 'lsp' / 'lsp_gender.csv').read_text().split()
    (found / 'lsp_gender.csv').write_text('\n'.join(genders[i] for i in which))


def work(base, out, last):
    """One run, whose worker answers with the same fit for all; killed when image ``last`` is wanted, unless that is -1.
    Prints what it cost."""
    from lib.fitting import FitOptions, fit
    from lib.inputs.decoding import decode_photograph
    from lib.inputs.lsp import LspDataset
    from lib.inputs.sample import make_problem
    from lib.model_files import ModelSet
    from lib.outputs.metrics import Judged, Shape
    from lib.outputs.summary import fitted_row
    from lib.run import command
    from lib.run.task import Outcome
    imports = time.process_time()
    data = LspDataset(str(ROOT / 'data'))
    shape = decode_photograph(data.read(data[0]), data[0].name, least=1.).shape
    found = fit(make_problem(data[0], shape), ModelSet(str(ROOT / 'models')), FitOptions())
    pickle, told = result_bytes(found), {'wanted': 0}

    def outcomes(samples, *_):
        told['begins'] = imports + time.process_time() - before
        for sample in samples:
            if told['wanted'] == last:
                os.kill(os.getpid(), signal.SIGKILL)
            told['wanted'] += 1
            row = fitted_row(sample, found, Judged(2., .01, Shape(1.7, 1.)), .01)
            yield Outcome(row, {result_path('', sample.index): pickle})
    command.outcomes = outcomes
    before = time.process_time()
    assert command.main([base, '--out_dir', out, *OPTIONS]) == 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.
    print(json.dumps({**told, 'imports': imports, 'all': time.process_time() - before, 'peak': peak}))


def run(base, out, last=-1):
    """What ``work`` tells of a run in a process of its own; None where it was killed."""
    command = [sys.executable, '-m', 'tests.benchmarks.driver', 'work', str(base), str(out), str(last)]
    answer = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE)
    assert answer.returncode == (0 if last < 0 else -signal.SIGKILL)
    return json.loads(answer.stdout) if last < 0 else None


def compared(out):
    """Processor seconds of ``python -m lib.results`` of a folder with itself."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, '-m', 'lib.results', out, out], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(count):
    """Print the lines of a data set of ``count`` images; returns the driver's microseconds an image."""
    with tempfile.TemporaryDirectory() as folder:
        base, out = Path(folder, 'data'), Path(folder, 'out')
        write_data_set(base, count)
        whole = run(base, Path(folder, 'whole'))
        run(base, out, count // 2)
        resumed, nothing = run(base, out), run(base, out)
        assert resumed['wanted'] + count // 2 == count and nothing['wanted'] == 0
        assert len(OutFolder(str(out), json.loads((out / 'run.json').read_text())['layout']).pickles()) == count
        each, peak = 1e6 * whole['all'] / count, max(whole['peak'], nothing['peak'])
        print(f'{count:>9,} images: {each:.0f} us an image, start-up apart; peak {peak:.0f} MB. After a kill halfway '
              f'begins after {resumed["begins"]:.1f} s, where all is done after {nothing["begins"]:.1f} s; lib.results '
              f'{compared(out):.1f} s', flush=True)
    return each


def main(arguments):
    if arguments[:1] == ['work']:
        work(arguments[1], arguments[2], int(arguments[3]))
        return
    show(list(map(int, arguments)) or COUNTS)


def show(counts):
    """Print what data sets of so many images cost, and how much more an image of the last than one of the first."""
    costs = [measure(count) for count in counts]
    if len(costs) > 1:
        print(f'an image of {counts[-1]:,} against one of {counts[0]:,}: {costs[-1] / costs[0]:.2f}')


if __name__ == '__main__':
    main(sys.argv[1:])
