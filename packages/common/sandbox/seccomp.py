"""What this process may still ask of the kernel: a seccomp filter, set for good.

An allow-list: reading, writing, memory, time, threads of its own. Whatever is not in
`system_calls.txt` fails with EPERM, also what kernels to come will offer: sockets, new processes,
other programs, signals to others, changed owners and permissions, mounts, tracing.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).with_name("system_calls.txt")
ARCHITECTURES = {"x86_64": (1, 0xC000003E), "aarch64": (2, 0xC00000B7)}
"""Column of the table, and how the kernel names the architecture to a filter."""

SET_SECCOMP, FILTER_MODE, NO_NEW_PRIVILEGES = 22, 2, 38
LOAD, EQUALS, HAS_BITS, RETURN = 0x20, 0x15, 0x45, 0x06
NUMBER_AT, ARCHITECTURE_AT, ARGUMENTS_AT = 0, 4, 16
ALLOW, KILL, FAIL = 0x7FFF0000, 0x80000000, 0x00050000
NEW_THREAD = 0x00010000

DUPLICATE, GET_FLAGS, SET_FLAGS, LOCKS = (0, 1030), (1, 3), (2, 4), (5, 6, 7)
TERMINAL_GET, TERMINAL_SIZE, BYTES_WAITING = 0x5401, 0x5413, 0x541B
CLOSE_ON_EXEC, KEEP_ON_EXEC, NON_BLOCKING = 0x5451, 0x5450, 0x5421


@dataclass(frozen=True, slots=True)
class Condition:
    """The 32 bits at this place of the call equal one of the values, or have all of its `bits`."""

    place: int
    values: Sequence[int]
    bits: bool = False


def filter_of_calls() -> bytes:
    """The filter for this machine and this process, made while the table can still be read.

    Raises:
        OSError: the architecture has no table.
    """
    machine = platform.machine()
    if machine not in ARCHITECTURES:
        raise OSError(errno.ENOSYS, f"seccomp: no table of system calls for {machine}")
    column, architecture = ARCHITECTURES[machine]
    return b"".join(_filter(_numbers(column), architecture))


def restrict_calls(program: bytes) -> None:
    """From now on only the system calls that the filter lets through succeed.

    Raises:
        OSError: the kernel refuses.
    """
    code = ctypes.create_string_buffer(program, len(program))
    head = _Program(length=len(program) // 8, code=ctypes.addressof(code))
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) or library.prctl(
        SET_SECCOMP, FILTER_MODE, ctypes.byref(head), 0, 0
    ):
        raise OSError(ctypes.get_errno(), f"seccomp: {os.strerror(ctypes.get_errno())}")


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))


def _conditions() -> Mapping[str, Sequence[Condition]]:
    """The calls that are allowed with some arguments only.

    fcntl and ioctl could have the kernel send signals to another process; prlimit64 could lift the
    limits of this one, where it is root, and change those of others.
    """
    nothing = (0,)
    return {
        "clone": [Condition(_argument(0), (NEW_THREAD,), bits=True)],
        "fcntl": [Condition(_argument(1), (*DUPLICATE, *GET_FLAGS, *SET_FLAGS, *LOCKS))],
        "ioctl": [
            Condition(
                _argument(1),
                (TERMINAL_GET, TERMINAL_SIZE, BYTES_WAITING, CLOSE_ON_EXEC, KEEP_ON_EXEC,
                 NON_BLOCKING),
            )
        ],
        "prlimit64": [
            Condition(_argument(0), nothing),
            Condition(_argument(2), nothing),
            Condition(_argument(2) + 4, nothing),
        ],
        "tgkill": [Condition(_argument(0), (os.getpid(),))],
    }  # fmt: skip


def _filter(numbers: Mapping[str, int], architecture: int) -> Iterator[bytes]:
    yield _step(LOAD, ARCHITECTURE_AT)
    yield _step(EQUALS, architecture, then=1)
    yield _step(RETURN, KILL)
    yield _step(LOAD, NUMBER_AT)
    conditions = _conditions()
    for name, number in numbers.items():
        if name == "clone3":
            # Its flags lie in memory that a filter cannot read; without it libc takes clone.
            body = [_step(RETURN, FAIL | errno.ENOSYS)]
        else:
            checks = [step for one in conditions.get(name, ()) for step in _check(one)]
            body = [*checks, _step(RETURN, ALLOW)]
        yield _step(EQUALS, number, otherwise=len(body))
        yield from body
    yield _step(RETURN, FAIL | errno.EPERM)


def _check(condition: Condition) -> Iterator[bytes]:
    """Go on behind it where the condition holds; else the call fails."""
    test = HAS_BITS if condition.bits else EQUALS
    yield _step(LOAD, condition.place)
    for rest, value in zip(range(len(condition.values), 0, -1), condition.values, strict=True):
        yield _step(test, value, then=rest)
    yield _step(RETURN, FAIL | errno.EPERM)


def _argument(number: int) -> int:
    """Where the lower half of an argument lies (both architectures are little-endian)."""
    return ARGUMENTS_AT + 8 * number


def _step(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
    return code.to_bytes(2, "little") + bytes([then, otherwise]) + value.to_bytes(4, "little")


def _numbers(column: int) -> dict[str, int]:
    rows = (line.split() for line in TABLE.read_text("ascii").splitlines() if line[0] != "#")
    return {row[0]: int(row[column]) for row in rows if row[column] != "-"}
