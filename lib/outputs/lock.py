"""Several runs at once in one output folder: who is at work there, and one at a time at what they share."""

import os
import re
import secrets
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from filelock import FileLock, Timeout

from ..base.errors import InputError
from .folder import RECORD, remove_left_over

_SHARED = '.smplify.lock'
_OWN = re.compile(r'\.smplify-[0-9a-f]{16}\.lock')
_PATIENCE = 300.  # seconds; the longest that another run holds the lock is while it writes its page


class AtWork:
    """A run at work in an output folder, perhaps beside others: ``with AtWork(out_dir) as here: ...``.

    Makes the folder where it is missing. Each run holds a lock file of its own there as long as it lives, however it
    ends, and all of them take turns at a shared one. Raises InputError where the folder cannot be made, written to, or
    locked.
    """

    def __init__(self, out_dir: str) -> None:
        self.out_dir = out_dir
        self._own_name = f'.smplify-{secrets.token_hex(8)}.lock'
        self._shared, self._own = self._lock_file(_SHARED, _PATIENCE), self._lock_file(self._own_name, 0.)

    def __enter__(self) -> 'AtWork':
        try:
            os.makedirs(self.out_dir, exist_ok=True)
        except OSError as error:
            raise InputError(f'{self.out_dir}: cannot be made ({error.strerror}); choose another --out_dir') from error
        try:
            with tempfile.TemporaryFile(dir=self.out_dir):
                pass  # filelock waits where a lock file cannot be made
        except OSError as error:
            raise self._unusable(error) from error
        with self.turn():
            if self.alone():
                remove_left_over(self.out_dir)
            self._acquire(self._own)
        return self

    def __exit__(self, *_: object) -> None:
        self._own.release()
        with suppress(OSError):
            os.remove(self._own.lock_file)

    def check_there(self) -> None:
        """Raises InputError where the folder was removed while the run goes on: nothing more is written then."""
        for path in (self._own.lock_file, os.path.join(self.out_dir, RECORD)):
            if not os.path.lexists(path):
                raise InputError(f'{self.out_dir}: was removed, or emptied, while the run went on ({path} is gone); '
                                 'what was in it is lost: run the same command again')

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Nobody else is in here at the same time: for reading and writing again what runs share."""
        self._acquire(self._shared)
        try:
            yield
        finally:
            self._shared.release()

    def alone(self) -> bool:
        """Whether no other run is at work in the folder; lasts as long as the ``turn`` in which it is asked."""
        others = [name for name in os.listdir(self.out_dir) if _OWN.fullmatch(name) and name != self._own_name]
        return not any([self._lives(name) for name in others])

    def _lives(self, name: str) -> bool:
        """Whether the run with this lock file lives; that of a dead one is removed."""
        lock = self._lock_file(name, 0.)
        try:
            self._acquire(lock)
        except InputError:
            return True
        lock.release()
        with suppress(OSError):
            os.remove(lock.lock_file)
        return False

    def _lock_file(self, name: str, timeout: float) -> FileLock:
        return FileLock(os.path.join(self.out_dir, name), timeout=timeout)

    def _acquire(self, lock: FileLock) -> None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter('ignore')  # without flock it takes turns by the files' existence: as good
                lock.acquire(poll_interval=0.01)
        except Timeout:
            raise InputError(f'{lock.lock_file}: another run holds it and does not go on; end that run, or choose '
                             'another --out_dir') from None
        except OSError as error:
            raise self._unusable(error) from error

    def _unusable(self, error: OSError) -> InputError:
        return InputError(f'{self.out_dir}: cannot be written to, or locked ({error.strerror}); choose another '
                          '--out_dir')
