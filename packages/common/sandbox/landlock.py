"""Which files this process may still touch: Linux's Landlock, for good and for all its threads.

https://docs.kernel.org/userspace-api/landlock.html (kernel 5.13 and later). It binds root too.
"""

from __future__ import annotations

import ctypes
import os
import stat
from collections.abc import Iterable
from pathlib import Path

# The same numbers on every architecture.
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION_ONLY = 1
PATH_BENEATH = 1
NO_NEW_PRIVILEGES = 38

WRITE_FILE, READ_FILE, READ_DIRECTORY = 1 << 1, 1 << 2, 1 << 3
REMOVE_FILE, MAKE_FILE, TRUNCATE = 1 << 5, 1 << 8, 1 << 14
HANDLED = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
"""By the kernel's version of Landlock: every right over files that it knows."""

READ = READ_FILE | READ_DIRECTORY
KEEP = READ | WRITE_FILE | REMOVE_FILE | MAKE_FILE | TRUNCATE
"""Plain files only: no folders, links, devices, pipes or sockets are made, nothing is executed."""
OF_FILES = WRITE_FILE | READ_FILE | TRUNCATE


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def restrict_files(readable: Iterable[Path], writable: Iterable[Path], scratch: Path) -> None:
    """From now on this process opens nothing but what is named; what is open stays open.

    Args:
        readable: files and folders that may be read, with all that lies below.
        writable: devices such as /dev/null that may be read and written.
        scratch: the folder in which plain files may be made, read, changed and removed.

    Raises:
        OSError: the kernel has no Landlock, or refuses.
    """
    library = ctypes.CDLL(None, use_errno=True)
    version = _checked(library.syscall(CREATE_RULESET, None, 0, VERSION_ONLY))
    handled = HANDLED[max(known for known in HANDLED if known <= version)]
    attributes = ctypes.c_uint64(handled)
    ruleset = _checked(library.syscall(CREATE_RULESET, ctypes.byref(attributes), 8, 0))
    for path, rights in [
        *((path, READ) for path in readable),
        *((path, READ_FILE | WRITE_FILE) for path in writable),
        (scratch, KEEP),
    ]:
        _allow(library, ruleset, path, rights & handled)
    _checked(library.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0))
    _checked(library.syscall(RESTRICT_SELF, ruleset, 0))
    os.close(ruleset)


def _allow(library: ctypes.CDLL, ruleset: int, path: Path, rights: int) -> None:
    try:
        parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return  # systems differ in which of their folders there are
    try:
        if not stat.S_ISDIR(os.fstat(parent).st_mode):
            rights &= OF_FILES
        rule = _PathBeneath(allowed=rights, parent=parent)
        _checked(library.syscall(ADD_RULE, ruleset, PATH_BENEATH, ctypes.byref(rule), 0))
    finally:
        os.close(parent)


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"Landlock: {os.strerror(number)}")
    return result
