"""The body for the page: its mesh in the middle, as a script."""

import base64
import re
import zlib

import numpy as np

from lib.outputs.exported.exports import Exports, export_files, y_up
from lib.outputs.page.page_mesh import mesh_script


def unpacked(script):
    """Index, vertices (V, 3) as shares of half the extent, and faces (F, 3) of a mesh_script."""
    index, count, packed = re.fullmatch(rb'bodyOf\((\d+), (\d+), "([A-Za-z0-9+/=]+)"\);\n', script).groups()
    data = zlib.decompress(base64.b64decode(packed))
    vertices, faces = data[:6 * int(count)], data[6 * int(count):]
    return int(index), np.frombuffer(vertices, '<i2').reshape(-1, 3) / 32767, np.frombuffer(faces, '<u4').reshape(-1, 3)


def test_a_body_fills_its_place():
    vertices = np.array([[1., 2., 3.], [3., 6., 3.], [2., 4., 4.]])
    index, shares, faces = unpacked(mesh_script(12, vertices, np.array([[0, 2, 1]])))
    np.testing.assert_allclose(shares, [[-.5, -1., -.25], [.5, 1., -.25], [0., 0., .25]], atol=2e-5)
    assert index == 12 and faces.tolist() == [[0, 2, 1]]


def test_it_goes_with_a_mesh(fitted, models):
    """And stands as that does, with y up, to 0.1 mm."""
    sample, photograph, _, fit = fitted[0]
    assert export_files(Exports(joints=True), sample, fit, models, np.zeros((24, 3)), photograph.shape).keys() == {
        '0000_joints.npz', '0000_joints.csv'}
    files = export_files(Exports(mesh='obj'), sample, fit, models, np.zeros((24, 3)), photograph.shape)
    _, shares, faces = unpacked(files['gallery/0000.js'])
    model = models.body(sample.gender)
    wanted = y_up(model.vertices(fit.betas, fit.pose), fit.cam_t)
    size = np.ptp(wanted, axis=0)
    np.testing.assert_allclose(shares * size.max() / 2., wanted - wanted.min(axis=0) - size / 2., atol=1e-4)
    np.testing.assert_array_equal(faces, model.faces)
    assert len(files['gallery/0000.js']) < 200_000
