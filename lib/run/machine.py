"""What this process may use of the machine: cores and memory, also in containers (control groups)."""

import os
from collections.abc import Iterator
from pathlib import Path

#: Bytes that a worker takes with three bodies, their renderers and a chunk of photographs (measured: 420 MB).
WORKER_BYTES = 512 << 20
_GROUPS, _OWN_GROUPS, _MEMINFO = '/sys/fs/cgroup', '/proc/self/cgroup', '/proc/meminfo'


def worker_count(asked: int | None, images: int) -> int:
    """How many processes fit ``images``: ``asked``, or one for each core; no more than images, cores and memory allow.

    Two are granted on a single core, too.
    """
    cores = usable_cores()
    return max(1, min(asked or cores, images, max(cores, 2), free_memory() // WORKER_BYTES))


def usable_cores() -> int:
    """Cores that this process may use: its affinity, and the quotas of the control groups around it."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else os.cpu_count() or 1
    for folder in _control_groups('cpu'):
        quota, period = (_numbers(folder / 'cpu.max') or
                         _numbers(folder / 'cpu.cfs_quota_us') + _numbers(folder / 'cpu.cfs_period_us') + [0, 0])[:2]
        if quota > 0 and period > 0:
            cores = min(cores, max(1, round(quota / period)))
    return cores


def free_memory() -> int:
    """Bytes of memory that this process may still take: what the machine has free, and the control groups allow."""
    free = _table(Path(_MEMINFO)).get('MemAvailable', 1 << 50) << 10
    for folder in _control_groups('memory'):
        limit = _numbers(folder / 'memory.max') or _numbers(folder / 'memory.limit_in_bytes')
        used = _numbers(folder / 'memory.current') or _numbers(folder / 'memory.usage_in_bytes')
        if limit and used:
            cache = _table(folder / 'memory.stat')  # given back when it is needed
            free = min(free, limit[0] - used[0] + cache.get('file', cache.get('total_cache', 0)))
    return max(0, free)


def _control_groups(controller: str) -> Iterator[Path]:
    """Folders of this process's control groups and of those around them: version 2's, or version 1's ``controller``."""
    for line in _text(Path(_OWN_GROUPS)).splitlines():
        _, controllers, path = line.split(':', 2)
        if controllers == '' or controller in controllers.split(','):
            root = Path(_GROUPS, controllers)
            folder = root / path.lstrip('/')
            yield from (folder, *(parent for parent in folder.parents if parent.is_relative_to(root)))


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except (OSError, UnicodeDecodeError):
        return ''


def _numbers(path: Path) -> list[int]:
    """The whole numbers in a file such as cpu.max; none where it says ``max``."""
    words = _text(path).split()
    return [int(word) for word in words] if all(word.lstrip('-').isdigit() for word in words) else []


def _table(path: Path) -> dict[str, int]:
    """A file of names and numbers, a pair a line."""
    rows = (line.replace(':', ' ').split() for line in _text(path).splitlines())
    return {row[0]: int(row[1]) for row in rows if len(row) > 1 and row[1].isdigit()}
