"""The output folder: what its files are called, what is removed, and what counts as done."""

import os
import shutil

import pytest

from lib.base.errors import CannotWrite, InputError
from lib.outputs.exported.exports import MESH_KINDS
from lib.outputs.folder import (
    LAYOUTS,
    SUFFIXES,
    Occupied,
    OutFolder,
    layout_for,
    out_folder,
    remove_left_over,
    result_path,
    view_suffix,
)
from tests.detector_files import named_joints, write_kind
from tests.program import fitted_in

#: Files of a user's that look like results.
USERS = ('0001_notes.txt', '0001.jpg', '0001.json', '0001_overlay.jpeg', '0001.pkl.bak', '001.pkl', '00001.pkl', '0001',
         '0001_view360.png', '0001_view1.png', '1.png', 'x0001.png', '0001.png~', 'gallery/0001.png', 'viz/0001.jpg')


def contents(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob('*') if path.is_file()}


def fill(folder, names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)


# Names


def test_names():
    assert result_path('out', 7) == os.path.join('out', '0007.pkl')
    assert result_path('out', 12345, '_overlay.png') == os.path.join('out', '12345_overlay.png')
    assert result_path('', 7, '.jpg', below='gallery') == os.path.join('gallery', '0007.jpg')
    assert result_path('', 7, view_suffix(90)).endswith('0007_view090.png')


def test_names_in_folders_of_a_thousand():
    many = OutFolder('out', 'thousands')
    assert many.file(12345) == os.path.join('out', '00012', '00012345.pkl')
    assert many.file(999, '_overlay.png') == os.path.join('out', '00000', '00000999_overlay.png')
    assert many.file(1000, '.jpg', 'gallery') == os.path.join('out', 'gallery', '00001', '00001000.jpg')
    assert many.file(123456789) == os.path.join('out', '123456', '123456789.pkl')


def test_layouts():
    """The smaller folders stay as they were."""
    assert [layout_for(count) for count in (0, 10000, 10001)] == ['flat', 'flat', 'thousands']
    assert OutFolder('out').file(12345, '.jpg', 'gallery') == os.path.join('out', 'gallery', '12345.jpg')


@pytest.mark.parametrize('layout', LAYOUTS)
def test_workers_need_not_know_the_layout(layout):
    folder = OutFolder('out', layout)
    for index in 7, 12345:
        for below, suffixes in SUFFIXES.items():
            for suffix in suffixes:
                assert folder.place(result_path('', index, suffix, below)) == folder.file(index, suffix, below)
    with pytest.raises(ValueError):
        folder.place('notes.txt')


def test_what_is_not_listed_cannot_be_written():
    """It would stay for ever."""
    for suffix, below in (('.txt', ''), ('.jpg', ''), ('.pkl', 'gallery')):
        with pytest.raises(ValueError):
            result_path('out', 0, suffix, below)
    assert {f'.{kind}' for kind in MESH_KINDS} <= SUFFIXES[''].keys()


def test_indices(tmp_path):
    fill(tmp_path, ['0003.pkl', '0000.pkl', '12345.pkl', '0001.png', '00004.pkl', '5.pkl',
                    '\u00b2\u00b2\u00b2\u00b2.pkl', 'summary.pkl', '0006.pkl.tmp', '0007.PKL', '0008\n.pkl'])
    assert out_folder(tmp_path).pickles() == [0, 3, 12345]


def test_indices_in_folders_of_a_thousand(tmp_path):
    fill(tmp_path, ['00000/00000003.pkl', '00012/00012345.pkl', '00012/00012345.png', '00012/00013345.pkl',
                    '00012/0012345.pkl', '0003.pkl', '00000005.pkl', '00000/notes.txt', 'other/00000004.pkl',
                    '0012/00012000.pkl', 'gallery/00000/00000003.jpg', '00001'])
    folder = OutFolder(str(tmp_path), 'thousands')
    assert folder.pickles() == folder.held().pickles() == [3, 12345]
    held = folder.held()
    assert held.has(3, '.jpg', 'gallery') and held.has(12345, '.png') and not held.has(3, '.png')
    assert 3 in held and 4 not in held
    assert OutFolder(str(tmp_path)).pickles() == [3]


def test_a_folder_says_its_layout(tmp_path):
    """A spoilt record, or none, does not keep results from being compared."""
    for content in (None, '{"layout": "thousands"}', '{"layout": "heaps"}', '{"layout": 3}', '[]', 'x', '{}'):
        if content is not None:
            (tmp_path / 'run.json').write_text(content)
        assert out_folder(str(tmp_path)).layout == ('thousands' if content and 'thousands' in content else 'flat')


def test_a_folder_that_is_none(tmp_path):
    fill(tmp_path, ['file'])
    for path in tmp_path / 'missing', tmp_path / 'file':
        with pytest.raises(InputError, match='no such folder'):
            out_folder(path)


# Removing


def test_only_the_programs_own_names_are_removed(tmp_path):
    own = [result_path('', 1, suffix, below) for below, suffixes in SUFFIXES.items() for suffix in suffixes]
    others = [result_path('', index, suffix, below) for index in (0, 2, 10001)
              for below, suffixes in SUFFIXES.items() for suffix in suffixes]
    assert {'0001.pkl', '0001_view000.png', '0001_view359.png', 'gallery/0001.jpg', 'viz/0001.gif'} <= set(own)
    fill(tmp_path, [*own, *others, *USERS])
    OutFolder(str(tmp_path)).remove(1)
    assert sorted(contents(tmp_path)) == sorted([*others, *USERS])


def test_removing_from_folders_of_a_thousand(tmp_path):
    mine = ['00001/notes.txt', '00001/00001002.pkl', '1001.pkl', '1001.png']
    fill(tmp_path, ['00001/00001001.pkl', '00001/00001001.png', 'gallery/00001/00001001.jpg', *mine])
    OutFolder(str(tmp_path), 'thousands').remove(1001)
    assert sorted(contents(tmp_path)) == sorted(mine)


def test_the_pickle_is_removed_first(tmp_path, monkeypatch):
    fill(tmp_path, ['0001.pkl', '0001.png'])
    removed = []
    with monkeypatch.context() as patch:
        patch.setattr(os, 'remove', lambda path: removed.append(os.path.basename(path)))
        OutFolder(str(tmp_path)).remove(1)
    assert removed[0] == '0001.pkl' and len(removed) == len(set(removed)) > 360


def test_folders_and_links_with_names_of_ours(tmp_path):
    """A folder stays, with what is in it; of a link only the link goes."""
    fill(tmp_path, ['out/0001.pkl/notes.txt', 'precious.png'])
    (tmp_path / 'out' / '0001.png').symlink_to(tmp_path / 'precious.png')
    OutFolder(str(tmp_path / 'out')).remove(1)
    assert sorted(contents(tmp_path)) == ['out/0001.pkl/notes.txt', 'precious.png']
    assert not (tmp_path / 'out' / '0001.png').is_symlink()


def test_what_cannot_be_removed(tmp_path, monkeypatch):
    def refuse(path):
        raise PermissionError(13, 'Permission denied')
    with monkeypatch.context() as patch, pytest.raises(CannotWrite, match='0001.pkl'):
        patch.setattr(os, 'remove', refuse)
        OutFolder(str(tmp_path)).remove(1)


def test_half_written_files_are_removed(tmp_path):
    names = [f'{below}.smplify-0123456789abcdef.tmp' for below in ('', 'gallery/', 'viz/', '00012/', 'gallery/00012/')]
    kept = ['.smplify-notes.tmp', 'run.json.123.tmp', 'other/.smplify-0123456789abcdef.tmp']
    fill(tmp_path, [*names, *kept])
    remove_left_over(str(tmp_path))
    assert sorted(contents(tmp_path)) == sorted(kept)


# Writing


def test_write_files(tmp_path):
    files = {'gallery/0001.jpg': b'strip', '0001.png': b'body', '0001.pkl': b'result'}
    (tmp_path / '0001.png').write_bytes(b'old')
    OutFolder(str(tmp_path)).write(files)
    assert contents(tmp_path) == files


def test_write_files_in_folders_of_a_thousand(tmp_path):
    folder = OutFolder(str(tmp_path), 'thousands')
    folder.write({'gallery/12345.jpg': b'strip', '12345.pkl': b'result'}, moment=10 ** 18 + 1)
    folder.write({'12346.pkl': b'other'})
    assert contents(tmp_path) == {'gallery/00012/00012345.jpg': b'strip', '00012/00012345.pkl': b'result',
                                  '00012/00012346.pkl': b'other'}
    assert (tmp_path / '00012' / '00012345.pkl').stat().st_mtime_ns == 10 ** 18 + 1


@pytest.mark.parametrize('layout', LAYOUTS)
def test_a_folder_that_is_gone_is_not_made_again(tmp_path, layout):
    with pytest.raises(CannotWrite):
        OutFolder(str(tmp_path / 'out'), layout).write({'gallery/0001.jpg': b'strip'})
    assert not (tmp_path / 'out').exists()


def test_write_files_where_a_folder_has_the_name(tmp_path):
    fill(tmp_path, ['0001.pkl/notes.txt', '0001.png'])
    with pytest.raises(Occupied, match='0001.pkl: is a folder'):
        OutFolder(str(tmp_path)).write({'0001.png': b'body', '0001.pkl': b'result'})
    assert contents(tmp_path) == {'0001.pkl/notes.txt': b'0001.pkl/notes.txt', '0001.png': b'0001.png'}


def test_write_files_does_not_follow_links(tmp_path):
    fill(tmp_path, ['out/x', 'victim'])
    (tmp_path / 'out' / '0001.pkl').symlink_to(tmp_path / 'victim')
    OutFolder(str(tmp_path / 'out')).write({'0001.pkl': b'result'})
    assert (tmp_path / 'victim').read_text() == 'victim' and (tmp_path / 'out' / '0001.pkl').read_bytes() == b'result'


def test_write_files_where_there_is_no_folder_for_them(tmp_path):
    fill(tmp_path, ['gallery'])
    with pytest.raises(CannotWrite, match='gallery/0001.jpg'):
        OutFolder(str(tmp_path)).write({'gallery/0001.jpg': b'strip'})


# The command


@pytest.fixture
def shown(tmp_path, data_set):
    """A folder of photographs named as results are, and the keypoints of two of them."""
    folder = tmp_path / 'shown'
    folder.mkdir()
    for index, path in enumerate(data_set.images):
        shutil.copy(path, folder / f'{index:04d}.png')
    people = {f'{index:04d}.png': [named_joints(data_set.joints[:, :, index].T)] for index in range(2)}
    return folder, write_kind('LSP NPZ', tmp_path / 'found', people, {})


def test_photographs_are_never_replaced(run, shown, model_dir):
    folder, found = shown
    before = contents(folder)
    for options in [], ['--overwrite'], ['--overwrite', '--flength', '900']:
        answer = run(folder, '--keypoints', found, '--out_dir', folder, '--model_dir', model_dir, '-q', *options)
        answer.assert_one_line(folder, 'which this run reads', '--out_dir')
        assert answer.code == 2 and contents(folder) == before
    assert run(folder, '--keypoints', found, '--out_dir', folder / 'out', '--model_dir', model_dir, '-q', '--workers',
               1, '--no_render').code == 0
    assert contents(folder).items() >= before.items() and fitted_in(folder / 'out') == ['0000.pkl', '0001.pkl']


@pytest.mark.parametrize('out', ['', 'results', 'results/lsp', 'images/lsp'])
def test_the_data_set_is_no_output_folder(fit, data_set, out):
    before = contents(data_set.base)
    fit('--out_dir', data_set.base / out).assert_one_line('which this run reads')
    assert contents(data_set.base) == before


def test_the_models_are_no_output_folder(fit, model_dir):
    fit('--out_dir', model_dir).assert_one_line('which this run reads', model_dir)


def test_a_failed_image_takes_nothing_of_the_users_along(fit, data_set, out):
    assert fit().code == 0
    fill(out, [name for name in USERS if name != '0001'])
    data_set.images[1].write_bytes(b'')
    assert fit('--overwrite').code == 1
    assert (out / '0000.pkl').exists() and not (out / '0001.pkl').exists()
    for name in USERS:
        assert name == '0001' or (out / name).read_text() == name


def test_existing_results_are_skipped(fit, out):
    assert fit().code == 0
    kept, other = (out / name for name in fitted_in(out))
    other.unlink()
    written = kept.stat().st_mtime_ns
    assert fit().code == 0
    assert other.exists() and kept.stat().st_mtime_ns == written


def test_overwrite(fit, out):
    assert fit().code == 0
    before = {name: (out / name).read_bytes() for name in fitted_in(out)}
    written = (out / '0000.pkl').stat().st_mtime_ns
    assert fit('--overwrite').code == 0
    assert {name: (out / name).read_bytes() for name in fitted_in(out)} == before
    assert (out / '0000.pkl').stat().st_mtime_ns > written


@pytest.mark.parametrize('content', [b'', b'spoilt', None], ids=['empty', 'spoilt', 'cut short'])
def test_what_is_no_whole_result_is_made_anew(fit, out, content):
    assert fit().code == 0
    before = (out / '0000.pkl').read_bytes()
    (out / '0000.pkl').write_bytes(before[:-1] if content is None else content)
    assert fit().code == 0
    assert (out / '0000.pkl').read_bytes() == before


def test_a_folder_where_a_result_belongs(fit, out):
    """That image fails, the others do not, and the folder stays."""
    assert fit().code == 0
    (out / '0000.pkl').unlink()
    (out / '0001.pkl').unlink()
    fill(out, ['0001.pkl/notes.txt'])
    answer = fit()
    answer.assert_one_line('failed: 0001', out / '0001.pkl', 'is a folder')
    assert answer.code == 1 and (out / '0000.pkl').is_file() and (out / '0001.pkl' / 'notes.txt').exists()
