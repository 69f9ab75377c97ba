"""Numbers of frames in names, and numberings that begin elsewhere."""

import pytest

from lib.inputs.numbering import all_fit, every_few, frame_numbers, most_fit, one_further, one_in, runs_beside


@pytest.mark.parametrize('stems, wanted', [
    (['cam01.0000', 'cam01.0001'], [0, 1]), (['clip_000000000003', 'clip_000000000005'], [3, 5]),
    (['0', '10'], [0, 10]),
    (['frame_0003_v2', 'frame_0004_v2'], [3, 4]), (['a', 'b7'], [None, 7]), ([], []), (['a'], [None]),
    (['7_a_7', '7_b_7'], [7, 7]), (['mein clip 2_07', 'mein clip 2_08'], [7, 8]), ([f'f{"9" * 5000}'], [10 ** 18 - 1])],
    ids=str)
def test_frame_numbers(stems, wanted):
    found = frame_numbers(stems)
    if len(stems) == 1 and len(stems[0]) > 100:
        assert len(found) == 1 and isinstance(found[0], int)
    else:
        assert found == wanted


@pytest.mark.parametrize('numbers, there, wanted', [
    ([0, 1, 2], [0, 1, 2], 0), ([0, 2], [0, 1, 2], 0), ([0, 1, 2], [1, 2, 3], 1), ([1, 2, 3], [0, 1, 2], -1),
    ([0, 1, 2], [1, 2], 0), ([0, 1, 2, 3, 9], [1, 2, 3, 4], 0), ([0, 5], [1, 2, 3, 4, 5, 6], 1), ([], [1], 0),
    ([5], [4, 6], 0)])
def test_all_fit(numbers, there, wanted):
    """Moved only where all then belong somewhere, and one way only."""
    assert all_fit(numbers, there) == wanted


@pytest.mark.parametrize('numbers, count, wanted', [
    (range(100), 100, 0), (range(1, 101), 100, -1), (range(100), 97, 0), (range(1, 101), 97, -1), (range(50), 100, 0),
    (range(1, 50), 100, 0), ([], 5, 0), ([500], 5, 0)])
def test_most_fit(numbers, count, wanted):
    assert most_fit(numbers, range(count)) == wanted


@pytest.mark.parametrize('stems, without, other, wanted', [
    (['a1', 'a2', 'a3'], 'a3', 'a0', True), (['a1', 'a2', 'a3'], 'a1', 'a4', True), (['a1', 'a2'], 'a2', 'a0', True),
    (['a1', 'a2', 'a3'], 'a2', 'a4', False), (['a1', 'a2', 'a3'], 'a1', 'a0', False), (['a1'], 'a1', 'a2', False),
    (['a1', 'a2', 'a4'], 'a1', 'a5', False), (['a', 'b', 'c'], 'a', 'd', False),
    (['a1', 'b', 'a3'], 'a1', 'a4', False)])
def test_one_further(stems, without, other, wanted):
    assert one_further(stems, without, other) is wanted


@pytest.mark.parametrize('numbers, count, wanted', [
    (range(12), 12, False), (range(3, 12), 12, False), (range(40), 12, False), (range(0, 12, 2), 12, False),
    ([0, 1, 2, 5, 14], 12, False), (range(3, 15), 12, True), (range(0, 24, 2), 12, True), ([], 12, False)])
def test_runs_beside(numbers, count, wanted):
    assert runs_beside(list(numbers), count) is wanted


@pytest.mark.parametrize('numbers, count, wanted', [
    (range(12), 24, 2), (range(12), 23, 2), (range(12), 25, 2), (range(12), 60, 5), (range(13), 26, 2),
    (range(24), 24, None), (range(23), 24, None), (range(1, 13), 24, None), (range(0, 24, 2), 24, None),
    (range(9), 24, None), ([0], 2, None),
    ([], 24, None), (range(3), 60, None)])
def test_every_few(numbers, count, wanted):
    assert every_few(list(numbers), count) == wanted


@pytest.mark.parametrize('numbers, count, wanted', [
    (range(24), 12, 2), (range(25), 12, 2), (range(25), 13, 2), (range(120), 30, 4), (range(30), 12, None),
    (range(12), 12, None), (range(13), 12, None), (range(2, 26), 12, None), (range(0, 48, 2), 12, None),
    (range(18), 9, None), ([], 12, None)])
def test_one_in(numbers, count, wanted):
    assert one_in(list(numbers), count) == wanted
