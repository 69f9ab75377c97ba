"""The evaluation of several views (views.py), and the benchmark on a recording (benchmarks/views.py)."""

import numpy as np
import pytest

from lib.model_files import ModelSet
from tests import rigs
from tests.benchmarks import views as benchmark
from tests.evaluation.measures import MEASURES
from tests.evaluation.people import draw_people
from tests.evaluation.views import main, measured, views_of
from tests.program import ROOT

MODELS = str(ROOT / 'models')


@pytest.fixture(scope='module')
def open_models():
    return ModelSet(MODELS)


def test_a_second_view_tells_depth(open_models):
    people = draw_people(open_models, 'heldout', 6, 3)
    one, two = (measured(open_models, people, count, 0., 3)[0][:, MEASURES.index('joints')] for count in (1, 2))
    assert two.mean() < .7 * one.mean()


def test_cameras_stand_round_the_person(open_models):
    person, = draw_people(open_models, 'heldout', 1, 3)
    body = open_models.body(person.gender).tracked(10)
    views = views_of(person, body, 4, 0., np.random.default_rng(0))
    places = np.array([-view.rotation.T @ view.translation for view in views])
    assert views[0].joints[:12] == pytest.approx(person.joints[:12]) and not places[0].any()
    assert np.linalg.norm(places[0] - places[2]) == pytest.approx(2**.5 * np.linalg.norm(places[0] - places[1]))


def test_the_table(capsys):
    main(['--people', '2'])
    assert len(capsys.readouterr().out.splitlines()) == 2 + 3 * 3


def test_a_recording(tmp_path, body, capsys):
    cameras = rigs.rig(2)
    frames = [rigs.points_of(body, rigs.standing(bend=.3 + .1 * frame)) for frame in range(2)]
    for own in cameras:
        rigs.write_openpose(tmp_path / 'poses' / own.name, [[rigs.joints_seen(own, points)] for points in frames])
    benchmark.main([str(rigs.write_json(tmp_path / 'calib.json', cameras)), str(tmp_path / 'poses')])
    rows = [line.split('|') for line in capsys.readouterr().out.splitlines() if line.startswith('| cam')]
    assert [row[1].strip() for row in rows] == ['cam_01', 'cam_02', 'cam_01 cam_02']
    assert float(rows[2][2]) < 60. and 'cam_02' in rows[0][4] and not rows[2][4].strip()
