"""One look at the whole run: what the model calls redundant goes, and nothing else."""

from __future__ import annotations

import json

import pytest

from common.llm.scripted import ScriptedLLM
from common.trajectory import Round, ToolCall, Trajectory
from trajprune.build.llm.builder import BuildFailed
from trajprune.build.llm.coarse import CoarseBuilder
from trajprune.mine.exact import ExactMiner
from trajprune.mine.paper import PaperMiner

TOOLS = ("search", "search", "book_flight", "search")
RUN = Trajectory(
    id="r",
    question="Which?",
    rounds=tuple(
        Round(
            number=n,
            thought=f"thought {n}",
            calls=(ToolCall(tool=tool, arguments={"query": f"q{n}"}, observation=f"seen {n}"),),
        )
        for n, tool in enumerate(TOOLS, 1)
    ),
    answer="that",
)


def kept(redundant: list[int], miner: ExactMiner | PaperMiner) -> tuple[int, ...]:
    llm = ScriptedLLM([json.dumps({"reason": "r", "redundant": redundant})])
    return miner.mine(CoarseBuilder(llm).build(RUN), [1.0] * 5).rounds


@pytest.mark.parametrize("miner", [ExactMiner(), PaperMiner()])
def test_miners_keep_what_the_model_keeps(miner: ExactMiner | PaperMiner) -> None:
    assert kept([2], miner) == (1, 3, 4, 5)
    assert kept([], miner) == (1, 2, 3, 4, 5)
    assert kept([1, 2], miner) == (3, 4, 5)


def test_what_changed_the_world_stays_whatever_the_model_says() -> None:
    assert kept([2, 3], ExactMiner()) == (1, 3, 4, 5)


@pytest.mark.parametrize("redundant", [[9], [0], [1, 2, 3, 4]])
def test_a_reply_that_cannot_be_is_a_failed_build(redundant: list[int]) -> None:
    with pytest.raises(BuildFailed, match="of 4 rounds the model calls"):
        kept(redundant, ExactMiner())


def test_the_model_sees_the_whole_run() -> None:
    llm = ScriptedLLM(['{"redundant": []}'])
    CoarseBuilder(llm).build(RUN)
    shown = llm.calls[0].messages[1].content
    assert all(text in shown for text in ("Which?", "thought 4", "q1", "seen 3", "that"))
