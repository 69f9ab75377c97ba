"""Pictures of the open bodies: `python -m models.make.body_picture [--models DIR] [--out DIR]`.

shapes.jpg: men, neutral bodies and women, from the front and from the side: a body for each of five statures and three
weights. poses.jpg: eight poses from the front and from the back. Drawn by the renderer and in the light of the
program's results, in which a shadow can make of a chest what it is not.
"""
import argparse
from pathlib import Path

import cv2
import numpy as np

from lib.body.body_model import load_body_model
from lib.body.skeleton import N_JOINTS, SMPL_NAMES
from lib.drawing.canvas import Canvas
from lib.drawing.drawer import Drawer

HERE = Path(__file__).resolve().parent

GENDERS = 'male', 'neutral', 'female'
WEIGHTS, STATURES = (-2., 0., 2.), (-2., -1., 0., 1., 2.)  # components 2 and 1, standard deviations
FRONT, SIDE, BACK = 0, -90, 180  # degrees about the vertical
#: Pixels per metre, width and height of a body's tile.
SHAPE_TILE, POSE_TILE = (105, (104, 224)), (150, (172, 348))
FOCAL = 5000.  # px: from so far away that nothing looks nearer
QUALITY = 92


def pose_vector(turns):
    """pose (72,) of {joint: rotation vector in degrees}, for both sides where a joint has none: the right mirrors."""
    pose = np.zeros((N_JOINTS, 3))
    for name, degrees in turns.items():
        if name in SMPL_NAMES:
            pose[SMPL_NAMES.index(name)] = np.radians(degrees)
        else:
            pose[SMPL_NAMES.index(f'left_{name}')] = np.radians(degrees)
            pose[SMPL_NAMES.index(f'right_{name}')] = np.radians(degrees) * [1, -1, -1]
    return pose.ravel()


HANGING = {'shoulder': (0, 0, -65)}
POSES = (
    ('male', {'shoulder': (0, 0, 72), 'collar': (0, 0, 18)}),  # shared as in the poses of motion capture
    ('female', {'shoulder': (0, 0, 85)}),
    ('male', {'collar': (7, 5, -10), 'shoulder': (55, -10, -66), 'elbow': (0, -90, 50), 'wrist': (-20, 0, 25),
              'spine1': (16, 0, 0), 'spine2': (7, 0, 0)}),
    ('neutral', {'shoulder': (0, -75, -15), 'elbow': (0, -20, 0)}),
    ('male', {**HANGING, 'spine1': (15, 0, 0), 'spine2': (18, 0, 0), 'spine3': (8, 0, 0), 'hip': (-25, 0, 0)}),
    ('female', {**HANGING, 'spine1': (0, 20, 0), 'spine2': (0, 20, 0), 'spine3': (0, 15, 0), 'head': (0, 30, 0)}),
    ('neutral', {'left_hip': (-75, 0, 0), 'right_hip': (15, 0, 0), 'left_knee': (95, 0, 0), 'right_knee': (35, 0, 0),
                 'left_shoulder': (30, 0, -65), 'right_shoulder': (-30, 0, 65), 'elbow': (0, -80, 0)}),
    ('male', {'hip': (-95, 15, 15), 'knee': (115, 0, 0), 'ankle': (-20, 0, 0), 'spine1': (25, 0, 0),
              'shoulder': (0, -70, -40), 'elbow': (0, -30, 0)}))


class Sheet:
    """Draws bodies with these faces (F, 3) and so many vertices into tiles; ``tile`` as SHAPE_TILE."""

    def __init__(self, faces, n_vertices, tile):
        self.drawer, (self.scale, self.size) = Drawer(faces, n_vertices, Canvas()), tile

    def draw(self, vertices, turn):
        """The tile (height, width, 3) of a body (V, 3) that stands on its lower edge, turned about the vertical."""
        c, s = np.cos(np.radians(turn)), np.sin(np.radians(turn))
        seen = vertices @ np.array([[c, 0, -s], [0, 1, 0], [s, 0, c]]) * [1, -1, -1]  # the camera's y points down
        width, height = self.size
        middle = (seen.min(0) + seen.max(0)) / 2
        middle[1] = seen[:, 1].max() - 0.48 * height / self.scale
        away = np.array([0, 0, FOCAL / self.scale])
        drawn = self.drawer.front(seen - middle, away, FOCAL, np.array(self.size) / 2, width, height)
        return drawn.over(np.full((height, width, 3), 255, dtype=np.uint8))


def shapes(bodies):
    """All statures and weights: a row of each gender from the front, and one from the side."""
    sheet = Sheet(bodies['male'].faces, len(bodies['male'].weights), SHAPE_TILE)
    betas = [np.array([stature, weight]) for weight in WEIGHTS for stature in STATURES]
    rows = []
    for gender in GENDERS:
        people = [bodies[gender].vertices(some, pose_vector(HANGING)) for some in betas]
        rows += [np.hstack([sheet.draw(person, turn) for person in people]) for turn in (FRONT, SIDE)]
    return np.vstack(rows)


def poses(bodies):
    """POSES from the front, and from the back below."""
    sheet = Sheet(bodies['male'].faces, len(bodies['male'].weights), POSE_TILE)
    people = [bodies[gender].vertices(np.zeros(1), pose_vector(turns)) for gender, turns in POSES]
    return np.vstack([np.hstack([sheet.draw(person, turn) for person in people]) for turn in (FRONT, BACK)])


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument('--models', type=Path, default=HERE.parent / 'open')
    options.add_argument('--out', type=Path, default=HERE)
    options = options.parse_args()
    bodies = {name: load_body_model(options.models / f'{name}.pkl') for name in GENDERS}
    for name, picture in (('shapes', shapes(bodies)), ('poses', poses(bodies))):
        cv2.imwrite(str(options.out / f'{name}.jpg'), picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])


if __name__ == '__main__':
    main()
