"""Capsules and their rows of spheres."""

import numpy as np
import pytest

from lib.base.errors import InputError
from lib.capsule_body import CAPSULE_NAMES, MOST_SPHERES, N_CAPSULES, CapsuleBody, load_regressors, sphere_rows

UPPER_ARM, THIGH, HEAD = (CAPSULE_NAMES.index(name) for name in ('left upper arm', 'left thigh', 'head'))


def test_order_and_places_of_spheres():
    """Both ends first (start, far end), then the interior; of a thigh the far end only, of an upper arm no end where
    it has an interior (algorithm.md, section 6)."""
    interior = np.zeros((1, N_CAPSULES))
    interior[0, [UPPER_ARM, THIGH, HEAD]] = 1, 0, 2
    rows = sphere_rows(interior)
    fractions = {capsule: rows.fraction[rows.capsule == capsule].tolist() for capsule in range(N_CAPSULES)}
    assert fractions[HEAD] == [0., 1., 1 / 3, 2 / 3]
    assert fractions[THIGH] == [1.]
    assert fractions[UPPER_ARM] == [.5]
    assert fractions[CAPSULE_NAMES.index('right upper arm')] == [1.]
    assert rows.counts.sum() == len(rows.owner) == 2 * (N_CAPSULES - 5) + 4 + 1 + 1 + 1 + 1


@pytest.fixture
def thinned(body, model_dir):
    """``thinned(number)``: capsules whose head has ``number`` interior spheres; its radius falls by a per mille with
    the first beta, its length does not."""
    lengths, radii = load_regressors(model_dir / 'regressors_locked_normalized_hybrid.npz')

    def make(number):
        longer, thinner = np.zeros_like(lengths), np.zeros_like(radii)
        longer[-1], thinner[-1] = 1., .5
        thinner[-1, HEAD] = .5 / (number + 1.5)
        thinner[0, HEAD] = -1e-3 * thinner[-1, HEAD]
        return CapsuleBody(body, (longer, thinner))
    return make


def test_as_many_spheres_as_a_body_may_have(thinned):
    most = MOST_SPHERES - 2 * N_CAPSULES
    spheres = thinned(most).spheres(np.zeros((1, 10)))
    assert not spheres.countless[0] and spheres.rows.counts[0, HEAD] == most + 2
    assert len(spheres.centres) <= MOST_SPHERES
    spheres = thinned(most + 1).spheres(np.zeros((1, 10)))
    assert spheres.countless[0] and spheres.rows.counts[0, HEAD] == 2


@pytest.mark.filterwarnings('error')
@pytest.mark.parametrize('beta', [1e3, 1e3 - 1e-9, np.nan, np.inf], ids=['radius 0', 'radius near 0', 'nan', 'inf'])
def test_a_shape_of_countless_spheres_leaves_its_neighbours_alone(thinned, beta):
    capsules, betas = thinned(2), np.zeros((3, 10))
    sound = capsules.spheres(betas)
    betas[1, 0] = beta
    with np.errstate(invalid='ignore'):  # 0 times infinite
        spheres = capsules.spheres(betas)
    assert spheres.countless.tolist() == [False, True, False]
    kept = spheres.rows.problem != 1
    np.testing.assert_array_equal(spheres.centres[kept], sound.centres[sound.rows.problem != 1])


def test_regressors_that_are_none(tmp_path):
    with pytest.raises(InputError, match='no such file'):
        load_regressors(tmp_path / 'none.npz')
    for name, lengths in (('shape', np.zeros((11, 19))), ('nan', np.full((11, 20), np.nan)),
                          ('text', np.full((11, 20), 'a'))):
        path = tmp_path / f'{name}.npz'
        np.savez(path, betas2lens=lengths, betas2rads=np.ones((11, 20)))
        with pytest.raises(InputError, match='betas2lens') as caught:
            load_regressors(path)
        assert str(path) in str(caught.value)


def test_more_betas_than_the_regressors_know(models):
    class Wide:
        n_betas = 11

    with pytest.raises(InputError, match='--n_betas 11'):
        models.capsules('neutral', Wide())
