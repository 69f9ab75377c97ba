"""``index.html``: every image of a run in one page that needs nothing but a browser."""

import base64
import html
import os

from ..base.files import read_bytes, write_file
from ..objective import TERMS
from .folder import result_path

_HEAD = '''<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; font: 15px/1.4 system-ui, sans-serif; }}
body {{ margin: 0 auto; max-width: 1500px; padding: 1rem; }}
header {{ display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: baseline; }}
h1 {{ font-size: 1.3rem; margin: 0; }}
main {{ display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr));
        margin-top: 1rem; }}
article {{ border: 1px solid #8886; border-radius: 6px; overflow: hidden; display: flex; flex-direction: column; }}
article img {{ width: 100%; height: auto; display: block; background: #fff; }}
article > div {{ padding: .5rem .75rem; overflow-wrap: anywhere; }}
article.failed > div {{ color: #b00020; color: light-dark(#b00020, #ff8a80); }}
dl {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(4.5rem, 1fr)); gap: .3rem .6rem; margin: .3rem 0 0;
      font-size: .85rem; }}
dt {{ opacity: .7; }} dd {{ margin: 0; font-variant-numeric: tabular-nums; }}
</style></head><body>
<header><h1>{title}</h1><span>{counts}</span>
<label>Sort by <select id="sort"><option value="index">index</option>
<option value="error">reprojection error, worst first</option>
<option value="energy">energy, highest first</option></select></label></header>
<p>Left to right: photograph, fitted body over it, the body from its side.</p>
<main id="cards">
'''
_TAIL = '''</main>
<script>
const cards = document.getElementById('cards');
document.getElementById('sort').addEventListener('change', event => {
  const key = event.target.value, sign = key === 'index' ? 1 : -1;
  const value = card => { const v = parseFloat(card.dataset[key]); return isNaN(v) ? -Infinity : v; };
  [...cards.children].sort((a, b) => sign * (value(a) - value(b)) || a.dataset.index - b.dataset.index)
    .forEach(card => cards.appendChild(card));
});
</script></body></html>
'''


def strip_path(out_dir, index):
    """Where image ``index``'s strip of pictures for the page is kept: photograph, overlay, side view."""
    return result_path(os.path.join(out_dir, 'gallery'), index, '.jpg')


def write_gallery(out_dir, rows):
    """Write index.html of summary rows {index: row}, with the strips that are in the folder."""
    write_file(os.path.join(out_dir, 'index.html'), _pages(out_dir, rows))


def _pages(out_dir, rows):
    fitted = sum(row['status'] == 'fitted' for row in rows.values())
    title = f'SMPLify: {os.path.basename(os.path.abspath(out_dir))}'
    counts = f'{fitted} fitted, {len(rows) - fitted} failed'
    yield _HEAD.format(title=html.escape(title), counts=counts).encode('utf-8', 'replace')
    for index in sorted(rows):
        yield _card(rows[index], strip_path(out_dir, index)).encode('utf-8', 'replace')
    yield _TAIL.encode('utf-8')


def _card(row, path):
    name = html.escape(row['file'])
    picture = ''
    if row['status'] == 'fitted' and os.path.exists(path):
        data = base64.b64encode(read_bytes(path)).decode('ascii')
        picture = f'<img loading="lazy" alt="{name}: photograph, overlay, side view" src="data:image/jpeg;base64,{data}">'
    if row['status'] != 'fitted':
        text = f'<p>{html.escape(row["message"])}</p>'
    else:
        values = {'error, px': row['reprojection_px'], 'energy': row['energy'],
                  **{term: row[f'energy_{term}'] for term in TERMS if row[f'energy_{term}']}}
        text = '<dl>' + ''.join(f'<div><dt>{key}</dt><dd>{_short(float(value))}</dd></div>'
                                for key, value in values.items()) + '</dl>'
    return (f'<article class="{row["status"]}" data-index="{row["index"]}" data-error="{row["reprojection_px"]}" '
            f'data-energy="{row["energy"]}">{picture}<div><b>{int(row["index"]):04d}</b> {name}, '
            f'{html.escape(row["gender"])}{text}</div></article>\n')


def _short(value):
    """A few digits, no more than two after the point."""
    return f'{value:.0f}' if abs(value) >= 100. else f'{value:.3g}' if abs(value) >= 1. else f'{value:.2f}'
