"""Result pickles: what they hold, that old tools read them, and that nothing else passes for one."""

import pickle
import pickletools
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.base.errors import InputError
from lib.base.pickles import dump_pickle
from lib.outputs import result_file
from lib.outputs.result_file import is_result, read_result, result_bytes
from tests.program import fitted_in

SHAPES = {'cam_t': (3,), 'f': (2,), 'pose': (72,), 'betas': (10,)}


def a_result(**changed):
    rng = np.random.default_rng(3)
    arrays = {'cam_t': rng.normal(size=3), 'f': np.full(2, 5000.), 'pose': rng.normal(size=72),
              'betas': rng.normal(size=10), 'body': 'a body'}
    return {key: value for key, value in {**arrays, **changed}.items() if value is not None}


@pytest.fixture
def path(tmp_path):
    return tmp_path / '0000.pkl'


def test_pickle(fit, out):
    assert fit().code == 0
    for name in fitted_in(out):
        data = pickle.loads((out / name).read_bytes())
        assert {key: data[key].shape for key in SHAPES} == SHAPES
        assert {(type(data[key]), data[key].dtype) for key in SHAPES} == {(np.ndarray, np.dtype(np.float64))}
        assert all(np.isfinite(data[key]).all() for key in SHAPES)
        np.testing.assert_array_equal(data['f'], [5000., 5000.])


def test_pickle_is_one_that_old_programs_read(fitted):
    """Python 2.7 with NumPy 1.16 was tried by hand; here it is enough that nothing newer is named."""
    operations = list(pickletools.genops(result_bytes(fitted[0][3])))
    assert operations[0][0].name == 'PROTO' and operations[0][1] == 2
    assert max(operation.proto for operation, _, _ in operations) <= 2
    names = {argument for operation, argument, _ in operations if operation.name == 'GLOBAL'}
    assert names <= {'numpy.core.multiarray _reconstruct', 'numpy ndarray', 'numpy dtype', '_codecs encode',
                     'numpy.core.multiarray scalar', '__builtin__ bytes'}


def test_written_and_read_back(fitted, path):
    fit = fitted[0][3]
    path.write_bytes(result_bytes(fit))
    back = read_result(path)
    assert set(back) == {*SHAPES, 'body'} and back['body'] == fit.body
    for key in SHAPES:
        np.testing.assert_array_equal(back[key], getattr(fit, key))


@pytest.mark.parametrize('count', [1, 10, 255, 300])
def test_results_of_this_program_are_read_at_once(path, monkeypatch, count):
    """Whatever is in them; only those with more betas than any but SMPL's rarest models take the long way."""
    result = a_result(betas=np.random.default_rng(1).normal(size=count), body='a body, \u00e9 \U0001f9cd')
    path.write_bytes(dump_pickle(result))
    if count < 256:
        monkeypatch.setattr(result_file, 'load_pickle', lambda path: 1 / 0)
    back = read_result(path)
    assert back.keys() == result.keys() and back['body'] == result['body']
    for key in SHAPES:
        np.testing.assert_array_equal(back[key], result[key])
        assert back[key].dtype == np.float64 and back[key].flags.writeable


@pytest.mark.parametrize('change', [
    {'pose': np.append(np.zeros(71), np.nan)}, {'cam_t': np.full(3, 1e13)}, {'pose': np.zeros(71)},
    {'betas': np.zeros(0)}, {'f': np.zeros(3)}], ids=str)
def test_what_is_built_as_a_result_is_looked_at_all_the_same(path, change):
    path.write_bytes(dump_pickle(a_result(**change)))
    assert not is_result(path)


def test_fewer_bytes_than_the_shape_has(path):
    """Said as they are, as no program writes them."""
    texts = [np.zeros(size).tobytes() for size in (3, 2, 71, 10)] + [b'a body']
    frame = result_file._frame(10)
    told = [piece + struct.pack('<I', len(text)) + text for piece, text in zip(frame, texts)]
    path.write_bytes(b''.join(told) + frame[-1])
    assert not is_result(path)


def test_what_is_cut_short_or_changed_never_passes_at_once(path):
    """To the long way with it, which says what is wrong."""
    data = dump_pickle(a_result())
    assert result_file._own_result(data) is not None
    assert not any(result_file._own_result(data[:end]) for end in range(len(data)))
    for more in b'.', b'\0', data:
        assert result_file._own_result(data + more) is None
    path.write_bytes(data[:-1])
    assert not is_result(path)
    path.write_bytes(b'')
    assert not is_result(path) and not is_result(path.parent) and not is_result(path.with_name('none'))


@settings(max_examples=200, deadline=2000)
@given(place=st.integers(0, 1400), byte=st.integers(0, 255))
def test_a_changed_byte_is_refused_or_read_as_ever(tmp_path_factory, place, byte):
    """The quick way says what the long way says."""
    data = bytearray(dump_pickle(a_result()))
    data[place % len(data)] = byte
    quick = result_file._own_result(bytes(data))
    if quick is not None:
        path = tmp_path_factory.getbasetemp() / 'changed.pkl'
        path.write_bytes(data)
        slow = result_file.load_pickle(path)
        assert all(np.array_equal(quick[key], slow[key]) for key in SHAPES) and quick['body'] == slow['body']


def test_results_of_another_numpy_are_read(path):
    """NumPy 1 and 2 name the same function in other modules."""
    content = dump_pickle(a_result())
    assert b'numpy.core.' in content
    path.write_bytes(content.replace(b'numpy.core.', b'numpy._core.'))
    np.testing.assert_array_equal(read_result(path)['pose'], a_result()['pose'])


def test_results_of_the_published_program_are_read(path):
    """It stores chumpy's arrays, a pose of (1, 72), and no body's name."""
    from lib.base.compat import chumpy as ch
    path.write_bytes(dump_pickle(a_result(betas=ch.array(np.arange(4.)), pose=np.zeros((1, 72)), body=None)))
    back = read_result(path)
    assert back['betas'].tolist() == [0., 1., 2., 3.] and back['pose'].shape == (72,) and 'body' not in back


@pytest.mark.parametrize('result, word', [
    ([1], 'not a result'), ({'pose': np.zeros(72)}, 'not a result'), (a_result(cam_t=None), 'not a result'),
    (a_result(cam_t=np.zeros(2)), 'cam_t has 2 numbers, wanted 3'), (a_result(pose=np.zeros(71)), 'pose has 71'),
    (a_result(f=5000.), 'f is not an array'),
    (a_result(f=np.full(1, 5000.)), 'f has 1'), (a_result(betas=np.zeros(0)), 'betas has 0 numbers, wanted some'),
    (a_result(betas=np.full(10, np.nan)), 'betas holds NaN'), (a_result(cam_t=np.full(3, np.inf)), 'cam_t holds NaN'),
    (a_result(pose=np.full(72, 1e308)), 'pose holds NaN, or numbers beyond 1e'),
    (a_result(pose=np.append(np.zeros(71), -1e13)), 'pose holds NaN, or numbers beyond 1e'),
    (a_result(pose=['a'] * 72), 'pose is not an array'), (a_result(f={}), 'f is not an array')],
    ids=lambda value: value if isinstance(value, str) else '')
def test_what_is_no_result(path, result, word):
    path.write_bytes(dump_pickle(result))
    with pytest.raises(InputError, match=word) as caught:
        read_result(path)
    assert str(caught.value).startswith(f'{path}: ')


@pytest.fixture(scope='module')
def fuzzed(tmp_path_factory):
    return tmp_path_factory.mktemp('fuzzed') / '0000.pkl'


WHOLE = dump_pickle(a_result())
DAMAGED = st.builds(lambda start, end, bytes_: WHOLE[:start] + bytes_ + WHOLE[end:], st.integers(0, len(WHOLE)),
                    st.integers(0, len(WHOLE)), st.binary(max_size=20))


@settings(max_examples=150, deadline=2000)
@given(content=st.binary(max_size=200) | DAMAGED)
def test_any_bytes_are_a_result_or_one_line(fuzzed, content):
    fuzzed.write_bytes(content)
    try:
        result = read_result(fuzzed)
    except InputError as error:
        assert str(error).isprintable() and len(str(error)) < 500
    else:
        assert result['pose'].shape == (72,) and np.isfinite(np.concatenate([result[key] for key in SHAPES])).all()
