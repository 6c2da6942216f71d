"""SIGKILL in the middle, the same call again: the same masks, weights and history."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

NURSERY = """
import json, os, signal, sys
import weightprune.experiment.compare, weightprune.experiment.explain
from common.launch import main

def die_at(part, time):
    left = [time]
    def look(event, told):
        creates = event == "open" and told[2] & os.O_CREAT
        path = told[0] if creates else told[1] if event == "os.rename" else ""
        if part not in str(path):
            return
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(look)

for line in sys.stdin:
    child = os.fork()
    if child == 0:
        os.dup2(2, 1)
        arguments, end = json.loads(line)
        if end:
            die_at(*end)
        os._exit(main(arguments))
    print(os.waitpid(child, 0)[1], flush=True)
"""
"""Launches runs in processes of their own, without importing everything for each of them.

A run dies right before the so manieth time that it opens for writing, or renames to, a path with a
certain part.
"""


class Nursery:
    """Runs that can be killed."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", NURSERY],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def status(self, arguments: list[str], end: tuple[str, int] | None = None) -> int:
        """How the run ends that is launched so, and killed at this part's so manieth writing."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([arguments, end]) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    made = Nursery()
    yield made
    made.close()


def history(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "history.jsonl").read_text().splitlines()]


def launched(model: Path, folder: Path) -> list[str]:
    tokens = model / "tokens.npy"
    return [
        "+experiment=agent_guided_pruning", "tracking=none", f"folder={folder}",
        f"model.path={model}", "model.device=cpu", f"calibration={tokens}", f"test={tokens}",
        "calibration_rows=0:24", "test_rows=24:40", "method.data.pool=24", "method.data.search=8",
        "method.data.activation=8", "method.data.gradient=4", "method.descent.steps=2",
        "method.target=0.9", "method.baselines=[]", "method.descent.finalists=1",
    ]  # fmt: skip


def test_a_run_that_is_killed_again_and_again_ends_with_the_same_masks(
    model: Path, tmp_path: Path, nursery: Nursery
) -> None:
    assert nursery.status(launched(model, tmp_path / "whole")) == 0
    rounds = len(history(tmp_path / "whole"))
    assert rounds >= 6
    folder, masks, line = tmp_path / "cut", "/rounds/", "history.jsonl"
    for end, finished in (
        ((line, 2), 1),
        ((masks, 3), 2),
        (("sparsity.csv", 1), rounds),
        (("metrics.json", 2), rounds),
    ):
        assert nursery.status(launched(model, folder), end) == signal.SIGKILL
        assert len(history(folder)) == finished, end
    assert not (folder / "metrics.json").exists()
    assert nursery.status(launched(model, folder)) == 0
    for name in ("masks.safetensors", "model/model.safetensors", "sparsity.json"):
        one, other = (tmp_path / part / "pruned" / name for part in ("whole", "cut"))
        assert one.read_bytes() == other.read_bytes(), name
    assert _undated(history(folder)) == _undated(history(tmp_path / "whole"))
    one, other = (
        json.loads((tmp_path / part / "metrics.json").read_text()) for part in ("whole", "cut")
    )
    assert one["ours"]["perplexity"] == other["ours"]["perplexity"]
    assert one["ours"]["evaluations"] == other["ours"]["evaluations"]
    assert one["loop"]["checkpoint_bytes"] == other["loop"]["checkpoint_bytes"]


def _undated(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in line.items() if key != "seconds"} for line in lines]
