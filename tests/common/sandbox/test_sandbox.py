"""Programs that try to get out, run for real; what harmless ones may still do."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import common
from common.sandbox import Ending, Finished, Limits, run_python

REFUSED = ("PermissionError", "Operation not permitted", "Permission denied")


def refused(found: Finished) -> bool:
    """Whether the program's last line says that the kernel refused."""
    return found.ending is Ending.failed and any(one in found.output for one in REFUSED)


def test_a_program_computes_and_prints() -> None:
    found = run_python("import math\nprint(math.comb(10, 3))")
    assert (found.output, found.ending, found.status) == ("120\n", Ending.done, 0)


def test_an_error_is_told_with_the_program_s_own_lines_only() -> None:
    found = run_python("def f():\n    return 1 / 0\nf()")
    assert found.ending is Ending.failed
    assert found.output.splitlines()[-1] == "ZeroDivisionError: division by zero"
    assert "program.py" in found.output
    assert "runpy" not in found.output
    assert "inside.py" not in found.output


def test_numpy_threads_and_files_of_its_own_work() -> None:
    found = run_python(
        "import numpy, threading, pathlib\n"
        "t = threading.Thread(target=lambda: pathlib.Path('a.txt').write_text('kept'))\n"
        "t.start(); t.join()\n"
        "print(pathlib.Path('a.txt').read_text(), numpy.linalg.det(numpy.eye(2)))"
    )
    assert found.output == "kept 1.0\n"


def test_each_program_has_a_folder_of_its_own_that_is_gone_afterwards() -> None:
    first = run_python("import os\nopen('left', 'w').write('x')\nprint(os.getcwd())")
    second = run_python("import os\nprint(os.listdir('.'))")
    assert second.output == "['program.py']\n"
    assert not Path(first.output.strip()).exists()


@pytest.mark.parametrize(
    "path",
    [
        "/etc/shadow",
        "/etc/passwd",
        "/proc/1/environ",
        "/proc/self/environ",
        "/proc/self/maps",
        __file__,
    ],
)
def test_files_outside_cannot_be_read(path: str) -> None:
    assert refused(run_python(f"print(open({path!r}, 'rb').read())"))


def test_folders_outside_cannot_be_listed() -> None:
    for folder in ("/", "/etc", "/proc", "/tmp", str(Path(__file__).parent)):
        assert refused(run_python(f"import os\nprint(os.listdir({folder!r}))")), folder


def test_secrets_of_the_environment_are_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY_OF_TEST", "sk-very-secret")
    found = run_python("import os\nprint(dict(os.environ))")
    assert found.ending is Ending.done
    assert "sk-very-secret" not in found.output


def test_open_files_of_ours_are_not_inherited(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("ours")
    with secret.open() as stream:
        os.set_inheritable(stream.fileno(), True)
        code = (
            "import os\nfor n in range(3, 60):\n"
            "    try: print(os.read(n, 9))\n    except OSError: pass"
        )
        assert run_python(code).output == ""


@pytest.mark.parametrize(
    "attack",
    [
        "open({0!r}, 'w')",
        "open({0!r}, 'r+')",
        "import os; os.remove({0!r})",
        "import os; os.rename({0!r}, 'mine')",
        "import os; os.link({0!r}, 'mine')",
        "import os; os.symlink({0!r}, 'mine')",
        "import os; os.truncate({0!r}, 0)",
        "import os; os.chmod({0!r}, 0)",
        "import os; os.chown({0!r}, 1, 1)",
        "import os; os.utime({0!r}, (0, 0))",
        "import os; os.setxattr({0!r}, 'user.a', b'b')",
        "import os; os.mkdir({0!r} + '.d')",
        "import os; os.mkfifo('pipe')",
    ],
)
def test_files_outside_stay_as_they_are(tmp_path: Path, attack: str) -> None:
    theirs = tmp_path / "theirs.txt"
    theirs.write_text("untouched")
    before = theirs.stat()
    assert refused(run_python(attack.format(str(theirs))))
    after = theirs.stat()
    assert theirs.read_text() == "untouched"
    assert (after.st_mode, after.st_uid, after.st_mtime_ns) == (
        before.st_mode, before.st_uid, before.st_mtime_ns,
    )  # fmt: skip
    assert list(tmp_path.iterdir()) == [theirs]


def test_no_connection_leaves_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        found = run_python(f"import socket\nsocket.create_connection(('127.0.0.1', {port}))")
        assert refused(found)
        with pytest.raises(TimeoutError):
            server.accept()
    for family in ("AF_INET6", "AF_UNIX", "AF_NETLINK", "AF_PACKET"):
        kind = "SOCK_RAW" if family in ("AF_NETLINK", "AF_PACKET") else "SOCK_DGRAM"
        code = f"import socket\nsocket.socket(socket.{family}, socket.{kind})"
        assert refused(run_python(code)), family


def test_a_fork_bomb_does_not_go_off() -> None:
    assert refused(run_python("import os\nwhile True: os.fork()"))
    assert refused(run_python("import subprocess\nsubprocess.run(['/bin/true'])"))
    assert refused(run_python("import os\nos.execv('/bin/sh', ['sh'])"))
    assert refused(run_python("import multiprocessing as m\nm.Process(target=print).start()"))


def test_a_thread_bomb_ends_within_the_limits() -> None:
    found = run_python(
        "import threading as t, time\nwhile True: t.Thread(target=time.sleep, args=(99,)).start()",
        Limits(seconds=1.5, memory_mb=512),
    )
    assert found.ending in (Ending.failed, Ending.too_slow)
    assert found.seconds < 4


@pytest.mark.parametrize("ask", ["os.getppid()", "1", "-1", "0"])
def test_nobody_else_is_killed(ask: str) -> None:
    assert refused(run_python(f"import os\nos.kill({ask}, 9)"))


def test_the_kernel_is_not_asked_to_signal_others_either() -> None:
    own = "import fcntl, os\nr, w = os.pipe()\nfcntl.fcntl(r, {}, os.getppid())"
    for command in ("fcntl.F_SETOWN", "fcntl.F_SETSIG"):
        assert refused(run_python(own.format(command))), command
    assert refused(run_python("import fcntl\nfcntl.ioctl(1, 0x8901, b'1234')"))
    pidfd = "import os, signal\nsignal.pidfd_send_signal(os.pidfd_open(os.getppid()), 9)"
    assert refused(run_python(pidfd))


def test_raw_system_calls_are_refused_too() -> None:
    numbers = {"mount": 165, "ptrace": 101, "unshare": 272, "bpf": 321, "io_uring_setup": 425,
               "memfd_create": 319, "clone3": 435, "of a kernel to come": 999}  # fmt: skip
    code = (
        "import ctypes\nc = ctypes.CDLL(None, use_errno=True)\n"
        f"for n in {list(numbers.values())}: print(c.syscall(n, 0, 0, 0, 0), ctypes.get_errno())"
    )
    lines = run_python(code).output.split("\n")[:-1]
    assert lines == ["-1 1"] * 6 + ["-1 38"] + ["-1 1"]


def test_limits_cannot_be_lifted_nor_those_of_others_set() -> None:
    lift = "import resource as r\nr.{0}(r.RLIMIT_AS, (r.RLIM_INFINITY, r.RLIM_INFINITY))"
    assert "not allowed to raise maximum limit" in run_python(lift.format("setrlimit")).output
    others = "import os, resource as r\nr.prlimit(os.getppid(), r.RLIMIT_CPU, (1, 1))"
    assert refused(run_python(others))
    looked = run_python(
        "import resource as r\nprint(r.getrlimit(r.RLIMIT_CPU))", Limits(cpu_seconds=7)
    )
    assert looked.output == "(7, 7)\n"


def test_an_endless_loop_is_ended_by_the_clock() -> None:
    found = run_python(
        "import time\nprint('begun', flush=True)\ntime.sleep(60)", Limits(seconds=0.7)
    )
    assert (found.ending, found.output) == (Ending.too_slow, "begun\n")
    assert found.seconds < 3


def test_an_endless_computation_is_ended_by_its_processor_time() -> None:
    found = run_python("while True: pass", Limits(seconds=20, cpu_seconds=1))
    assert found.ending is Ending.too_slow
    assert found.seconds < 15


def test_ignoring_signals_and_closing_the_output_does_not_help() -> None:
    code = (
        "import os, signal\nfor n in (1, 2, 15, 24): signal.signal(n, signal.SIG_IGN)\n"
        "os.close(1); os.close(2)\nwhile True: pass"
    )
    found = run_python(code, Limits(seconds=1))
    assert found.ending is Ending.too_slow
    assert found.seconds < 4


def test_huge_output_is_cut() -> None:
    found = run_python("while True: print('x' * 10_000)", Limits(output_bytes=5_000))
    assert (found.ending, len(found.output)) == (Ending.too_loud, 5_000)


def test_memory_is_bounded() -> None:
    found = run_python("x = bytearray(10**9)", Limits(memory_mb=300))
    assert found.ending is Ending.failed
    assert "MemoryError" in found.output


def test_the_disk_is_not_filled() -> None:
    one = "f = open('big', 'wb')\nwhile True: f.write(bytes(2**20))"
    assert run_python(one, Limits(scratch_mb=3)).ending in (Ending.failed, Ending.too_big)
    many = "import itertools\nfor n in itertools.count(): open(str(n), 'wb').write(bytes(9))"
    assert run_python(many, Limits(scratch_files=50)).ending is Ending.too_big


def test_broken_programs_are_told_as_such() -> None:
    assert "SyntaxError" in run_python("def").output
    assert run_python("x = '\udcff'").ending in (Ending.done, Ending.failed)
    assert run_python("import sys\nsys.exit(3)").status == 3
    assert run_python("").ending is Ending.done


def test_many_programs_run_at_once_from_threads() -> None:
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda n=n: found.append(run_python(f"print({n})").output))
        for n in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [f"{n}\n" for n in range(6)]


def test_where_isolation_fails_nothing_is_run(tmp_path: Path) -> None:
    # The kernel stacks sixteen layers of Landlock at most: a process that has them gets no other.
    mark = tmp_path / "ran"
    script = f"""
import ctypes, sys
sys.path.insert(0, {str(Path(common.__file__).parents[1])!r})
from common.sandbox import SandboxUnavailable, run_python
kernel = ctypes.CDLL(None)
kernel.prctl(38, 1, 0, 0, 0)
for layer in range(16):
    devices_only = ctypes.c_uint64(1 << 11)
    assert kernel.syscall(446, kernel.syscall(444, ctypes.byref(devices_only), 8, 0), 0) == 0
try:
    run_python("open({str(mark)!r}, 'w')")
except SandboxUnavailable as error:
    print(error)
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "Argument list too long" in ran.stdout
    assert "leave the python tool out" in ran.stdout
    assert not mark.exists()


def test_limits_that_no_program_could_live_with_are_refused() -> None:
    with pytest.raises(ValueError, match="memory_mb must be at least 64"):
        Limits(memory_mb=1)


def test_the_first_answer_comes_soon() -> None:
    start = time.monotonic()
    run_python("print(1)")
    assert time.monotonic() - start < 5
