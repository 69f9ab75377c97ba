"""Picture of the open bodies: `python -m models.make.body_picture [--models DIR] [--out FILE]` -> models/make/body.png.

Top row: female, neutral, male; then the neutral body 2.5 standard deviations up and down its first three components.
Bottom row: bent poses of all three. Shaded with matplotlib alone, so that it needs nothing but
models/make/requirements.txt.
"""
import argparse
from pathlib import Path

import matplotlib

matplotlib.use('Agg')
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.collections import PolyCollection

from lib.body.body_model import load_body_model
from lib.body.skeleton import N_JOINTS, SMPL_NAMES

HERE = Path(__file__).resolve().parent

LIGHT = np.array([0.35, 0.5, 0.8])
SKIN = np.array([0.93, 0.80, 0.72])
SPACING = 1.0  # metres between bodies of a row
POSES = (  # degrees
    ('female', {'left_shoulder': (0, 0, -70), 'right_shoulder': (0, 0, 70), 'left_elbow': (0, -90, 0),
                'right_elbow': (0, 90, 0)}, 0),
    ('male', {'left_hip': (-90, 0, 0), 'right_hip': (-90, 0, 0), 'left_knee': (90, 0, 0), 'right_knee': (90, 0, 0),
              'left_shoulder': (0, -40, -60), 'right_shoulder': (0, 40, 60)}, 55),
    ('female', {'left_hip': (-45, 0, 0), 'right_hip': (25, 0, 0), 'left_knee': (20, 0, 0), 'right_knee': (60, 0, 0),
                'left_shoulder': (0, 30, -72), 'right_shoulder': (0, 30, 72), 'left_elbow': (0, -70, 0),
                'right_elbow': (0, 80, 0)}, 60),
    ('neutral', {'left_shoulder': (0, 0, 70), 'right_shoulder': (0, 0, -70), 'left_collar': (0, 0, 20),
                 'right_collar': (0, 0, -20)}, 0),
    ('male', {'spine1': (25, 0, 0), 'spine2': (25, 0, 0), 'left_shoulder': (0, -60, -30), 'right_shoulder': (0, 60, 30),
              'left_hip': (-30, 0, 0), 'right_hip': (-30, 0, 0)}, 60),
    ('neutral', {'left_knee': (120, 0, 0), 'left_shoulder': (0, -90, 0), 'right_shoulder': (0, 90, 0),
                 'left_wrist': (90, 0, 0)}, 40),
    ('female', {'spine1': (0, 25, 0), 'spine2': (0, 25, 0), 'spine3': (0, 25, 0), 'head': (0, 40, 0),
                'left_shoulder': (0, 0, -60), 'right_shoulder': (0, 0, 60)}, 0))


def draw(axes, vertices, faces, place, turn=0):
    """Paint one body, turned `turn` degrees about y, at `place` (2,) of the picture's plane."""
    angle = np.radians(turn)
    rotation = np.array([[np.cos(angle), 0, -np.sin(angle)], [0, 1, 0], [np.sin(angle), 0, np.cos(angle)]])
    triangles = (vertices @ rotation.T)[faces]
    normals = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    normals /= np.linalg.norm(normals, axis=1, keepdims=True) + 1e-12
    shade = 0.25 + 0.75 * np.clip(normals @ LIGHT / np.linalg.norm(LIGHT), 0, 1)
    order = triangles[:, :, 2].mean(1).argsort()
    order = order[normals[order, 2] > 0]
    colours = np.clip(shade[order, None] * SKIN, 0, 1)
    axes.add_collection(PolyCollection(triangles[order, :, :2] + place, facecolors=colours, edgecolors=colours,
                                       linewidths=0.2))


def pose_vector(turns):
    pose = np.zeros((N_JOINTS, 3))
    for name, degrees in turns.items():
        pose[SMPL_NAMES.index(name)] = np.radians(degrees)
    return pose.ravel()


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument('--models', type=Path, default=HERE.parent / 'open')
    options.add_argument('--out', type=Path, default=HERE / 'body.png')
    options = options.parse_args()
    bodies = {name: load_body_model(options.models / f'{name}.pkl') for name in ('female', 'neutral', 'male')}
    figure, axes = plt.subplots(figsize=(14, 6.4))
    hang = pose_vector({'left_shoulder': (0, 0, -62), 'right_shoulder': (0, 0, 62)})
    row = [(body, np.zeros(10)) for body in bodies.values()]
    row += [(bodies['neutral'], sign * 2.5 * np.eye(10)[i]) for i in range(3) for sign in (1, -1)]
    for i, (body, betas) in enumerate(row):
        vertices = body.vertices(betas, hang)
        draw(axes, vertices, body.faces, (SPACING * i, 2.2 - 0.95 - vertices[:, 1].min()))
    for i, (name, turns, turn) in enumerate(POSES):
        vertices = bodies[name].vertices(np.zeros(10), pose_vector(turns))
        draw(axes, vertices, bodies[name].faces, (SPACING * 1.33 * i, -0.95 - vertices[:, 1].min()), turn)
    axes.set_aspect('equal')
    axes.autoscale_view()
    axes.axis('off')
    figure.savefig(options.out, dpi=80, bbox_inches='tight', pad_inches=0.02)


if __name__ == '__main__':
    main()
