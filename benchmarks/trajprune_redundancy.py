"""Planted redundancy found and real rounds left alone: sets of runs, builders -> rows."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field

from benchmarks.trajprune_planted import Plant, Planted, planters
from benchmarks.trajprune_runs import SETS, half, runs

from common.trajectory import Trajectory
from trajprune.build.graph import GraphBuilder
from trajprune.build.safe import SafeBuilder
from trajprune.mine.exact import ExactMiner

GOALS = {"duplicates": (0.99, 0.99), "foreign": (0.97, 0.99), "same question": (0.90, 0.95)}
"""Least recall and precision by kind."""


@dataclass(slots=True, kw_only=True)
class Found:
    """`found` of `planted` rounds were dropped, and `wrong` others that stay without planting.

    `abstained` of `runs` were not judged by the graph, only as the safe tier does; the counts with
    `judged_` leave those out.
    """

    set: str
    kind: str
    builder: str
    half: str
    runs: int = 0
    abstained: int = 0
    planted: int = 0
    found: int = 0
    wrong: int = 0
    judged_planted: int = 0
    judged_found: int = 0
    judged_wrong: int = 0

    def add(self, planted: int, found: int, wrong: int, *, abstained: bool) -> None:
        """Count one run."""
        self.runs += 1
        self.abstained += abstained
        self.planted += planted
        self.found += found
        self.wrong += wrong
        if not abstained:
            self.judged_planted += planted
            self.judged_found += found
            self.judged_wrong += wrong


@dataclass(frozen=True, slots=True)
class Dropped:
    """The places that mining drops, and whether the builder abstained."""

    places: frozenset[int]
    abstained: bool


@dataclass(slots=True)
class Pruner:
    """A builder with the exact miner."""

    builder: SafeBuilder | GraphBuilder
    miner: ExactMiner = field(default_factory=ExactMiner)

    def dropped(self, run: Trajectory) -> Dropped:
        """What would go."""
        graph = self.builder.build(run)
        last = len(run.rounds) + 1
        kept = self.miner.mine(graph, [1.0] * last).rounds
        return Dropped(frozenset(range(1, last + 1)).difference(kept), bool(graph.abstained))


def count(found: Found, pruner: Pruner, case: Planted) -> None:
    """Add what becomes of one run."""
    before, after = pruner.dropped(case.original), pruner.dropped(case.trajectory)
    own = [t for t in range(1, len(case.trajectory.rounds) + 1) if t not in case.places]
    gone_anyway = {own[place - 1] for place in before.places}
    wrong = after.places - case.places - gone_anyway
    hits = len(after.places & case.places)
    found.add(len(case.places), hits, len(wrong), abstained=after.abstained)


def rows(names: Iterable[str] = SETS) -> list[Found]:
    """Duplicates with both builders, dead ends with the graph; both halves of the questions."""
    table: list[Found] = []
    for name in names:
        some = [run for run in runs(name) if run.rounds]
        for kind, plant in planters(some).items():
            builders: list[SafeBuilder | GraphBuilder] = [GraphBuilder()]
            if kind == "duplicates":
                builders.insert(0, SafeBuilder())
            for builder in builders:
                table += counted(name, kind, plant, Pruner(builder), some)
    return table


def counted(
    name: str, kind: str, plant: Plant, pruner: Pruner, some: list[Trajectory]
) -> list[Found]:
    """The rows of both halves."""
    label = "safe" if isinstance(pruner.builder, SafeBuilder) else "graph"
    halves = {
        part: Found(set=name, kind=kind, builder=label, half=part) for part in ("work", "report")
    }
    for run in some:
        case = plant(run, random.Random(f"{run.id} {kind}"))
        if case is not None:
            count(halves[half(run)], pruner, case)
    return list(halves.values())
