"""One whole generation on a tiny model: runs, pruning, training, and the comparison."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from common.llm.settings import LLMSettings
from common.run import Run
from common.training.settings import BaseModelSettings, Dtype, SftSettings
from common.training.tiny import make_tiny
from trajprune.evolve import LearnFrom, LearnSettings
from trajprune.evolve.learn import split
from trajprune.experiment import WebClipper
from trajprune.experiment.evaluation import WebClipperEval
from trajprune.experiment.evolution import WebClipperEvolve, tagged
from trajprune.experiment.rollout import WebClipperRollout
from trajprune.experiment.rollout.settings import AgentSettings, SearchSettings, ToolName
from trajprune.experiment.settings import Builder, PrunerSettings
from trajprune.filter.pass_rate import FilterSettings
from trajprune.rollout import LoopSettings
from trajprune.rollout.agents.llm import Prompt

TWO_TOOLS = [ToolName.search, ToolName.visit]


@pytest.fixture
def settings(tmp_path: Path) -> WebClipperEvolve:
    """Rules make the runs, a tiny random model learns from them; nothing takes long."""
    texts = ["<think>\nI look for it.\n</think>", '{"name": "search", "arguments": {"query": "a"}}']
    base = make_tiny(tmp_path / "base", texts, width=32, layers=1, vocabulary=300, context=2048)
    search = SearchSettings(tools=TWO_TOOLS, results=2)
    agent = AgentSettings(
        wander=0.4, prompt=Prompt.none, max_tokens=4, llm=LLMSettings(cache="", device="cpu")
    )
    loop = LoopSettings(max_rounds=2)
    webclipper = tagged()
    webclipper.filter = FilterSettings(max_pass_rate=1.0)
    webclipper.pruner = PrunerSettings(builder=Builder.graph)
    return WebClipperEvolve(
        rollout=WebClipperRollout(runs=2, limit=6, agent=agent, search=search),
        webclipper=webclipper,
        learn=LearnSettings(
            held_out=0.0,
            sft=SftSettings(
                model=BaseModelSettings(path=str(base), dtype=Dtype.float32, thinking=True),
                batch=4, per_device=4, steps=2, length=2048, save_every=0,
                activation_checkpointing=False,
            ),
        ),
        evaluation=WebClipperEval(
            limit=2, seeds=2, agents={"before": agent}, search=search, loop=loop
        ),
    )  # fmt: skip


def test_a_generation_leaves_runs_sets_a_model_and_a_comparison(
    settings: WebClipperEvolve, tmp_path: Path
) -> None:
    run = Run(tmp_path / "run")
    metrics = settings.run(run)
    assert (run.folder / "rollout" / "runs.jsonl").is_file()
    rows = (run.folder / "webclipper" / "datasets" / "eff.jsonl").read_text().splitlines()
    first = json.loads(rows[0])["messages"]
    assert [one["role"] for one in first][:2] == ["user", "assistant"]
    assert "<tool_call>" in first[1]["content"]
    assert list((run.folder / "trained").glob("*.safetensors"))
    assert (run.folder / "evaluation" / "report.html").is_file()
    trained = metrics["trained"]
    assert isinstance(trained, dict)
    assert trained["rounds"].mean == 2  # it can say nothing yet, so it reaches the limit
    assert trained["difference"].rounds.n == 4
    # Taken up again, nothing is done twice.
    again = Run(tmp_path / "run")
    assert settings.run(again)["trained"]["by_seed"] == trained["by_seed"]  # type: ignore[index]


def test_what_cannot_work_is_refused_before_anything_is_asked(settings: WebClipperEvolve) -> None:
    def refused(rule: str, **changed: object) -> None:
        known = {"webclipper": settings.webclipper, "learn": settings.learn}
        with pytest.raises(ValueError, match=rule):
            WebClipperEvolve(**{**known, **changed})  # type: ignore[arg-type]

    refused("spelling=tagged", webclipper=WebClipper())
    refused("no input here", webclipper=WebClipper(input="x", dataset=tagged().dataset))
    refused("sft.model.path", learn=LearnSettings(learn_from=LearnFrom.hybrid))
    refused("'trained'", evaluation=WebClipperEval(agents={"trained": AgentSettings()}))


def test_sets_of_the_same_runs_are_split_alike(tmp_path: Path) -> None:
    from common.training.types import TrainingMessage, TrainingRow

    rows = [
        TrainingRow(id=f"{n}-{k}", messages=(TrainingMessage("user", f"question {n}?"),))
        for n in range(200)
        for k in range(2)
    ]
    train, aside = split(rows, 0.2)
    assert 40 < len(aside) < 120
    asked = [{one.messages[0].content for one in part} for part in (train, aside)]  # type: ignore[union-attr]
    assert not asked[0] & asked[1]
    assert split(rows[::2], 0.2)[1] == [one for one in aside if one.id.endswith("-0")]  # type: ignore[union-attr]
