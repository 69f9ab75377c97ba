"""The order of joints, as a file as a whole tells it."""

import numpy as np
import pytest

from lib.base.errors import InputError
from lib.keypoints.formats import FORMATS
from lib.keypoints.reading import read_keypoints
from tests.detector_files import in_format, named_joints
from tests.keypoints.helpers import assert_limbs, read, refused, sample_person


def people(name, count=12):
    """People of the sample with faces, so that every format has all of its joints."""
    out = []
    for i in range(count):
        lsp = sample_person(i)
        lsp[13, :2] += .2 * (lsp[13, :2] - lsp[12, :2])  # from the hairline to the crown, where these have it
        neck, top = lsp[12, :2], lsp[13, :2]
        aside = .2 * (lsp[9, :2] - lsp[8, :2])
        face = {'nose': .45 * top + .55 * neck, 'left_eye': .55 * top + .45 * neck + .4 * aside,
                'right_eye': .55 * top + .45 * neck - .4 * aside, 'left_ear': .5 * top + .5 * neck + aside,
                'right_ear': .5 * top + .5 * neck - aside}
        named = named_joints(lsp, {joint: (*place, 1.) for joint, place in face.items()})
        out.append(in_format(named, name))
    return out


def results(people):
    return [{'image_id': i, 'keypoints': person.ravel().tolist()} for i, person in enumerate(people)]


@pytest.mark.parametrize('missing', ['nose', 'left_eye', 'right_ear'])
def test_heads_without_a_joint_prove_nothing(tmp_path, missing):
    """People seen from behind, or a detector that never finds this joint."""
    found = people('coco17')
    for person in found:
        person[FORMATS['coco17'].joints.index(missing)] = 0.
    assert_limbs(read(tmp_path / 'a.json', results(found))[3], 3)


def test_heads_of_posetrack_which_has_no_ears(tmp_path):
    found = people('posetrack18')
    for person in found:
        person[3:5] = 0.
    refused(tmp_path / 'a.json', results(found), 'usually in the order of coco17', 'those of posetrack18')


@pytest.mark.parametrize('name', ['h36m17', 'posetrack18'])
def test_another_order_of_as_many_joints_is_refused(tmp_path, name):
    """And read where --format says it; what is usual is read."""
    refused(tmp_path / 'a.json', results(people(name)), 'usually in the order of coco17', f'those of {name}',
            '--format')
    assert_limbs(read(tmp_path / 'a.json', results(people(name)), name)[3], 3)
    assert_limbs(read(tmp_path / 'a.json', results(people('coco17')))[3], 3)


def test_limbs_prove_it_in_one_person_and_heads_do_not(tmp_path):
    refused(tmp_path / 'a.json', results(people('h36m17', 1)), 'those of h36m17')
    assert read(tmp_path / 'a.json', results(people('posetrack18', 1)))[0].error is None


@pytest.mark.parametrize('name', ['crowdpose14', 'aic14'])
def test_lsps_order_in_tables_is_checked(tmp_path, name):
    np.savez(tmp_path / 'a.npz', keypoints=people(name))
    with pytest.raises(InputError, match=f'usually in the order of lsp, .* those of {name}'):
        read_keypoints(str(tmp_path / 'a.npz'))
    np.savez(tmp_path / 'a.npz', keypoints=people('lsp'))
    assert_limbs(read_keypoints(str(tmp_path / 'a.npz'))[2], 2)


def test_an_order_that_nobody_knows(tmp_path):
    """In ten people or more, even where --format says it."""
    order = np.random.default_rng(0).permutation(17)
    mixed = [person[order] for person in people('coco17')]
    refused(tmp_path / 'a.json', results(mixed), 'do not stand as bodies do in the order of coco17',
            format_name='coco17')
    assert read(tmp_path / 'a.json', results(mixed[:9]), 'coco17')[0].error is None


def test_people_of_other_numbers_of_joints_are_refused_alone(tmp_path):
    data = results(people('coco17', 2)) + [{'image_id': 7, 'keypoints': people('lsp', 1)[0].ravel().tolist()}]
    first, second, third = read(tmp_path / 'a.json', data)
    assert first.error is None and second.error is None
    assert third.error.startswith(f'{tmp_path / "a.json"}: entry 2: 14 joints per person')


def test_zeros_without_confidence_do_not_make_proportions(tmp_path):
    """Of 17 joints a few at 0, 0, as files without confidences have them."""
    persons = people('coco17')
    for i, person in enumerate(persons):
        person[[3, 5 + i % 10, 6 + i % 11], :2] = 0.
    text = '\n'.join(','.join(map(str, [f'{i}.jpg', *person[:, :2].ravel()])) for i, person in enumerate(persons))
    records = read(tmp_path / 'a.csv', text)
    assert all(record.people[0].layout is FORMATS['coco17'] for record in records)


def test_other_names_of_formats(tmp_path):
    with pytest.raises(InputError, match="no format is called 'coc'; known are lsp, coco17"):
        read(tmp_path / 'a.json', results(people('coco17')), 'coc')
    refused(tmp_path / 'a.json', results(people('coco17')), '17 joints per person; lsp has 14', format_name='LSP')


def test_somebody_who_keeps_still_is_one_proof(tmp_path):
    """A hundred frames in one pose say what one says; moving people say more."""
    still = [people('posetrack18', 1)[0] + [(i, .5 * i, 0.)] for i in range(100)]
    assert read(tmp_path / 'a.json', results(still))[0].error is None
    odd = np.random.default_rng(5).permutation(17)
    assert read(tmp_path / 'a.json', results([person[odd] for person in still]), 'coco17')[0].error is None
    lsp = [sample_person(0) + [(i, 0., 0.)] for i in range(12)]
    np.savez(tmp_path / 'a.npz', keypoints=lsp)
    assert_limbs(read_keypoints(str(tmp_path / 'a.npz'))[0])
    assert all(record.error is None for record in read_keypoints(str(tmp_path / 'a.npz')))
