"""index.html: one page that needs nothing but itself; what it shows, sorts and escapes, also in a real browser."""

import base64
import re
from urllib.parse import parse_qsl, unquote

import numpy as np
import pytest

from lib.objective import TERMS
from lib.outputs.drawn.pictures import jpeg_bytes
from lib.outputs.exported.export_names import ExportNames
from lib.outputs.folder import OutFolder
from lib.outputs.metrics import Judged, Shape
from lib.outputs.page.gallery import write_gallery
from lib.outputs.page.page_mesh import mesh_script
from lib.outputs.summary import failed_row, stored_row
from tests.browser import CHOOSE, Page, browse, driven, in_a_browser, told
from tests.program import OUT

ODD_NAME = 'a&b<1>"\'$name<script>document.title="x"</script>\udcff\u202e\x1b0001.jpg'
SHOWN_NAME = 'a&b<1>"\'$name<script>document.title="x"</script>\\udcff\\u202e\\x1b0001.jpg'


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
    """A result folder with the page of the rows; the second image has no pictures, the failed one has."""
    out = tmp_path / 'out <i>&'
    for folder in ('gallery', 'viz'):
        (out / folder).mkdir(parents=True)
    for index in (0, 2, 3):
        (out / 'gallery' / f'{index:04d}.jpg').write_bytes(jpeg_bytes(np.full((300, 705, 3), 90, np.uint8), 80))
    for name in ('0000_overlay.jpg', '0000.pkl', '0000_view090.png', '0000_view005.png', 'viz/0000.gif', '0001.pkl',
                 '0000_notes.txt', '0003 of mine.jpg', '00000.pkl'):
        (out / name).write_bytes(b'')
    write_gallery(OutFolder(str(out)), rows)
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
    for term in (*TERMS, 'stature', 'largest beta'):
        assert page.text.count(term) >= 4, 'on the cards, and explained'
    for value in ('2.25 px (1.0%)', '7.5 px', '3.04 px', '900', '100', '5000', '1000', '20.1', '1.75 m', '0.50'):
        assert value in page.text
    assert [card['data-error'] for card in cards] == ['2.2500', '7.5000', '3.0400', '']


def test_how_sure_a_fit_is_where_that_is_known(out, rows):
    page = page_of(out)
    assert page.text.count('unsure by') == 1, 'it is explained alone'
    rows[0] |= {'sigma_m': '0.0512', 'sigma_depth_m': '2.843'}
    write_gallery(OutFolder(str(out)), rows)
    page = page_of(out)
    assert page.text.count('unsure by') == 2 and '51 mm, distance 2.84 m' in page.text
    assert [card['data-sigma'] for card in page.all('article')] == ['0.0512', '', '', '']


def test_steps_and_orientations_where_they_are_known(out, rows):
    assert 'of 2' not in page_of(out).text
    rows[0] |= {'steps_camera': '12', 'steps_1': '30', 'orientations': '2', 'orientation': '1'}
    write_gallery(OutFolder(str(out)), rows)
    assert '12 30' in page_of(out).text and '1 of 2' in page_of(out).text


def test_what_is_not_known_is_not_told(out, rows):
    """A row that was made again without its photograph."""
    rows[0] |= {'reprojection_px': 'nan', 'error_share': 'nan', 'energy': ''}
    write_gallery(OutFolder(str(out)), rows)
    assert 'nan' not in page_of(out).text and '7.5 px' in page_of(out).text


def test_odd_names_stay_text(out):
    page = page_of(out)
    assert SHOWN_NAME in page.text
    assert len(page.all('script')) == 2 and not page.all('b') and not page.all('i')
    assert page.all('img')[0]['alt'] == f'{SHOWN_NAME}: detected joints, fitted body, its side'


@pytest.mark.parametrize('column', ['file', 'gender', 'body', 'status', 'message', 'energy', 'reprojection_px',
                                    'error_share', 'seconds', 'orientation', 'orientations', 'steps_1'])
def test_no_cell_is_markup(tmp_path, rows, column):
    """Whatever a summary holds, were it read without a check."""
    evil = '"><script>alert(1)</script>'
    for row in rows.values():
        number = column in ('energy', 'reprojection_px', 'error_share') and row['status'] != 'failed'
        row[column] = row[column] if number else evil
    write_gallery(OutFolder(str(tmp_path)), rows)
    page = page_of(tmp_path)
    assert len(page.all('script')) == 2 and len(page.all('article')) == 4


def test_a_card_is_a_line(out):
    """Scripts count on it."""
    lines = (out / 'index.html').read_text(encoding='utf-8').splitlines()
    cards = [line for line in lines if line.startswith('<article ')]
    assert len(cards) == 4 and all(line.endswith('</article>') for line in cards)


def test_pictures_are_referred_to(out):
    """By name, with their size, and drawn when they are near what is seen."""
    images = page_of(out).all('img')
    assert [image['src'] for image in images] == ['gallery/0000.jpg', 'gallery/0002.jpg', 'gallery/0003.jpg']
    for image in images:
        assert (image['width'], image['height'], image['loading'], image['decoding']) == ('705', '300', 'lazy', 'async')
        assert (out / image['src']).is_file()


def test_a_click_leads_to_a_large_picture(out):
    large = [link['href'] for link in page_of(out).all('a') if link.get('class') == 'picture']
    assert large == ['0000_overlay.jpg', 'gallery/0002.jpg', 'gallery/0003.jpg']


def test_every_file_is_linked(out):
    links = [link['href'] for link in page_of(out).all('a') if link.get('class') != 'picture']
    assert links == ['0000.pkl', '0000_overlay.jpg', '0000_view005.png', '0000_view090.png', 'viz/0000.gif', '0001.pkl']
    assert all((out / link).is_file() for link in links)


def test_links_lead_to_exports_of_any_name(out, rows):
    """What means something in an address is only a name there."""
    names = ExportNames({0: 'x#y%20 é\U0001f3c3?"\'&.jpg', 1: 'line\nend.jpg'})
    folder = OutFolder(str(out), names=names)
    folder.write({f'000{index}.obj': b'mesh' for index in (0, 1)})
    write_gallery(folder, rows)
    meshes = [link['href'] for link in page_of(out).all('a') if link['href'].endswith('.obj')]
    assert len(meshes) == 2 and not any(set('#?"\' ') & set(mesh) for mesh in meshes)
    assert all((out / unquote(mesh)).read_bytes() == b'mesh' for mesh in meshes)


def test_a_single_page_has_the_strips_within(out, rows):
    write_gallery(OutFolder(str(out)), rows, single=True)
    images, links = page_of(out).all('img'), page_of(out).all('a')
    assert len(images) == 3 and [link['href'] for link in links] == 3 * ['#'], 'once is enough'
    for image, index in zip(images, (0, 2, 3)):
        head, _, data = image['src'].partition(',')
        assert head == 'data:image/jpeg;base64'
        assert base64.b64decode(data) == (out / 'gallery' / f'{index:04d}.jpg').read_bytes()


def test_the_page_of_a_run(run, data_set, model_dir, tmp_path):
    """Somebody who failed is shown, too; the same command with another page writes that."""
    data_set.joints[2, :, 1] = 0.
    data_set.write_joints()
    command = [data_set.base, '--out_dir', tmp_path / OUT, '--model_dir', model_dir, '--workers', 1, '-q']
    assert run(*command).code == 1
    page = page_of(tmp_path / OUT)
    assert [card['class'] for card in page.all('article')] == ['fitted', 'failed']
    assert [image['src'] for image in page.all('img')] == ['gallery/0000.jpg', 'gallery/0001.jpg']
    assert [link['href'] for link in page.all('a')].count('0000_overlay.png') == 2
    run(*command, '--single_page')
    images = page_of(tmp_path / OUT).all('img')
    assert len(images) == 2 and all(image['src'].startswith('data:image/jpeg;base64,') for image in images)


def test_no_rows(tmp_path):
    write_gallery(OutFolder(str(tmp_path)), {})
    page = page_of(tmp_path)
    assert '0 fitted, 0 doubtful, 0 failed' in page.text and not page.all('article')


@pytest.mark.parametrize('single', [False, True])
def test_nothing_comes_from_elsewhere(out, rows, single):
    write_gallery(OutFolder(str(out)), rows, single)
    text = (out / 'index.html').read_text(encoding='utf-8')
    page = Page(text)
    assert not page.all('link') and not page.all('iframe')
    for _, attributes in page.tags:
        for name in 'src', 'href', 'action':
            address = attributes.get(name) or 'data:'
            assert address.startswith(('data:', '#')) or (out / address).is_file()
    assert not re.search(r'https?:|//[a-z]|@import|url\(|fetch\(|XMLHttp', re.sub(r'base64,[^"]*', '', text))


#: JavaScript to tell which cards are shown.
SHOWN = "const shown = () => [...document.querySelectorAll('main article')].map(card => card.dataset.index).join('');"
ORDERS = {'error': '3120', 'energy': '3201', 'stature': '3012', 'sigma': '3120', '': '0123'}


@in_a_browser
@pytest.mark.parametrize('single, width', [(False, 1400), (True, 390)])
def test_sorting_in_a_browser(out, rows, tmp_path, single, width):
    """Failed images first where it is by what is wrong, others of one value by index."""
    rows = {**rows, 1: {**rows[1], 'sigma_m': '0.0900'}, 2: {**rows[2], 'sigma_m': '0.0512'}}
    write_gallery(OutFolder(str(out)), rows, single)
    page = browse(driven(out, CHOOSE + SHOWN + f"""
const orders = {list(ORDERS)}.map(key => {{ choose('sort', key); return [location.hash, shown()]; }});
document.querySelector('a.picture').click();
const pictures = document.querySelectorAll('#large img').length;
return [orders, document.documentElement.scrollWidth <= innerWidth, pictures];"""), tmp_path / 'profile', width)
    orders, fits, pictures = told(page)
    assert pictures == (1 if single else 2), 'a single page has no overlays'
    assert orders == [[f'#sort={key}' if key else '', order] for key, order in ORDERS.items()]
    assert fits, 'something is cut off'


@in_a_browser
def test_values_have_room(out, rows, tmp_path):
    """Short ones stand in one line, and what the cameras say across the card."""
    views = '; '.join(f'cam_0{i} 1{i}.25 px (2.1%)' for i in range(1, 5))
    rows = {index: {**row, 'views': views, 'reprojection_px': '16.51', 'error_share': '.021', 'steps_camera': '24',
                    'steps_1': '13', 'steps_2': '10', 'steps_3': '27', 'steps_4': '42', 'orientations': '2',
                    'orientation': '1'} if index < 3 else row for index, row in rows.items()}
    write_gallery(OutFolder(str(out)), rows)
    page = browse(driven(out, """return [...document.querySelector('main dl').querySelectorAll('dd')].map(value => [
  value.previousElementSibling.textContent,
  Math.round(value.offsetHeight / parseFloat(getComputedStyle(value).lineHeight))]);"""), tmp_path / 'profile', 1400)
    lines = dict(told(page))
    assert lines.pop('cameras') == 2 and set(lines.values()) == {1}


#: Addresses, and which images are shown there.
ADDRESSES = {
    '#show=failed': '3', '#show=failed+doubtful': '13', '#gender=female': '3', '#above=3': '123',
    '#above=3.1&show=doubtful': '1', '#find=B.JPG': '1', '#find=%3Cits%3E': '1', '#find=0002': '2', '#find=nobody': '',
    '#find=%22%27%24name': '0', '#sort=nonsense&show=x': '0123', '#sort=error&show=fitted': '20', '#': '0123'}


@in_a_browser
def test_the_address_tells_what_is_shown(out, tmp_path):
    page = browse(driven(out, SHOWN + f"""
const counted = () => document.getElementById('count').textContent, first = shown();
return [first, ...{list(ADDRESSES)}.map(address => {{
  location.hash = address; dispatchEvent(new Event('hashchange')); return [shown(), counted()]; }})];""")
                  + '#sort=energy&show=fitted', tmp_path / 'profile', 1400)
    first, *rest = told(page)
    assert first == '20'
    assert rest == [[shown, f'{len(shown)} of 4 images'] for shown in ADDRESSES.values()]


@in_a_browser
def test_what_is_chosen_stands_in_the_address(out, tmp_path):
    page = browse(driven(out, CHOOSE + """
choose('find', 'a&b'); choose('show', 'failed doubtful'); choose('above', '2');
const full = location.hash; choose('find', ''); choose('show', ''); choose('above', '');
return [full, location.hash];"""), tmp_path / 'profile', 1400)
    full, empty = told(page)
    assert dict(parse_qsl(full[1:])) == {'find': 'a&b', 'show': 'failed doubtful', 'above': '2'} and empty == ''


@in_a_browser
def test_a_click_shows_one_large(out, tmp_path):
    """The strip and the overlay; then the next image, and from the last one the first."""
    page = browse(driven(out, """
const dialog = document.getElementById('large');
const seen = () => [dialog.open, dialog.querySelector('article').dataset.index,
                    [...dialog.querySelectorAll('img')].map(image => image.getAttribute('src').replace(/.*[/]/, ''))];
document.querySelector('a.picture > *').click();
const first = seen(), steps = dialog.querySelectorAll('[data-step]');
steps[1].click(); steps[1].click(); const third = seen(); steps[1].click(); steps[1].click(); const again = seen()[1];
steps[0].click(); const before = seen()[1];
dialog.querySelector('button:not([data-step])').click();
return [first, third, again, before, dialog.open];"""), tmp_path / 'profile', 1400)
    first, third, again, before, still_open = told(page)
    assert first == [True, '0', ['0000.jpg', '0000_overlay.jpg']]
    assert third == [True, '2', ['0002.jpg']] and again == '0' and before == '3' and not still_open


def test_files_in_folders_of_a_thousand(tmp_path, rows):
    """Are referred to where they are."""
    folder = OutFolder(str(tmp_path), 'thousands')
    folder.write({'gallery/12345.jpg': jpeg_bytes(np.full((300, 705, 3), 90, np.uint8), 80), '12345.obj': b'mesh',
                  '12345_overlay.png': b'overlay'})
    for single in False, True:
        write_gallery(folder, {12345: {**rows[0], 'index': '12345'}}, single)
        page = page_of(tmp_path)
        if single:
            assert page.all('img')[0]['src'].startswith('data:image/jpeg')
        else:
            assert page.all('img')[0]['src'] == 'gallery/00012/00012345.jpg'
            assert {link['href'] for link in page.all('a') if 'href' in link} >= {
                '00012/00012345_overlay.png', '00012/00012345.obj'}


@in_a_browser
def test_only_cards_near_what_is_seen_are_made(tmp_path, rows):
    """Of 2,000; those far down are made when one gets there."""
    many = {index: {**rows[0], 'index': str(index), 'file': 'a.jpg'} for index in range(2000)}
    write_gallery(OutFolder(str(tmp_path)), many)
    (tmp_path / 'page').mkdir()
    for name, steps, last in (('above', '', False), ('below', 'scrollTo(0, 1e9);', True)):
        driver = driven(tmp_path, steps + 'return document.documentElement.scrollHeight;')
        page = browse(driver, tmp_path / name, 1400)  # perhaps before it has drawn what is scrolled to
        made = [int(card['data-index']) for card in page.all('article')]
        assert 10 < len(made) < 300 and (1999 in made) == last and (0 in made) != last
        assert told(page) > 30000
    titles = [term['title'] for term in page.all('dt') if 'title' in term]
    assert titles and all(titles), 'what the terms mean is told where they stand'


#: A pyramid that is open at the back, in a frame with y up: vertices, and faces whose normals point outwards.
PYRAMID = (np.array([[-1., -1., 0.], [1., -1., 0.], [1., 1., 0.], [-1., 1., 0.], [0., 0., .5]]) + 7.,
           np.array([[0, 1, 4], [1, 2, 4], [2, 3, 4], [3, 0, 4]]))


@pytest.fixture
def out_with_body(out, rows):
    """``out`` with a body to turn of the first image."""
    (out / 'gallery' / '0000.js').write_bytes(mesh_script(0, *PYRAMID))
    write_gallery(OutFolder(str(out)), rows)
    return out


def test_a_body_is_for_the_page_alone(out_with_body, rows):
    cards = page_of(out_with_body).all('article')
    assert [card.get('data-body') for card in cards] == ['gallery/0000.js', None, None, None]
    assert not any(link['href'].endswith('.js') for link in page_of(out_with_body).all('a'))
    write_gallery(OutFolder(str(out_with_body)), rows, single=True)
    assert not any('data-body' in card for card in page_of(out_with_body).all('article'))


@in_a_browser
def test_a_body_can_be_turned(out_with_body, tmp_path):
    """It is loaded when that is asked for, and drawn in the middle of its canvas with its light; arrows turn it."""
    page = browse(driven(out_with_body, """
const before = document.querySelectorAll('head script').length;
document.querySelector('main button.turn').click();
const body = await loadBody(0, 'gallery/0000.js'), normals = normalsOf(body);
while (!document.querySelector('#large canvas, #large article > p:first-child:not(:empty)'))
  await new Promise(then => setTimeout(then, 20));
if (!view) return [before, [...body.places], [...body.faces], [...normals.slice(12)]];
const pixel = () => {
  const data = new Uint8Array(4), {gl, canvas} = view;
  view.draw();
  gl.readPixels(canvas.width / 2, canvas.height / 2 - 20, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, data);
  return [...data];
};
const first = pixel();
for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown', 'ArrowDown', 'ArrowDown'])
  view.canvas.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}));
return [before, [...body.places], [...body.faces], [...normals.slice(12)], first, pixel(), view.angle,
        document.querySelector('#large article').dataset.index];"""), tmp_path / 'profile', 1400)
    before, places, faces, normal, *drawn = told(page)
    vertices = PYRAMID[0] - [7., 7., 7.25]
    np.testing.assert_allclose(np.reshape(places, (-1, 3)) / 32767, vertices, atol=2e-5)
    assert before == 0 and faces == PYRAMID[1].ravel().tolist()
    assert normal[2] > 0 and abs(normal[0]) < 1e-3 * normal[2] and abs(normal[1]) < 1e-3 * normal[2]
    if not drawn:
        pytest.skip('Chromium has no WebGL 2 here')
    first, turned, angle, index = drawn
    assert first[0] > first[2] + 20 and turned != first, 'of skin, on grey, and lit from one side'
    assert angle == pytest.approx([.4, .6]) and index == '0', 'arrows do not lead to the next image there'
