"""Reading and writing: ordinary files only, bounded, whole or not at all."""

import errno
import io
import json
import os
import socket
import subprocess
import sys
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.base import files
from lib.base.errors import CannotWrite, InputError, MissingArray, MissingFile
from lib.base.files import (
    array_names,
    is_temporary,
    list_folder,
    load_npy,
    load_npz,
    open_file,
    read_bytes,
    read_text,
    write_file,
)
from tests.program import ROOT

READERS = [read_bytes, read_text, load_npz, load_npy, array_names]


@pytest.fixture
def path(tmp_path):
    return tmp_path / 'file'


def in_base(tmp_path_factory, name, content):
    """A file of a hypothesis test, which may have no folder for each example."""
    path = tmp_path_factory.getbasetemp() / name
    path.write_bytes(content)
    return path


def assert_refused(path, read, *words):
    with pytest.raises(InputError) as caught:
        read(path)
    message = str(caught.value)
    assert message.startswith(f'{path}: ') and len(message) < 500
    for word in words:
        assert word in message


# Which files are read


@pytest.mark.parametrize('read', READERS)
class TestOrdinaryFilesOnly:
    def test_pipe(self, path, read):
        os.mkfifo(path)
        assert_refused(path, read, 'a pipe')  # at once, not when someone writes into it

    @pytest.mark.parametrize('device', ['/dev/zero', '/dev/null'])
    def test_device(self, read, device):
        assert_refused(device, read, 'a device')

    def test_folder(self, tmp_path, read):
        assert_refused(tmp_path, read, 'a folder')

    def test_socket(self, path, read, monkeypatch):
        monkeypatch.chdir(path.parent)  # a socket's name must be short
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(path.name)
            assert_refused(path, read, 'cannot be read')

    def test_link_to_a_pipe(self, path, read):
        os.mkfifo(path)
        link = path.with_name('link')
        link.symlink_to(path)
        assert_refused(link, read, 'a pipe')

    def test_missing(self, path, read):
        for missing in path, path / 'below':
            with pytest.raises(MissingFile, match='no such file'):
                read(missing)

    def test_dangling_and_circular_links(self, path, read):
        path.symlink_to(path)
        assert_refused(path, read, 'cannot be read')

    def test_zero_byte_in_the_name(self, read):
        with pytest.raises(InputError, match=r'a\\x00b: cannot be read'):
            read('a\x00b')

    def test_larger_than_sensible(self, path, read):
        with open(path, 'wb') as file:
            file.truncate(files.MAX_FILE + 1)  # takes no room
        assert_refused(path, read, 'larger than')


def test_a_file_of_the_largest_size_is_read(path):
    path.write_bytes(b'12345')
    assert read_bytes(path, limit=5) == b'12345'
    assert_refused(path, lambda path: read_bytes(path, limit=4), 'larger than 4 bytes')


def test_open_file_reads_bytes(path):
    path.write_bytes(b'\xff\r\n')
    with open_file(path) as file:
        assert file.read() == b'\xff\r\n'


# Text


@pytest.mark.parametrize('content, text', [
    (b'', ''), ('Größe'.encode(), 'Größe'), (b'\xef\xbb\xbf1\r\n', '1\r\n'), (b'a\rb\n\n', 'a\rb\n\n')])
def test_text(path, content, text):
    path.write_bytes(content)
    assert read_text(path) == text


@pytest.mark.parametrize('content', [b'\xff\xfe1', b'abc\xff', b'\xc3'])
def test_text_that_is_no_utf8(path, content):
    path.write_bytes(content)
    assert_refused(path, read_text, 'UTF-8', 'byte')


# Arrays


ARRAYS = {'numbers': np.arange(6.).reshape(2, 3), 'columns': np.asfortranarray(np.arange(6.).reshape(2, 3)),
          'one': np.array(3), 'none': np.zeros((0, 4)), 'words': np.array(['ab', 'c']),
          'small': np.arange(3, dtype='>i2'), 'yes': np.array([True, False])}


@pytest.mark.parametrize('save', [np.savez, np.savez_compressed])
def test_arrays(tmp_path, save):
    path = tmp_path / 'file.npz'
    save(path, **ARRAYS)
    assert array_names(path) == list(ARRAYS)
    for wanted, got in zip(ARRAYS.values(), load_npz(path, *ARRAYS)):
        assert (got.dtype, got.strides) == (wanted.dtype, wanted.strides) and got.flags.writeable
        np.testing.assert_array_equal(got, wanted)


def test_one_array(tmp_path):
    np.save(tmp_path / 'file.npy', ARRAYS['numbers'])
    np.testing.assert_array_equal(load_npy(tmp_path / 'file.npy'), ARRAYS['numbers'])


def test_array_that_is_not_there(path):
    with open(path, 'wb') as file:
        np.savez(file, a=np.zeros(2), b=np.zeros(2))
    with pytest.raises(MissingArray, match=r'file: lacks c, d \(it holds a, b\)'):
        load_npz(path, 'a', 'c', 'd')


def npy(header, data=b''):
    """An npy file, version 1, of this header."""
    text = str(header).encode('latin1')
    return b'\x93NUMPY\x01\x00' + len(text).to_bytes(2, 'little') + text + data


def npz(content, kind=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', kind) as archive:
        with archive.open('a.npy', 'w', force_zip64=True) as file:
            for piece in [content] if isinstance(content, bytes) else content:
                file.write(piece)
    return out.getvalue()


def header(descr='<f8', shape=(2,), fortran=False):
    return {'descr': descr, 'fortran_order': fortran, 'shape': shape}


HOSTILE = {
    'objects': npy(header('|O'), b'\x80\x04N.'), 'records': npy(header([('a', '|O')]), b'\x80\x04N.'),
    'subarrays': npy(header(('<f8', (1 << 40,))), b'x' * 16), 'void': npy(header('|V8'), b'x' * 16),
    'too short': npy(header(), b'x' * 15), 'too long': npy(header(), b'x' * 17),
    'wild shape': npy(header(shape=(1 << 31, 1 << 31, 1 << 31)), b'x' * 16),
    'negative': npy(header(shape=(-2,)), b'x' * 16), 'negative twice': npy(header(shape=(-1, -2)), b'x' * 16),
    'half': npy(header(shape=(2.,)), b'x' * 16), 'nothing': npy(header('|S0', (1 << 60,))), 'no header': npy('nothing'),
    'deep header': npy('(' * 9000), 'a call': npy('__import__("os").system("true")'),
    'another version': b'\x93NUMPY\x03\x00' + npy(header())[8:],
    'characters that are none': npy(header('<U1'), b'\xff' * 8), 'empty': b'', 'text': b'a letter',
    'many axes': npy(header(shape=(1,) * 70 + (2,)), b'x' * 16)}


@pytest.mark.parametrize('content', HOSTILE.values(), ids=HOSTILE)
def test_arrays_that_are_not_what_they_say(path, content):
    path.write_bytes(npz(content))
    assert_refused(path, lambda path: load_npz(path, 'a'), 'not a complete npz file of numbers')
    path.write_bytes(content)
    assert_refused(path, load_npy, 'not a complete npy file of numbers')


def bombs():
    pieces = files.MAX_ARRAYS // (1 << 20) + 1
    yield npz([npy(header(shape=(pieces << 17,))), *[bytes(1 << 20)] * pieces])
    content = npz(npy(header(shape=(10,)), bytes(80)))
    position = content.rindex(b'PK\x01\x02') + 24  # the size that the directory claims
    yield content[:position] + (0xfffffff0).to_bytes(4, 'little') + content[position + 4:]
    yield npz(npy(header(shape=(1 << 40,)), bytes(80)))


@pytest.mark.slow
def test_small_files_that_ask_for_much(tmp_path):
    paths = []
    for i, content in enumerate(bombs()):
        assert len(content) < 2e6
        paths.append(tmp_path / f'{i}.npz')
        paths[-1].write_bytes(content)
    process = subprocess.run([sys.executable, '-m', 'tests.base.read_all', 'tests.base.test_files:load_a', *paths],
                             cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert process.returncode == 0, process.stderr
    for line, path in zip(process.stdout.splitlines(), paths, strict=True):
        message, seconds, memory = json.loads(line)
        assert message.startswith(f'{path}: ') and seconds < 2. and memory < 100.


def load_a(path):
    return load_npz(path, 'a')


def some_npz():
    out = io.BytesIO()
    np.savez(out, a=np.arange(4.), b=np.array(['x']))
    return out.getvalue()


SOME_NPZ = some_npz()


@settings(max_examples=150, deadline=2000)
@given(st.lists(st.tuples(st.integers(0, len(SOME_NPZ) - 1), st.binary(max_size=3), st.integers(0, 3)), max_size=4))
def test_changed_bytes_of_an_npz_file(tmp_path_factory, edits):
    content = SOME_NPZ
    for position, new, removed in edits:
        content = content[:position] + new + content[position + removed:]
    path = in_base(tmp_path_factory, 'changed.npz', content)
    try:
        load_npz(path, 'a', 'b')
    except InputError as error:
        assert str(error).startswith(f'{path}: ')


@settings(max_examples=100, deadline=2000)
@given(st.binary(max_size=100))
def test_any_bytes(tmp_path_factory, content):
    path = in_base(tmp_path_factory, 'any', content)
    for read in (read_text, load_npy, array_names):
        try:
            read(path)
        except InputError as error:
            assert str(error).startswith(f'{path}: ')


# Writing


def test_pieces(path):
    write_file(path, iter([b'one', b'two']))
    assert path.read_bytes() == b'onetwo' and [p.name for p in path.parent.iterdir()] == ['file']


@pytest.mark.parametrize('failing', ['write', 'replace'])
@pytest.mark.parametrize('error', [OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), KeyboardInterrupt()],
                         ids=['full', 'interrupt'])
def test_the_old_file_stays_when_writing_fails(path, monkeypatch, failing, error):
    class Full(io.FileIO):
        """A file that takes half of what is written."""

        def write(self, data):
            super().write(data[:len(data) // 2])
            raise error

    def refuse(*_):
        raise error

    write_file(path, b'old')
    if failing == 'write':
        monkeypatch.setattr(files, 'open', Full, raising=False)
    else:
        monkeypatch.setattr(files.os, 'replace', refuse)
    with pytest.raises(KeyboardInterrupt if isinstance(error, KeyboardInterrupt) else CannotWrite) as caught:
        write_file(path, b'new and longer')
    assert isinstance(error, KeyboardInterrupt) or str(caught.value) == (
        f'{path}: cannot be written ({os.strerror(errno.ENOSPC)})')
    assert path.read_bytes() == b'old' and [p.name for p in path.parent.iterdir()] == ['file']


def test_a_name_without_a_folder(path, monkeypatch):
    monkeypatch.chdir(path.parent)
    write_file('file', b'x')
    assert path.read_bytes() == b'x'


def test_a_link_is_replaced_not_followed(path):
    victim = path.with_name('victim')
    victim.write_bytes(b'mine')
    path.symlink_to(victim)
    write_file(path, b'new')
    assert victim.read_bytes() == b'mine' and path.read_bytes() == b'new' and not path.is_symlink()


def test_no_file_of_another_is_opened(path, monkeypatch):
    """Whoever knew the temporary name could lay a link there."""
    monkeypatch.setattr(files.secrets, 'token_hex', lambda count: '0' * 16)
    victim, trap = path.with_name('victim'), path.with_name('.smplify-0000000000000000.tmp')
    victim.write_bytes(b'mine')
    trap.symlink_to(victim)
    with pytest.raises(CannotWrite):
        write_file(path, b'new')
    assert victim.read_bytes() == b'mine' and not path.exists()


def test_temporary_names(path, monkeypatch):
    names = []
    monkeypatch.setattr(files.os, 'replace', lambda source, target: names.append(os.path.basename(source)))
    for _ in range(2):
        write_file(path, b'x')
    assert len(set(names)) == 2 and all(map(is_temporary, names))
    assert not any(map(is_temporary, ['file', 'run.json.12.tmp', '.smplify-x.tmp', names[0] + 'x', 'x' + names[0]]))


def test_bytes_are_on_the_disk_before_the_renaming(path, monkeypatch):
    happened = []
    sync, replace = os.fsync, os.replace

    def noted_sync(descriptor):
        happened.append(os.path.basename(os.readlink(f'/proc/self/fd/{descriptor}')))
        sync(descriptor)

    def noted_replace(source, target):
        happened.append('renamed')
        replace(source, target)
    monkeypatch.setattr(files.os, 'fsync', noted_sync)
    monkeypatch.setattr(files.os, 'replace', noted_replace)
    write_file(path, b'x')
    assert is_temporary(happened[0]) and happened[1:] == ['renamed', path.parent.name]


def test_permissions_follow_the_umask(path):
    before = os.umask(0o027)
    try:
        write_file(path, b'x')
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize('spoil', [lambda path: path.mkdir(), lambda path: path.parent.rmdir()],
                         ids=['a folder', 'nowhere'])
def test_where_nothing_can_be_written(path, spoil):
    spoil(path)
    with pytest.raises(CannotWrite) as caught:
        write_file(path, b'x')
    assert str(caught.value).startswith(f'{path}: cannot be written (')
    assert not path.is_file() and (not path.parent.exists() or len(list(path.parent.iterdir())) == 1)


def test_names_in_a_folder(tmp_path):
    for name in ('b', 'a', '.hidden', 'B'):
        (tmp_path / name).touch()
    assert list_folder(str(tmp_path)) == ['B', 'a', 'b']


def test_folders_that_cannot_be_listed(tmp_path, monkeypatch):
    (tmp_path / 'file').touch()
    for name in ('none', 'file'):
        with pytest.raises(MissingFile, match=f'{name}: no such folder'):
            list_folder(str(tmp_path / name))
    with pytest.raises(InputError, match=r'a\\x00b: cannot be read'):
        list_folder('a\0b')
    monkeypatch.setattr(os, 'listdir', lambda _: (_ for _ in ()).throw(PermissionError(13, 'Permission denied')))
    with pytest.raises(InputError, match=r'cannot be read \(Permission denied\)'):
        list_folder(str(tmp_path))
