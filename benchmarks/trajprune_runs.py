"""The measurement data's runs and questions: JSON lines -> trajectories, gold paragraphs."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from common.trajectory import Trajectory
from trajprune.formats import Format, decode, read_records

SETS = ("webdancer", "fireact", "reflexion_hotpot", "tau_airline", "deerflow")

RETRY = "You have attempted to answer following question before and failed."
"""How Reflexion's prompt goes on behind the question when a run is not the first."""


def data_folder() -> Path:
    """`$PRUNE_DATA`, else ../shared/data beside the project; exits with 2 where there is none."""
    named = os.environ.get("PRUNE_DATA")
    folder = Path(named) if named else Path(__file__).parents[2] / "shared" / "data"
    if not (folder / "trajectories").is_dir():
        print(f"no trajectories in {folder}: set PRUNE_DATA to the measurement data's folder")
        raise SystemExit(2)
    return folder


def runs(name: str) -> list[Trajectory]:
    """All runs of one set, in the file's order."""
    path = data_folder() / "trajectories" / f"{name}.jsonl.gz"
    return [decode(record, Format.steps) for record in read_records(path)]


def task(run: Trajectory) -> str:
    """The question alone: Reflexion's retries append what to do better this time."""
    return run.question.partition(RETRY)[0].strip()


def half(run: Trajectory) -> str:
    """Which half a question belongs to: rules were made on `work`, `report` was left alone."""
    digest = hashlib.sha256(task(run).encode("utf-8")).digest()
    return "report" if digest[-1] % 2 else "work"


def gold_titles() -> dict[str, list[str]]:
    """Question -> titles of its gold paragraphs (HotpotQA)."""
    return {
        row["question"].strip(): row["gold_titles"]
        for row in _lines(data_folder() / "qa" / "hotpot300_qa.jsonl")
    }


def paragraphs() -> dict[str, str]:
    """Title -> text of the paragraphs behind the questions."""
    path = data_folder() / "corpus" / "hotpot300_corpus.jsonl"
    return {row["title"]: row["text"] for row in _lines(path)}


def _lines(path: Path) -> Iterator[dict]:
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines)
