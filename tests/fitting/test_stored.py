"""The fits of the sample data set are the stored ones (stored/README.md)."""

import json
from pathlib import Path

import pytest

from lib.outputs.folder import out_folder, result_path
from lib.outputs.result_file import read_result
from lib.results import difference
from tests.program import OUT, SAMPLE

STORED = Path(__file__).parents[1] / 'stored'
#: Fits may differ from the stored ones this much, or this many times as far as rounding alone moves them.
TOLERANCE, SPREADS = 1e-8, 10.


@pytest.fixture(scope='module')
def spread():
    """How far rounding alone moves each fit, by index."""
    return {int(index): value for index, value in json.loads((STORED / 'spread.json').read_text()).items()}


def test_every_image_of_the_sample_has_a_stored_fit(spread):
    pictures = list((SAMPLE / 'images' / 'lsp').glob('*[0-9].jpg'))
    assert out_folder(STORED).pickles() == sorted(spread) == list(range(len(pictures)))


def test_rounding_alone_moves_few_fits(spread):
    """Else the next test would show little."""
    assert sum(SPREADS * value > TOLERANCE for value in spread.values()) <= len(spread) / 4


def test_fits_are_the_stored_ones(run, tmp_path, spread):
    out = tmp_path / OUT
    answer = run('--no_render', '--workers', 1, '-q', '--out_dir', out)
    assert (answer.code, answer.errors) == (0, '')
    found = {}
    for index in out_folder(STORED).pickles():
        found[index] = difference(*(read_result(result_path(folder, index)) for folder in (out, STORED)))
    over = {index: values for index, values in found.items()
            if not max(values.values()) <= max(TOLERANCE, SPREADS * spread[index])}
    assert not over, f'{over}: if that is meant, make them again (tests/stored/README.md)'
