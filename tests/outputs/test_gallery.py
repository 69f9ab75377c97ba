"""index.html: one page that needs nothing but itself; what it shows, sorts and escapes, also in a real browser."""

import base64
import re
import shutil
import subprocess
from html.parser import HTMLParser

import cv2
import numpy as np
import pytest

from lib.objective import TERMS
from lib.outputs.gallery import strip_path, write_gallery
from lib.outputs.metrics import Judged, Shape
from lib.outputs.pictures import strip_bytes
from lib.outputs.summary import failed_row, stored_row

CHROMIUM = shutil.which('chromium') or shutil.which('chromium-browser') or shutil.which('google-chrome')
ODD_NAME = 'a&b<1>"\'$name<script>document.title="x"</script>\udcff\u202e\x1b0001.jpg'
SHOWN_NAME = 'a&b<1>"\'$name<script>document.title="x"</script>\\udcff\\u202e\\x1b0001.jpg'


class Page(HTMLParser):
    """Tags with their attributes, and all text, of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text = [], ''
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture
def rows(make_sample):
    """Of three images, the second doubtful, and a failed one."""
    rows = {}
    told = (ODD_NAME, 2.25, 900.), ('b.jpg', 7.5, 100.5), ('c.jpg', 3.04, 5000.)
    for index, (name, error, energy) in enumerate(told):
        doubts = ('far from <its> joints', 'knots') if index == 1 else ()
        energies = {term: energy / len(TERMS) for term in TERMS}
        judged = Judged(error, .01, Shape(1.75, .5), doubts)
        rows[index] = stored_row(make_sample(index, name), 'SMPL', energies, judged)
    rows[3] = failed_row(make_sample(3, 'd.jpg', 'female'), 'd.jpg: no <image>')
    return rows


@pytest.fixture
def out(tmp_path, rows):
    """A result folder with the page of the rows; the second image has no pictures."""
    out = tmp_path / 'out <i>&'
    (out / 'gallery').mkdir(parents=True)
    for index in (0, 2):
        photograph = np.full((300, 200 + 10 * index, 3), 90, dtype=np.uint8)
        with open(strip_path(str(out), index), 'wb') as file:
            file.write(strip_bytes(photograph, photograph, np.full((400, 300, 3), 255, dtype=np.uint8)))
    write_gallery(str(out), rows)
    return out


def page_of(out):
    return Page((out / 'index.html').read_text(encoding='utf-8'))


def test_page(out):
    page = page_of(out)
    cards = page.all('article')
    assert [card['data-index'] for card in cards] == ['0', '1', '2', '3']
    assert [card['class'] for card in cards] == ['fitted', 'doubtful', 'fitted', 'failed']
    assert '2 fitted, 1 doubtful, 1 failed' in page.text and 'out <i>&' in page.text
    assert 'doubtful: far from <its> joints; knots' in page.text and 'failed: d.jpg: no <image>' in page.text
    for term in TERMS:
        assert page.text.count(term) >= 3
    for value in ('2.25', '7.5', '3.04', '900', '100', '5000', '1000', '20.1'):
        assert value in page.text
    assert [card['data-error'] for card in cards] == ['2.2500', '7.5000', '3.0400', '']


def test_odd_names_stay_text(out):
    page = page_of(out)
    assert SHOWN_NAME in page.text
    assert len(page.all('script')) == 1 and not page.all('b')[0] and not page.all('i')
    assert page.all('img')[0]['alt'] == f'{SHOWN_NAME}: photograph, overlay, side view'


@pytest.mark.parametrize('column', ['file', 'gender', 'body', 'status', 'message', 'energy', 'reprojection_px',
                                    'error_share', 'seconds'])
def test_no_cell_is_markup(tmp_path, rows, column):
    """Whatever a summary holds, were it read without a check."""
    evil = '"><script>alert(1)</script>'
    for row in rows.values():
        number = column == 'index' or column in ('energy', 'reprojection_px') and row['status'] != 'failed'
        row[column] = row[column] if number else evil
    write_gallery(str(tmp_path), rows)
    page = page_of(tmp_path)
    assert len(page.all('script')) == 1 and len(page.all('article')) == 4


def test_pictures_are_within(out):
    images = page_of(out).all('img')
    assert len(images) == 2
    for image, index in zip(images, (0, 2)):
        head, _, data = image['src'].partition(',')
        assert head == 'data:image/jpeg;base64'
        picture = cv2.imdecode(np.frombuffer(base64.b64decode(data), np.uint8), cv2.IMREAD_COLOR)
        assert picture.shape == (240, 2 * round((200 + 10 * index) * 240 / 300) + 180, 3)


def test_a_failed_image_shows_no_older_picture(out, rows):
    rows[0] = {**rows[3], 'index': '0'}
    write_gallery(str(out), rows)
    assert len(page_of(out).all('img')) == 1


def test_no_rows(tmp_path):
    write_gallery(str(tmp_path), {})
    page = page_of(tmp_path)
    assert '0 fitted, 0 doubtful, 0 failed' in page.text and not page.all('article')


def test_nothing_comes_from_elsewhere(out):
    text = (out / 'index.html').read_text(encoding='utf-8')
    page = Page(text)
    assert not page.all('link') and not page.all('iframe')
    for _, attributes in page.tags:
        for name in 'src', 'href', 'action':
            assert (attributes.get(name) or 'data:').startswith('data:')
    assert not re.search(r'https?:|//[a-z]|@import|url\(|fetch\(|XMLHttp', re.sub(r'base64,[^"]*', '', text))


def browse(page, folder, width):
    """The DOM of a page after its scripts in headless Chromium, as a Page."""
    command = [CHROMIUM, '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
               '--disable-background-networking', '--disable-component-update', '--disable-sync',
               f'--user-data-dir={folder}', f'--window-size={width},900', '--virtual-time-budget=2000', '--dump-dom',
               page.as_uri()]
    return Page(subprocess.run(command, check=True, capture_output=True, timeout=60).stdout.decode())


@pytest.mark.skipif(CHROMIUM is None, reason='Chromium is not installed')
@pytest.mark.parametrize('key, wanted', [('index', '0123'), ('error', '1203'), ('energy', '2013')])
def test_sorting_in_a_browser(out, tmp_path, key, wanted):
    driver = f'''<script>
const select = document.getElementById('sort');
select.value = 'energy'; select.dispatchEvent(new Event('change'));
select.value = '{key}'; select.dispatchEvent(new Event('change'));
const page = document.documentElement;
document.body.dataset.fits = page.scrollWidth <= innerWidth && [...document.images].every(i => i.naturalWidth > 0);
</script></body>'''
    text = (out / 'index.html').read_text(encoding='utf-8')
    (out / 'driven.html').write_text(text.replace('</body>', driver), encoding='utf-8')
    page = browse(out / 'driven.html', tmp_path / 'profile', 390 if key == 'error' else 1400)
    assert ''.join(card['data-index'] for card in page.all('article')) == wanted
    assert page.all('body')[0]['data-fits'] == 'true', 'something is cut off or an image is broken'
