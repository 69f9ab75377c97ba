"""Data sets whose files go into folders of a thousand: the same run, other places."""

from functools import partial

import numpy as np
import pytest

from lib import results
from lib.outputs import folder
from tests.helpers import read_summary
from tests.program import DataSet

COUNT = 4


@pytest.fixture
def many(tmp_path, monkeypatch):
    """A DataSet of COUNT images, which are too many to stand side by side."""
    monkeypatch.setattr(folder, 'MOST_FLAT', COUNT - 1)
    return DataSet(tmp_path / 'data', COUNT)


@pytest.fixture
def fit_many(fit_by_one, many):
    """``fit_many(*options, out=OUT)``: fit ``many`` by one process."""
    return partial(fit_by_one, many)


def files_in(out):
    return sorted(str(path.relative_to(out)) for path in out.rglob('*')
                  if path.is_file() and path.parent != out)


def wanted(indices, *suffixes):
    return sorted([f'00000/{index:08d}{suffix}' for index in indices for suffix in suffixes]
                  + [f'gallery/00000/{index:08d}.jpg' for index in indices])


def test_a_run_and_its_page(fit_many, out, tmp_path, monkeypatch, capsys):
    assert fit_many('--save_joints').code == 0
    assert files_in(out) == wanted(range(COUNT), '.pkl', '.png', '_overlay.png', '_joints.npz', '_joints.csv')
    assert sorted(path.name for path in out.iterdir() if path.name[0] != '.') == [
        '00000', 'gallery', 'index.html', 'run.json', 'summary.csv']
    page = (out / 'index.html').read_text()
    assert 'src="gallery/00000/00000003.jpg"' in page and 'href="00000/00000003_overlay.png"' in page
    monkeypatch.setattr(folder, 'MOST_FLAT', 10000)
    flat = tmp_path / 'flat'
    fit_many('--no_render', out=flat)
    assert results.main([str(out), str(flat)]) == 0 and f'{COUNT} the same' in capsys.readouterr().out
    assert (flat / '0003.pkl').read_bytes() == (out / '00000' / '00000003.pkl').read_bytes()


def test_going_on(fit_many, many, out):
    assert '2 fitted' in fit_many('--no_render', '--subset', '0-1').printed
    assert files_in(out) == ['00000/00000000.pkl', '00000/00000001.pkl'], 'by the data set, not by what is chosen'
    (out / '00000' / '00000001.pkl').write_bytes(b'torn')
    (out / '00000' / '.smplify-0123456789abcdef.tmp').write_bytes(b'half')
    assert '3 fitted, 0 doubtful, 1 skipped' in fit_many('--no_render').printed
    assert f'0 fitted, 0 doubtful, 0 skipped and {COUNT} given files only' in fit_many().printed
    many.joints[0, 0, 2] += 1.
    many.write_joints()
    (out / '00000' / '00000002.obj').write_bytes(b'of the body before')
    assert '1 fitted' in fit_many().printed
    assert files_in(out) == wanted(range(COUNT), '.pkl', '.png', '_overlay.png')


def test_what_fails_leaves_nothing(fit_many, many, out):
    fit_many('--no_render')
    many.images[2].write_bytes(b'')
    assert fit_many('--no_render', '--overwrite').code == 1
    assert files_in(out) == [f'00000/{index:08d}.pkl' for index in (0, 1, 3)]
    rows = read_summary(out / 'summary.csv')
    assert [rows[index]['status'] for index in range(COUNT)] == ['fitted', 'fitted', 'failed', 'fitted']


def test_a_folder_that_grew_keeps_its_layout(fit_many, many, out, monkeypatch):
    monkeypatch.setattr(folder, 'MOST_FLAT', COUNT)
    fit_many('--no_render', '--subset', '0-2')
    monkeypatch.setattr(folder, 'MOST_FLAT', COUNT - 1)
    assert '1 fitted, 0 doubtful, 3 skipped' in fit_many('--no_render').printed
    assert (out / '0003.pkl').exists() and not (out / '00000').exists()
    assert fit_many('--no_render', '--overwrite', '--n_betas', '4').printed.startswith(f'{COUNT} fitted')
    assert not (out / '0003.pkl').exists() and (out / '00000' / '00000003.pkl').exists(), 'made anew it is a new one'


def test_watched(fit_many, out, monkeypatch):
    for name in 'DISPLAY', 'WAYLAND_DISPLAY':
        monkeypatch.delenv(name, raising=False)
    fit_many('--no_render', '--viz', '--subset', '0')
    assert files_in(out) == ['00000/00000000.pkl', 'viz/00000/00000000.gif']


def test_lost_rows(fit_many, out):
    fit_many('--no_render')
    (out / 'summary.csv').unlink()
    assert f'{COUNT} skipped' in fit_many('--no_render').printed
    rows = read_summary(out / 'summary.csv')
    assert list(rows) == list(range(COUNT)) and all(np.isfinite(float(row['energy'])) for row in rows.values())
