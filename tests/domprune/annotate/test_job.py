"""The whole annotation job on a small labelled folder, killed, resumed, reviewed."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from common.llm.settings import Backend, LLMSettings
from common.loopback import listening
from common.run import Run
from domprune.annotate.rows import read_annotated
from domprune.data.settings import DataSettings, Source
from domprune.experiment.annotation import AnnotatorRole, Prune4WebAnnotate

PAGE = """<html><head><title>Shop {0}</title></head><body>
<nav><a href="/home">Home</a><a href="/basket" xid="2">Basket {0}</a></nav>
<form><label for="m">Email address</label><input id="m" name="mail" xid="3">
<button xid="4"><span xid="5">Sign in</span></button></form></body></html>"""
INSTRUCTIONS = {"2": "Click Basket", "3": "Type 'a@b.c' in the email field", "5": "Click Sign in"}


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    folder = tmp_path / "set"
    folder.mkdir()
    with (folder / "cases.jsonl").open("w") as lines:
        for page in range(5):
            (folder / f"p{page}.html").write_text(PAGE.format(page))
            for xid, instruction in INSTRUCTIONS.items():
                row = {"page": f"p{page}.html", "instruction": instruction, "gold_xid": xid}
                lines.write(json.dumps(row) + "\n")
    return folder


def settings(root: Path, **more: Any) -> Prune4WebAnnotate:
    return Prune4WebAnnotate(data=DataSettings(source=Source.labelled, root=str(root)), **more)


def test_steps_are_annotated_split_by_page_and_reported(labelled: Path, tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    metrics = settings(labelled).run(run)
    assert {key: metrics[key] for key in ("annotated", "dropped", "train", "test", "sites")} == {
        "annotated": 15, "dropped": 0, "train": 12, "test": 3, "sites": 5,
    }  # fmt: skip
    # Of "basket", "cart" and "bag", as sets of icons call it, a step says the first alone.
    said = metrics["keywords_said"].mean  # type: ignore[attr-defined]
    assert said == pytest.approx((1 / 3 + 1 + 1) / 3)
    steps = list(read_annotated(run.folder / "annotated.jsonl"))
    parts: dict[str, set[str]] = {}
    for step in steps:
        parts.setdefault(step.case.page, set()).add(step.split)
        assert step.action.element_id in step.case.gold.same_control
    assert all(len(part) == 1 for part in parts.values())
    assert {step.action.value for step in steps} == {"", "a@b.c"}
    report = (run.folder / "report.html").read_text()
    assert "Click Sign in" in report
    assert "12 steps of 4 sites" in report


def test_what_cannot_be_used_is_dropped_with_its_reason(labelled: Path, tmp_path: Path) -> None:
    with (labelled / "cases.jsonl").open("a") as lines:
        lines.write("{no json\n")
        for page, xid in (("p0.html", "99"), ("gone.html", "2")):
            row = {"page": page, "instruction": "Click it", "gold_xid": xid}
            lines.write(json.dumps(row) + "\n")
        row = {"page": "p1.html", "instruction": "Click Home", "gold_xid": "4"}
        lines.write(json.dumps(row) + "\n")
    run = Run(tmp_path / "run")
    metrics = settings(labelled, keep=1).run(run)
    assert metrics["dropped/gold_lost"] == 2
    assert metrics["dropped/gold_pruned_away"] == 1
    assert run.counts()["data/refused"] == 1
    assert metrics["annotated"] == 15


def test_a_resumed_run_does_only_what_is_missing_and_ends_the_same(
    labelled: Path, tmp_path: Path
) -> None:
    whole = Run(tmp_path / "whole")
    settings(labelled).run(whole)
    run = Run(tmp_path / "run")
    settings(labelled).run(run)
    ledger = run.folder / "ledger.jsonl"
    ledger.write_text("".join(ledger.read_text().splitlines(keepends=True)[:7]))
    again = Run(tmp_path / "run")
    settings(labelled).run(again)
    assert "6 steps are done already" in (run.folder / "log.txt").read_text()
    assert (run.folder / "annotated.jsonl").read_text() == (
        whole.folder / "annotated.jsonl"
    ).read_text()


def test_what_a_person_judged_bad_is_dropped_and_the_sheet_is_kept(
    labelled: Path, tmp_path: Path
) -> None:
    run = Run(tmp_path / "run")
    settings(labelled, review=4).run(run)
    sheet = run.folder / "review.csv"
    with sheet.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 4
    for row, verdict in zip(rows, ("bad", "good", "good", ""), strict=True):
        row["verdict"] = verdict
    with sheet.open("w", newline="") as lines:
        filled = csv.DictWriter(lines, rows[0])
        filled.writeheader()
        filled.writerows(rows)
    before = sheet.read_bytes()
    metrics = settings(labelled, review=4).run(Run(tmp_path / "run"))
    assert metrics["dropped/refused_by_person"] == 1
    assert metrics["annotated"] == 14
    assert metrics["good_share"].mean == pytest.approx(2 / 3)  # type: ignore[attr-defined]
    assert sheet.read_bytes() == before
    ids = [step.case.id for step in read_annotated(run.folder / "annotated.jsonl")]
    assert rows[0]["id"] not in ids


def test_equal_seeds_give_equal_files(labelled: Path, tmp_path: Path) -> None:
    texts = []
    for name in ("a", "b"):
        run = Run(tmp_path / name, seed=3)
        settings(labelled).run(run)
        texts.append(
            [(run.folder / file).read_bytes() for file in ("annotated.jsonl", "review.csv")]
        )
    assert texts[0] == texts[1]


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"keep": 0}, "keep must be at least 1"),
        ({"test_share": 1.0}, "test_share must be"),
        ({"review": -1}, "review must be 0 or more"),
        ({"annotator": AnnotatorRole.llm}, "annotator=llm asks a language model"),
    ],
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        Prune4WebAnnotate(**wrong)


def test_data_without_a_case_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cases.jsonl").write_text("")
    with pytest.raises(ValueError, match="there is no case"):
        settings(tmp_path).run(Run(tmp_path / "run"))


class Model(BaseHTTPRequestHandler):
    """An endpoint whose model annotates well, but never a step on the basket of page 3."""

    asked: list[str]
    fails: bool

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        said = " ".join(str(message["content"]) for message in body["messages"])
        self.asked.append(said)
        step = re.findall(r"Recorded step: ([^\\\n]+)", said)[-1]
        words = dict.fromkeys(step.split()[1:], 40)
        answer = json.dumps({"thought": "So.", "next_steps": step, "keyword_weights": words})
        broken = self.fails and "Basket 3" in said.split("Elements beside")[0]
        reply = {
            "id": "1", "object": "chat.completion", "created": 1, "model": body["model"],
            "choices": [{"index": 0, "finish_reason": "stop",
                         "message": {"role": "assistant", "content": answer}}],
            "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15},
        }  # fmt: skip
        data = json.dumps(reply).encode()
        self.send_response(400 if broken else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *values: object) -> None:
        """Say nothing."""


@pytest.fixture
def model() -> Iterator[tuple[str, type[Model]]]:
    handler = type("One", (Model,), {"asked": [], "fails": True})
    with listening(handler) as address:
        yield f"{address}/v1", handler


def test_a_step_on_which_the_model_fails_is_counted_and_tried_again_on_resume(
    labelled: Path, tmp_path: Path, model: tuple[str, type[Model]]
) -> None:
    address, handler = model
    llm = LLMSettings(
        backend=Backend.openai, model="m", base_url=address, cache=str(tmp_path / "c")
    )
    own = settings(labelled, annotator=AnnotatorRole.llm, llm=llm)
    metrics = own.run(Run(tmp_path / "run"))
    assert metrics["annotated"] == 14
    assert metrics["dropped/failed"] == 1
    assert "set/10 failed: " in (tmp_path / "run" / "log.txt").read_text()
    handler.fails = False
    handler.asked.clear()
    metrics = own.run(Run(tmp_path / "run"))
    assert metrics["annotated"] == 15
    assert metrics["dropped"] == 0
    assert len(handler.asked) == 1
    steps = list(read_annotated(tmp_path / "run" / "annotated.jsonl"))
    assert {step.thought for step in steps} == {"So."}
