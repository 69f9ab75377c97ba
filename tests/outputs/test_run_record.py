"""run.json: what a stored run says about itself, and which runs may share a folder."""

import hashlib
import importlib.metadata
import json
import os
import shutil
import signal
from types import SimpleNamespace
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lib
from lib.base.errors import InputError
from lib.fitting import FitOptions
from lib.fitting.schedule import SCHEDULES
from lib.objective import STAGES, Weights
from lib.outputs.folder import OutFolder, out_folder
from lib.outputs.lock import AtWork
from lib.outputs.run_record import agree, describe_run, keep_record
from lib.run.stopping import Stopped
from tests.helpers import read_summary
from tests.program import ROOT, fitted_in


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob('*') if path.is_file()}


def test_record(fit, data_set, model_dir, out):
    fit('--n_betas', 4, '--flength', 3000)
    record = json.loads((out / 'run.json').read_text())
    assert record['options'].items() >= {
        'n_betas': 4, 'flength': 3000., 'side_view_threshold': 25., 'interpenetration': True, 'gradient': 'published',
        'init': 'published', 'optimizer': 'dogleg', 'gender_neutral': False}.items()

    def checksum(path):
        return 'sha256:' + hashlib.sha256(path.read_bytes()).hexdigest()
    assert record['data'].pop('names of images').startswith('sha256:')
    assert record['data'] == {'est_joints': checksum(data_set.joints_path), 'genders': checksum(data_set.genders_path)}
    assert record['files'] == {'est_joints': str(data_set.joints_path), 'genders': str(data_set.genders_path)}
    files = {checksum(path) for path in model_dir.iterdir()}
    genders = {data_set.genders_path.read_text()[2 * i] for i in range(2)}
    assert set(record['models']) == {'pose prior', *(f'{("male", "female")[int(gender)]} {what}' for gender in genders
                                                     for what in ('body', 'capsules'))}
    assert set(record['models'].values()) <= files and len(set(record['models'].values())) > 1
    versions = record['versions']
    installed = {name: importlib.metadata.version(name) for name in ('chumpy', 'numpy', 'opendr', 'scipy')}
    assert installed.items() <= versions.items() and versions['smplify'] == lib.__version__
    assert versions.keys() & {'opencv-python', 'opencv-python-headless'} and 'python' in versions
    assert record['base_dir'] == str(data_set.base)


@pytest.fixture
def describe(tmp_path, models):
    """``describe(**inputs)``: the record of a run that reads these files, or those of before."""
    kept = {}

    def describe(weights='published', **inputs):
        kept.update(inputs)
        data = SimpleNamespace(inputs=dict(kept), choices={'person': 0, 'angles': (1, 2)}, base_dir=str(tmp_path),
                               images=['a.jpg', '\udcff.jpg'])
        return describe_run(data, FitOptions(weights=weights), models, ['neutral'])
    return describe


@pytest.fixture
def two(tmp_path):
    """Two files called x.csv, in folders of their own."""
    for folder in 'ab':
        (tmp_path / folder).mkdir()
        (tmp_path / folder / 'x.csv').write_text(folder)
    return str(tmp_path / 'a' / 'x.csv'), str(tmp_path / 'b' / 'x.csv')


def keep(here, record, overwrite=False, count=3):
    """Leave a run's record in its folder; which data are other ones than those of the record there."""
    with here.turn():
        agreement = agree(here, record, count, range(count), overwrite)
        keep_record(agreement, record, mixed=False)
    return list(agreement.changed)


def test_the_record_is_there_before_anything_else(describe, here, out):
    """Without it a folder with what a detector found, after a run that was killed, would be somebody else's."""
    with here.turn():
        agree(here, describe(), 1, [0], False)
    assert (out / 'run.json').exists()


def test_two_files_of_one_name_are_two(describe, two, here):
    assert keep(here, describe(keypoints=two[0], genders=two[1])) == []
    assert keep(here, describe()) == []
    with open(two[0], 'a') as file:
        file.write('changed')
    assert keep(here, describe()) == ['keypoints']
    assert keep(here, describe()) == [], 'the record is that of the last run'


def test_the_same_file_elsewhere_is_the_same(describe, two, here, tmp_path):
    keep(here, describe(keypoints=two[0]))
    shutil.copy(two[0], tmp_path / 'y.csv')
    assert keep(here, describe(keypoints=str(tmp_path / 'y.csv'))) == []
    assert keep(here, describe(keypoints=two[1])) == ['keypoints']


def test_another_video_is_refused(describe, two, here):
    """Its frames are held against no result."""
    keep(here, describe(video=two[0]))
    with pytest.raises(InputError, match='another video'):
        keep(here, describe(video=two[1]))


def test_results_of_tuned_weights_are_of_their_numbers(describe, here):
    """Which another version had others of; the published ones stay."""
    assert describe()['options']['weights'] == 'published'
    record = describe(weights='tuned')
    keep(here, record)
    assert keep(here, describe(weights='tuned')) == []
    with mock.patch.dict(SCHEDULES, tuned=(*STAGES[:-1], Weights(7., 15.))), \
            pytest.raises(InputError, match=r"weights 'tuned \(7, 15, 0.2\)' there, 'tuned \(7, 15, 0.317\)' here"):
        keep(here, describe(weights='tuned'))
    with pytest.raises(InputError, match=r"weights 'tuned \(7, 15, 0.2\)' there, 'tuned' here"):
        keep(here, {**record, 'options': {**record['options'], 'weights': 'tuned'}})


def test_results_of_other_data_are_remembered(describe, two, here, out):
    """As long as some stay, no file as a whole says of what a result is whose row is lost."""
    record = describe(keypoints=two[0])
    with here.turn():
        keep_record(agree(here, record, 1, [0], False), record, mixed=True)
    assert keep(here, record) == ['keypoints', 'names of images']
    assert keep(here, record) == []


@pytest.mark.parametrize('change', ['content', 'name', 'one more'])
def test_a_folder_of_keypoints_counts_with_names_and_contents(describe, tmp_path, here, change):
    folder = tmp_path / 'json'
    folder.mkdir()
    for name in 'a.json', 'b.json':
        (folder / name).write_text(f'[{name!r}]')
    keep(here, describe(keypoints=str(folder)))
    (folder / 'notes.txt').write_text('no keypoints')
    assert keep(here, describe()) == []
    if change == 'content':
        (folder / 'b.json').write_text('[]')
    elif change == 'name':
        (folder / 'b.json').rename(folder / 'c.json')
    else:
        shutil.copy(folder / 'b.json', folder / 'c.json')
    assert keep(here, describe()) == ['keypoints']


def test_a_folder_keeps_its_layout(describe, out, here):
    """Whatever comes along; made anew, it has that of the images there are."""
    record = describe()
    keep(here, record)
    assert json.loads((out / 'run.json').read_text())['layout'] == 'flat'
    keep(here, record, count=10001)
    assert out_folder(str(out)).layout == 'flat'
    keep(here, {**record, 'options': {'n_betas': 4}}, overwrite=True, count=10001)
    assert out_folder(str(out)) == OutFolder(str(out), 'thousands')
    keep(here, {**record, 'options': {'n_betas': 4}})
    assert out_folder(str(out)).layout == 'thousands'


def test_images_and_ground_truth_are_not_summed_up(describe, tmp_path):
    record = describe(images=str(tmp_path / 'nowhere'), ground_truth=str(tmp_path / 'nowhere'))
    assert record['data'].keys() == {'names of images'} and record['files'] == {}


@pytest.mark.parametrize('options, word', [
    (['--n_betas', 4], 'n_betas 10 there, 4 here'), (['--flength', 3000], 'flength'),
    (['--no_interpenetration'], 'interpenetration True there, False here'), (['--gender_neutral'], 'gender_neutral'),
    (['--side_view_thsh', 0], 'side_view_threshold'), (['--gradient', 'exact'], "gradient 'published' there, 'exact'"),
    (['--init', 'mean'], 'init'), (['--optimizer', 'chumpy'], 'optimizer')])
def test_other_options_are_refused(fit, out, options, word):
    fit()
    before = contents(out)
    answer = fit(*options)
    answer.assert_one_line(out, 'made in another way', word, '--overwrite')
    assert answer.code == 2
    assert contents(out) == before


@pytest.mark.parametrize('spoil', [os.mkfifo, lambda path: path.symlink_to('nowhere')], ids=['pipe', 'link to nowhere'])
def test_a_file_of_keypoints_that_cannot_be_read_is_part_of_the_record(describe, tmp_path, spoil):
    """It is the failure of its image, and no reason to fit none."""
    folder = tmp_path / 'found'
    folder.mkdir()
    for name in 'ab':
        (folder / f'{name}.json').write_text('[]')
    before = describe(keypoints=str(folder))
    (folder / 'a.json').unlink()
    spoil(folder / 'a.json')
    after = describe(keypoints=str(folder))
    assert after['data']['keypoints'] not in (before['data']['keypoints'], '')
    with pytest.raises(InputError, match='a.json'):
        describe(keypoints=str(folder / 'a.json'))


def test_many_differences_are_told_in_one_line(fit):
    fit()
    fit('--n_betas', 4, '--init', 'mean', '--gradient', 'exact', '--optimizer', 'chumpy', '--flength', 900
        ).assert_one_line('and 2 more')


def test_other_models_are_refused(fit, data_set, out):
    data_set.genders_path.write_text('1\n1\n')
    fit()
    fit('--model_dir', ROOT / 'models').assert_one_line('another female body', 'another pose prior')


@pytest.mark.parametrize('options', [['--workers', 2], ['-v'], ['--subset', '0']])
def test_options_that_change_no_result_are_allowed(run, data_set, model_dir, out, options):
    command = [data_set.base, '--out_dir', out, '--model_dir', model_dir, '--no_render']
    run(*command, '--workers', 1, '--subset', '0')
    answer = run(*command, *options)
    assert answer.code == 0 and '1 skipped' in answer.printed


def test_bodies_of_other_genders_come_along(fit, data_set, out):
    data_set.genders_path.write_text('1\n0\n')
    assert fit('--subset', '0').code == fit('--subset', '1').code == 0
    models = json.loads((out / 'run.json').read_text())['models']
    assert {'female body', 'male body'} <= set(models)


# Making results anew


def test_overwrite_makes_results_anew(fit, out):
    fit()
    before = (out / '0000.pkl').read_bytes()
    assert fit('--n_betas', 4, '--overwrite').code == 0
    assert (out / '0000.pkl').read_bytes() != before
    assert json.loads((out / 'run.json').read_text())['options']['n_betas'] == 4
    fit('--n_betas', 5, '--overwrite', '--subset', '0').assert_one_line(out / '0001.pkl', 'would stay', 'n_betas')
    assert json.loads((out / 'run.json').read_text())['options']['n_betas'] == 4
    assert fit('--n_betas', 4, '--overwrite', '--subset', '0').code == 0, 'the same options leave nothing odd'


def test_old_results_do_not_outlive_an_overwriting_run_that_is_stopped(fit, data_set, out, monkeypatch):
    """The next run, without --overwrite, would take them for its own."""
    data_set.images[1].write_bytes(b'')
    fit()
    (out / 'gallery').mkdir()
    for name in 'gallery/0000.jpg', '0000.png', '0000_notes.txt':
        (out / name).write_bytes(b'')

    def stopped(*arguments):
        raise Stopped(signal.SIGINT)
        yield
    with monkeypatch.context() as patch:
        patch.setattr('lib.run.command.outcomes', stopped)
        assert fit('--n_betas', 4, '--overwrite').code == 130
    assert fitted_in(out) == [] and read_summary(out / 'summary.csv') == {}, 'nor does the row of a failure'
    assert not (out / 'gallery' / '0000.jpg').exists() and not (out / '0000.png').exists()
    assert (out / '0000_notes.txt').exists()
    fit('--n_betas', 4)
    assert fitted_in(out) == ['0000.pkl']


def test_nothing_is_made_anew_while_another_run_is_at_work(describe, out, here):
    record = describe()
    keep(here, {**record, 'options': {'n_betas': 4}})
    (out / '0000.pkl').write_bytes(b'')
    with AtWork(str(out)) as other, pytest.raises(InputError, match='another run is at work'):
        keep(other, record, overwrite=True)
    assert (out / '0000.pkl').exists()
    keep(here, record, overwrite=True)
    assert not (out / '0000.pkl').exists()


def test_results_of_an_earlier_version(fit, out):
    """Their run.json has file names in place of what the files are: one clear line, and --overwrite makes them anew."""
    fit()
    record = json.loads((out / 'run.json').read_text())
    names = {'est_joints.npz': 'est_joints', 'lsp_gender.csv': 'genders'}
    old = {**record, 'data': {name: record['data'][role] for name, role in names.items()}}
    del old['format'], old['files']
    (out / 'run.json').write_text(json.dumps(old))
    (out / 'summary.csv').write_text('index,file\n0,a\n')
    fit().assert_one_line(out, 'by another version of this program', '--overwrite')
    assert fit('--overwrite').code == 0 and json.loads((out / 'run.json').read_text()) == record


# What is no record


@pytest.mark.parametrize('content', [
    b'', b'[1]', b'{"options": {}}', b'a letter', b'{"options": 1, "data": {}, "models": {}}', b'\xff\xfe\x00', b'null',
    b'"run"', b'{"options": {}, "data": [1], "models": {}}', b'[' * 100000, b'{"a": 1' + b'0' * 5000 + b'}',
    b'{"version": "0.2.0", "configurations": []}'], ids=lambda content: str(content[:20]))
def test_something_else_that_is_called_run(fit, out, content):
    out.mkdir()
    (out / 'run.json').write_bytes(content)
    fit().assert_one_line(out / 'run.json', 'choose another --out_dir')
    assert (out / 'run.json').read_bytes() == content


def test_a_folder_that_is_called_run(fit, out):
    (out / 'run.json').mkdir(parents=True)
    fit().assert_one_line(out / 'run.json', 'folder', 'choose another --out_dir')


def test_a_link_that_is_called_run(fit, out, tmp_path):
    fit()
    (out / 'run.json').rename(tmp_path / 'victim')
    before = (tmp_path / 'victim').read_bytes()
    (out / 'run.json').symlink_to(tmp_path / 'victim')
    assert fit('--overwrite').code == 0
    assert (tmp_path / 'victim').read_bytes() == before and not (out / 'run.json').is_symlink()


KEYS = st.sampled_from(['options', 'data', 'models', 'format', 'x'])
VALUES = st.recursive(st.none() | st.booleans() | st.floats() | st.text(),
                      lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=12)


@settings(max_examples=100, deadline=2000)
@given(content=st.binary(max_size=200) | VALUES.map(json.dumps).map(str.encode))
def test_any_bytes_are_a_record_or_one_line(tmp_path_factory, content):
    out = tmp_path_factory.getbasetemp() / 'any_record'
    out.mkdir(exist_ok=True)
    (out / 'run.json').write_bytes(content)
    record = {'format': 2, 'options': {'a': 1}, 'data': {}, 'models': {}}
    with AtWork(str(out)) as here:
        try:
            keep(here, record)
        except InputError as error:
            assert str(error).isprintable() and len(str(error)) < 600
            assert (out / 'run.json').read_bytes() == content
        else:
            assert json.loads((out / 'run.json').read_text())['options'] == {'a': 1}
