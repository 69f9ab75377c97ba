"""Checksums of images: as many as there are reasons to fit anew, and no more."""

from dataclasses import replace

import numpy as np
import pytest

from lib.inputs.fingerprint import input_checksums
from lib.inputs.sample import Sample


@pytest.fixture
def samples():
    rng = np.random.default_rng(0)
    return [Sample(index, f'{index}.jpg', f'/a/{index}.jpg', rng.normal(size=(14, 2)), np.ones(14), 'male', 5000.)
            for index in range(4)]


def changed(before, samples):
    return [index for index, (a, b) in enumerate(zip(before, input_checksums(samples))) if a != b]


def test_each_image_for_itself(samples):
    before = input_checksums(samples)
    assert len(set(before)) == 4 and all(checksum.startswith('x') and len(checksum) == 17 for checksum in before)
    assert changed(before, samples) == []
    samples[2].joints[13, 1] = np.nextafter(samples[2].joints[13, 1], 9.)
    assert changed(before, samples) == [2]


@pytest.mark.parametrize('field, value', [
    ('confidence', np.full(14, .5)), ('gender', 'female'), ('focal', 4999.), ('scale', 1.), ('size', (3, 4)),
    ('error', 'too small'), ('frame', 0)])
def test_what_a_fit_is_made_from(samples, field, value):
    before = input_checksums(samples)
    samples[1] = replace(samples[1], **{field: value})
    assert changed(before, samples) == [1]


@pytest.mark.parametrize('field, value', [('name', 'z.jpg'), ('path', '/b/1.jpg'), ('shown', 1.)])
def test_what_makes_no_other_fit(samples, field, value):
    before = input_checksums(samples)
    samples[1] = replace(samples[1], **{field: value})
    assert changed(before, samples) == []


def test_kinds_of_numbers_do_not_matter(samples):
    """NumPy's versions write theirs in different ways."""
    before = input_checksums([replace(samples[0], focal=5000., scale=2., size=(3, 4))])
    samples = [replace(samples[0], focal=np.float64(5000.), scale=2, size=(np.int64(3), 4))]
    assert input_checksums(samples) == before


def test_a_frame_depends_on_all_before(samples):
    """Its fit starts from the last."""
    frames = [replace(sample, frame=index) for index, sample in enumerate(samples)]
    before = input_checksums(frames)
    frames[1].joints[0, 0] += 1.
    assert changed(before, frames) == [1, 2, 3]
    assert len(set(input_checksums([replace(frames[0], frame=number) for number in range(3)]))) == 3
