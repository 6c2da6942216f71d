"""Settings -> runs -> training sets -> trained agent -> comparison, each in a folder of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from common.llm.settings import Backend
from common.run import Run
from trajprune.evolve import learn
from trajprune.experiment.evaluation.job import evaluate
from trajprune.experiment.evolution import TRAINED
from trajprune.experiment.rollout.job import rolled
from trajprune.experiment.rollout.settings import AgentSettings
from trajprune.experiment.settings import Player

if TYPE_CHECKING:
    from trajprune.experiment.evolution import WebClipperEvolve


def evolve(settings: WebClipperEvolve, run: Run) -> Mapping[str, object]:
    """One generation; what an interrupted attempt has finished is not done again."""
    runs = settings.runs or str(_roll_out(settings, run))
    with part(run, "webclipper") as inner:
        pruned = replace(settings.webclipper, input=runs).run(inner)
        rows = inner.path("datasets", f"{settings.learn.learn_from.value}.jsonl")
    trained = learn(rows, settings.learn, run)
    run.say(f"trained on {trained.rows} runs, {trained.steps} steps: {trained.folder}")
    agents = {**settings.evaluation.agents, TRAINED: trained_agent(settings, trained.folder)}
    with part(run, "evaluation") as inner:
        compared = evaluate(replace(settings.evaluation, agents=agents), inner)
    return {"webclipper": pruned, "training": {"rows": trained.rows, "steps": trained.steps},
            **compared}  # fmt: skip


def trained_agent(settings: WebClipperEvolve, folder: Path) -> AgentSettings:
    """The agent that made the runs, or a model in its place, with the new weights."""
    agent = settings.rollout.agent
    llm = replace(agent.llm, backend=Backend.local, model=str(folder))
    return replace(agent, player=Player.llm, llm=llm)


def _roll_out(settings: WebClipperEvolve, run: Run) -> Path:
    with part(run, "rollout") as inner:
        rolled(settings.rollout, inner)
        return inner.path("runs.jsonl")


@contextmanager
def part(run: Run, name: str) -> Iterator[Run]:
    """A run inside a run, with its own folder; what it counts counts for the whole."""
    inner = Run(run.path(name, "log.txt").parent, seed=run.seed, prefix=f"{name}: ")
    try:
        yield inner
    finally:
        inner.close()
        for counter, amount in inner.counts().items():
            run.count(counter, amount)
