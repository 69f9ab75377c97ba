"""Choosing images: --subset, --gender, --failed; what is chosen is named as in a full run."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.base.errors import InputError
from lib.inputs.subset import choose, parse_subset
from tests.helpers import read_summary
from tests.program import OUT, DataSet, fitted_in

NAMES = ['im0001.jpg', 'im0002.jpg', 'im0003.jpg', 'a b4.jpg', '7.jpg', 'im-6.jpg']


@pytest.mark.parametrize('text, wanted', [
    ('0', [0]), ('5', [5]), ('1-3', [1, 2, 3]), ('2-2', [2]), ('0-5', [0, 1, 2, 3, 4, 5]), ('im0003', [2]),
    ('3,1,im0001', [0, 1, 3]), ('1-3,2-4,3', [1, 2, 3, 4]), (' 1 , im0003 ', [1, 2]), ('1,,2,', [1, 2]), ('a b4', [3]),
    ('7', [4]),  # a file's name goes before an index
    ('im-6', [5]), ('0' * 12 + '3', [3])])
def test_parse_subset(text, wanted):
    assert parse_subset(text, NAMES) == wanted


@pytest.mark.parametrize('text, words', [
    ('6', ['6', '0 to 5']), ('0-6', ['0-6', '0 to 5']), ('3-1', ['3-1']), ('1-', ['1-']), ('-1', ['-1', 'nor']),
    ('1-2-3', ['1-2-3']), ('im0009', ['im0009', 'name of an image']), ('im0001.jpg', ['im0001.jpg']), ('1;2', ['1;2']),
    ('1.5', ['1.5']), ('0,x', ['x']), ('²', ['neither']), ('٣', ['neither']), ('1-²', ['neither']),
    ('5-3', ['lower to the higher']),
    ('999', ['0 to 5']), ('9' * 5000, ['neither']), ('0-' + '9' * 18, ['0 to 5']), ('+1', ['neither']),
    ('1_0', ['neither'])])
def test_parse_subset_refuses(text, words):
    with pytest.raises(InputError) as caught:
        parse_subset(text, NAMES)
    assert all(word in str(caught.value) for word in ['--subset', *words])


@pytest.mark.parametrize('text, wanted', [
    ('a,b', [0]), ('a,b,c', [0, 2]), ('c,a,b,0-1', [0, 1, 2]), ('a#1', [1]), ('d', [3, 4]), ('d#1', [4]),
    ('a,b,d#0,c', [0, 2, 3]),
    ('clip.v2_000003', [5, 6]), ('clip.v2_000003#1', [6]), ('photo#0', [7]), ('photo', [7])])
def test_names_with_commas_and_people(text, wanted):
    names = ['a,b.jpg', 'a#1.jpg', 'c.jpg', 'd.jpg#0', 'd.jpg#1', 'clip.v2_000003#0', 'clip.v2_000003#1', 'photo#0']
    assert parse_subset(text, names) == wanted


@given(st.text('0123456789-,#ab ²', max_size=8) | st.text(max_size=5),
       st.lists(st.text('ab,#01', min_size=1, max_size=4).map(lambda stem: stem + '.jpg'), max_size=5))
@settings(max_examples=200, deadline=1000)
def test_any_subset(text, names):
    try:
        assert set(parse_subset(text, names)) <= set(range(len(names)))
    except InputError as error:
        assert str(error).startswith('--subset') and len(str(error).splitlines()) == 1 and len(str(error)) < 300


class Chosen:
    """What ``choose`` asks of a data set."""

    images, genders, inputs = ['a.jpg', 'b.jpg', 'c.jpg'], ['male', 'female', 'female'], {'genders': 'lsp_gender.csv'}

    def __len__(self):
        return len(self.images)


def test_choose():
    assert choose(Chosen()) == [0, 1, 2]
    assert choose(Chosen(), 'b,c', 'female', {1: 'b.jpg', 0: 'a.jpg'}) == [1]
    with pytest.raises(InputError, match='no image meets'):
        choose(Chosen(), 'a', 'female')


@pytest.mark.parametrize('failed', [{1: 'x.jpg'}, {0: 'a.jpg', 2: 'b.jpg'}, {7: 'h.jpg'}])
def test_failed_images_of_another_data_set(failed):
    with pytest.raises(InputError, match='another data set'):
        choose(Chosen(), failed=failed)


def test_a_gender_where_nobody_has_one():
    data = Chosen()
    data.inputs = {}
    with pytest.raises(InputError, match='--gender_neutral'):
        choose(data, gender='male')


@pytest.fixture
def data_set(tmp_path):
    """Four images: male, female, male, female."""
    data_set = DataSet(tmp_path / 'data', 4)
    data_set.genders_path.write_text('0\n1\n0\n1\n')
    return data_set


def pickles(out):
    return {path.name: path.read_bytes() for path in out.glob('*.pkl')}


def test_a_subset_has_the_names_and_bytes_of_a_full_run(fit, tmp_path):
    assert fit('--out_dir', tmp_path / 'full').code == 0
    full = pickles(tmp_path / 'full')
    assert sorted(full) == ['0000.pkl', '0001.pkl', '0002.pkl', '0003.pkl']
    assert fit('--subset', '2-3,im0001').code == 0
    assert pickles(tmp_path / OUT) == {name: full[name] for name in ('0000.pkl', '0002.pkl', '0003.pkl')}
    assert fit().code == 0
    assert pickles(tmp_path / OUT) == full, 'the rest is added by a full run'


def test_gender(fit, tmp_path):
    assert fit('--gender', 'female').code == 0
    assert fitted_in(tmp_path / OUT) == ['0001.pkl', '0003.pkl']
    assert fit('--gender', 'male', '--subset', '0-1').code == 0
    assert fitted_in(tmp_path / OUT) == ['0000.pkl', '0001.pkl', '0003.pkl']
    assert {row['gender'] for row in read_summary(tmp_path / OUT / 'summary.csv').values()} == {'male', 'female'}
    models = json.loads((tmp_path / OUT / 'run.json').read_text())['models']
    assert {'female body', 'male body'} <= set(models), 'the record covers all results in the folder'


def test_failed_images_of_an_earlier_run(fit, data_set, tmp_path):
    content = data_set.images[1].read_bytes()
    for index in (1, 3):
        data_set.images[index].write_bytes(b'')
    assert fit().code == 1
    assert fitted_in(tmp_path / OUT) == ['0000.pkl', '0002.pkl']
    data_set.images[1].write_bytes(content)
    other = tmp_path / 'other'
    answer = fit('--failed', tmp_path / OUT, '--out_dir', other)
    assert answer.code == 1, 'one of them fails again'
    answer.assert_one_line('failed: 0003')
    assert fitted_in(other) == ['0001.pkl']
    answer = fit('--failed', tmp_path / OUT)
    assert answer.code == 1 and fitted_in(tmp_path / OUT) == ['0000.pkl', '0001.pkl', '0002.pkl'], 'in the same folder'
    data_set.images[3].write_bytes(content)
    assert fit('--failed', tmp_path / OUT).code == 0
    fit('--failed', tmp_path / OUT).assert_one_line('no image', '--failed')


@pytest.mark.parametrize('options, words', [
    (['--subset', '4'], ['--subset', '0 to 3']), (['--subset', 'im9'], ['--subset', 'im9']),
    (['--subset', ','], ['no image', '--subset']), (['--subset', '0', '--gender', 'female'], ['no image', '--gender']),
    (['--failed', 'nowhere'], ['--failed', 'nowhere', 'summary.csv'])])
def test_refused(fit, tmp_path, options, words):
    answer = fit(*options)
    answer.assert_one_line(*words)
    assert answer.code == 2 and not (tmp_path / OUT).exists()
