"""``index.html``: every image of a run in one page that needs nothing but a browser.

How it looks stands in gallery.html beside this file; the part between its two comments is made for each image.
"""

import base64
import html
import os
import string
from collections.abc import Iterator, Mapping

from ..base.errors import printable
from ..base.files import read_bytes, write_file
from ..objective import TERMS
from .folder import PAGE, result_path
from .summary import FAILED, STATUSES, Row

_TEMPLATE = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'gallery.html')
_PICTURE = '<img loading="lazy" alt="$name: photograph, overlay, side view" src="data:image/jpeg;base64,$data">'
_REASONS = '<p>$status: $message</p>'
_VALUE = '<div><dt>$key</dt><dd>$value</dd></div>'


class _Markup(str):
    """HTML, as against text: it is not escaped again."""


def strip_path(out_dir: str, index: int) -> str:
    """Where image ``index``'s strip of pictures for the page is kept: photograph, overlay, side view."""
    return result_path(out_dir, index, '.jpg', below='gallery')


def write_gallery(out_dir: str, rows: Mapping[int, Row]) -> None:
    """Write index.html of summary rows by index, with the strips that are in the folder.

    Raises CannotWrite where there is no room for it.
    """
    write_file(os.path.join(out_dir, PAGE), _page(out_dir, rows))


def _page(out_dir: str, rows: Mapping[int, Row]) -> Iterator[bytes]:
    with open(_TEMPLATE, encoding='utf-8') as file:
        head, rest = file.read().split('<!-- card -->')
    card, tail = rest.split('<!-- end -->')
    counts = (f'{sum(row["status"] == status for row in rows.values())} {status}' for status in STATUSES)
    title = f'SMPLify: {os.path.basename(os.path.abspath(out_dir))}'
    yield _filled(head, title=title, counts=', '.join(counts)).encode('utf-8')
    for index in sorted(rows):
        yield _card(card, rows[index], strip_path(out_dir, index)).encode('utf-8')
    yield tail.encode('utf-8')


def _card(template: str, row: Row, path: str) -> str:
    picture, values, reasons = _Markup(), _Markup(), _Markup()
    if row['message']:
        reasons = _filled(_REASONS, status=row['status'], message=row['message'])
    if row['status'] != FAILED:
        told = {'error, px': row['reprojection_px'], 'energy': row['energy'],
                **{term: row[f'energy_{term}'] for term in TERMS}}
        values = _Markup('<dl>' + ''.join(_filled(_VALUE, key=key, value=_short(float(value)))
                                          for key, value in told.items() if value) + '</dl>')
        if os.path.exists(path):
            data = base64.b64encode(read_bytes(path)).decode('ascii')
            picture = _filled(_PICTURE, name=row['file'], data=data)
    return _filled(template, status=row['status'], index=row['index'], number=f'{int(row["index"]):04d}',
                   error=row['reprojection_px'], energy=row['energy'], name=row['file'], gender=row['gender'],
                   picture=picture, reasons=reasons, values=values)


def _filled(template: str, **values: str) -> _Markup:
    """``template`` with its $names replaced; all text is escaped here, and nowhere else."""
    return _Markup(string.Template(template).substitute(
        {key: value if isinstance(value, _Markup) else html.escape(printable(value)) for key, value in values.items()}))


def _short(value: float) -> str:
    """A few digits, no more than two after the point."""
    return f'{value:.0f}' if abs(value) >= 100. else f'{value:.3g}' if abs(value) >= 1. else f'{value:.2f}'
