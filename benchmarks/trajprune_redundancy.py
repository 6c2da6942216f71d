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
DRAWS = {"duplicates": 1, "foreign": 1, "same question": 12}
"""Plantings into each run, counted as one: of dead ends of the same question there are few."""


@dataclass(slots=True, kw_only=True)
class Found:
    """`found` of `planted` rounds were dropped, and `wrong` others that stay without planting.

    Of a run that was planted several times these are means.

    `abstained` of `runs` were not judged by the graph, only as the safe tier does; the counts with
    `judged_` leave those out.
    """

    set: str
    kind: str
    builder: str
    half: str
    runs: int = 0
    abstained: float = 0.0
    planted: float = 0.0
    found: float = 0.0
    wrong: float = 0.0
    judged_planted: float = 0.0
    judged_found: float = 0.0
    judged_wrong: float = 0.0

    def add(self, one: Pruning, share: float) -> None:
        """Count one of the plantings into a run, which are `1 / share`."""
        self.abstained += share * one.abstained
        self.planted += share * one.planted
        self.found += share * one.found
        self.wrong += share * one.wrong
        if not one.abstained:
            self.judged_planted += share * one.planted
            self.judged_found += share * one.found
            self.judged_wrong += share * one.wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruning:
    """What became of one planted run."""

    planted: int
    found: int
    wrong: int
    abstained: bool


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


def pruned(pruner: Pruner, case: Planted) -> Pruning:
    """What becomes of one planted run."""
    before, after = pruner.dropped(case.original), pruner.dropped(case.trajectory)
    own = [t for t in range(1, len(case.trajectory.rounds) + 1) if t not in case.places]
    gone_anyway = {own[place - 1] for place in before.places}
    return Pruning(
        planted=len(case.places),
        found=len(after.places & case.places),
        wrong=len(after.places - case.places - gone_anyway),
        abstained=after.abstained,
    )


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
        draws = [random.Random(f"{run.id} {kind} {n}") for n in range(DRAWS[kind])]
        cases = [case for draw in draws if (case := plant(run, draw)) is not None]
        found = halves[half(run)]
        found.runs += bool(cases)
        for case in cases:
            found.add(pruned(pruner, case), 1 / len(cases))
    return list(halves.values())
