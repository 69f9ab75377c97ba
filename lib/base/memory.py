"""What becomes of memory that is freed."""

import contextlib
import ctypes

#: glibc's numbers of what its mallopt sets, and bytes: of the end of what it has that it keeps, and of arrays that it
#: takes from there and not from the system (no more is possible).
_TRIM_THRESHOLD, _KEPT = -1, 128 << 20
_MMAP_THRESHOLD, _LARGEST = -3, 32 << 20


def keep_freed_memory() -> None:
    """Let what is freed be kept for the next array, where the C library is glibc.

    Else each large picture is given back to the system, which has to hand out, and to clear, its pages for the next:
    a tenth of what a picture costs.
    """
    with contextlib.suppress(AttributeError, OSError, TypeError):  # no mallopt, or (Windows) no such library
        library = ctypes.CDLL(None)
        library.mallopt(_TRIM_THRESHOLD, _KEPT)
        library.mallopt(_MMAP_THRESHOLD, _LARGEST)
