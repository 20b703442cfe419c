"""Large blocks go back to the system: a service that read one photo stays small."""

import ctypes

# of malloc.h in glibc
M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8
LARGE = 256 * 1024  # bytes
ARENAS = 2


def return_large_blocks() -> bool:
    """Tell glibc to give blocks of `LARGE` bytes back when they are freed.

    Left alone, it raises that bound to 32 MB at the first large block, and keeps an
    arena for each thread: after hostile uploads the process held 70 MB that it did not
    use. False, and nothing changes, where the C library has no such knobs.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError, TypeError):
        return False
    return bool(mallopt(M_MMAP_THRESHOLD, LARGE) and mallopt(M_ARENA_MAX, ARENAS))
