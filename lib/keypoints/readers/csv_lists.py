"""CSV with a list of numbers in a cell, as pandas writes columns of lists -> people as JSON has them."""

import json
import re
from itertools import chain

from ..found import Json
from .csv_files import Table

_NAN = re.compile(r'\b(nan|none)\b', re.IGNORECASE)
#: Of NumPy's printing: numbers with blanks between them, rows without commas.
_BLANKS, _ROWS = re.compile(r'(?<=[\d.NnulaN])\s+(?=[-\d.Nn])'), re.compile(r'\]\s*\[')


def with_lists(table: Table) -> list[Json] | None:
    """The rows of a table as objects, a cell that is a list of numbers as the keypoints; None where there is no such
    column, and then the table is as before."""
    first = next(table.rows)
    table.rows = chain([first], table.rows)
    header, cells = table.header or [], first[1]
    column = next((i for i, cell in enumerate(cells[:len(header)]) if _list_in(cell) is not None), None)
    if column is None:
        return None
    rows = list(table.rows)
    image = table.image_column(rows, column)
    out: list[Json] = []
    for _, row in rows:
        row = [*row, *[''] * (len(header) - len(row))]
        about = {} if image is None else {'image': row[image]}
        out.append({**about, 'keypoints': _list_in(row[column]) or []})
    return out


def _list_in(cell: str) -> list | None:
    """A list that a cell holds, as Python or NumPy prints it."""
    if not cell.startswith('['):
        return None
    text = _ROWS.sub('],[', _BLANKS.sub(',', _NAN.sub('null', cell)))
    try:
        found = json.loads(re.sub(r'(?<=\d)\.(?!\d)', '.0', text))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, list) and found else None
