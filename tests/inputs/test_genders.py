"""--genders FILE and lsp_gender.csv."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.base.errors import InputError
from lib.inputs.genders import read_genders, read_lsp_genders

IMAGES = ['im0001.jpg', 'im0002.jpg', 'im0003.jpg']


@pytest.fixture
def file(tmp_path):
    """``file(text or bytes)``: the path of a file with that content."""
    def file(content):
        path = tmp_path / 'genders.csv'
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)
    return file


def refusal(read, path, *arguments):
    with pytest.raises(InputError) as raised:
        read(path, *arguments)
    assert str(raised.value).startswith(path) and len(str(raised.value).splitlines()) == 1
    return str(raised.value)


# Lines of name,gender


@pytest.mark.parametrize('text, wanted', [
    ('im0003.jpg,female\nim0001,m\n', ['male', 'neutral', 'female']),
    ('name,gender\nim0001.jpg,0\nim0002.jpg,1\nim0003.jpg,n\n', ['male', 'female', 'neutral']),
    ('photos/im0003.jpg,female\nC:\\photos\\im0001.jpg,m\n', ['male', 'neutral', 'female']),
    ('im0003.jpg;female\nim0001;m\n', ['male', 'neutral', 'female']), ('im0001\tm\n', ['male', 'neutral', 'neutral']),
    ('file,Sex (m/f)\nim0002.jpg,F', ['neutral', 'female', 'neutral']),
    ('\nim0001.jpg,male\n\n\nim0002.jpg , Female \n\n', ['male', 'female', 'neutral']),
    ('\ufeffim0001.jpg,male\r\nim0003.jpg,female\r\n', ['male', 'neutral', 'female']),
    ('IM0001.JPG,male\nim0002.png,female\n', ['male', 'female', 'neutral']),
    ('im0001.jpg,female\nim0002.jpg,\n', ['female', 'neutral', 'neutral']),
    ('"im0001.jpg","male"\nim0001.jpg,m\n', ['male', 'neutral', 'neutral'])],
    ids=['names', 'header', 'folders', 'semicolons', 'tabs', 'other header', 'blank lines', 'Excel',
         'capitals and endings', 'nothing', 'twice the same'])
def test_by_name(file, text, wanted):
    assert read_genders(file(text), IMAGES) == (wanted, [])


def test_accents_in_another_form(file):
    nfc, nfd = (unicodedata.normalize(form, 'Jürgen.jpg') for form in ('NFC', 'NFD'))
    assert read_genders(file(f'{nfd},male\n'), [nfc])[0] == ['male']


def test_names_that_none_of_the_images_has_are_said(file):
    genders, (note,) = read_genders(file('im0001,male\nother,male\nanother.jpg,female\n'), IMAGES)
    assert genders == ['male', 'neutral', 'neutral'] and 'other, another.jpg' in note


@pytest.mark.parametrize('text, words', [
    ('img1,male\nimg2,female\n', ['none of the images', 'img1', 'im0001.jpg']),
    ('im0001.jpg,mael\nim0002.jpg,male\n', ['line 1', 'im0001.jpg,mael']),
    ('im0001.jpg,male\nim0002.jpg,other\n', ['line 2', 'im0002.jpg,other']),
    ('im0001.jpg,male\nim0002.jpg\n', ['line 2', 'name,male']),
    ('im0001.jpg,male,30\n', ['line 1', 'name,male']),
    ('im0001.jpg,male\nim0002.jpg,female\nim0001,female\n', ['contradict', 'lines 1 and 3', 'im0001.jpg']),
], ids=['other images', 'first line', 'word', 'no gender', 'three cells', 'contradiction'])
def test_wrong_names(file, text, words):
    found = refusal(read_genders, file(text), IMAGES)
    assert all(word in found for word in words), found


# A line for each image


@pytest.mark.parametrize('text', ['1\n0\nneutral\n', 'gender\nfemale\nmale\nn', '\ufeff1\r\n0\r\nn\r\n\r\n',
                                  '1\n\n0\n\nn\n\n'],
                         ids=['plain', 'header', 'Excel', 'every other line'])
def test_in_order(file, text):
    assert read_genders(file(text), IMAGES) == (['female', 'male', 'neutral'], [])


@pytest.mark.parametrize('text, words', [
    ('1\n', '1 of the 3'), ('1\n0\n1\n0\n', '4 of the 3'), ('1\nx\n1\n', 'line 2'), ('1\n\n1\n', 'line 2'),
    ('\n1\n1\n1\n', 'line 1'),
    ('', '0 of the 3'), ('gender\n', '0 of the 3'), ('mael\nmale\nmale\n', 'line 1')])
def test_wrong_lines(file, text, words):
    assert words in refusal(read_genders, file(text), IMAGES)


def test_no_text(file, tmp_path):
    assert 'UTF-8' in refusal(read_genders, file(b'\xff1\n0\n'), IMAGES)
    assert 'folder' in refusal(read_genders, str(tmp_path), IMAGES)
    assert 'no such file' in refusal(read_genders, str(tmp_path / 'none'), IMAGES)


# lsp_gender.csv


@pytest.mark.parametrize('content', ['0\n1\n0\n', '0\n1\n0', '0\r\n1\r\n0\r\n', '\ufeff0\r\n1\r\n0\r\n\r\n',
                                     '0\n\n1\n\n0\n', ' 0 \n1\n0\n1\n1\n'],
                         ids=['plain', 'no end', 'Windows', 'Excel', 'every other line', 'more'])
def test_lsp(file, content):
    assert read_lsp_genders(file(content), 3) == ['male', 'female', 'male']


@pytest.mark.parametrize('content, words', [
    ('0\n', '1 of the 3'), ('', '0 of the 3'), ('0\nmale\n0\n', 'line 2'), ('0\n\n1\n', "line 2 is ''"),
    ('\n1\n0\n1\n', "line 1 is ''"),
    ('0\n1\n1,0\n', "'1,0'"), ('gender\n0\n1\n0\n', 'line 1')])
def test_wrong_lsp(file, content, words):
    assert words in refusal(read_lsp_genders, file(content), 3)


@given(st.text(alphabet='01mf,\n\r"imageje.\0\ufeffé ', max_size=40).map(str.encode) | st.binary(max_size=30),
       st.booleans())
@settings(max_examples=150, deadline=1000)
def test_any_bytes(tmp_path_factory, content, lsp):
    path = tmp_path_factory.getbasetemp() / 'any.csv'
    path.write_bytes(content)
    try:
        found = read_lsp_genders(str(path), 3) if lsp else read_genders(str(path), IMAGES)[0]
        assert len(found) == 3 and set(found) <= {'male', 'female', 'neutral'}
    except InputError as error:
        assert str(error).startswith(str(path)) and len(str(error).splitlines()) == 1 and len(str(error)) < 500
