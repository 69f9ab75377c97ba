"""``-m tests.base.read_all READER FILE...``: read files under a limit of memory; a line of JSON for each.

READER is a function as ``module:name``. Each line is [what came, seconds, MB by which the most memory ever used grew]:
None where the file was read, else the message of the InputError. Anything else ends the program.
"""

import importlib
import json
import resource
import sys
import time
from pathlib import Path

from lib.base.errors import InputError

ALLOWED = 512 << 20  # bytes beyond what the program takes without any file


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.


if __name__ == '__main__':
    module, name = sys.argv[1].split(':')
    read = getattr(importlib.import_module(module), name)
    pages = int(Path('/proc/self/statm').read_text().split()[0])
    limit = pages * resource.getpagesize() + ALLOWED
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    for path in sys.argv[2:]:
        begin, before, message = time.monotonic(), peak(), None
        try:
            read(path)
        except InputError as error:
            message = str(error)
        print(json.dumps([message, time.monotonic() - begin, peak() - before]), flush=True)
