"""Fit one photograph from Python: python -m data.fit_one [INDEX] prints what came out, and writes person.obj.

The arrays could come from anywhere: joints in pixels, 0 confidence for those that were not found.
"""
import sys
from pathlib import Path

import cv2
import numpy as np

from lib import ModelSet, Problem, fit
from lib.outputs.exported.exports import y_up
from lib.outputs.exported.meshes import mesh_bytes

ROOT = Path(__file__).resolve().parents[1]

SCALE = 2  # so that the person is about 300 pixels tall


def main(index=0, out=Path('person.obj')):
    """Fit image ``index`` of the sample; returns the Fit, and writes its mesh to ``out``."""
    path = sorted((ROOT / 'data' / 'images' / 'lsp').glob('*.jpg'))[index]
    height, width = cv2.imread(str(path)).shape[:2]
    with np.load(ROOT / 'data' / 'results' / 'lsp' / 'est_joints.npz') as data:
        x, y, confidence = data['est_joints'][:3, :, index]

    joints = SCALE * np.stack([x, y], axis=1)                       # (14, 2), LSP's order
    centre = SCALE * np.array([width, height]) / 2
    models = ModelSet(str(ROOT / 'models'))
    result = fit(Problem(joints, confidence, centre, gender='neutral'), models)

    body = models.body('neutral')
    vertices = y_up(body.vertices(result.betas, result.pose), result.cam_t)
    out.write_bytes(mesh_bytes(vertices, body.faces, 'obj'))
    return result


if __name__ == '__main__':
    result = main(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    print('camera translation, m:', result.cam_t.round(2), ' shape:', result.betas.round(2))
