"""Reading and writing files, with what can go wrong said in one line.

Only ordinary files are read: a pipe or a device would be waited for, or never end. How much is read is bounded, also
where a small compressed file claims to hold more.
"""

import contextlib
import hashlib
import io
import os
import re
import secrets
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import IO, BinaryIO

import numpy as np

from .errors import CannotWrite, InputError, MissingArray, MissingFile, in_one_line, quoted
from .plain_arrays import plain_array

#: Bytes that a file may have, well above any body model's 250 MB.
MAX_FILE = 1 << 30
#: Bytes that the arrays taken from one npz file may have: the joints of 800,000 people.
MAX_ARRAYS = 1 << 28
_PIECE = 1 << 20  # bytes of a file that are looked at at once
_GZIP, _UTF_16 = b'\x1f\x8b', (b'\xff\xfe', b'\xfe\xff')
_TEMPORARY = re.compile(r'\.smplify-[0-9a-f]{16}\.tmp')
_NPY_HEADERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}


def open_file(path: str | os.PathLike) -> BinaryIO:
    """An ordinary file, open for reading bytes. Raises InputError where it is missing, unreadable, or no such file."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)  # not to wait for a pipe's other end
    except (FileNotFoundError, NotADirectoryError):
        raise MissingFile(f'{path}: no such file') from None
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the name
        raise InputError(f'{path}: cannot be read ({getattr(error, "strerror", None) or error})') from error
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        kind = 'a folder' if stat.S_ISDIR(mode) else 'a pipe' if stat.S_ISFIFO(mode) else 'a device'
        raise InputError(f'{path}: cannot be read: it is {kind}, wanted an ordinary file')
    return os.fdopen(descriptor, 'rb')


def read_bytes(path: str | os.PathLike, limit: int = MAX_FILE) -> bytes:
    """The content of a file of at most ``limit`` bytes. Raises InputError where it cannot be read or is larger."""
    with open_file(path) as file:
        if os.fstat(file.fileno()).st_size > limit:
            raise InputError(f'{path}: larger than {_size(limit)}, the most that is read of such a file')
        try:
            return file.read()
        except OSError as error:
            raise InputError(f'{path}: cannot be read ({error.strerror or error})') from error


def pieces_of(path: str | os.PathLike) -> Iterator[bytes]:
    """The content of a file of any size, piece by piece. Raises InputError where it cannot be read."""
    with open_file(path) as file:
        try:
            while piece := file.read(_PIECE):
                yield piece
        except OSError as error:
            raise InputError(f'{path}: cannot be read ({error.strerror or error})') from error


def checksum(pieces: Iterable[bytes]) -> str:
    """What tells one content from another, as 'sha256:...'."""
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return f'sha256:{digest.hexdigest()}'


def read_text(path: str | os.PathLike, limit: int = MAX_FILE) -> str:
    """The content of a text file in UTF-8, or in UTF-16 with its mark, perhaps packed by gzip; line ends as they are.

    Raises InputError where it cannot be read, is larger than ``limit`` bytes, or is no such text.
    """
    data = read_bytes(path, limit)
    if data.startswith(_GZIP):
        data = _unpacked(path, data, limit)
    try:
        return data.decode('utf-16' if data.startswith(_UTF_16) else 'utf-8-sig')
    except UnicodeDecodeError as error:
        raise InputError(f'{path}: cannot be read as UTF-8 text (byte {error.start} is '
                         f'0x{error.object[error.start]:02x}); save it as UTF-8') from None


def _unpacked(path: str | os.PathLike, data: bytes, limit: int) -> bytes:
    """What gzip packed, of at most ``limit`` bytes."""
    try:
        unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)  # gzip's header
        out = unpacker.decompress(data, limit)
    except zlib.error as error:
        raise InputError(f'{path}: a damaged gzip file ({error})') from None
    if not unpacker.eof:
        what = f'holds more than {_size(limit)}' if len(out) == limit else 'is cut short'
        raise InputError(f'{path}: a gzip file that {what}; unpack it')
    return out


def list_folder(path: str) -> list[str]:
    """The names in a folder that are not hidden, sorted. Raises InputError where it is not there or cannot be read."""
    try:
        return sorted(name for name in os.listdir(path) if not name.startswith('.'))
    except (FileNotFoundError, NotADirectoryError):
        raise MissingFile(f'{path}: no such folder') from None
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the name
        raise InputError(f'{path}: cannot be read ({getattr(error, "strerror", None) or error})') from error


def npz_bytes(**arrays: np.ndarray) -> bytes:
    """The bytes of an npz file."""
    out = io.BytesIO()
    np.savez(out, **arrays)  # type: ignore[arg-type]  # the stub takes names of arrays for its options
    return out.getvalue()


def load_npz(path: str | os.PathLike, *keys: str, limit: int = MAX_ARRAYS) -> list[np.ndarray]:
    """The arrays ``keys`` of an npz file: numbers or text, at most ``limit`` bytes in all.

    Raises InputError, in one line with the path, when the file is missing, is no npz file, is cut short, holds Python
    objects in place of numbers or more than ``limit`` bytes; MissingArray when it lacks one of ``keys``.
    """
    with _opened_npz(path, limit) as archive:
        held = _held(archive)
        missing = [key for key in keys if key not in held]
        if missing:
            names = quoted(', '.join(held))[1:-1] or 'nothing'
            raise MissingArray(f'{path}: lacks {", ".join(missing)} (it holds {names})')
        members = [archive.getinfo(f'{key}.npy') for key in keys]
        if sum(member.file_size for member in members) > limit:
            raise InputError(f'{path}: its arrays take more than {_size(limit)}, the most that is read')
        return [_read_array(archive, member) for member in members]


def array_names(path: str | os.PathLike, limit: int = MAX_ARRAYS) -> list[str]:
    """The names of the arrays in an npz file. Raises InputError where it is missing or no npz file."""
    with _opened_npz(path, limit) as archive:
        return _held(archive)


@contextlib.contextmanager
def _opened_npz(path: str | os.PathLike, limit: int) -> Iterator[zipfile.ZipFile]:
    data = read_bytes(path, limit)
    if not data.startswith(b'PK'):
        raise InputError(f'{path}: not an npz file')
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield archive
    except InputError:
        raise
    except Exception as error:  # numpy and zipfile raise many kinds for a damaged file
        raise InputError(f'{path}: not a complete npz file of numbers ({in_one_line(error)})') from error


def _held(archive: zipfile.ZipFile) -> list[str]:
    return [name.removesuffix('.npy') for name in archive.namelist()]


def _read_array(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> np.ndarray:
    with archive.open(member) as file:
        try:
            return _array_in(file)
        except ValueError as error:
            raise ValueError(f'{member.filename.removesuffix(".npy")}: {error}') from error


def load_npy(path: str | os.PathLike, limit: int = MAX_ARRAYS) -> np.ndarray:
    """The array of an npy file: numbers or text.

    Raises InputError where it is missing, none, cut short, or has more than ``limit`` bytes.
    """
    data = read_bytes(path, limit)
    try:
        return _array_in(io.BytesIO(data))
    except Exception as error:  # numpy raises many kinds for a damaged file
        raise InputError(f'{path}: not a complete npy file of numbers ({in_one_line(error)})') from error


def _array_in(file: IO[bytes]) -> np.ndarray:
    """The array of an open npy file. Raises ValueError where it is no plain array or not of the size that it claims."""
    read_header = _NPY_HEADERS.get(np.lib.format.read_magic(file))
    if read_header is None:
        raise ValueError('an array of another kind')
    shape, fortran, dtype = read_header(file)
    return plain_array(shape, dtype, file.read(), fortran)


def _size(count: int) -> str:
    return f'{count >> 20} MB' if count >= 1 << 20 else f'{count} bytes'


def write_file(path: str | os.PathLike, data: bytes | Iterable[bytes], moment: int | None = None,
               lasting: bool = True) -> None:
    """Write bytes, or pieces of them, under a name that nobody has, then rename: the file is there whole or not at all.

    A link at ``path`` is replaced, never followed. What was written survives a crash of the machine, where it need not
    be ``lasting`` perhaps without its name. The file gets the time ``moment``, ns since 1970, where that is told.
    Raises CannotWrite where the folder cannot be written or the disk is full.
    """
    folder = os.path.dirname(path) or '.'
    temporary = os.path.join(folder, f'.smplify-{secrets.token_hex(8)}.tmp')
    try:
        try:
            with open(temporary, 'xb') as file:
                file.writelines([data] if isinstance(data, bytes) else data)
                file.flush()
                if moment is not None:
                    os.utime(temporary, ns=(moment, moment))
                os.fsync(file.fileno())
            os.replace(temporary, path)
        finally:
            if os.path.lexists(temporary):
                os.remove(temporary)
        if lasting:
            _sync_folder(folder)
    except OSError as error:
        raise cannot_write(path, error) from error


def _sync_folder(folder: str) -> None:
    """See to it that a renaming survives a crash of the machine, where the file system can."""
    with contextlib.suppress(OSError):  # the file is there all the same
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def is_temporary(name: str) -> bool:
    """Whether a file name is one under which ``write_file`` writes: of a run that is going on, or was killed."""
    return _TEMPORARY.fullmatch(name) is not None


def cannot_write(path: str | os.PathLike, error: OSError) -> CannotWrite:
    """The error to raise for an OSError on writing ``path``."""
    return CannotWrite(f'{path}: cannot be written ({error.strerror or error})')
