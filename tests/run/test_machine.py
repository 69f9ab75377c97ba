"""Cores and memory that may be used: of the machine, and of the containers around the process."""

import os

import pytest

from lib.run import machine

GB = 1 << 30


@pytest.fixture
def place(tmp_path, monkeypatch):
    """``place(cores, memory, groups, files)``: a machine with so many cores and bytes free, and control groups."""
    def place(cores=8, memory=100 * GB, groups='', files=None):
        monkeypatch.setattr(os, 'sched_getaffinity', lambda _: set(range(cores)), raising=False)
        free = f'MemTotal: 1 kB\nMemAvailable:  {memory >> 10} kB\n'
        for name, text in (('_OWN_GROUPS', groups), ('_MEMINFO', free)):
            (tmp_path / name).write_text(text)
            monkeypatch.setattr(machine, name, str(tmp_path / name))
        for name, text in (files or {}).items():
            path = tmp_path / 'groups' / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        monkeypatch.setattr(machine, '_GROUPS', str(tmp_path / 'groups'))
    return place


@pytest.mark.parametrize('asked, images, cores, memory, wanted', [
    (None, 100, 8, 100 * GB, 8), (3, 100, 8, 100 * GB, 3), (10000, 40, 8, 100 * GB, 8), (None, 5, 8, 100 * GB, 5),
    (None, 100, 8, 2 * GB, 4), (8, 100, 8, GB // 4, 1), (2, 100, 1, 100 * GB, 2), (None, 100, 1, 100 * GB, 1),
    (4, 0, 8, 100 * GB, 1)])
def test_workers(place, asked, images, cores, memory, wanted):
    place(cores, memory)
    assert machine.worker_count(asked, images) == wanted


@pytest.mark.parametrize('groups, files, wanted', [
    ('0::/\n', {'cpu.max': 'max 100000\n'}, 8), ('0::/\n', {'cpu.max': '200000 100000\n'}, 2),
    ('0::/\n', {'cpu.max': '50000 100000\n'}, 1), ('0::/\n', {}, 8), ('', {}, 8),
    ('0::/a/b\n', {'a/cpu.max': '300000 100000\n', 'a/b/cpu.max': 'max 100000\n'}, 3),
    ('3:cpu,cpuacct:/x\n', {'cpu,cpuacct/x/cpu.cfs_quota_us': '400000\n',
                            'cpu,cpuacct/x/cpu.cfs_period_us': '100000\n'}, 4),
    ('3:cpu:/\n', {'cpu/cpu.cfs_quota_us': '-1\n', 'cpu/cpu.cfs_period_us': '100000\n'}, 8),
    ('3:cpu:/\n', {'cpu/cpu.cfs_quota_us': '-1\n'}, 8)])
def test_quotas_of_containers(place, groups, files, wanted):
    place(groups=groups, files=files)
    assert machine.usable_cores() == wanted


@pytest.mark.parametrize('groups, files, wanted', [
    ('0::/\n', {'memory.max': f'{4 * GB}\n', 'memory.current': f'{GB}\n'}, 3 * GB),
    ('0::/\n', {'memory.max': f'{4 * GB}\n', 'memory.current': f'{3 * GB}\n',
                'memory.stat': f'anon 5\nfile {2 * GB}\n'}, 3 * GB),
    ('0::/\n', {'memory.max': 'max\n', 'memory.current': f'{GB}\n'}, 100 * GB),
    ('0::/a\n', {'memory.max': f'{8 * GB}\n', 'memory.current': '0\n', 'a/memory.max': f'{9 * GB}\n',
                 'a/memory.current': '0\n'}, 8 * GB),
    ('4:memory:/x\n', {'memory/x/memory.limit_in_bytes': f'{2 * GB}\n', 'memory/x/memory.usage_in_bytes': f'{GB}\n',
                       'memory/x/memory.stat': f'total_cache {GB // 2}\n'}, GB + GB // 2),
    ('0::/\n', {'memory.max': f'{GB}\n', 'memory.current': f'{2 * GB}\n'}, 0)])
def test_memory_of_containers(place, groups, files, wanted):
    place(groups=groups, files=files)
    assert machine.free_memory() == wanted


def test_this_machine():
    assert 1 <= machine.usable_cores() <= os.cpu_count()
    assert machine.free_memory() > 0
