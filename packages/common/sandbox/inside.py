"""The sandboxed process: limits itself for good, says so, then runs the program.

Started by `run` with the interpreter's isolated mode; not to be imported.
"""

from __future__ import annotations

import os
import resource
import runpy
import sys
import sysconfig
import traceback
from pathlib import Path

PROGRAM = "program.py"
SYSTEM = (
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/usr/share/zoneinfo",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/dev/urandom",
    "/dev/random",
    "/dev/zero",
)
"""What a library may have to read while it runs."""

MEGABYTE = 1024 * 1024
OPEN_FILES = 64


def readable() -> list[Path]:
    """The Python installation and the system's libraries; not home, /etc or /proc."""
    kinds = ("stdlib", "platstdlib", "purelib", "platlib")
    own = [sysconfig.get_path(kind) for kind in kinds]
    return [Path(name) for name in (*own, f"{sys.base_prefix}/lib", *SYSTEM)]


def limit(cpu_seconds: int, memory_mb: int, file_mb: int) -> None:
    """Set what no process may raise again but root, whom the filter of calls forbids it."""
    for kind, most in (
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_AS, memory_mb * MEGABYTE),
        (resource.RLIMIT_FSIZE, file_mb * MEGABYTE),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def close_in(cpu_seconds: int, memory_mb: int, file_mb: int) -> None:
    """Give up everything that the program must not have."""
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from common.sandbox.landlock import restrict_files
    from common.sandbox.seccomp import filter_of_calls, restrict_calls

    del sys.path[0]
    calls = filter_of_calls()
    limit(cpu_seconds, memory_mb, file_mb)
    restrict_files(readable(), [Path(os.devnull)], Path.cwd())
    restrict_calls(calls)


def tell(error: BaseException) -> None:
    """The traceback, without the frames that led to the program."""
    frames = error.__traceback__
    while frames is not None and Path(frames.tb_frame.f_code.co_filename).name != PROGRAM:
        frames = frames.tb_next
    traceback.print_exception(type(error), error, frames)


def main(cpu_seconds: str, memory_mb: str, file_mb: str, ready: str) -> int:
    """Run the program of the working folder; the exit status."""
    close_in(int(cpu_seconds), int(memory_mb), int(file_mb))
    os.write(int(ready), b"!")
    os.close(int(ready))
    sys.argv = [PROGRAM]
    try:
        runpy.run_path(PROGRAM, run_name="__main__")
    except SystemExit:
        raise
    except BaseException as error:
        sys.stdout.flush()
        tell(error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
