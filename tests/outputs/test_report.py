"""The closing lines: counts, errors, and who is doubtful or failed."""

import numpy as np
import pytest

from lib.outputs.folder import OutFolder
from lib.outputs.metrics import Judged, Shape
from lib.outputs.report import Report, row_line
from lib.outputs.summary import failed_row, fitted_row, stored_row
from lib.outputs.summary_file import Summary

USUAL = Shape(1.75, .5)
HOSTILE = 'a\x1b[2Jb\nfailed: 0007 forged \u202e.jpg'


@pytest.fixture
def row(make_sample):
    """``row(index, *doubts, error=1)``: the row of a fit."""
    def row(index, *doubts, name='a.jpg', error=1.):
        return stored_row(make_sample(index, name), 'SMPL', {'j2d': 5.}, Judged(error, .01, USUAL, doubts))
    return row


def closing(rows, out_dir='out', skipped=(), truth=None, joints=None, in_folder=None):
    report = Report(out_dir, skipped, truth)
    for one in rows:
        report.add(one, joints)
    return report, report.summary(in_folder or {int(one['index']): one for one in rows})


def test_counts(row, make_sample):
    rows = [row(0), row(1, 'far away'), row(4, 'knots'), failed_row(make_sample(2), 'no image'), row(3, error=2.)]
    report, lines = closing(rows, skipped=[7, 8], in_folder={int(one['index']): one for one in [*rows, row(7), row(8)]})
    assert lines == ['2 fitted, 2 doubtful, 2 skipped (had results), 1 failed; results in out',
                     'mean reprojection error 1.25 px (confident joints, pixels of the photographs)',
                     'doubtful: 0001 a.jpg: far away', 'doubtful: 0004 a.jpg: knots']
    assert report.any_failed and report.failures() == ['failed: 0002 no image']


def test_nothing_failed(row):
    report, _ = closing([row(0)])
    assert not report.any_failed and report.failures() == []


def test_skipped_ones_that_are_doubtful_are_named_again(row):
    _, lines = closing([row(0)], skipped=[1, 2], in_folder={0: row(0), 1: row(1, 'odd'), 2: row(2), 3: row(3, 'other')})
    assert lines[0].startswith('1 fitted, 0 doubtful, 2 skipped (had results, 1 of them doubtful), 0 failed')
    assert lines[2:] == ['doubtful: 0001 a.jpg: odd'], 'nor is anybody named who was not asked for'


def test_many_doubtful_and_failed_ones(row, make_sample):
    rows = [row(index, 'odd') for index in range(25)] + [failed_row(make_sample(100 + i), 'no') for i in range(2000)]
    report, lines = closing(rows)
    assert [line for line in lines if line.startswith('doubtful: ')] == [
        f'doubtful: {index:04d} a.jpg: odd' for index in range(10)]
    assert lines[-1] == 'and 15 more doubtful; see out/summary.csv'
    failures = report.failures()
    assert len(failures) == 51 and failures[0] == 'failed: 0100 no' and failures[49] == 'failed: 0149 no'
    assert failures[50] == 'and 1950 more failed; see out/summary.csv'


def test_just_as_many_as_are_named(row):
    _, lines = closing([row(index, 'odd') for index in range(10)])
    assert len(lines) == 12 and 'more' not in lines[-1]


def test_doubts_of_the_whole_file_are_said_once(row, here, out):
    summary = Summary(here, OutFolder(here.out_dir))
    for index in 0, 1:
        (out / f'{index:04d}.pkl').write_bytes(b'')
        summary.add(row(index, *(['knots'] if index else [])))
    rows = summary.finish(lambda rows: ['joints in another order'])
    _, lines = closing([row(0), row(1, 'knots')], in_folder=rows)
    assert lines[0].startswith('0 fitted, 2 doubtful')
    assert lines[2:] == ['doubtful: all images: joints in another order', 'doubtful: 0001 a.jpg: knots']


def test_images_without_confident_joints_do_not_spoil_the_mean(row):
    _, lines = closing([row(0, error=2.), row(1, error=float('nan'))])
    assert 'mean reprojection error 2.00 px' in lines[1]
    assert len(closing([row(0, error=float('nan'))])[1]) == 1


def test_errors_against_the_truth(row):
    """People whose truth is not known are left out."""
    truth = np.random.default_rng(0).normal(size=(3, 24, 3))
    joints = 2. * truth[0] + 1.
    truth[1, 5] = np.nan
    report = Report('out', (), truth)
    for index in 0, 1:
        report.add(row(index), joints)
    report.add(row(2), None)
    line = report.summary({index: row(index) for index in range(3)})[2]
    apart = 1e3 * np.linalg.norm(joints - joints[0] - (truth[0] - truth[0, 0]), axis=1).mean()
    assert line == (f'mean joint error against the ground truth 0 mm after Procrustes alignment, {apart:.0f} mm with '
                    'pelvises together')


def test_names_cannot_forge_lines_or_move_the_cursor(row, make_sample):
    rows = [row(0, HOSTILE, name=HOSTILE), failed_row(make_sample(1, HOSTILE), HOSTILE)]
    report, lines = closing(rows, out_dir=HOSTILE, skipped=())
    said = [*lines, *report.failures(), row_line(rows[1])]
    assert all(line.isprintable() for line in said)
    assert sum(line.startswith('failed: ') for line in said) == 1


def test_a_line_as_each_ends(fitted, make_sample):
    sample, _, _, fit = fitted[0]
    line = row_line(fitted_row(sample, fit, Judged(1.234, .01, USUAL), .0567))
    steps = ' '.join(str(stage.steps) for stage in fit.runs[fit.chosen])
    energy = sum(fit.final.energies.values())
    assert line == f'0000 im0001.jpg: 1.23 px, energy {energy:.0f}, steps {steps}, 57 ms'
    assert row_line(fitted_row(sample, fit, Judged(9., .1, USUAL, ('odd',)), .1)).endswith(' ms; doubtful: odd')
    assert row_line(failed_row(make_sample(3), 'no image')) == '0003 failed: no image'


def test_truth_that_is_unknown_for_one_person_stops_nothing(run, data_set, model_dir, out):
    truth = np.zeros((2, 24, 3))
    truth[0] = np.nan
    truth[1] = np.random.default_rng(0).normal(size=(24, 3))
    np.savez(data_set.joints_path.with_name('ground_truth.npz'), joints3d=truth)
    answer = run(data_set.base, '--out_dir', out, '--model_dir', model_dir, '--workers', 1, '--no_render')
    assert answer.code == 0 and 'mean joint error' in answer.printed and 'nan' not in answer.printed


def test_hostile_file_names_in_a_run(run, data_set, model_dir, out):
    """A photograph that is none, with a name that would look like another image's failure."""
    path = data_set.images[1].with_name('a\x1b[2J\nfailed: 0000 forged 1.jpg')
    data_set.images[1].rename(path)
    path.write_bytes(b'')
    answer = run(data_set.base, '--out_dir', out, '--model_dir', model_dir, '--workers', 1, '--no_render', '-v')
    assert answer.code == 1 and '\x1b' not in answer.errors + answer.printed
    assert [line[:12] for line in answer.errors.splitlines() if line.startswith('failed: ')] in (
        ['failed: 0000'], ['failed: 0001'])
    assert '\x1b' not in (out / 'index.html').read_text()
