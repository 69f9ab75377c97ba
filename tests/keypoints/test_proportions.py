"""Which order of joints stands as bodies, and that joints in no order do not."""

from typing import NamedTuple

import numpy as np
import pytest

from lib.body.skeleton import LSP_NAMES
from lib.keypoints.proportions import NO_BODIES, NO_BODY, better_order, misfits
from lib.model_files import ModelSet
from tests.evaluation.people import draw_people
from tests.evaluation.run import ROOT

CROWDPOSE = tuple(f'{side}_{part}' for part in ('shoulder', 'elbow', 'wrist', 'hip', 'knee', 'ankle')
                  for side in ('left', 'right')) + ('head_top', 'neck')
AIC = tuple(f'{side}_{part}' for parts in (('shoulder', 'elbow', 'wrist'), ('hip', 'knee', 'ankle'))
            for side in ('right', 'left') for part in parts) + ('head_top', 'neck')


class Order(NamedTuple):
    joints: tuple


ORDERS = {'lsp': Order(LSP_NAMES), 'crowdpose': Order(CROWDPOSE), 'aic': Order(AIC)}


@pytest.fixture(scope='module')
def people():
    """LSP joints (60, 14, 3) of people as a detector with an error of 3 px sees them, confidence 1."""
    drawn, rng = draw_people(ModelSet(str(ROOT / 'models')), 'heldout', 60, 3), np.random.default_rng(0)
    joints = np.array([person.joints for person in drawn])
    joints[:, 12] = joints[:, 8:10].mean(axis=1) + .15 * (joints[:, 13] - joints[:, 8:10].mean(axis=1))
    return np.concatenate([joints + rng.normal(scale=3., size=joints.shape), np.ones((60, 14, 1))], axis=2)


def written(people, name):
    """LSP joints in another order."""
    return people[:, [LSP_NAMES.index(joint) for joint in ORDERS[name].joints]]


@pytest.mark.parametrize('name', ORDERS)
def test_the_right_order_is_found_among_all(people, name):
    others = [order for other, order in ORDERS.items() if other != name]
    for start in range(0, 60, 10):
        found = written(people, name)[start:start + 10]
        assert better_order(found, ORDERS[name], others) is None
        for taken in others:
            rest = [order for order in ORDERS.values() if order is not taken]
            assert better_order(list(found), taken, rest) is ORDERS[name]


def test_one_person_is_enough_where_orders_differ_much(people):
    others = [ORDERS['lsp'], ORDERS['aic']]
    named = [better_order(person[None], ORDERS['crowdpose'], others) for person in written(people, 'lsp')]
    assert named.count(ORDERS['lsp']) == 60


@pytest.mark.filterwarnings('error')
def test_nothing_is_said_of_nobody():
    assert better_order([], ORDERS['lsp'], [ORDERS['aic']]) is None
    assert better_order([np.zeros((14, 3))], ORDERS['lsp'], [ORDERS['aic']]) is None
    assert np.isnan(misfits(np.zeros((1, 14, 3)), LSP_NAMES)).all()
    assert np.isnan(misfits(np.ones((1, 14, 3)), LSP_NAMES)).all()  # all in one place


def test_bodies_and_no_bodies(people):
    right = misfits(people, LSP_NAMES)
    assert right.max() < NO_BODY and np.median(right) < NO_BODIES - .4
    rng = np.random.default_rng(1)
    for _ in range(20):
        wrong = misfits(people[:, rng.permutation(14)], LSP_NAMES)
        assert np.median(wrong) > NO_BODIES


def test_units_and_place_do_not_matter(people):
    moved = people * [.001, .001, 1.] + [7., -3., 0.]
    np.testing.assert_allclose(misfits(moved, LSP_NAMES), misfits(people, LSP_NAMES), atol=1e-9)


def test_a_joint_that_is_missing_says_nothing(people):
    """Those that hang on it hang on the joint it hangs on."""
    without = people.copy()
    without[:, LSP_NAMES.index('left_elbow'), 2] = 0.
    somewhere = without.copy()
    somewhere[:, LSP_NAMES.index('left_elbow'), :2] = 1e5
    np.testing.assert_array_equal(misfits(without, LSP_NAMES), misfits(somewhere, LSP_NAMES))
    nowhere = people.copy()
    nowhere[:, LSP_NAMES.index('left_elbow'), 0] = np.nan
    np.testing.assert_array_equal(misfits(without, LSP_NAMES), misfits(nowhere, LSP_NAMES))
    assert np.isfinite(misfits(without, LSP_NAMES)).all()
    assert better_order(without, ORDERS['lsp'], [ORDERS['aic']]) is None


def test_too_few_joints_say_nothing(people):
    few = people.copy()
    few[:, :7, 2] = 0.
    assert np.isnan(misfits(few, LSP_NAMES)).all()
    few = people.copy()
    few[:, :6, 2] = 0.
    assert np.isfinite(misfits(few, LSP_NAMES)).all()


def test_the_misfit_of_a_person_whose_every_distance_is_as_expected():
    """On a line, each at its anchor's distance: mean r^2 / v is 1, and the spread is left."""
    anchors = {'left_elbow': ('left_shoulder', .156), 'left_wrist': ('left_elbow', .133),
               'right_shoulder': ('left_shoulder', .157), 'right_elbow': ('right_shoulder', .156),
               'right_wrist': ('right_elbow', .133), 'left_hip': ('left_shoulder', .284),
               'left_knee': ('left_hip', .230)}
    x, chain = {'left_shoulder': 0.}, {'left_shoulder': {}}
    for joint, (anchor, distance) in anchors.items():
        x[joint] = x[anchor] + np.hypot(distance, .02)
        chain[joint] = {**chain[anchor], joint: distance ** 2}
    joints = tuple(x)
    person = np.array([(x[joint], 0., 1.) for joint in joints])
    squares = [sum(share for bone, share in (chain[a] | chain[b]).items() if (bone in chain[a]) != (bone in chain[b]))
               for a in joints for b in joints]
    wanted = np.log(sum(squares) / (2 * 8 ** 2)) - np.log(np.var(person[:, 0]))
    assert misfits(person[None], joints)[0] == pytest.approx(wanted)


def test_half_a_body_is_a_body(people):
    """What is missing is missing in what is expected, too."""
    half = people.copy()
    half[:, [0, 1, 4, 5], 2] = 0.
    assert misfits(half, LSP_NAMES).max() < NO_BODY and np.median(misfits(half, LSP_NAMES)) < NO_BODIES - .2
