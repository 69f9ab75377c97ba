"""Fits the sample data set and keeps the pickles here, with how far rounding alone can move each (README.md)."""

import json
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np

from lib.outputs.folder import out_folder, result_path
from lib.outputs.result_file import read_result
from lib.results import difference
from lib.run import command

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]

PERTURBATIONS = 16
ULP = np.finfo(float).eps


def fit_sample(base, out):
    """Fit the data set in ``base`` into ``out``; returns the results by index."""
    code = command.main([str(base), '--out_dir', str(out), '--no_render', '-q'])
    if code != 0:
        sys.exit(code)
    return {index: read_result(result_path(out, index)) for index in out_folder(out).pickles()}


def perturbed_sample(base, rng):
    """The sample data set in ``base``, but each joint moved by at most one unit in the last place."""
    results = base / 'results' / 'lsp'
    results.mkdir(parents=True)
    (base / 'images').symlink_to(ROOT / 'data' / 'images')
    shutil.copy(ROOT / 'data' / 'results' / 'lsp' / 'lsp_gender.csv', results)
    with np.load(ROOT / 'data' / 'results' / 'lsp' / 'est_joints.npz') as data:
        joints = data['est_joints'].astype(float)
    joints[:2] *= 1. + ULP * rng.choice([-1, 0, 1], size=joints[:2].shape)
    np.savez(results / 'est_joints.npz', est_joints=joints)
    return base


def main():
    rng = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        stored = fit_sample(ROOT / 'data', folder / 'stored')
        spread = dict.fromkeys(stored, 0.)
        for i in range(PERTURBATIONS):
            moved = fit_sample(perturbed_sample(folder / f'data{i}', rng), folder / f'moved{i}')
            for index, result in moved.items():
                spread[index] = max(spread[index], *difference(result, stored[index]).values())
        for path in HERE.glob('*.pkl'):
            path.unlink()
        for index in stored:
            shutil.copy(result_path(folder / 'stored', index), HERE)
    text = json.dumps({f'{index:04d}': float(f'{value:.1e}') for index, value in spread.items()}, indent=0)
    (HERE / 'spread.json').write_text(text + '\n')


if __name__ == '__main__':
    main()
