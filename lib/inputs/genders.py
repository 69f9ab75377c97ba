"""``--genders FILE``: the gender of each person, as ``name,gender`` lines or as one line for each image."""

import csv
import io
import re
from collections.abc import Mapping, Sequence

from ..base.errors import InputError, counted, quoted
from ..base.files import read_text
from .names import pair, some

_WORDS = {'male': 'male', 'm': 'male', '0': 'male', 'female': 'female', 'f': 'female', '1': 'female',
          'neutral': 'neutral', 'n': 'neutral'}
_NAMED_WORDS = {**_WORDS, '': 'neutral'}  # behind a name nothing is nothing known
_LSP_WORDS = {'0': 'male', '1': 'female'}
_HEADERS = ('gender', 'sex')
#: Bytes; a line for each of a million images.
_LARGEST = 1 << 26

_FOLDERS = re.compile(r'[\\/]+')

_Row = tuple[int, list[str]]  # number of its line, cells


def read_genders(path: str, images: Sequence[str]) -> tuple[list[str], list[str]]:
    """The gender of each of ``images``, file names in order, and lines to be said once.

    Those that a file of names leaves out are 'neutral'. Raises InputError where a line is not understood, lines
    contradict each other, none names an image, or lines without names are not as many as the images.
    """
    rows = _rows(path)
    if rows and any(word in rows[0][1][-1].lower() for word in _HEADERS):
        rows = rows[1:]
    if any(len(cells) > 1 for _, cells in rows):
        return _by_name(path, rows, images)
    genders = [_gender(path, row, _WORDS, 'male, female or neutral') for row in _in_order(rows, len(images))]
    if len(genders) != len(images):
        raise InputError(f'{path}: has lines for {len(genders)} of the {counted(len(images), "image")}; wanted one for '
                         'each, or lines of name,gender')
    return genders, []


def read_lsp_genders(path: str, count: int) -> list[str]:
    """The genders of ``count`` images in order, as LSP's layout has them: 0 is male, 1 female. More lines may follow.

    Raises InputError where there are fewer, or a line is not understood.
    """
    rows = _in_order(_rows(path), count)
    if len(rows) < count:
        raise InputError(f'{path}: has lines for {len(rows)} of the {counted(count, "image")}')
    return [_gender(path, row, _LSP_WORDS, '0 (male) or 1 (female)') for row in rows[:count]]


def _rows(path: str) -> list[_Row]:
    """The lines, the last of which are not blank."""
    try:
        text = read_text(path, _LARGEST)
        first = next((line for line in text.splitlines() if line.strip()), '')
        delimiter = next((mark for mark in ';\t' if mark in first and ',' not in first), ',')
        reader = csv.reader(io.StringIO(text, newline=''), delimiter=delimiter)
        rows = [(reader.line_num, [cell.strip() for cell in row] or ['']) for row in reader]
    except csv.Error as error:
        raise InputError(f'{path}: cannot be read as CSV ({error})') from None
    while rows and not any(rows[-1][1]):
        rows.pop()
    return rows


def _in_order(rows: list[_Row], count: int) -> list[_Row]:
    """Rows for images in order. Blank lines between them are left out where the others are as many as the images."""
    filled = [row for row in rows if any(row[1])]
    return filled if len(filled) == count and rows[0] is filled[0] else rows


def _gender(path: str, row: _Row, words: Mapping[str, str], wanted: str, columns: int = 1) -> str:
    """What the last cell of a row of so many ``columns`` says."""
    number, cells = row
    gender = words.get(cells[-1].lower())
    if gender is None or len(cells) != columns:
        raise InputError(f'{path}: line {number} is {quoted(",".join(cells))}, wanted {wanted}')
    return gender


def _by_name(path: str, rows: Sequence[_Row], images: Sequence[str]) -> tuple[list[str], list[str]]:
    rows = [row for row in rows if any(row[1])]
    names = [cells[0] for _, cells in rows]
    genders = [_gender(path, row, _NAMED_WORDS, 'name,male, name,female or name,neutral', columns=2) for row in rows]
    pairing = pair([_FOLDERS.split(name)[-1] for name in names], images)
    if not pairing.found:
        raise InputError(f'{path}: names none of the images: it has {some(names)}, and they are {some(images)}')
    for number, position in pairing.beaten.items():  # to be held against the better name
        pairing.found[position].append(number)
    out = ['neutral'] * len(images)
    for position, numbers in pairing.found.items():
        if len({genders[number] for number in numbers}) > 1:
            lines = ' and '.join(str(rows[number][0]) for number in numbers[:2])
            raise InputError(f'{path}: lines {lines} contradict each other about {images[position]}')
        out[position] = genders[numbers[0]]
    strangers = [names[number] for number in pairing.left if number not in pairing.beaten]
    return out, [f'{path}: names that none of the images has: {some(strangers)}'] if strangers else []
