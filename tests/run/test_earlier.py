"""What earlier runs fitted: found by frame, read when asked for, and made rows of again."""

import numpy as np
import pytest

from lib.base.errors import InputError
from lib.base.pickles import dump_pickle
from lib.fitting.problem import FitOptions
from lib.inputs.sample import Sample
from lib.outputs.folder import Held, OutFolder, result_path
from lib.outputs.stored_rows import Known
from lib.run import earlier
from lib.run.earlier import earlier_fits, nothing, restore_rows
from lib.run.resuming import Found, written


class Images(list):
    """Samples as a data set; photographs that are gone."""

    def read(self, sample):
        raise InputError(f'{sample.name}: no such file')


class Summary:
    """Notes the rows that are added."""

    def __init__(self):
        self.added = []

    def add(self, row):
        self.added.append(row)


@pytest.fixture
def data():
    """Two people in frame 3, one in frame 4, and a photograph."""
    return Images(Sample(index, f'{index}.jpg', '', np.zeros((14, 2)), np.ones(14), 'neutral', 5000., frame=frame)
                  for index, frame in enumerate([3, 3, 4, None]))


@pytest.fixture
def out(tmp_path):
    """A folder of four results; the first numbers of their betas are their indices."""
    for index in range(4):
        (tmp_path / f'{index:04d}.pkl').write_bytes(dump_pickle({
            'cam_t': np.zeros(3), 'f': np.ones(2), 'pose': np.zeros(72), 'betas': np.full(10, float(index))}))
    return str(tmp_path)


def found(fits, frame):
    return [(sample.index, result['betas'][0]) for sample, result in fits(frame)]


def test_fits_by_frame_in_order(data, out):
    fits = earlier_fits(data, {2, 1, 0}, OutFolder(out))
    assert found(fits, 3) == [(0, 0.), (1, 1.)] and found(fits, 4) == [(2, 2.)] and found(fits, 5) == []


def test_only_those_that_were_fitted(data, out):
    assert found(earlier_fits(data, {1}, OutFolder(out)), 3) == [(1, 1.)]


def test_a_result_is_read_when_it_is_asked_for(data, out, tmp_path):
    fits = earlier_fits(data, {0, 2}, OutFolder(out))
    (tmp_path / '0002.pkl').write_bytes(b'spoilt')
    assert found(fits, 3) == [(0, 0.)]
    with pytest.raises(InputError, match='0002.pkl'):
        list(fits(4))


def test_nothing_came_before():
    assert list(nothing(3)) == []


def test_rows_that_are_lost_are_made_again(data, out, monkeypatch):
    def rows(stored, models, options):
        assert (models, options) == ('models', FitOptions())
        return [{'index': sample.index, 'problem': problem, 'beta': result['betas'][0]}
                for sample, problem, result in stored]
    monkeypatch.setattr(earlier, 'restored_rows', rows)
    found = Found(OutFolder(out), Held({}), {}, {1: Known(False, '1.jpg', '', '')}, Summary(), ['x0', 'x1', 'x2', 'x3'],
                  frozenset({3, 1, 0}), frozenset({3}))
    restore_rows(data, found, 'models', FitOptions())
    assert [(row['index'], row['problem'], row['beta'], row['input']) for row in found.summary.added] == [
        (0, None, 0., 'x0'), (3, None, 3., '')], 'their photographs are gone; what the last is made of is not known'
    assert [row['written'] for row in found.summary.added] == [written(result_path(out, index)) for index in (0, 3)]
