"""The README's picture: python -m data.make.fits_picture [--out FILE] makes data/fits.jpg.

Six people of the sample, fitted as `make demo` does: the photograph, the body over it, and the body from its side,
drawn with smooth edges.
"""
import argparse
from pathlib import Path

import cv2
import numpy as np

from lib import ModelSet, Problem, fit
from lib.drawing.canvas import Canvas
from lib.drawing.drawer import Drawer
from lib.drawing.scene import turned_view
from lib.outputs.drawn.pictures import OPACITY

DATA = Path(__file__).resolve().parents[1]

ROWS = ('im0003', 'im0008', 'im0011'), ('im0014', 'im0017', 'im0023')
ENLARGED = 2
HEIGHT, MARGIN = 312, 8  # px of a row, and beside what is seen from the side
SIDE = 90  # degrees about the vertical
GENDERS = 'male', 'female'   # by their numbers in lsp_gender.csv
WHITE, QUALITY = 255, 90


def fitted(name, models):
    """The enlarged photograph (H, W, 3) of image `name`, its Problem and its Fit."""
    index = int(name[2:]) - 1
    photograph = cv2.imread(str(DATA / 'images' / 'lsp' / f'{name}.jpg'))
    photograph = cv2.resize(photograph, None, fx=ENLARGED, fy=ENLARGED, interpolation=cv2.INTER_CUBIC)
    with np.load(DATA / 'results' / 'lsp' / 'est_joints.npz') as data:
        x, y, confidence = data['est_joints'][:3, :, index]
    gender = GENDERS[int((DATA / 'results' / 'lsp' / 'lsp_gender.csv').read_text().split()[index])]
    height, width = photograph.shape[:2]
    problem = Problem(ENLARGED * np.stack([x, y], axis=1), confidence, np.array([width, height]) / 2, gender=gender)
    return photograph, problem, fit(problem, models)


def panels(name, models):
    """The three pictures of one person side by side (HEIGHT, W, 3)."""
    photograph, problem, result = fitted(name, models)
    height, width = photograph.shape[:2]
    body = models.body(problem.gender)
    vertices, drawer = body.vertices(result.betas, result.pose), Drawer(body.faces, len(body.v_template), Canvas())
    over = drawer.front(vertices, result.cam_t, problem.focal, problem.centre, width, height).over(photograph, OPACITY)
    turned, view = turned_view(vertices, SIDE)
    side = drawer.front(turned, *view[:-1])  # Drawer.turned has OpenDR's edges
    left, _, right, _ = side.box
    alone = side.over(np.full((side.height, side.width, 3), WHITE, dtype=np.uint8))[:, left:right]
    alone = cv2.copyMakeBorder(alone, 0, 0, MARGIN, MARGIN, cv2.BORDER_CONSTANT, value=(WHITE,) * 3)
    return np.hstack([cv2.resize(picture, (round(picture.shape[1] * HEIGHT / picture.shape[0]), HEIGHT),
                                 interpolation=cv2.INTER_AREA) for picture in (photograph, over, alone)])


def make_picture(models):
    """All of ROWS (2 * HEIGHT, W, 3), the narrower one in the middle."""
    rows = [np.hstack([panels(name, models) for name in row]) for row in ROWS]
    widest = max(row.shape[1] for row in rows)
    sides = [((widest - row.shape[1]) // 2, (widest - row.shape[1] + 1) // 2) for row in rows]
    return np.vstack([cv2.copyMakeBorder(row, 0, 0, left, right, cv2.BORDER_CONSTANT, value=(WHITE,) * 3)
                      for row, (left, right) in zip(rows, sides)])


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument('--out', type=Path, default=DATA / 'fits.jpg')
    out = options.parse_args().out
    picture = make_picture(ModelSet(str(DATA.parent / 'models')))
    cv2.imwrite(str(out), picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])


if __name__ == '__main__':
    main()
