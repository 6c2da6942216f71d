"""Settings -> the judge and the pruner of a batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from common.eval.judge import Judge, LLMJudge, RulesJudge
from common.llm.client import open_llm
from common.llm.settings import Backend
from common.run import Run
from common.trajectory import Trajectory
from trajprune.build.graph import GraphBuilder
from trajprune.build.llm.builder import LLMBuilder, Reading
from trajprune.build.llm.coarse import CoarseBuilder
from trajprune.build.safe import SafeBuilder
from trajprune.experiment.pruning import Pruned
from trajprune.experiment.settings import Builder, Miner, Player
from trajprune.mine.costs import Cost, costs_of
from trajprune.mine.exact import ExactMiner
from trajprune.mine.paper import PaperMiner
from trajprune.rewrite.llm import LLMRewriter
from trajprune.rewrite.rewrite import Closer, rewrite
from trajprune.rewrite.rules import RulesRewriter
from trajprune.types import Mined, StateGraph
from trajprune.vote.ballot import By, vote

if TYPE_CHECKING:
    from trajprune.experiment import WebClipper


class BuildsGraphs(Protocol):
    """Builds the state graph of a run: by rules, or with a language model."""

    def build(self, trajectory: Trajectory) -> StateGraph:
        """The graph."""


class Mines(Protocol):
    """Finds the necessary rounds: the cheapest, or as the paper does."""

    def mine(self, graph: StateGraph, costs: Sequence[float]) -> Mined:
        """The rounds that are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruner:
    """The pipeline of one run; without a language model it can be sent to other processes.

    `builders` cast one vote each.
    """

    builders: tuple[BuildsGraphs, ...]
    miner: Mines
    cost: Cost
    by: By
    quorum: int
    closer: Closer
    selective: bool

    def __call__(self, trajectory: Trajectory) -> Pruned:
        """The pruned run; raises what a builder, the miner or the rewriter raises."""
        costs = costs_of(trajectory, self.cost)
        graphs = [builder.build(trajectory) for builder in self.builders]
        verdict = vote(graphs, lambda graph: self.miner.mine(graph, costs), self.by, self.quorum)
        if verdict.mined is None or verdict.graph is None:
            return Pruned(verdict=verdict)
        return Pruned(
            verdict=verdict,
            rewritten=rewrite(trajectory, verdict.mined, self.closer, selective=self.selective),
            paper_cost=PaperMiner().mine(verdict.graph, costs).cost,
        )


def judge_of(settings: WebClipper, run: Run) -> Judge:
    """The judge that is asked for."""
    if settings.judge.player is Player.llm:
        return LLMJudge(open_llm(settings.llm, run))
    return RulesJudge(settings.judge.match)


def pruner_of(settings: WebClipper, run: Run) -> Pruner:
    """The pruner that is asked for."""
    chosen = settings.pruner
    return Pruner(
        builders=_builders(settings, run),
        miner=ExactMiner(chosen.seconds) if chosen.miner is Miner.exact else PaperMiner(),
        cost=chosen.cost,
        by=chosen.vote.by,
        quorum=chosen.vote.quorum,
        closer=_closer(settings, run),
        selective=chosen.rewriter.in_context,
    )


def _builders(settings: WebClipper, run: Run) -> tuple[BuildsGraphs, ...]:
    if settings.pruner.builder is Builder.safe:
        return (SafeBuilder(),)
    if settings.pruner.builder is Builder.graph:
        return (GraphBuilder(),)
    llm = open_llm(settings.llm, run)
    if settings.pruner.builder is Builder.coarse:
        return (CoarseBuilder(llm),)
    numbers = range(1, settings.pruner.vote.votes + 1)
    return tuple(LLMBuilder(llm, run, Reading(number=number)) for number in numbers)


def _closer(settings: WebClipper, run: Run) -> Closer:
    chosen = settings.pruner.rewriter
    if chosen.player is Player.rules:
        return RulesRewriter()
    base = None if settings.base.backend is Backend.none else open_llm(settings.base, run)
    return LLMRewriter(
        open_llm(settings.llm, run), base, run,
        candidates=chosen.candidates, in_context=chosen.in_context,
    )  # fmt: skip
