"""Strips on index.html: how many a browser holds, and how sharp, wherever one has scrolled."""

import numpy as np
import pytest

from lib.outputs.drawn.pictures import jpeg_bytes
from lib.outputs.folder import OutFolder
from lib.outputs.metrics import Judged, Shape
from lib.outputs.page.gallery import write_gallery
from lib.outputs.summary import stored_row
from tests.browser import CHOOSE, browse, driven, in_a_browser, told

COUNT = 240
#: JavaScript to wait until ``ready()``, or for long.
UNTIL = """const until = async ready => {
  for (let i = 0; i < 100 && !ready(); i++) await new Promise(then => setTimeout(then, 10));
};
const strips = () => [...document.querySelectorAll('main canvas')];"""


@pytest.fixture
def out(tmp_path, make_sample):
    """A result folder with many cards, each with a strip of its own, left half black and right half white."""
    out, shape = tmp_path / 'out', Judged(2., .01, Shape(1.75, .5), ())
    (out / 'gallery').mkdir(parents=True)
    strip = np.zeros((300, 705, 3), np.uint8)
    strip[:, 352:] = 255
    for index in range(COUNT):
        (out / 'gallery' / f'{index:04d}.jpg').write_bytes(jpeg_bytes(strip, 80))
    rows = {index: stored_row(make_sample(index), 'SMPL', {'j2d': 1.}, shape) for index in range(COUNT)}
    write_gallery(OutFolder(str(out)), rows)
    return out


@in_a_browser
def test_far_strips_are_let_go(out, tmp_path):
    """To the end, sorted and back: few are there at a time, none as an element whose pixels the browser keeps, and
    they are painted on a few canvases in turn, each where it belongs."""
    page = browse(driven(out, UNTIL + CHOOSE + """
const canvases = new Set(), told = new Set(), most = [0, 0];
let astray = 0;
const look = () => {
  for (const canvas of strips()) {
    canvases.add(canvas);
    told.add(canvas.image.src);
    const strip = `gallery/${canvas.closest('article').dataset.index.padStart(4, '0')}.jpg`;
    astray += !canvas.image.src.endsWith(strip) || !canvas.width;
  }
  most[0] = Math.max(most[0], document.querySelectorAll('main img, main canvas').length);
  most[1] = Math.max(most[1], [...document.querySelectorAll('main img')].filter(
    image => getComputedStyle(image).opacity > 0).length);
};
for (const way of [1, -1]) {
  const end = () => way > 0 ? scrollY + innerHeight + 2 > document.documentElement.scrollHeight : scrollY === 0;
  for (let i = 0; i < 300 && !end(); i++) {
    scrollBy(0, way * innerHeight / 2);
    await new Promise(then => setTimeout(then, 10));
    look();
  }
  choose('sort', 'error');
}
await until(() => strips().length > 3);
look();
return [...most, canvases.size, told.size, astray];
"""), tmp_path / 'profile', 1400)
    most, visible, canvases, strips, astray = told(page)
    assert most <= 90 and visible == 0 and astray == 0
    assert canvases < strips and canvases <= 90, 'they are used again'


@in_a_browser
@pytest.mark.parametrize('width', [390, 1400])
def test_a_strip_is_as_sharp_as_it_is_seen(out, tmp_path, width):
    """In pixels of the screen, of the photograph's shape, and told of as the image was."""
    page = browse(driven(out, UNTIL + """
await until(() => strips().length);
const [canvas] = strips(), box = canvas.getBoundingClientRect();
return [canvas.width, canvas.height, box.width * devicePixelRatio, box.height * devicePixelRatio,
        canvas.getAttribute('role'), canvas.getAttribute('aria-label'), canvas.parentElement.className];"""),
                  tmp_path / 'profile', width)
    across, down, box_across, box_down, *described = told(page)
    assert (across, down) == (pytest.approx(box_across, abs=1), pytest.approx(box_down, abs=1)) and across < 705
    assert described == ['img', 'a.jpg: detected joints, fitted body, its side', 'picture']


@in_a_browser
def test_a_strip_is_painted_anew_for_a_wider_page(out, tmp_path):
    """On the same canvas, sharp again."""
    page = browse(driven(out, UNTIL + """
await until(() => strips().length);
const [canvas] = strips(), before = canvas.width;
document.body.style.maxWidth = '700px';
dispatchEvent(new Event('resize'));
await until(() => canvas.width !== before);
return [canvas.isConnected, before, canvas.width, canvas.clientWidth];"""), tmp_path / 'profile', 1400)
    there, before, width, shown = told(page)
    assert there and width == shown != before


@in_a_browser
@pytest.mark.parametrize('content', [None, b'no picture'])
def test_a_strip_that_is_not_there_tells_what_it_should_be(out, tmp_path, content):
    """While a run is at work, or after somebody removed it."""
    strip = out / 'gallery' / '0001.jpg'
    strip.unlink()
    if content is not None:
        strip.write_bytes(content)
    page = browse(driven(out, UNTIL + """
const image = document.querySelector('main [data-index="1"] img');
await until(() => image.classList.contains('as-it-is') && strips().length);
return [image.isConnected, getComputedStyle(image).opacity, image.alt, strips().length > 0];"""),
                  tmp_path / 'profile', 1400)
    assert told(page) == [True, '1', 'a.jpg: detected joints, fitted body, its side', True]
