"""Does a test notice when the program is wrong? Each mutant is a small fault and the test that must fail on it.

    python -m tests.mutants.run [ROOM ...]

Reads ROOM.toml beside this file: ``[[mutant]]`` tables with ``file``, ``old`` (text that stands in it once), ``new``
and ``test`` (a pytest node, or several in a list). First all these tests must pass on the program as it is. Then each
fault is put into a copy of the checkout, one at a time in each of two copies, and its test is run there. A mutant whose
test still passes has survived: that test is too weak. Exit code 0 when all were noticed, 1 when one survived, 2 when
one could not be tried.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

if sys.version_info >= (3, 11):
    import tomllib
else:  # pytest brings it
    import tomli as tomllib

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SIDE_BY_SIDE = 2
TIMEOUT = 300  # seconds; a fault that makes its test run for ever has been noticed, too
NOT_COPIED = ('.git', '.venv', 'out', 'smpl_lsp', '*.egg-info', '__pycache__', '.*_cache', '.hypothesis')
FAILED = 1  # pytest's exit code when tests ran and failed; any other but 0 means that they did not run


@dataclass(frozen=True)
class Mutant:
    """A fault: in ``file``, ``old`` becomes ``new``; ``tests`` must notice. ``place`` says where it is listed."""

    place: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    def fault(self) -> str | None:
        """What is wrong with the entry itself, or None."""
        path = ROOT / self.file
        if not path.is_file():
            return f'no file {self.file}'
        found = path.read_text().count(self.old)
        if found != 1:
            return f'its old text stands {found} times in {self.file}, not once'
        if self.old == self.new:
            return 'old and new are the same'
        missing = [test for test in self.tests if not _is_there(test)]
        return f'no test {missing[0]}' if missing else None


def _is_there(test: str) -> bool:
    """Whether there is the file of a pytest node, and in it the classes and functions that it names."""
    file, *names = test.partition('[')[0].split('::')
    path = ROOT / file
    return path.exists() and all(re.search(rf'\b(class|def) {name}\b', path.read_text()) for name in names)


@dataclass(frozen=True)
class Verdict:
    """What came of a mutant: 'noticed', 'survived', or 'not tried' with the reason."""

    mutant: Mutant
    word: str
    reason: str = ''


def load_mutants(rooms: list[str]) -> list[Mutant]:
    """The mutants of ``rooms``, or of all; raises SystemExit where a list cannot be read."""
    paths = [HERE / f'{room}.toml' for room in rooms] or sorted(HERE.glob('*.toml'))
    mutants = []
    for path in paths:
        try:
            entries = tomllib.loads(path.read_text())['mutant']
        except (OSError, KeyError, tomllib.TOMLDecodeError) as error:
            sys.exit(f'{path}: no list of mutants ({error})')
        for number, entry in enumerate(entries, start=1):
            tests = entry.pop('test')
            tests = (tests,) if isinstance(tests, str) else tuple(tests)
            mutants.append(Mutant(f'{path.name} {number}', **entry, tests=tests))
    return mutants


def run_tests(folder: Path, tests: tuple[str, ...], timeout: float | None = None) -> subprocess.CompletedProcess:
    """pytest on ``tests`` in a copy of the checkout; no bytecode is kept, as a stale one would hide the next fault."""
    command = [sys.executable, '-m', 'pytest', '-x', '-q', '-p', 'no:cacheprovider', *tests]
    return subprocess.run(command, cwd=folder, env={**os.environ, 'PYTHONDONTWRITEBYTECODE': '1'}, timeout=timeout,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def try_out(mutant: Mutant, folder: Path) -> Verdict:
    """Put the fault into the copy in ``folder``, run its tests, and take it out again."""
    path = folder / mutant.file
    sound = path.read_text()
    path.write_text(sound.replace(mutant.old, mutant.new))
    try:
        process = run_tests(folder, mutant.tests, TIMEOUT)
    except subprocess.TimeoutExpired:
        return Verdict(mutant, 'noticed', 'never ended')
    finally:
        path.write_text(sound)
    if process.returncode == FAILED:
        return Verdict(mutant, 'noticed')
    if process.returncode == 0:
        return Verdict(mutant, 'survived')
    return Verdict(mutant, 'not tried', process.stdout.strip()[-1000:])


def try_all(mutants: list[Mutant], folders: list[Path]) -> list[Verdict]:
    """The verdicts of all, each said as it comes; as many at a time as there are copies in ``folders``."""
    free: SimpleQueue[Path] = SimpleQueue()
    for folder in folders:
        free.put(folder)

    def verdict(mutant: Mutant) -> Verdict:
        folder = free.get()
        try:
            return try_out(mutant, folder)
        finally:
            free.put(folder)

    verdicts = []
    with ThreadPoolExecutor(len(folders)) as executor:
        for number, it in enumerate(executor.map(verdict, mutants), start=1):
            print(f'{number}/{len(mutants)} {it.word}: {it.mutant.place}, {it.mutant.file} {it.reason}', flush=True)
            verdicts.append(it)
    return verdicts


def main() -> int:
    parser = argparse.ArgumentParser(description='Try the faults that tests must notice.')
    parser.add_argument('rooms', nargs='*', metavar='ROOM', help='lists to try, such as fitting (default: all)')
    mutants = load_mutants(parser.parse_args().rooms)
    wrong = [f'{mutant.place}: {mutant.fault()}' for mutant in mutants if mutant.fault()]
    if wrong:
        print(*wrong, sep='\n')
        return 2
    with tempfile.TemporaryDirectory() as temporary:
        folders = [Path(temporary) / str(number) for number in range(SIDE_BY_SIDE)]
        for folder in folders:
            shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*NOT_COPIED), symlinks=True)
        tests = tuple(dict.fromkeys(test for mutant in mutants for test in mutant.tests))
        print(f'{len(mutants)} mutants; first their {len(tests)} tests, on the program as it is', flush=True)
        process = run_tests(folders[0], tests)
        if process.returncode:
            print(process.stdout)
            return 2
        verdicts = try_all(mutants, folders)
    counts = {word: sum(verdict.word == word for verdict in verdicts) for word in ('noticed', 'survived', 'not tried')}
    print(', '.join(f'{count} {word}' for word, count in counts.items()))
    return 2 if counts['not tried'] else int(counts['survived'] > 0)


if __name__ == '__main__':
    sys.exit(main())
