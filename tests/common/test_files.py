from __future__ import annotations

import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import numpy
import pytest

from common.files import (
    JsonLines,
    clear_unfinished,
    growing,
    to_plain,
    write_bytes,
    write_json,
    write_text,
)


class Color(Enum):
    red = "r"


@dataclass(frozen=True, slots=True)
class Point:
    x: int
    color: Color


def test_a_file_is_replaced_whole_and_leaves_no_temporary_name(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.txt"
    assert write_text(path, "old") == path
    write_text(path, "né\n")
    assert path.read_bytes() == "né\n".encode()
    assert [file.name for file in path.parent.iterdir()] == ["b.txt"]
    assert path.stat().st_mode & 0o600 == 0o600


def test_a_failed_write_keeps_the_old_content(tmp_path: Path) -> None:
    path = write_json(tmp_path / "a.json", {"a": 1})
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(path, {"a": float("nan")})
    with pytest.raises(TypeError):
        write_bytes(path, "text")  # type: ignore[arg-type]
    assert json.loads(path.read_text()) == {"a": 1}
    assert len(list(tmp_path.iterdir())) == 1


def test_broken_pages_with_lone_surrogates_can_be_written(tmp_path: Path) -> None:
    assert write_text(tmp_path / "a", "x\ud800y").read_text() == "x?y"


def test_values_become_plain() -> None:
    value = {
        Color.red: Point(1, Color.red),
        2: {"b", "a"},
        "p": Path("x"),
        "n": numpy.float64(0.5),
        "v": numpy.arange(2),
        "t": (True, None),
    }
    assert to_plain(value) == {
        "r": {"x": 1, "color": "r"},
        "2": ["a", "b"],
        "p": "x",
        "n": 0.5,
        "v": [0, 1],
        "t": [True, None],
    }
    with pytest.raises(TypeError, match="no JSON form"):
        to_plain(object())


def test_lines_from_many_threads_stay_whole(tmp_path: Path) -> None:
    lines = JsonLines(tmp_path / "sub" / "a.jsonl")
    assert not lines.path.exists()

    def add(start: int) -> None:
        for number in range(start, start + 50):
            lines.append({"number": number, "text": "é" * 3000})

    threads = [threading.Thread(target=add, args=(start,)) for start in range(0, 400, 50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = [json.loads(line)["number"] for line in lines.path.read_text().splitlines()]
    assert sorted(numbers) == list(range(400))


def test_a_line_that_a_kill_cut_short_does_not_swallow_the_next(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"number": 1}\n{"numb')
    JsonLines(path).append({"number": 2})
    JsonLines(path).append({"number": 3})
    assert path.read_text() == '{"number": 1}\n{"numb\n{"number": 2}\n{"number": 3}\n'


def test_a_growing_file_appears_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "new" / "lines.txt"
    with growing(path) as stream:
        stream.write(b"one\n")
        assert not path.exists()
        stream.write(b"two\n")
    assert path.read_bytes() == b"one\ntwo\n"


def test_what_a_killed_writer_had_begun_is_cleared_and_nothing_else(tmp_path: Path) -> None:
    child = (
        "import os, signal, sys; from pathlib import Path; from common.files import growing\n"
        "with growing(Path(sys.argv[1])) as stream:\n"
        "    os.kill(os.getpid(), signal.SIGKILL)"
    )
    (tmp_path / ".gitignore").write_text("*")
    (tmp_path / "whole.txt").write_text("whole")
    subprocess.run([sys.executable, "-c", child, tmp_path / "begun.txt"], check=False)
    assert len(list(tmp_path.iterdir())) == 3
    clear_unfinished(tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == [".gitignore", "whole.txt"]


def test_a_growing_file_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    path = write_text(tmp_path / "lines.txt", "old")
    with pytest.raises(TypeError), growing(path) as stream:
        stream.writelines([b"half of the new", "no bytes"])  # type: ignore[list-item]
    assert [one.name for one in tmp_path.iterdir()] == ["lines.txt"]
    assert path.read_text() == "old"
