"""Files of 3D points: each kind as its tools write it, and what is wrong with damaged ones."""

import sys
from types import ModuleType

import numpy as np
import pytest

from lib.base.errors import InputError
from lib.keypoints.markers import read_markers

PLACES = np.arange(18.).reshape(2, 3, 3) / 10.  # two frames of three points
NAMES = ['LShoulder', 'RHip', 'Head']


def trc(places=PLACES, names=NAMES, unit='m'):
    cells = ['\t\t\t'.join(names), '\t'.join(f'{axis}{i + 1}' for i in range(len(names)) for axis in 'XYZ')]
    rows = ['\t'.join([str(i + 1), f'{i / 50:.3f}', *('' if np.isnan(x) else f'{x:.5f}' for x in frame.ravel())])
            for i, frame in enumerate(places)]
    return '\n'.join(['PathFileType\t4\t(X/Y/Z)\tc.trc',
                      'DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate',
                      f'50.00\t50.00\t{len(places)}\t{len(names)}\t{unit}\t50.00', f'Frame#\tTime\t{cells[0]}\t\t',
                      f'\t\t{cells[1]}', '', *rows, ''])


def read(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    return read_markers(str(tmp_path / name))


def test_trc(tmp_path):
    missing = PLACES.copy()
    missing[1, 2] = np.nan
    markers = read(tmp_path, 'a.trc', trc(missing, unit='mm'))
    np.testing.assert_allclose(markers.positions, missing)
    np.testing.assert_array_equal(markers.weight, [[1, 1, 1], [1, 1, 0]])
    assert (markers.names, markers.unit, markers.rate) == (NAMES, 'mm', 50.)


def test_trc_whose_rows_end_early(tmp_path):
    text = trc().replace('\t1.60000\t1.70000', '')
    assert read(tmp_path, 'a.trc', text).weight[1, 2] == 0


def test_csv_of_joints(tmp_path):
    rows = [f'{frame},{name},{",".join(map(str, place))},{0.5 * frame}'
            for frame, places in enumerate(PLACES) for name, place in zip(NAMES, places)]
    markers = read(tmp_path, 'a.csv', 'frame,name,x_mm,y_mm,z_mm,confidence\n' + '\n'.join(rows[:-1]))
    np.testing.assert_allclose(markers.positions[0], PLACES[0])
    np.testing.assert_array_equal(markers.weight, [[0, 0, 0], [.5, .5, 0]])
    assert (list(markers.names), markers.unit, list(markers.images)) == (NAMES, 'mm', ['0', '1'])


def test_csv_of_joints_of_one_frame(tmp_path):
    """As --save_joints writes it."""
    rows = [f'{name},{",".join(map(str, place))},1.5,2.5' for name, place in zip(NAMES, PLACES[0])]
    markers = read(tmp_path, 'a.csv', 'name,x_m,y_m,z_m,u_px,v_px\n' + '\n'.join(rows))
    np.testing.assert_allclose(markers.positions, PLACES[:1])
    assert markers.unit == 'm' and markers.images is None and (markers.weight == 1).all()


def test_csv_of_frames(tmp_path):
    """As Anipose writes it, too: with columns that are no axis."""
    head = ','.join(f'{name}_{part}' for name in NAMES for part in ('x', 'y', 'z', 'error', 'score'))
    rows = [','.join(f'{x:.4f},{y:.4f},{z:.4f},9,{.25 * (i + 1)}' for x, y, z in frame) + f',{i}'
            for i, frame in enumerate(PLACES)]
    markers = read(tmp_path, 'a.csv', f'{head},fnum\n' + '\n'.join(rows))
    np.testing.assert_allclose(markers.positions, PLACES)
    np.testing.assert_array_equal(markers.weight, [[.25] * 3, [.5] * 3])
    assert [name.lower() for name in NAMES] == list(markers.names) and list(markers.images) == ['0', '1']


@pytest.mark.parametrize('shape', ['frames', 'frame', 'weighted'])
def test_arrays(tmp_path, shape):
    array = {'frames': PLACES, 'frame': PLACES[0], 'weighted': np.dstack([PLACES, np.full((2, 3), .5)])}[shape]
    np.savez(tmp_path / 'a.npz', joints3d=array, joint_names=np.array(NAMES), units='cm', frame_rate=24)
    np.save(tmp_path / 'a.npy', array)
    for name in 'a.npz', 'a.npy':
        markers = read_markers(str(tmp_path / name))
        np.testing.assert_array_equal(markers.positions, PLACES[:1] if shape == 'frame' else PLACES)
        assert (markers.weight == (.5 if shape == 'weighted' else 1.)).all()
    markers = read_markers(str(tmp_path / 'a.npz'))
    assert (list(markers.names), markers.unit, markers.rate) == (NAMES, 'cm', 24.)


def test_weights_of_points(tmp_path):
    np.savez(tmp_path / 'a.npz', points3d=PLACES, weights=np.array([1., .5, np.nan]))
    np.testing.assert_array_equal(read_markers(str(tmp_path / 'a.npz')).weight, [[1., .5, 0.]] * 2)


@pytest.fixture
def ezc3d(monkeypatch):
    """``ezc3d(content)``: a package of that name that reads this content from every file."""
    def put(content):
        module = ModuleType('ezc3d')
        module.c3d = lambda path: content
        monkeypatch.setitem(sys.modules, 'ezc3d', module)
    return put


def test_c3d(tmp_path, ezc3d):
    points = np.ones((4, 3, 2))
    points[:3] = PLACES.transpose(2, 1, 0)
    ezc3d({'parameters': {'POINT': {'LABELS': {'value': ['Anna:LSHO', 'Anna:RKJC', 'x']}, 'UNITS': {'value': ['mm']},
                                    'RATE': {'value': np.array([100.])}}}, 'data': {'points': points}})
    markers = read(tmp_path, 'a.c3d', '')
    assert (markers.names, markers.unit, markers.rate) == (['LSHO', 'RKJC', 'x'], 'mm', 100.)
    np.testing.assert_array_equal(markers.positions[1], PLACES[1])
    assert markers.weight[1].all()


def test_damaged_c3d(tmp_path, ezc3d):
    ezc3d({})
    with pytest.raises(InputError, match='a.c3d: not a complete C3D file'):
        read(tmp_path, 'a.c3d', '')


def test_c3d_without_its_reader(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, 'ezc3d', None)
    with pytest.raises(InputError, match='pip install ezc3d'):
        read(tmp_path, 'a.c3d', '')


@pytest.mark.parametrize('name, text, message', [
    ('a.bvh', '', 'wanted a .trc, .c3d'), ('a.trc', 'PathFileType\t4\n', 'no line begins with Frame#'),
    ('a.trc', trc().replace('0.10000', 'o.1'), 'line 7: a cell of it is no number'),
    ('a.trc', trc(np.zeros((0, 3, 3))), 'holds no points'),
    ('a.csv', 'name,x,y,z\nLHip,1,2,three\n', "'three' is no number"),
    ('a.csv', 'x,y,z\n1,2,3\n', "no column for the points' names"),
    ('a.csv', 'name,x,y,z\nLHip,1,2,3\nLHip,1,2,3\n', "line 3: 'LHip' a second time"),
    ('a.csv', 'a,b,c\n1,2,3\n', 'wanted name, x, y, z'), ('a.csv', '1,2,3\n4,5,6\n', 'has no header')])
def test_what_is_wrong(tmp_path, name, text, message):
    with pytest.raises(InputError, match=message) as raised:
        read(tmp_path, name, text)
    assert str(raised.value).startswith(str(tmp_path / name))


@pytest.mark.parametrize('arrays, message', [
    ({'poses': PLACES}, 'lacks joints3d'), ({'joints3d': PLACES[..., :2]}, r'shape \(2, 3, 2\)'),
    ({'joints3d': PLACES, 'names': np.array(['a'])}, '1 name for 3 points'),
    ({'joints3d': PLACES, 'weights': -np.ones(3)}, 'a weight is -1'),
    ({'joints3d': PLACES, 'weights': np.ones(4)}, r'weights have shape \(4,\)')])
def test_wrong_arrays(tmp_path, arrays, message):
    np.savez(tmp_path / 'a.npz', **arrays)
    with pytest.raises(InputError, match=message):
        read_markers(str(tmp_path / 'a.npz'))


def test_trc_whose_gaps_are_zeros(tmp_path):
    places = PLACES.copy()
    places[1, 2] = 0.
    np.testing.assert_array_equal(read(tmp_path, 'a.trc', trc(places)).weight, [[1, 1, 1], [1, 1, 0]])


def test_names_with_the_subjects(tmp_path):
    assert read(tmp_path, 'a.trc', trc(names=[f'Ann:{name}' for name in NAMES])).names == NAMES


def test_npz_whose_names_are_bytes(tmp_path):
    np.savez(tmp_path / 'a.npz', joints3d=PLACES, joint_names=np.array(NAMES, dtype='S'))
    assert read_markers(str(tmp_path / 'a.npz')).names == NAMES
