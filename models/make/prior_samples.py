"""Draw the pose prior: models/prior_samples.png, a column per Gaussian with its mean on top and samples of it below, on
the open body.

    python -m models.make.prior_samples [--prior FILE] [--body FILE] [--out FILE] [--seed N]
"""
import argparse
import sys
from pathlib import Path

import cv2
import numpy as np

from lib.base.errors import InputError
from lib.base.pickles import load_pickle
from lib.body.body_model import load_body_model
from lib.drawing.canvas import Canvas
from lib.drawing.drawer import Drawer

ROOT = Path(__file__).resolve().parents[2]

SAMPLES = 4                     # of each Gaussian, below its mean
WIDTH, HEIGHT = 105, 130        # pixels of one body's tile
FOCAL, DISTANCE = 1200., 22.    # pixels, metres
ORIENTATION = np.array([np.pi, 0, 0])   # upright and facing a camera whose y points down
PAPER, ROW_OF_MEANS = 255, 225  # grey levels


def contact_sheet(prior, body, rng):
    """The picture (rows * HEIGHT, columns * WIDTH, 3) uint8 BGR; columns by falling weight."""
    drawer = Drawer(body.faces, len(body.v_template), Canvas())
    columns = []
    for k in np.argsort(-prior['weights']):
        poses = np.vstack([prior['means'][k], rng.multivariate_normal(prior['means'][k], prior['covars'][k], SAMPLES)])
        tiles = []
        for row, pose in enumerate(poses):
            vertices = body.vertices(np.zeros(10), np.concatenate([ORIENTATION, pose]))
            vertices -= (vertices.min(axis=0) + vertices.max(axis=0)) / 2
            drawing = drawer.front(vertices, np.array([0, 0, DISTANCE]), FOCAL, np.array([WIDTH, HEIGHT]) / 2,
                                   WIDTH, HEIGHT)
            paper = np.full((HEIGHT, WIDTH, 3), PAPER if row else ROW_OF_MEANS, np.uint8)
            tiles.append(drawing.over(paper))
        columns.append(np.vstack(tiles))
    return np.hstack(columns)


def main():
    parser = argparse.ArgumentParser(description='Draw means and samples of the pose prior.')
    parser.add_argument('--prior', type=Path, default=ROOT / 'models' / 'open' / 'gmm_08.pkl',
                        help='default: %(default)s')
    parser.add_argument('--body', type=Path, default=ROOT / 'models' / 'open' / 'neutral.pkl',
                        help='default: %(default)s')
    parser.add_argument('--out', type=Path, default=ROOT / 'models' / 'prior_samples.png', help='default: %(default)s')
    parser.add_argument('--seed', type=int, default=0, help='of the samples (default: 0)')
    options = parser.parse_args()
    try:
        sheet = contact_sheet(load_pickle(options.prior), load_body_model(options.body),
                              np.random.default_rng(options.seed))
    except InputError as error:
        sys.exit(f'prior_samples.py: {error}')
    cv2.imwrite(str(options.out), sheet)
    print(options.out)


if __name__ == '__main__':
    main()
