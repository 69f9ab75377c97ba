"""What exports are called: as their photographs, each otherwise, and as every disk takes it."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.outputs.exported.export_names import EXPORTS, ExportNames, title_of
from lib.outputs.folder import OutFolder
from tests.outputs.test_folder import contents, fill


def names_of(*images):
    names = ExportNames(dict(enumerate(images)))
    return [names[index] for index in range(len(images))]


@pytest.mark.parametrize('image, title', [
    ('im0001.jpg', 'im0001'), ('im0001.jpg#1', 'im0001#1'), ('my.clip_000012', 'my.clip_000012'),
    ('my.clip_000012#0', 'my.clip_000012#0'), ('a#b.JPEG', 'a#b'), ('a#1.png', 'a#1'), ('a#1.png#2', 'a#1#2'),
    ('cam.01.tif', 'cam.01')])
def test_the_title_is_the_name_without_what_kind_of_file_it_is(image, title):
    assert title_of(image) == title and names_of(image) == [title]


def test_no_two_are_called_the_same():
    assert names_of('a.jpg', 'a.png', 'b.png') == ['a', 'a.png', 'b']
    assert names_of('a.jpg#0', 'a.jpg#1', 'a#1.jpg', 'a.png#0') == ['a#0', 'a#1', 'a#1.jpg', 'a.png#0']
    assert names_of('a.jpg', 'a.png.jpg', 'a.png', 'a.webp') == ['a', 'a.png', 'a-2', 'a.webp']
    assert names_of('A.jpg', 'a.png', 'A.png', 'a.PNG') == ['A', 'a.png', 'A-2', 'a-3'], 'some disks know no capitals'
    assert names_of('e\u0301.jpg', '\xe9.png') == ['e\u0301', '\xe9.png'], 'nor how accents are encoded'


def test_what_disks_do_not_take():
    assert names_of('a:b?.jpg', 'tab\there.jpg', '\udcff.jpg') == ['a_b_', 'tab_here', '_']
    assert names_of('CON.jpg', 'aux.x.png', 'com1.png#1', 'console.png') == ['_CON', '_aux.x', 'com1#1', 'console']
    assert names_of('con.jpg', 'con.png') == ['_con', '_con.png']
    long = names_of(*(f'{"x" * 240}{number:03d}.jpg' for number in range(20)), 125 * '\xe9' + '.jpg', '\xe9.png')
    assert len(set(long)) == len(long) and max(len(os.fsencode(name)) for name in long) <= 201
    assert long[7].startswith('xxx') and long[7].endswith('xxx007')


@given(st.lists(st.text(st.sampled_from('aA.#1-2_\xe9\udcff:'), min_size=1).map(lambda text: f'{text}.jpg'),
                unique=True, max_size=12), st.data())
def test_names_stay_where_images_come_along(images, data):
    names = names_of(*images)
    assert len({name.casefold() for name in names}) == len(names)
    count = data.draw(st.integers(0, len(images)))
    assert names_of(*images[:count]) == names[:count]
    found = ExportNames(dict(enumerate(images)))
    for index, name in enumerate(names):
        for suffix in EXPORTS:
            assert found.find(name + suffix) == (index, suffix)


def test_files_are_told_by_name():
    names = ExportNames({3: 'A.jpg', 4: 'a_joints.jpg', 5: 'e\u0301.jpg'})
    assert names.find('A.glb') == (3, '.glb') and names.find('A_joints.npz') == (3, '_joints.npz')
    assert names.find('a_joints_joints.npz') == (4, '_joints.npz') and names.find('a_joints.obj') == (4, '.obj')
    assert names.find('\xe9.ply') == (5, '.ply'), 'as some disks say it'
    assert [names.find(name) for name in ('a.glb', 'A.GLB', 'A.jpg', 'A.png', 'A', 'b.glb', 'A.glb.bak')] == [None] * 7
    assert [names.find(name, capitals=False) for name in ('a.glb', 'A.GLB', 'a.jpg')] == [(3, '.glb')] * 2 + [None]
    assert 3 in names and 0 not in names


# The folder


@pytest.mark.parametrize('layout, flat', [('flat', True), ('thousands', False)])
def test_exports_have_names_and_all_else_numbers(tmp_path, layout, flat):
    folder = OutFolder(str(tmp_path), layout, ExportNames({1001: 'a.jpg', 1002: '1001.jpg', 2001: 'b.jpg'}))
    folder.write({'1001.pkl': b'', '1001.glb': b'', '1001_overlay.png': b'', 'gallery/1001.js': b'', '1002.glb': b''})
    below, number = ('', '1001') if flat else ('00001/', '00001001')
    assert set(contents(tmp_path)) == {
        f'{below}{number}.pkl', f'{below}{number}_overlay.png', f'gallery/{below}{number}.js', f'{below}a.glb',
        f'{below}1001.glb'}
    held = folder.held()
    assert [held.has(index, '.glb') for index in (1001, 1002, 2001)] == [True, True, False]
    fill(tmp_path, [f'{below}a.ply', f'{below}A.ply', f'{below}c.glb', f'{below}b.glb', f'gallery/{below}a.glb'])
    held = folder.held()
    assert held.has(1001, '.ply') and held.has(2001, '.glb') == flat, 'b is of another thousand'
    folder.remove(1001)
    folder.remove(5)  # of whom no name is known
    assert set(contents(tmp_path)) == {f'{below}A.ply', f'{below}c.glb', f'{below}b.glb', f'gallery/{below}a.glb',
                                       f'{below}1001.glb'}
