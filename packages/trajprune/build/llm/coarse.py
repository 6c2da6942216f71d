"""One look at the whole run, which rounds were redundant: the paper's baseline Coarse Prune."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel

from common.llm import LLM, Message
from common.template import fill
from common.trajectory import Trajectory
from trajprune.build.llm.builder import BuildFailed
from trajprune.build.skeleton import actions_of
from trajprune.text import excerpt
from trajprune.types import Fact, StateGraph

FOLDER = Path(__file__).parent
CHARACTERS = 4_000
"""Of one observation that the model is shown: whole runs have to fit into one prompt."""


class CoarseReply(BaseModel):
    """Which rounds the model would leave out; the reason first, so that they follow from it."""

    reason: str = ""
    redundant: list[int]


class CoarseBuilder:
    """Lets a language model name the redundant rounds of a run at once (WebClipper, section 4.1).

    Its graph says nothing about who relied on what: the answer relies on each round that the model
    keeps, so that a miner keeps exactly those, and rounds that changed the world.
    """

    def __init__(self, llm: LLM) -> None:
        """`llm`: any model; it is asked once a run."""
        self._llm = llm

    def build(self, trajectory: Trajectory) -> StateGraph:
        """The graph.

        Raises:
            BuildFailed: the model named rounds that do not exist, or would keep none.
            LLMError: the model could not be asked.
        """
        count = len(trajectory.rounds)
        redundant = set(self._asked(trajectory).redundant)
        kept = [place for place in range(1, count + 1) if place not in redundant]
        if not redundant <= set(range(1, count + 1)) or not kept:
            raise BuildFailed(f"of {count} rounds the model calls {sorted(redundant)} redundant")
        actions = actions_of(trajectory)
        return StateGraph(
            actions=actions,
            facts=(
                Fact(id=0, text=excerpt(trajectory.question)),
                *(Fact(id=number, text=f"what round {place} brought")
                  for number, place in enumerate(kept, 1)),
            ),
            produces=frozenset((place, number) for number, place in enumerate(kept, 1)),
            supports=frozenset((number, count + 1) for number, _ in enumerate(kept, 1)),
        )  # fmt: skip

    def _asked(self, trajectory: Trajectory) -> CoarseReply:
        values = {"run": trajectory, "limit": CHARACTERS}
        messages = [
            Message("system", fill(FOLDER / "coarse_instructions.j2")),
            Message("user", fill(FOLDER / "coarse.j2", **values)),
        ]
        return self._llm.parse(messages, CoarseReply, temperature=0.0)
