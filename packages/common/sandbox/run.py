"""program, limits -> a sandboxed process -> what it printed."""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from common.sandbox.types import Ending, Finished, Limits, SandboxUnavailable

INSIDE = Path(__file__).with_name("inside.py")
PROGRAM = "program.py"
LOOKS_PER_SECOND = 20
"""How often the time and the scratch folder are looked at while the program is silent."""

MEGABYTE = 1024 * 1024
CHUNK = 65_536


def run_python(program: str, limits: Limits | None = None) -> Finished:
    """Run a program that nobody has read, in a folder of its own that is gone afterwards.

    Guaranteed, for whoever runs it, root included: the program opens no file but its own, the
    Python installation's and the system's libraries; it writes plain files in its folder only; it
    gets no socket, starts no process, executes no other program, sends no signal to another one,
    changes no owner, permission, time or limit; it sees no environment variable and no open file of
    ours; it ends within the limits. It can learn that a path exists, and its size, by asking for
    exactly that path; it shares the processor. Kernel flaws are not guarded against.

    Raises:
        SandboxUnavailable: the machine cannot guarantee that; the program was not started.
    """
    allowed = limits or Limits()
    if sys.platform != "linux":
        raise SandboxUnavailable(f"the Python sandbox needs Linux, not {sys.platform}; {REMEDY}")
    start = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="secateurs-python-") as folder,
        _pipe() as (ready, told),
    ):
        scratch = Path(folder)
        (scratch / PROGRAM).write_text(program, encoding="utf-8", errors="replace")
        process = _started(scratch, allowed, told)
        os.close(told)
        try:
            output, ending = _watched(process, scratch, allowed, start)
        finally:
            process.kill()
            status = process.wait()
        if os.read(ready, 1) != b"!":
            reason = output.decode("utf-8", "replace").strip().rpartition("\n")[2]
            raise SandboxUnavailable(f"this machine cannot isolate a program ({reason}); {REMEDY}")
    if ending is Ending.done and status != 0:
        ending = Ending.too_slow if status in OUT_OF_TIME else Ending.failed
    text = output.decode("utf-8", "replace")
    return Finished(output=text, ending=ending, status=status, seconds=time.monotonic() - start)


REMEDY = (
    "it takes Linux 5.13 or later with Landlock and seccomp on x86_64 or aarch64: leave the python"
    " tool out, or use such a machine"
)
OUT_OF_TIME = (-24, -9)
"""SIGXCPU and SIGKILL, by which the kernel ends what has used up its processor time."""


@cache
def check_sandbox() -> None:
    """Raises `SandboxUnavailable` where programs cannot be isolated; tried once a process."""
    run_python("")


@contextmanager
def _pipe() -> Iterator[tuple[int, int]]:
    """A pipe's ends; the one to write to is closed by whoever has handed it on."""
    reading, writing = os.pipe()
    try:
        yield reading, writing
    finally:
        os.close(reading)


def _started(scratch: Path, limits: Limits, told: int) -> subprocess.Popen[bytes]:
    numbers = (limits.cpu_seconds, limits.memory_mb, limits.scratch_mb, told)
    return subprocess.Popen(
        [sys.executable, "-I", "-B", "-X", "utf8", str(INSIDE), *map(str, numbers)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=scratch,
        # One thread: those of linear algebra would use up the address space.
        env={"HOME": str(scratch), "TMPDIR": str(scratch), "LANG": "C.UTF-8",
             "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"},
        pass_fds=(told,),
        start_new_session=True,
    )  # fmt: skip


def _watched(
    process: subprocess.Popen[bytes], scratch: Path, limits: Limits, start: float
) -> tuple[bytes, Ending]:
    """What the process prints until it ends, or until it has gone too far."""
    assert process.stdout is not None
    printed = bytearray()
    with process.stdout as stream, selectors.DefaultSelector() as waiting:
        waiting.register(stream, selectors.EVENT_READ)
        while True:
            if waiting.select(1 / LOOKS_PER_SECOND):
                chunk = os.read(stream.fileno(), CHUNK)
                if not chunk and _ended(process, start + limits.seconds):
                    return bytes(printed), Ending.done
                printed += chunk
            if len(printed) > limits.output_bytes:
                return bytes(printed[: limits.output_bytes]), Ending.too_loud
            if time.monotonic() - start > limits.seconds:
                return bytes(printed), Ending.too_slow
            if _too_big(scratch, limits):
                return bytes(printed), Ending.too_big


def _ended(process: subprocess.Popen[bytes], deadline: float) -> bool:
    """Whether the process ends in time, which a closed standard output alone does not say."""
    try:
        process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        return False
    return True


def _too_big(scratch: Path, limits: Limits) -> bool:
    size = files = 0
    with os.scandir(scratch) as entries:
        for entry in entries:
            files += 1
            try:
                size += entry.stat(follow_symlinks=False).st_size
            except FileNotFoundError:  # it was just removed
                continue
            if files > limits.scratch_files or size > limits.scratch_mb * MEGABYTE:
                return True
    return False
