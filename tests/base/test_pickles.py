"""Pickles: what model files and results hold is read whatever its age; nothing else is, nor runs, nor crashes."""

import json
import pickle
import subprocess
import sys

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.base.compat import chumpy as ch
from lib.base.errors import InputError
from lib.base.pickles import dump_pickle, load_pickle
from lib.body.body_model import load_body_model
from lib.model_files import BODIES
from tests.base import hostile_pickles
from tests.base.hostile_pickles import array, hostile, instance, ints, name, put, put_all, sparse, whole
from tests.program import ROOT

VALUES = {'array': np.arange(6.).reshape(2, 3), 'column order': np.arange(6.).reshape(2, 3).T, 'whole': np.arange(3),
          'none': np.zeros((0, 3)), 'other end': np.arange(3, dtype='>f4'), 'yes': np.array([True, False]),
          'words': np.array(['ab', 'c']), 'scalar': np.float64(3.), 'text': 'x\u0394', 'bytes': b'\x00\xff',
          'no bytes': b'', 'numbers': (1, -2., None, True), 'list': [[1], {'a': 2, 3: 4}]}


@pytest.fixture
def load(tmp_path):
    """``load(content)``: load_pickle of a file with this content."""
    def load(content):
        path = tmp_path / 'file.pkl'
        path.write_bytes(content)
        return load_pickle(path)
    return load


def assert_equal(got, wanted):
    if isinstance(wanted, (list, tuple, dict)):
        assert type(got) is type(wanted) and len(got) == len(wanted)
        for key in wanted if isinstance(wanted, dict) else range(len(wanted)):
            assert_equal(got[key], wanted[key])
    elif isinstance(wanted, np.ndarray):
        assert (got.dtype, got.shape, got.strides) == (wanted.dtype, wanted.shape, wanted.strides)
        assert got.tobytes() == wanted.tobytes() and got.flags.writeable
    else:
        assert type(got) is type(wanted) and got == wanted


# What is read


@pytest.mark.parametrize('protocol', range(pickle.HIGHEST_PROTOCOL + 1))
def test_every_protocol(load, protocol):
    assert_equal(load(pickle.dumps(VALUES, protocol)), VALUES)


def test_what_is_written(load):
    assert_equal(load(dump_pickle(VALUES)), VALUES)


@pytest.mark.parametrize('core', [b'numpy.core.', b'numpy._core.'])
def test_arrays_of_old_and_new_numpy(load, core):
    content = dump_pickle(VALUES['array'])
    assert b'numpy.core.' in content
    assert_equal(load(content.replace(b'numpy.core.', core)), VALUES['array'])


@pytest.mark.parametrize('protocol', range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize('kind', [sp.csc_matrix, sp.csr_matrix, sp.csc_array, sp.csr_array])
def test_sparse_matrices(load, kind, protocol):
    wanted = sp.random(5, 7, .4, format='coo', random_state=1).toarray()
    got = load(pickle.dumps(kind(wanted), protocol))
    np.testing.assert_array_equal(got.toarray(), wanted)
    assert got.format == kind(wanted).format


def test_sparse_matrix_with_nothing_in_it(load):
    assert load(dump_pickle(sp.csr_matrix((4, 5)))).shape == (4, 5)


def test_chumpy_arrays_become_what_they_hold(load):
    whole_array = ch.array(np.arange(24.).reshape(4, 6))
    for value in (whole_array, whole_array[1:3], whole_array[2], whole_array[:, ::2]):
        assert_equal(load(pickle.dumps({'v': value}, 2)), {'v': np.array(value.r)})


def test_sets_become_lists(load):
    assert sorted(load(pickle.dumps({'a', 'b'}, 2))) == sorted(load(pickle.dumps({'a', 'b'}, 4))) == ['a', 'b']


def test_reference_models_are_read_as_pickle_reads_them(model_dir):
    """Files of Python 2, with chumpy's arrays and old SciPy's matrices, and the prior in protocol 0."""
    class Unpickler(pickle.Unpickler):
        def find_class(self, module, what):
            return super().find_class(module.replace('scipy.sparse.csc', 'scipy.sparse'), what)

    paths = sorted(model_dir.glob('*.pkl'))
    assert len(paths) == 4
    for path in paths:
        got = load_pickle(path)
        with open(path, 'rb') as file:
            wanted = Unpickler(file, encoding='latin1').load()
        assert sorted(got) == sorted(wanted)
        for key, value in wanted.items():
            if sp.issparse(value):
                assert_equal([got[key].data, got[key].indptr], [value.data, value.indptr])
                assert abs(got[key] - value).max() == 0.
            else:
                assert_equal(got[key], np.array(value.r) if isinstance(value, ch.Ch) else value)


# What is not


def test_the_assembler_makes_what_pickle_makes(load):
    """Each hostile pickle differs from one that is read in what its name says."""
    assert_equal(load(whole(array([1., 2.]))), np.array([1., 2.]))
    for kind in 'csr', 'csc':
        np.testing.assert_array_equal(load(whole(sparse(kind))).toarray(), [[1., 0., 0.], [0., 2., 0.]])
    assert_equal(load(whole(instance('chumpy.ch', 'Ch', {'x': array()}))), np.array([1., 2.]))
    state = {'a': array(), 'idxs': ints(1, 0, 1, 1), 'preferred_shape': (2, 2)}
    assert_equal(load(whole(instance('chumpy.reordering', 'Select', state))), np.array([[2., 1.], [2., 2.]]))


def test_commands_would_run(tmp_path):
    """The tests themselves bite: without care, the first of them runs."""
    module, what = hostile_pickles.FUNCTIONS[0]
    pickle.loads(whole(name(module, what) + put_all([f'touch {tmp_path}/WITNESS']) + b'R'))
    assert (tmp_path / 'WITNESS').exists()


@pytest.mark.slow
def test_hostile_pickles(tmp_path):
    """In a process of its own, with a limit of memory: a crash would end it."""
    cases = hostile()
    assert len(cases) >= 250
    paths = [tmp_path / f'{i}.pkl' for i in range(len(cases))]
    for path, content in zip(paths, cases.values()):
        path.write_bytes(content)
    process = subprocess.run([sys.executable, '-m', 'tests.base.read_all', 'lib.base.pickles:load_pickle', *paths],
                             cwd=ROOT, capture_output=True, text=True, timeout=100)
    answers = [json.loads(line) for line in process.stdout.splitlines()]
    assert process.returncode == 0 and len(answers) == len(cases), (list(cases)[len(answers)], process.stderr[-500:])
    for case, path, (message, seconds, memory) in zip(cases, paths, answers):
        assert message is not None, f'{case} was read'
        assert message.startswith(f'{path}: ') and message.isprintable() and len(message) < 500, case
        assert seconds < 3. and memory < 200., f'{case} took {seconds:.1f} s and {memory:.0f} MB'
    assert not (ROOT / 'WITNESS').exists()


@pytest.mark.parametrize('change', [{'indices': ints(-5, 1)}, {'indptr': ints(0, 1, 1 << 30)}])
def test_a_body_whose_regressor_points_outside(model_dir, tmp_path, change):
    content = put(load_pickle(model_dir / BODIES['neutral'][0]))
    path = tmp_path / 'body.pkl'
    path.write_bytes(whole(content + put('J_regressor') + sparse('csr', **change) + b's'))
    with pytest.raises(InputError, match='body.pkl: refused: it holds a .*matrix'):
        load_body_model(path)


RESULT = dump_pickle({'cam_t': np.arange(3.), 'f': np.full(2, 5000.), 'pose': np.zeros(72), 'betas': np.ones(10),
                      'body': 'open'})
EDITS = st.lists(st.tuples(st.integers(0, len(RESULT) - 1), st.binary(max_size=3), st.integers(0, 3)), max_size=4)


def assert_read_or_refused(path):
    try:
        load_pickle(path)
    except InputError as error:
        assert str(error).startswith(f'{path}: ') and str(error).isprintable() and len(str(error)) < 500


@settings(max_examples=300, deadline=2000)
@given(EDITS)
def test_changed_bytes_of_a_result(tmp_path_factory, edits):
    content = RESULT
    for position, new, removed in edits:
        content = content[:position] + new + content[position + removed:]
    path = tmp_path_factory.getbasetemp() / 'changed.pkl'
    path.write_bytes(content)
    assert_read_or_refused(path)


@settings(max_examples=100, deadline=2000)
@given(st.binary(max_size=200))
def test_any_bytes(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / 'any.pkl'
    path.write_bytes(content)
    assert_read_or_refused(path)


def test_missing_file(tmp_path):
    with pytest.raises(InputError, match='no such file'):
        load_pickle(tmp_path / 'none.pkl')
