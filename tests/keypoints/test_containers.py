"""Kinds of files: what a number of joints means in each."""

import pytest

from lib.base.errors import InputError
from lib.keypoints.containers import (
    ARRAYS,
    COCO,
    CONTAINERS,
    CSV,
    MEDIAPIPE,
    MMPOSE,
    MMPOSE_DEMO,
    OPENPOSE,
    YOLO,
    layout_of,
)
from lib.keypoints.formats import FORMATS


@pytest.mark.parametrize('container', CONTAINERS, ids=lambda container: container.name)
def test_orders_are_formats_and_their_numbers_are_clear(container):
    """Two orders of as many joints in one kind of file would leave neither."""
    counts = [len(FORMATS[name].joints) for name in container.orders]
    assert counts and len(set(counts)) == len(counts)
    for name, count in zip(container.orders, counts):
        assert layout_of(container, count, None) is FORMATS[name]


def test_names_are_all_different():
    assert len({container.name for container in CONTAINERS}) == len(CONTAINERS)


@pytest.mark.parametrize('container, count, name, wanted', [
    (OPENPOSE, 18, None, 'coco18'), (OPENPOSE, 15, None, 'mpi15'), (CSV, 14, None, 'lsp'), (ARRAYS, 24, None, 'smpl24'),
    (COCO, 17, None, 'coco17'), (COCO, 17, 'h36m17', 'h36m17'), (CSV, 14, 'AI Challenger', 'aic14'),
    (COCO, 17, 'pose-track', 'posetrack18'), (MEDIAPIPE, 33, None, 'mediapipe33')])
def test_the_usual_order_or_the_one_that_is_said(container, count, name, wanted):
    assert layout_of(container, count, name) is FORMATS[wanted]


@pytest.mark.parametrize('container, count, name, words', [
    (COCO, 14, None, 'whose order COCO JSON does not tell: say --format lsp or --format '),
    (COCO, 18, None, 'COCO JSON does not tell: say --format coco18'),
    (YOLO, 25, None, 'does not tell: say --format body25'),
    (YOLO, 5, None, '5 joints per person; wanted 17 (coco17)'),
    (OPENPOSE, 7, None, 'wanted 15 (mpi15), 18 (coco18), 25 (body25)'),
    (COCO, 17, 'body25', '17 joints per person; body25 has 25'), (COCO, 17, 'none', "no format is called 'none'")])
def test_what_is_not_clear(container, count, name, words):
    with pytest.raises(InputError) as raised:
        layout_of(container, count, name)
    assert words in str(raised.value)


def test_demos_count_from_one():
    assert (MMPOSE_DEMO.first_frame, MMPOSE.first_frame, MMPOSE_DEMO.prefix) == (1, 0, 'results_')
