"""Annotated steps, the ledger and the review sheet on disk: what survives and what is refused."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from domprune.annotate.ledger import Ledger
from domprune.annotate.review import BrokenSheet, drawn, read_verdicts, sheet_row, write_sheet
from domprune.annotate.rows import (
    BrokenAnnotation,
    Row,
    SnapshotFiles,
    read_annotated,
    write_annotated,
    write_row,
)
from domprune.instruction import parse_instruction
from domprune.render import render
from domprune.types import (
    Action,
    ActionType,
    Annotated,
    Box,
    Case,
    Dropped,
    Element,
    Gold,
    Program,
    Reason,
    Snapshot,
)

ELEMENTS = (
    Element(
        id=0,
        tag="select",
        role="combobox",
        text="=1+1",
        options=("One", "Two"),
        attributes={"id": "guests"},
        reasons=(Reason.TAG, Reason.ROLE),
        box=Box(1.0, 2.0, 3.0, 4.5),
        in_viewport=True,
    ),
    Element(id=1, tag="a", text="broken \ud800 text"),
)


def step(id: str = "c1", screenshot: Path | None = None) -> Annotated:
    subtask = parse_instruction("Select 'Two' in the guests list")
    return Annotated(
        case=Case(
            id=id,
            page="p.html",
            subtask=subtask,
            snapshot=Snapshot("http://x", "Page", ELEMENTS, 900, ("covered 2",)),
            gold=Gold(frozenset({0}), frozenset({0})),
            task="Book",
            history=("Click Stay",),
            split="dev",
        ),
        subtask=subtask,
        program=Program(
            keyword_weights={"guests": 50, "two": 7},
            action_type=ActionType.SELECT_OPTION,
            value="Two",
            places=("top",),
        ),
        thought="A form.",
        action=Action(action_type=ActionType.SELECT_OPTION, element_id=0, value="Two"),
        split="train",
        screenshot=screenshot,
    )


def written(folder: Path, *steps: Annotated) -> Path:
    files = SnapshotFiles(folder)
    return write_annotated(folder / "annotated.jsonl", [write_row(one, files) for one in steps])


def test_a_step_comes_back_as_it_was_and_steps_of_a_page_share_its_snapshot(tmp_path: Path) -> None:
    picture = tmp_path / "pages" / "p.png"
    picture.parent.mkdir()
    picture.write_bytes(b"png")
    steps = [step("c1", picture), step("c2")]
    back = list(read_annotated(written(tmp_path, *steps)))
    assert back == steps
    assert len(list((tmp_path / "snapshots").iterdir())) == 1


def broken_lines(folder: Path) -> dict[str, str]:
    """Lines that cannot be used, by what the message has to name."""
    good = json.loads(written(folder, step()).read_text())
    (folder / "snapshots" / "half.json.gz").write_bytes(
        (folder / good["snapshot"]).read_bytes()[:60]
    )
    return {
        "Expecting": "{not json",
        "dictionary": "[1]",
        "thought": json.dumps({key: one for key, one in good.items() if key != "thought"}),
        "leads out": json.dumps({**good, "snapshot": "../outside.json.gz"}),
        "is not in the folder": json.dumps({**good, "snapshot": "snapshots/none.json.gz"}),
        "end-of-stream": json.dumps({**good, "snapshot": "snapshots/half.json.gz"}),
        "element 9": json.dumps({**good, "action": {"action_type": "CLICK", "element_id": 9}}),
        "p.png": json.dumps({**good, "screenshot": "p.png"}),
        "action_type": json.dumps({**good, "action": {"action_type": "HOVER", "element_id": 0}}),
    }


def test_every_broken_line_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    lines = broken_lines(tmp_path)
    file = tmp_path / "annotated.jsonl"
    good = file.read_text()
    file.write_text(good + "".join(f"{line}\n" for line in lines.values()) + good)
    refused: list[BrokenAnnotation] = []
    assert len(list(read_annotated(file, refused.append))) == 2
    assert len(refused) == len(lines)
    for number, (named, error) in enumerate(zip(lines, refused, strict=True), 2):
        assert named in str(error), str(error)
        assert f"annotated.jsonl, line {number}:" in str(error)


def test_the_first_broken_line_ends_the_reading_where_nobody_takes_it(tmp_path: Path) -> None:
    file = tmp_path / "annotated.jsonl"
    file.write_text("{}\n")
    with pytest.raises(BrokenAnnotation, match="annotate anew"):
        list(read_annotated(file))


def row(folder: Path, id: str) -> Row:
    return write_row(step(id), SnapshotFiles(folder))


def test_the_ledger_knows_after_a_restart_what_was_done(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl", "same")
    ledger.add(row(tmp_path, "c1"))
    ledger.add(Dropped("c2", "gold_lost"))
    ledger.fail()
    again = Ledger(tmp_path / "ledger.jsonl", "same")
    assert "c1" in again
    assert "c2" in again
    assert "c3" not in again
    assert (again.resumed, again.failed) == (2, 0)
    assert list(again.entries()) == [row(tmp_path, "c1"), Dropped("c2", "gold_lost")]


def test_other_settings_begin_a_new_ledger(tmp_path: Path) -> None:
    Ledger(tmp_path / "ledger.jsonl", "one").add(Dropped("c1", "gold_lost"))
    again = Ledger(tmp_path / "ledger.jsonl", "two")
    assert "c1" not in again
    assert list(again.entries()) == []


@pytest.mark.parametrize("cut", range(2, 40, 7))
def test_a_line_that_a_kill_cut_short_costs_its_own_step_alone(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "ledger.jsonl"
    first = Ledger(path, "same")
    first.add(row(tmp_path, "c1"))
    first.add(Dropped("c2", "gold_lost"))
    path.write_bytes(path.read_bytes()[:-cut])
    again = Ledger(path, "same")
    again.add(Dropped("c3", "gold_lost"))
    ids = [one.case_id if isinstance(one, Dropped) else one.id for one in again.entries()]
    assert ids == ["c1", "c3"]


def test_the_sheet_shows_the_step_and_takes_verdicts(tmp_path: Path) -> None:
    rows = [sheet_row(step(id), render, tmp_path) for id in ("c1", "c2", "c3")]
    sheet = write_sheet(tmp_path / "review.csv", rows)
    with sheet.open(newline="") as lines:
        read = list(csv.DictReader(lines))
    assert read[0]["keywords"] == "guests: 50, two: 7"
    assert read[0]["right_element"].startswith("[0]<select>=1+1")
    assert read_verdicts(sheet) == {}
    text = sheet.read_text().splitlines()
    text[1], text[2] = text[1][:-2] + ",Good,", text[2][:-2] + ",bad,no such thing"
    sheet.write_text("\ufeff" + "\n".join(text))
    assert read_verdicts(sheet) == {"c1": True, "c2": False}


def test_a_text_of_the_page_is_no_formula_on_the_sheet(tmp_path: Path) -> None:
    nasty = sheet_row(step("=cmd()"), render, tmp_path)
    sheet = write_sheet(tmp_path / "review.csv", [nasty])
    assert "\n'=cmd()," in sheet.read_text()


@pytest.mark.parametrize(
    ("text", "named"),
    [("id,verdict\nc1,maybe\n", "line 2: a verdict is good or bad"), ("id\nc1\n", "line 1")],
)
def test_a_sheet_that_cannot_be_read_says_where(tmp_path: Path, text: str, named: str) -> None:
    (tmp_path / "review.csv").write_text(text)
    with pytest.raises(BrokenSheet, match=named):
        read_verdicts(tmp_path / "review.csv")


def test_the_sample_depends_on_the_seed_and_the_ids_alone() -> None:
    ids = [f"c{number}" for number in range(30)]
    assert drawn(ids, 5, seed=1) == drawn(list(reversed(ids)), 5, seed=1)
    assert drawn(ids, 5, seed=1) != drawn(ids, 5, seed=2)
    assert len(drawn(ids, 50, seed=1)) == 30
