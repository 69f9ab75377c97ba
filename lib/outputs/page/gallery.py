"""``index.html``: every image of a run in one page that needs nothing but a browser, and of that not even scripts.

How it looks and what it does stands in gallery.html, .css, .js and .body.js beside this file. Here a card is made for
each image, a line of HTML; scripts choose among the lines, and find what they sort by in the first tag of each.
"""

import base64
import html
import os
import string
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from urllib.parse import quote

from ...base.errors import printable
from ...base.files import read_bytes, write_file
from ...evidence import EVIDENCE
from ...objective import TERMS
from ..drawn.strip import STRIP_HEIGHT, STRIP_WIDTH
from ..folder import PAGE, Kind, OutFolder
from ..summary import FAILED, STATUSES, STEPS, Row

_HERE = os.path.dirname(os.path.abspath(__file__))
_PART = 100  # cards in a piece of text: browsers split long ones
#: What the strip, and the mesh for the page, is called behind its number and the folder below OUT, and what a click on
#: the strip leads to: the first of these that is there.
_STRIP = '.jpg', 'gallery'
_MESH = '.js', 'gallery'
_LARGE = ('_overlay.png', ''), ('_overlay.jpg', ''), _STRIP
#: What the values of a card are called, and what they are.
_EXPLAINED = {
    'error': 'mean distance of fitted from detected joints, confident ones without hips, px of the photograph; in '
             'brackets as a share of the person',
    'stature': 'from heel to head top of the fitted body at rest',
    'largest beta': 'the largest of the absolute shape parameters; 0 is a body of mean shape',
    'points': 'mean distance of the fitted body from 3D points',
    'unsure by': 'with --uncertainty: the standard deviation of joints as seen from the pelvis, in each direction, and '
                 'of the distance; in the view from the side ellipses show two of them',
    'energy': 'the sum of all terms of the objective in the end',
    'j2d': 'term of the objective: distance of fitted from detected joints',
    'pose': 'term of the objective: how unusual the pose is',
    'pose_exp': 'term of the objective: elbows and knees that bend the wrong way',
    'betas': 'term of the objective: how unusual the shape is',
    'j3d': 'term of the objective: distance from 3D points',
    'anchor': 'term of the objective: distance from the estimate that the fit stays near',
    'sph_coll': 'term of the objective: how much limbs and trunk are in each other',
    'cameras': 'of several calibrated cameras, the error of each, or that it disagreed and was left out',
    'steps': 'accepted steps of the camera step, then those of the four stages',
    'kept': 'which of the body orientations and starts that were tried was best'}

Kinds = Collection[Kind]


def write_gallery(folder: OutFolder, rows: Mapping[int, Row], single: bool = False) -> None:
    """Write index.html of summary rows by index, with the strips and links to the other files that are in the folder.

    ``single``: the strips are within, and there are no links. Raises CannotWrite where there is no room for it.
    """
    write_file(os.path.join(folder.path, PAGE), _page(folder, rows, single))


def _page(folder: OutFolder, rows: Mapping[int, Row], single: bool) -> Iterator[bytes]:
    counts, held = Counter(row['status'] for row in rows.values()), folder.held()
    head, tail = string.Template(_source('html')).substitute(
        style=_source('css'), body=_source('body.js'), script=_source('js'), cards='\0',
        title=_escaped(f'SMPLify: {os.path.basename(os.path.abspath(folder.path))}'),
        counts=', '.join(f'{counts[status]} {status}' for status in STATUSES),
        terms=''.join(f'<dt>{name}<dd>{what}\n' for name, what in _EXPLAINED.items())).split('\0')
    yield head.encode('utf-8')
    indices = sorted(rows)
    for start in range(0, len(indices), _PART):
        cards = [_card(rows[index], folder, held.kinds(index), single) for index in indices[start:start + _PART]]
        yield f'<noscript>\n{"".join(cards)}</noscript>\n'.encode()
    yield tail.encode('utf-8')


def _source(kind: str) -> str:
    with open(os.path.join(_HERE, f'gallery.{kind}'), encoding='utf-8') as file:
        return file.read()


def _escaped(text: str) -> str:
    return html.escape(printable(text))


def _card(row: Row, folder: OutFolder, there: Kinds, single: bool) -> str:
    """The line of an image of which these kinds of files are ``there``."""
    row = {key: _escaped(value) for key, value in row.items()}  # all text of the user's, once and for all
    index, status, message = int(row['index']), row['status'], row['message']
    name = f'{index:04d} {row["file"]}'
    reasons = f'<p>{status}: {message}</p>' if message else ''
    values = '' if status == FAILED else f'<dl>{"".join(_values(row))}</dl>'
    files = '' if single else _links(index, folder, there)
    body = f' data-body="{_url(index, folder, _MESH)}"' if _MESH in there and not single else ''
    return (f'<article class="{status}" data-index="{index}" data-error="{row["reprojection_px"]}" '
            f'data-energy="{row["energy"]}" data-stature="{row["stature_m"]}" data-sigma="{row["sigma_m"]}" '
            f'data-gender="{row["gender"]}" '
            f'data-find="{name} {message}"{body}>{_picture(row, folder, there, single)}<h2>{name}, {row["gender"]}</h2>'
            f'{reasons}{values}{files}</article>\n')


def _picture(row: Row, folder: OutFolder, there: Kinds, single: bool) -> str:
    """The strip, which leads to a larger picture; nothing where there is none."""
    index, failed = int(row['index']), row['status'] == FAILED
    if _STRIP not in there:
        return ''
    if single:
        strip = read_bytes(folder.file(index, *_STRIP))
        source, large = f'data:image/jpeg;base64,{base64.b64encode(strip).decode("ascii")}', '#'
    else:
        source, large = (_url(index, folder, kind) for kind in (_STRIP, next(kind for kind in _LARGE if kind in there)))
    shown = 'detected joints' if failed else 'detected joints, fitted body, its side'
    return (f'<a class="picture" href="{large}"><img src="{source}" width="{STRIP_WIDTH}" height="{STRIP_HEIGHT}" '
            f'loading="lazy" decoding="async" alt="{row["file"]}: {shown}"></a>')


def _values(row: Row) -> Iterator[str]:
    """What is known of a fit, as terms and what they are."""
    share = f' ({float(row["error_share"]):.1%})' if row['error_share'] not in ('', 'nan') else ''
    steps, tried = ' '.join(row[key] for key in STEPS), row['orientations']
    told = {'error': _short(row['reprojection_px'], f' px{share}'), 'points': _short(row['points_mm'], ' mm'),
            'stature': _short(row['stature_m'], ' m'), 'largest beta': _short(row['largest_beta']),
            'unsure by': _sure(row), 'energy': _short(row['energy']),
            **{term: _short(row[f'energy_{term}']) for term in (*TERMS, *EVIDENCE)},
            'steps': steps if tried else '', 'kept': f'{row["orientation"]} of {tried}' if tried else ''}
    yield from (f'<dt>{name}<dd>{value}' for name, value in told.items() if value)
    if row['views']:
        yield f'<dt>cameras<dd class="wide">{row["views"]}'


def _sure(row: Row) -> str:
    """How far joints, and the person's distance, may be off."""
    if row['sigma_m'] in ('', 'nan'):
        return ''
    return f'{1e3 * float(row["sigma_m"]):.0f} mm, distance {_short(row["sigma_depth_m"], " m")}'


def _short(number: str, unit: str = '') -> str:
    """A few digits, no more than two after the point; nothing of what is not known."""
    if number in ('', 'nan'):
        return ''
    value = float(number)
    return (f'{value:.0f}' if abs(value) >= 100. else f'{value:.3g}' if abs(value) >= 1. else f'{value:.2f}') + unit


def _links(index: int, folder: OutFolder, there: Kinds) -> str:
    """Links to all files of an image but those that the page itself shows."""
    links = [f'<a href="{_url(index, folder, kind)}">{kind[0].lstrip("._")}</a>'
             for kind in there if kind not in (_STRIP, _MESH)]
    return f'<p class="files">{" ".join(links)}</p>' if links else ''


def _url(index: int, folder: OutFolder, kind: Kind) -> str:
    """The address of a file, as seen from the page."""
    return quote(os.path.relpath(folder.file(index, *kind), folder.path).replace(os.sep, '/'))
