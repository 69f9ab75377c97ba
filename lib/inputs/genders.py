"""``--genders FILE``: the gender of each person, as ``name,gender`` lines or as one line for each image."""

import csv
import io
import os

from ..base.errors import InputError
from ..base.files import read_text

_WORDS = {'male': 'male', 'm': 'male', '0': 'male', 'female': 'female', 'f': 'female', '1': 'female',
          'neutral': 'neutral', 'n': 'neutral', '': 'neutral'}


def read_genders(path, names):
    """The gender of each of ``names``, image file names in order; 'neutral' for those that the file leaves out.

    Raises InputError where a line is not understood, or there are lines without names for fewer images.
    """
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(read_text(path), newline=''))]
    except csv.Error as error:
        raise InputError(f'{path}: cannot be read ({error})') from error
    while rows and not any(rows[-1]):
        rows.pop()
    named = any(len(row) > 1 for row in rows)
    if named and rows[0][-1].lower() not in _WORDS:
        rows[0] = []  # a header
    known, in_order = {}, []
    for number, row in enumerate(rows, start=1):
        word = row[-1].lower() if row else ''
        if word not in _WORDS or len(row) != 2 and named and row:
            raise InputError(f'{path}: line {number} is {",".join(row)!r}, wanted {"name," if named else ""}male, '
                             'female or neutral')
        in_order.append(_WORDS[word])
        if named and row:
            known[row[0]] = _WORDS[word]
    if named:
        return [known.get(name, known.get(os.path.splitext(name)[0], 'neutral')) for name in names]
    if len(in_order) < len(names):
        raise InputError(f'{path}: has lines for {len(in_order)} of the {len(names)} images')
    return in_order[:len(names)]
