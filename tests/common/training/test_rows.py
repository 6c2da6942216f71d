"""Rows on disk: what is written is read, and a bad line is told, not lost."""

from __future__ import annotations

import json
from pathlib import Path

from common.training.errors import BadRow, Misfit
from common.training.rows import read_rows, write_rows
from common.training.types import TrainingMessage, TrainingRow

CALL = {"name": "search", "arguments": {"query": "weather"}}


def test_rows_survive_the_disk(tmp_path: Path) -> None:
    rows = [
        TrainingRow(
            id="a",
            messages=(
                TrainingMessage("system", "Be brief."),
                TrainingMessage("user", "Weather?\n東京 \ud83c"),
                TrainingMessage("assistant", "", (CALL,)),
                TrainingMessage("tool", "sunny"),
                TrainingMessage("assistant", "Sunny."),
            ),
            tools=({"type": "function", "function": {"name": "search"}},),
        ),
        TrainingRow(
            id="b", messages=(TrainingMessage("user", "x"),), images=(tmp_path / "pictures/1.png",)
        ),
    ]
    file = tmp_path / "set" / "rows.jsonl"
    assert write_rows(file, rows) == 2
    read = list(read_rows(file))
    assert isinstance(read[0], TrainingRow)
    assert read[0].messages[1].content == "Weather?\n東京 ?"  # half a surrogate is no text
    assert read[0].messages[2:] == rows[0].messages[2:]
    assert read[0].tools == rows[0].tools
    assert isinstance(read[1], TrainingRow)
    assert read[1].images[0].resolve() == (tmp_path / "pictures/1.png").resolve()
    assert json.loads(file.read_text().splitlines()[1])["images"] == ["../pictures/1.png"]


def test_a_bad_line_is_told_with_its_place_and_the_others_are_read(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    good = {"messages": [{"role": "user", "content": "x"}]}
    lines = [
        "{",
        "[]",
        json.dumps({"messages": [{"role": "robot", "content": "x"}]}),
        json.dumps({"messages": [{"role": "user", "content": 3}]}),
        json.dumps({"messages": "x"}),
        json.dumps(good | {"images": [1]}),
        json.dumps(good | {"tools": ["x"]}),
        "",
        json.dumps(good),
    ]
    file.write_text("\n".join(lines))
    read = list(read_rows(file))
    told = [str(it) for it in read if isinstance(it, BadRow)]
    assert [it.misfit for it in read if isinstance(it, BadRow)] == [Misfit.unreadable] * 7
    assert all(f"rows.jsonl:{place}: " in text for place, text in enumerate(told, start=1))
    assert "role must be one of system, user, assistant, tool, not 'robot'" in told[2]
    assert [it.id for it in read if isinstance(it, TrainingRow)] == ["9"]


def test_a_call_may_stand_without_content(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    message = {"role": "assistant", "content": None, "tool_calls": [CALL]}
    file.write_text(json.dumps({"id": 4, "messages": [message]}))
    [read] = read_rows(file)
    assert isinstance(read, TrainingRow)
    assert (read.id, read.messages[0].content) == ("4", "")
