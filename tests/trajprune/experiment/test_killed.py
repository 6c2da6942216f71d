"""kill -9 in every pass of the job: a rerun writes the bytes of an undisturbed run."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from common.llm.settings import LLMSettings
from common.run import Run
from trajprune import sample
from trajprune.experiment import WebClipper
from trajprune.experiment.settings import (
    Builder,
    JudgeSettings,
    Player,
    PrunerSettings,
    ReportSettings,
    RewriterSettings,
    VoteSettings,
)
from trajprune.filter import FilterSettings

COMMITTED = 64
"""Rows after which the ledger commits."""


def written(folder: Path) -> dict[str, bytes]:
    """Everything a run leaves behind, but for its log and what this attempt paid for its model."""
    return {
        path.relative_to(folder).as_posix(): re.sub(
            rb"Language model: [^<]*", b"", path.read_bytes()
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "log.txt"
    }


def started(job: WebClipper, folder: Path) -> int:
    """Run the job in a process of its own; its id."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            job.run(Run(folder))
            status = 0
        finally:
            os._exit(status)
    return pid


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    assert os.waitpid(pid, 0)[1] == signal.SIGKILL


def rows_in(folder: Path, table: str) -> int:
    connection = sqlite3.connect(folder / "work" / "ledger.sqlite")
    try:
        return int(connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])
    finally:
        connection.close()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[WebClipper, dict[str, bytes]]:
    folder = tmp_path_factory.mktemp("undisturbed")
    runs = folder / "many.jsonl"
    text = (sample.FOLDER / "runs.jsonl").read_text("utf-8")
    runs.write_text("".join(text.replace('"id": "q', f'"id": "{n}q') for n in range(5)), "utf-8")
    job = WebClipper(input=str(runs), report=ReportSettings(pages=20))
    job.run(Run(folder / "run"))
    return job, written(folder / "run")


@pytest.mark.parametrize(
    ("seen", "not_yet"),
    [
        ("datasets/*", "datasets/manifest.json"),
        ("trajectories.jsonl", "datasets/manifest.json"),
        ("datasets/manifest.json", "report.html"),
        ("pages/*", "report.html"),
    ],
    ids=["sets", "lines", "manifest", "pages"],
)
def test_killed_while_it_writes(
    undisturbed: tuple[WebClipper, dict[str, bytes]], tmp_path: Path, seen: str, not_yet: str
) -> None:
    job, expected = undisturbed
    pid = started(job, tmp_path)
    for _ in slices(pid):
        if any(tmp_path.glob(seen)):
            break
    kill(pid)
    assert any(tmp_path.glob(seen))
    assert not (tmp_path / not_yet).exists()
    job.run(Run(tmp_path))
    assert written(tmp_path) == expected


def slices(pid: int) -> Iterator[None]:
    """Let the process run for a moment at a time, and look while it stands still."""
    while os.waitpid(pid, os.WNOHANG) == (0, 0):
        os.kill(pid, signal.SIGSTOP)
        yield
        os.kill(pid, signal.SIGCONT)
        time.sleep(0.001)
    raise AssertionError("the run ended before it was killed")


@dataclass
class Reader:
    """A model that finds the middle round superfluous.

    Kills `victim` when it is asked for the `at`-th time with a prompt that holds `marked`.
    """

    marked: str = ""
    at: int = 0
    victim: int = 0
    asked: int = 0

    def __call__(self, prompt: str) -> str:
        if self.marked in prompt:
            self.asked += 1
            if self.victim and self.asked == self.at:
                os.kill(self.victim, signal.SIGKILL)
        if "Answer to judge" in prompt:
            return json.dumps({"reason": "", "right": True})
        if "<removed>" in prompt:
            return "Alpha is the one to read."
        if "Known facts" not in prompt and "<last>" not in prompt:
            return json.dumps({"type": "search", "goal": "find out"})
        ids = {text: int(id) for id, text in re.findall(r"^(\d+)\. (.*)$", prompt, re.MULTILINE)}
        if "<last>" in prompt:
            return json.dumps({"supports": [ids["Beta did."]]})
        seen = re.findall(r"Returned: (.*)", prompt)[-1]
        supports = [ids["Alpha knows."]] if seen == "Beta did." else [0]
        return json.dumps({"supports": supports, "matched": [], "new": [seen]})

    def kill(self, job: WebClipper, folder: Path, marked: str, at: int) -> None:
        """Run the job and kill it then."""
        self.marked, self.at, self.asked, self.victim = marked, at, 0, 0
        self.victim = started(job, folder)
        assert os.waitpid(self.victim, 0)[1] == signal.SIGKILL
        self.marked, self.asked, self.victim = "", 0, 0


def runs_of(folder: Path, count: int, known: dict[str, object]) -> str:
    steps = [
        {"thought": "I look.", "tool": "search", "args": {"q": "who"}, "obs": "Alpha knows."},
        {"thought": "Perhaps.", "tool": "search", "args": {"q": "x"}, "obs": "Dead end."},
        {"thought": "Nothing.", "tool": "visit", "args": {"t": "Alpha"}, "obs": "Beta did."},
    ]
    run = {"question": "Who?", "answer": "Beta", "final_thought": "So.", "steps": steps, **known}
    path = folder / "runs.jsonl"
    path.write_text("".join(json.dumps({"id": f"r{n}", **run}) + "\n" for n in range(count)))
    return str(path)


Serve = Callable[[Callable[[str], str]], LLMSettings]
EVERYTHING = FilterSettings(max_pass_rate=1.0)


def test_killed_while_a_judge_is_asked(serve: Serve, tmp_path: Path) -> None:
    reader = Reader()
    job = WebClipper(
        input=runs_of(tmp_path, 150, {"gold": ["Beta"]}), filter=EVERYTHING, llm=serve(reader),
        judge=JudgeSettings(player=Player.llm),
    )  # fmt: skip
    job.run(Run(tmp_path / "undisturbed"))
    assert reader.asked == 150
    reader.kill(job, tmp_path / "killed", "Answer to judge", 140)
    assert COMMITTED <= rows_in(tmp_path / "killed", "survey") < 150
    job.run(Run(tmp_path / "killed"))
    assert 0 < reader.asked <= 150 - COMMITTED
    assert written(tmp_path / "killed") == written(tmp_path / "undisturbed")


def test_killed_while_a_model_votes_and_again_while_it_rewrites(
    serve: Serve, tmp_path: Path
) -> None:
    reader = Reader()
    pruner = PrunerSettings(
        builder=Builder.llm,
        vote=VoteSettings(votes=2, quorum=2),
        rewriter=RewriterSettings(player=Player.llm),
    )
    job = WebClipper(
        input=runs_of(tmp_path, 80, {"success": True}), filter=EVERYTHING, llm=serve(reader),
        pruner=pruner,
    )  # fmt: skip
    job.run(Run(tmp_path / "undisturbed"))
    whole = reader.asked
    reader.kill(job, tmp_path / "killed", "<last>", 2 * 79)
    assert rows_in(tmp_path / "killed", "results") == COMMITTED
    reader.kill(job, tmp_path / "killed", "<removed>", 2)
    job.run(Run(tmp_path / "killed"))
    assert 0 < reader.asked < whole / 4
    assert written(tmp_path / "killed") == written(tmp_path / "undisturbed")
