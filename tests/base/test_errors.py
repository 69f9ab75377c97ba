"""Messages: one printable line, whatever they quote."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.base.errors import InputError, MissingArray, counted, in_one_line, printable, quoted


@pytest.mark.parametrize('text, shown', [
    ('im0001.jpg: no image', 'im0001.jpg: no image'), ('Größe 3 µm, 図.jpg', 'Größe 3 µm, 図.jpg'),
    ('a\nfailed: 0001', r'a\nfailed: 0001'), ('a\r\tb', r'a\r\tb'), ('\x1b[2Jgone', r'\x1b[2Jgone'),
    ('\x9bm', r'\x9bm'), ('im\u202egpj.exe', r'im\u202egpj.exe'), ('\u2066x\u2069', r'\u2066x\u2069'),
    ('\udcff.jpg', r'\udcff.jpg'), ('a\u2028b\x85c', r'a\u2028b\x85c'), ('\x00', r'\x00')])
def test_what_is_no_visible_character_is_escaped(text, shown):
    assert printable(text) == shown == str(InputError(text))


@given(st.text(alphabet=st.characters()))
def test_any_text_is_one_printable_line(text):
    for shown in (str(InputError(text)), str(InputError(quoted(text))), str(InputError(in_one_line(ValueError(text))))):
        assert shown.isprintable() and len(shown.splitlines()) <= 1
        shown.encode('utf-8')
    assert len(quoted(text)) <= 83 and len(in_one_line(ValueError(text))) <= 163


def test_long_values_keep_their_ends():
    assert quoted('a' + 'x' * 1000 + 'z') == f"'a{'x' * 38}...{'x' * 38}z'"
    assert quoted('short') == "'short'"


def test_one_and_more():
    assert [counted(count, 'image') for count in (0, 1, 2)] == ['0 images', '1 image', '2 images']
    assert [counted(count, 'person', 'people') for count in (1, 2)] == ['1 person', '2 people']


def test_errors_travel_between_processes():
    error = pickle.loads(pickle.dumps(MissingArray('x.npz: lacks\ny')))
    assert type(error) is MissingArray and isinstance(error, InputError) and str(error) == r'x.npz: lacks\ny'
