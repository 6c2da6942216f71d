"""Language models in every role, asked over a real endpoint that answers by simple rules."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

from common.llm.settings import Backend, LLMSettings
from common.run import Run
from common.training.tiny import make_tiny
from trajprune.experiment import WebClipper
from trajprune.experiment.settings import (
    Builder,
    JudgeSettings,
    Player,
    PrunerSettings,
    RewriterSettings,
    VoteSettings,
)
from trajprune.filter import FilterSettings

Answer = Callable[[str], str]


def results(job: WebClipper, folder: Path) -> tuple[list[dict[str, object]], Run]:
    run = Run(folder)
    job.run(run)
    text = (folder / "trajectories.jsonl").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()], run


def file_of(folder: Path, runs: list[dict[str, object]]) -> str:
    path = folder / "runs.jsonl"
    path.write_text("\n".join(json.dumps(run) for run in runs), "utf-8")
    return str(path)


def judge(prompt: str) -> str:
    """Right where the answer names her; nonsense where it is asked about garbage."""
    verdict = json.dumps({"reason": "", "right": "It was her" in prompt})
    return "I cannot say" if "garbage" in prompt else verdict


def test_the_judge_decides_where_the_runs_do_not(
    serve: Callable[[Answer], LLMSettings], tmp_path: Path
) -> None:
    answers = {"a": "It was her", "b": "It was him", "c": "garbage"}
    runs: list[dict[str, object]] = [
        {"id": id, "question": "Who?", "gold": ["She"], "answer": answer, "steps": []}
        for id, answer in answers.items()
    ]
    job = WebClipper(
        input=file_of(tmp_path, runs), llm=serve(judge), judge=JudgeSettings(player=Player.llm),
        filter=FilterSettings(max_pass_rate=1.0),
    )  # fmt: skip
    told, run = results(job, tmp_path / "run")
    assert [(one["id"], one["state"]) for one in told] == [
        ("a", "whole"), ("b", "left out"), ("", "refused"),
    ]  # fmt: skip
    assert "does not fit Verdict" in str(told[2]["reason"])
    assert run.counts()["llm/input_tokens"] >= 14
    assert "llm/input_tokens" in (tmp_path / "run" / "report.html").read_text("utf-8")


RUN: dict[str, object] = {
    "id": "r", "question": "Who?", "answer": "Beta", "success": True, "final_thought": "So Beta.",
    "steps": [
        {"thought": "I look.", "tool": "search", "args": {"q": "who"}, "obs": "Alpha knows."},
        {"thought": "Perhaps here.", "tool": "search", "args": {"q": "x"}, "obs": "Dead end."},
        {"thought": "It was nothing.", "tool": "visit", "args": {"t": "Alpha"}, "obs": "Beta did."},
    ],
}  # fmt: skip


def reader(prompt: str) -> str:
    """Alpha leads to Beta, Beta is the answer, and the dead end leads nowhere."""
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


def test_graph_vote_and_rewriting_by_a_model(
    serve: Callable[[Answer], LLMSettings], tmp_path: Path
) -> None:
    pruner = PrunerSettings(
        builder=Builder.llm,
        vote=VoteSettings(votes=3, quorum=2),
        rewriter=RewriterSettings(player=Player.llm),
    )
    job = WebClipper(
        input=file_of(tmp_path, [RUN]), llm=serve(reader), pruner=pruner,
        filter=FilterSettings(max_pass_rate=1.0),
    )  # fmt: skip
    (told,), _ = results(job, tmp_path / "run")
    assert (told["state"], told["kept"]) == ("pruned", [1, 3])
    assert (told["votes"], told["agreeing"]) == (3, 3)
    assert [one["by"] for one in told["rewritten"]] == ["llm"]  # type: ignore[attr-defined]
    row = json.loads((tmp_path / "run" / "datasets" / "eff.jsonl").read_text("utf-8"))
    said = [one["content"] for one in row["messages"] if one["role"] == "assistant"]
    assert said == ["I look.", "Alpha is the one to read.", "So Beta.\n\nBeta"]


def test_a_local_base_model_chooses_among_rewritten_thoughts(
    serve: Callable[[Answer], LLMSettings], tmp_path: Path
) -> None:
    thoughts = ["Alpha is the one to read.", "Alpha may tell.", "So I turn to Alpha."]
    spoken = cycle(thoughts)

    def writer(prompt: str) -> str:
        return next(spoken) if "<removed>" in prompt else reader(prompt)

    base = make_tiny(tmp_path / "base", [*thoughts, *map(str, RUN.values())], vocabulary=300)
    job = WebClipper(
        input=file_of(tmp_path, [RUN]), llm=serve(writer),
        base=LLMSettings(backend=Backend.local, model=str(base), cache=""),
        pruner=PrunerSettings(builder=Builder.llm, rewriter=RewriterSettings(player=Player.llm)),
        filter=FilterSettings(max_pass_rate=1.0),
    )  # fmt: skip
    (told,), _ = results(job, tmp_path / "run")
    (rewritten,) = told["rewritten"]  # type: ignore[misc]
    found = dict(zip(thoughts, rewritten["perplexities"], strict=True))
    assert len(set(found.values())) == 3
    row = json.loads((tmp_path / "run" / "datasets" / "eff.jsonl").read_text("utf-8"))
    said = [one["content"] for one in row["messages"] if one["role"] == "assistant"]
    assert said[1] == min(thoughts, key=lambda one: found[one])


def test_a_model_that_only_talks_costs_the_run_and_not_the_batch(
    serve: Callable[[Answer], LLMSettings], tmp_path: Path
) -> None:
    job = WebClipper(
        input=file_of(tmp_path, [RUN]), llm=serve(lambda prompt: "Let me think."),
        pruner=PrunerSettings(builder=Builder.llm), filter=FilterSettings(max_pass_rate=1.0),
    )  # fmt: skip
    (told,), _ = results(job, tmp_path / "run")
    assert told["state"] == "discarded"
    assert str(told["reason"]).startswith("failed: ")
    unpruned = tmp_path / "run" / "datasets" / "unpruned_distill.jsonl"
    assert len(unpruned.read_text("utf-8").splitlines()) == 1
