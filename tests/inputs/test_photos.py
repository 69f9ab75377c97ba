"""Own photographs with a detector's keypoints: from file to fit, with all that real folders hold."""

import json
import os

import cv2
import numpy as np
import pytest

from lib.base.errors import InputError
from lib.inputs.genders import read_genders
from lib.inputs.image_folder import PhotoFolder
from lib.inputs.photo_options import PhotoOptions
from lib.inputs.photos import PhotoDataset
from lib.outputs.result_file import read_result
from lib.results import difference
from tests.detector_files import FEW, in_format
from tests.image_files import png_claiming
from tests.inputs.conftest import COUNT
from tests.program import SAMPLE, fitted_in

# From file to fit


@pytest.mark.parametrize('kind', FEW)
def test_every_kind_is_fitted(fit_photos, photos, kind):
    assert fit_photos(photos.write(kind)).code == 0
    assert len(fitted_in(photos.out)) == COUNT
    assert reprojection_errors(photos.out).max() < 12


def reprojection_errors(out):
    lines = [line.split(',') for line in (out / 'summary.csv').read_text().splitlines()]
    return np.array([float(line[lines[0].index('reprojection_px')]) for line in lines[1:]])


def test_lsps_joints_give_the_classic_fits(fit_photos, photos, run, model_dir, tmp_path):
    """Through keypoints in a file of one's own, at LSP's scale and focal length."""
    assert fit_photos(photos.write('LSP NPZ'), '--scale', 2, '--flength', 2500).code == 0
    assert run(SAMPLE, '--gender_neutral', '--out_dir', tmp_path / 'classic', '--model_dir', model_dir, '--workers', 1,
               '-q', '--no_render', '--subset', f'0-{COUNT - 1}').code == 0
    for name in fitted_in(photos.out):
        found = difference(read_result(photos.out / name), read_result(tmp_path / 'classic' / name))
        assert max(found.values()) < 1e-6


def test_large_photographs_give_the_same_bodies(fit_photos, photos):
    """Each photograph is brought to the same size of person; sizes may be mixed."""
    assert fit_photos(photos.write('LSP NPZ')).code == 0
    before = [read_result(photos.out / name) for name in fitted_in(photos.out)]
    photos.resize(photos.names[1], 8)
    assert fit_photos(photos.write('LSP NPZ'), '--out_dir', photos.out / 'large').code == 0
    for name, old in zip(fitted_in(photos.out / 'large'), before):
        assert max(difference(old, read_result(photos.out / 'large' / name)).values()) < 1e-6


def test_one_image(run, photos, model_dir):
    photos.people = {photos.names[0]: photos.people[photos.names[0]]}
    keypoints = photos.write() / f'{photos.names[0].removesuffix(".jpg")}_keypoints.json'
    assert run(photos.folder / photos.names[0], '--keypoints', keypoints.rename(photos.base / 'other.json'),
               '--out_dir',
               photos.out, '--model_dir', model_dir, '-q', '--no_render').code == 0
    assert fitted_in(photos.out) == ['0000.pkl']


def test_pictures_have_the_photographs_size(run, photos):
    """With the open body: the reference mesh is too coarse to cover much."""
    photos.resize(photos.names[1], 3)
    assert run(photos.folder, '--keypoints', photos.write(), '--out_dir', photos.out, '--workers', 1, '-q',
               '--subset', '0-1', '--views', '0,90').code == 0
    for i, name in enumerate(photos.names[:2]):
        photograph, overlay, body = (cv2.imread(str(path), cv2.IMREAD_UNCHANGED) for path in (
            photos.folder / name, photos.out / f'{i:04d}_overlay.png', photos.out / f'{i:04d}.png'))
        assert overlay.shape == photograph.shape and body.shape[:2] == photograph.shape[:2]
        visible = body[..., 3] > 0
        assert .02 < visible.mean() < .6
        rows, columns = np.nonzero(visible)
        knees = np.array([photos.people[name][0][f'{side}_knee'][:2] for side in ('left', 'right')])
        assert np.all(knees.mean(axis=0) > (columns.min(),
                                            rows.min())) and np.all(knees.mean(axis=0) < (columns.max(), rows.max()))
        views = [cv2.imread(str(photos.out / f'{i:04d}_view{angle}.png'), cv2.IMREAD_UNCHANGED) for angle in ('000',
                                                                                                              '090')]
        assert all((view[..., 3] > 0).any() for view in views) and not np.array_equal(*views)


def test_running_again_goes_on(fit_photos, photos):
    keypoints = photos.write()
    assert fit_photos(keypoints).code == 0
    (photos.out / '0001.pkl').unlink()
    assert fit_photos(keypoints).code == 0 and len(fitted_in(photos.out)) == COUNT
    (photos.folder / photos.names[0]).rename(photos.folder / 'z.jpg')  # would shift every index
    fit_photos(keypoints).assert_one_line('of other images', 'im0001.jpg')


# Images that cannot be fitted: one line, and the others go on


@pytest.mark.parametrize('spoil, words', [
    (lambda photos, path: path.write_text('{"people": ['), 'not a complete JSON file'),
    (lambda photos, path: path.write_text('{"people": []}'), 'no people'),
    (lambda photos, path: path.write_text('{"people": [{"pose_keypoints_2d": []}]}'), 'no people'),
    (lambda photos, path: path.write_text(json.dumps({'people': [{'pose_keypoints_2d': [1.] * 48}]})), '16 joints'),
    (lambda photos, path: path.write_text(json.dumps({'people': [{'pose_keypoints_2d': [0.] * 75}]})), 'no people'),
    (lambda photos, path: path.unlink(), 'no keypoints'),
    (lambda photos, path: (photos.folder / photos.names[0]).write_text('no image'), 'no image'),
], ids=['malformed', 'nobody', 'hands only', 'joint count', 'all zero', 'no file', 'no image'])
def test_the_rest_goes_on(fit_photos, photos, spoil, words):
    keypoints = photos.write()
    spoil(photos, keypoints / f'{photos.names[0].removesuffix(".jpg")}_keypoints.json')
    answer = fit_photos(keypoints)
    answer.assert_one_line('failed: 0000', photos.names[0], words)
    assert answer.code == 1 and fitted_in(photos.out) == ['0001.pkl', '0002.pkl']


def test_keypoints_of_other_images(fit_photos, photos):
    photos.people = {f'other{i}.jpg': people for i, people in enumerate(photos.people.values())}
    fit_photos(photos.write()).assert_one_line("for 'other0'", photos.names[0])


def test_nameless_keypoints_must_be_as_many_as_the_images(fit_photos, photos):
    np.savez(photos.base / 'found.npz', est_joints=np.ones((3, 14, 2)))
    fit_photos(photos.base / 'found.npz').assert_one_line('2 entries without', f'{COUNT} images')


def test_a_refused_row_among_rows_in_order_keeps_its_place(photos):
    """Left out, the rows behind it would be the image's before theirs."""
    rows = np.array([in_format(people[0], 'lsp') for people in photos.people.values()])
    spoilt = rows.copy()
    spoilt[0, 3, 2] = 7.
    np.save(photos.base / 'found.npy', spoilt)
    data = PhotoDataset(PhotoFolder(str(photos.folder)), PhotoOptions(str(photos.base / 'found.npy')))
    assert 'a confidence of 7' in data[0].error
    np.testing.assert_allclose(data[1].joints, rows[1, :, :2])
    np.save(photos.base / 'found.npy', np.concatenate([spoilt, rows[:1]]))
    with pytest.raises(InputError, match=f'{COUNT + 1} entries .* {COUNT} images'):
        PhotoDataset(PhotoFolder(str(photos.folder)), PhotoOptions(str(photos.base / 'found.npy')))


@pytest.mark.parametrize('options', [
    ['--person', '0'], ['--format', 'body25']])
def test_options_that_need_keypoints(run, options):
    answer = run(SAMPLE, *options)
    assert answer.code == 2 and '--keypoints' in answer.errors.splitlines()[-1]


@pytest.mark.parametrize('options', [
    ['--scale', '2'], ['--fov', '50'], ['--flength', 'exif'], ['--genders', 'a.csv'], ['--confidence', 'given'],
    ['--save_keypoints']])
def test_options_that_say_nothing_of_lsps_layout(run, options):
    run(SAMPLE, *options).assert_one_line(options[0], "LSP's layout")


# Several people


def test_several_people(fit_photos, photos):
    first, second = photos.names[:2]
    photos.people[first] = photos.people[first] + photos.people[second]
    keypoints = photos.write()
    assert fit_photos(keypoints, '--person', 'all').code == 0
    lines = (photos.out / 'summary.csv').read_text().splitlines()[1:]
    assert [line.split(',')[1] for line in lines] == [f'{first}#0', f'{first}#1', second, photos.names[2]]
    answer = fit_photos(keypoints, '--person', 1, '--out_dir', photos.out / 'second')
    assert answer.code == 1 and len(answer.errors.splitlines()) == 2 and '--person 1' in answer.errors
    assert fitted_in(photos.out / 'second') == ['0000.pkl']


def test_people_of_an_image_share_its_camera(photos):
    first, second = photos.names[:2]
    other = {joint: (2 * x, 2 * y, c) for joint, (x, y, c) in photos.people[second][0].items()}
    photos.people[first] = photos.people[first] + [other]
    data = photos.data(person='all')
    near, far = data[0], data[1]
    assert near.scale > 1.3 * far.scale and near.focal / near.scale == pytest.approx(far.focal / far.scale)
    assert min(near.focal, far.focal) == pytest.approx(5000.)


# Gender, focal length


def test_genders(photos):
    path = photos.base / 'genders.csv'
    first, second, third = photos.names
    path.write_text(f'name,gender\n{third},female\n{first.removesuffix(".jpg")},m\n')
    assert photos.data(genders=str(path)).genders == ['male', 'neutral', 'female']
    path.write_text('1\n0\nneutral\n')
    assert read_genders(str(path), photos.names) == (['female', 'male', 'neutral'], [])


@pytest.mark.parametrize('text, words', [('1\n', '1 of the 3'), ('1\nx\n1\n', 'line 2'),
                                         ('a,male\nb,other\n', 'line 2')])
def test_wrong_genders(photos, text, words):
    path = photos.base / 'genders.csv'
    path.write_text(text)
    with pytest.raises(InputError) as raised:
        read_genders(str(path), photos.names)
    assert words in str(raised.value)


def test_gender_of_everyone(fit_photos, photos):
    assert fit_photos(photos.write(), '--gender', 'female').code == 0
    assert all(line.split(',')[2] == 'female' for line in (photos.out / 'summary.csv').read_text().splitlines()[1:])


def test_focal_length_in_px_of_the_photograph(photos):
    sample = photos.data(flength=800.)[0]
    assert sample.focal == pytest.approx(800. * sample.scale)


def test_field_of_view(photos):
    sample = PhotoDataset(PhotoFolder(str(photos.folder)), PhotoOptions(str(photos.write()), fov=60.))[0]
    longer = photos.sizes[photos.names[0]].max()
    assert sample.focal / sample.scale == pytest.approx(longer / 2 / np.tan(np.radians(30.)))


def test_no_exif(fit_photos, photos):
    answer = fit_photos(photos.write(), '--flength', 'exif')
    assert answer.code == 1 and len(answer.errors.splitlines()) == COUNT and '--fov' in answer.errors


# Options


@pytest.mark.parametrize('options', [{'gender': 'male'}, {'genders': 'g.csv'}])
def test_neutral_for_everyone_contradicts_genders(photos, options):
    with pytest.raises(InputError, match='contradicts'):
        PhotoDataset(PhotoFolder(str(photos.folder)), PhotoOptions(str(photos.write()), **options), gender_neutral=True)


def test_a_focal_length_that_no_lens_has(photos):
    assert photos.data(flength=200000.)[0].error.startswith('--flength 200000: across its')


def test_inputs_choices_and_notes(photos):
    (photos.folder / 'x.DNG').write_bytes(b'')
    data = photos.data()
    assert data.inputs == {'images': str(photos.folder), 'keypoints': str(photos.base / 'found')}
    assert set(data.choices) == {'format', 'person', 'scale', 'gender', 'flength', 'fov', 'confidence'}
    note, = data.notes
    assert 'x.DNG' in note and data.images == photos.names and data.frame_rate == 30.


# Images of every kind, from the command line


def test_a_folder_of_everything(fit_photos, photos):
    """Whatever is wrong with one image is its own line; the others are fitted."""
    wrong = {'a.png': png_claiming(40000, 40000), 'b.png': png_claiming(5000, 16), 'c.png': png_claiming(100000, 20),
             'd.jpg': b'RIFF\x1a\0\0\0WEBPVP8 \x0e\0\0\0' + bytes(14), 'e.jpg': b'', 'f.png': png_claiming(64, 40)[:60]}
    for i, name in enumerate([*wrong, 'g.jpg']):
        photos.people[name] = photos.people[photos.names[i % COUNT]]
    for name, content in wrong.items():
        (photos.folder / name).write_bytes(content)
    os.mkfifo(photos.folder / 'g.jpg')
    (photos.folder / '._im0001.jpg').write_bytes(b'Mac OS X')
    answer = fit_photos(photos.write())
    lines = answer.errors.splitlines()
    assert answer.code == 1 and len(lines) == len(wrong) + 1, answer.errors
    for line, (name, words) in zip(lines, [('a.png', 'too large'), ('b.png', 'too narrow'), ('c.png', 'too narrow'),
    ('d.jpg', 'damaged'),
                                           ('e.jpg', 'no image'), ('f.png', 'damaged'), ('g.jpg', 'a pipe')]):
        assert name in line and words in line
    assert len(fitted_in(photos.out)) == COUNT
