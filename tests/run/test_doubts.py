"""A run over joints in another order than taken for: every image says so, whichever run fitted it."""

import csv
import shutil

import numpy as np
import pytest

from tests.evaluation.run import ROOT
from tests.keypoints.test_proportions import CROWDPOSE, LSP_NAMES

IMAGES = 12


@pytest.fixture
def wrong(tmp_path):
    """The sample data set's first images, with joints in CrowdPose's order where LSP's is wanted."""
    base = tmp_path / 'wrong'
    results = base / 'results' / 'lsp'
    results.mkdir(parents=True)
    (base / 'images' / 'lsp').mkdir(parents=True)
    for path in sorted((ROOT / 'data' / 'images' / 'lsp').glob('*.jpg'))[:IMAGES]:
        shutil.copy(path, base / 'images' / 'lsp')
    shutil.copy(ROOT / 'data' / 'results' / 'lsp' / 'lsp_gender.csv', results)
    with np.load(ROOT / 'data' / 'results' / 'lsp' / 'est_joints.npz') as data:
        joints = data['est_joints'][:, [LSP_NAMES.index(joint) for joint in CROWDPOSE], :IMAGES]
    np.savez(results / 'est_joints.npz', est_joints=joints)
    return base


def rows(out):
    with open(out / 'summary.csv', newline='', encoding='utf-8') as file:
        rows = list(csv.DictReader(file))
    return [{key: value for key, value in row.items() if key not in ('seconds', 'written')} for row in rows]


def test_a_wrong_order_is_named_and_the_verdict_is_that_of_the_whole_file(run, wrong, tmp_path):
    options = wrong, '--no_render', '--workers', 1, '--out_dir'
    answer = run(*options, tmp_path / 'whole')
    assert answer.code == 0 and f'0 fitted, {IMAGES} doubtful' in answer.printed
    assert 'in the order of lsp, but stand as bodies in that of crowdpose14' in answer.printed
    whole = rows(tmp_path / 'whole')
    assert all(row['status'] == 'doubtful' and 'crowdpose14' in row['message'] for row in whole)
    for subset in ('0-2', '5', '0-11'):
        run(*options, tmp_path / 'parts', '--subset', subset)
    assert rows(tmp_path / 'parts') == whole


def test_the_sample_data_set_is_sound(run, tmp_path):
    run('--no_render', '--workers', 1, '--out_dir', tmp_path / 'out', '--subset', '0-11')
    assert {row['status'] for row in rows(tmp_path / 'out')} == {'fitted'}
