"""Rows that are lost are made again from the results."""

import csv

import numpy as np
import pytest

from lib.fitting import FitOptions, fit
from lib.outputs.metrics import judge, posed_points, shape_of
from lib.outputs.restore import restored_rows
from lib.outputs.summary import fitted_row
from tests.program import DataSet

#: What only the run knows.
UNKNOWN = ('steps_camera', 'steps_1', 'steps_2', 'steps_3', 'steps_4', 'orientations', 'orientation', 'seconds')


def result_of(fit):
    return {'cam_t': fit.cam_t, 'f': fit.f, 'pose': fit.pose, 'betas': fit.betas, 'body': fit.body}


def assert_restored(row, wanted):
    for key, value in wanted.items():
        if key.startswith('energy') and value:
            assert float(row[key]) == pytest.approx(float(value), rel=1e-9), key
        else:
            assert row[key] == ('' if key in UNKNOWN else value), key


@pytest.mark.parametrize('options', [FitOptions(), FitOptions(interpenetration=False), FitOptions(weights='tuned'),
                                     FitOptions(n_betas=4)], ids=['published', 'no sph_coll', 'tuned', 'four betas'])
def test_a_restored_row_is_that_of_the_run(fitted, models, options):
    sample, _, problem, found = fitted[0]
    if options != FitOptions():
        found = fit(problem, models, options)
    points = posed_points(models.body(sample.gender).tracked(options.n_betas), result_of(found))[1]
    shape = shape_of(models.body(sample.gender), found.betas)
    wanted = fitted_row(sample, found, judge(points, found.cam_t, problem, sample.scale, shape), 1.)
    row, = restored_rows([(sample, problem, result_of(found))], models, options)
    assert_restored(row, wanted)


def test_people_of_several_genders(fitted, models):
    rows = list(restored_rows([(sample, problem, result_of(found)) for sample, _, problem, found in fitted], models,
                              FitOptions()))
    assert [row['gender'] for row in rows] == [sample.gender for sample, *_ in fitted]
    energies = [sum(found.final.energies.values()) for *_, found in fitted]
    np.testing.assert_allclose([float(row['energy']) for row in rows], energies, rtol=1e-9)


def test_a_result_whose_photograph_is_gone(fitted, models):
    sample, _, _, found = fitted[0]
    row, = restored_rows([(sample, None, result_of(found))], models, FitOptions())
    assert (row['file'], row['status'], row['body'], row['energy']) == (sample.name, 'fitted', found.body, '')
    assert row['reprojection_px'] == row['error_share'] == 'nan'
    shape = shape_of(models.body(sample.gender), found.betas)
    assert (row['stature_m'], row['largest_beta']) == tuple(f'{value:.3f}' for value in shape)


def rows_of(out):
    with open(out / 'summary.csv', newline='', encoding='utf-8') as file:
        return list(csv.DictReader(file))


def test_a_deleted_summary(run, model_dir, tmp_path, out):
    data = DataSet(tmp_path / 'data', 4)
    data.images[3].write_bytes(b'')
    command = [data.base, '--out_dir', out, '--model_dir', model_dir, '--workers', 1, '--no_render']
    assert run(*command).code == 1
    before = rows_of(out)
    (out / 'summary.csv').unlink()
    answer = run(*command, '--subset', '0-1')
    assert answer.code == 0 and '0 fitted, 0 doubtful, 2 skipped' in answer.printed
    assert len(rows_of(out)) == 3, 'of those that are not asked for now, too'
    assert '3 fitted, 0 doubtful, 0 failed' in (out / 'index.html').read_text()
    assert run(*command).code == 1
    for row, wanted in zip(rows_of(out), before, strict=True):
        if wanted['status'] == 'failed':
            assert row == wanted
        else:
            assert_restored(row, wanted)


def test_a_lost_row_and_a_photograph_that_is_gone(fit, data_set, out):
    fit()
    (out / 'summary.csv').unlink()
    data_set.images[1].write_bytes(b'')
    assert fit().code == 0, 'it has a result'
    assert [(row['index'], row['status'], row['reprojection_px'] == 'nan') for row in rows_of(out)] == [
        ('0', 'fitted', False), ('1', 'fitted', True)]
