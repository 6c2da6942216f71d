"""Judged runs of several agents -> scores of each, and what differs run by run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from common.eval import Interval
from common.eval.intervals import difference_interval
from common.trajectory import Trajectory
from trajprune.experiment.rollout.batch import figures_of, rounds_of, tokens_of
from trajprune.score import Scores, ScoreSettings, score


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """An agent minus the first one, over the runs that both finished (question and seed alike)."""

    accuracy: Interval
    rounds: Interval
    tokens: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One agent's figures; `rounds` and `right` are its judged runs', in one order.

    `by_seed` is the accuracy of each seed; `difference` is None for the first agent.
    """

    name: str
    scores: Scores
    rounds: Sequence[int]
    right: Sequence[bool]
    by_seed: Sequence[float]
    forced: int
    failed: int
    difference: Difference | None = None

    def accuracy_within(self, budget: int) -> float:
        """Share of runs that were right within so many rounds (WebClipper, figure 3 b)."""
        pairs = zip(self.right, self.rounds, strict=True)
        return sum(right and rounds <= budget for right, rounds in pairs) / len(self.rounds)


def compared(
    runs: Mapping[str, Sequence[Trajectory]], wanted: int, settings: ScoreSettings, seed: int
) -> list[Arm]:
    """The figures of every agent, the first one's first.

    `wanted` is how many runs each should have. Raises ValueError where no run of an agent could be
    judged.
    """
    first = next(iter(runs.values()))
    return [
        _arm(name, found, wanted, None if found is first else first, settings, seed)
        for name, found in runs.items()
    ]


def _arm(
    name: str, found: Sequence[Trajectory], wanted: int, first: Sequence[Trajectory] | None,
    settings: ScoreSettings, seed: int,
) -> Arm:  # fmt: skip
    judged = [one for one in found if one.success is not None]
    if not judged:
        raise ValueError(f"no run of {name} could be judged: give the questions answers")
    takes = sorted({int(str(one.meta["take"])) for one in judged})
    return Arm(
        name=name,
        scores=score(figures_of(judged), settings, seed),
        rounds=[rounds_of(one) for one in judged],
        right=[bool(one.success) for one in judged],
        by_seed=[_accuracy([one for one in judged if one.meta["take"] == take]) for take in takes],
        forced=sum(one.meta.get("ended") != "answer" for one in judged),
        failed=wanted - len(judged),
        difference=_difference(judged, first, seed) if first is not None else None,
    )


def _difference(
    ours: Sequence[Trajectory], theirs: Sequence[Trajectory], seed: int
) -> Difference | None:
    known = {one.id: one for one in theirs if one.success is not None}
    pairs = [(one, known[one.id]) for one in ours if one.id in known]
    if not pairs:
        return None
    questions = [one.question for one, _ in pairs]

    def over(ours: list[float], theirs: list[float]) -> Interval:
        return difference_interval(ours, theirs, seed, clusters=questions)

    return Difference(
        accuracy=over([float(bool(a.success)) for a, _ in pairs],
                      [float(bool(b.success)) for _, b in pairs]),
        rounds=over([rounds_of(a) for a, _ in pairs], [rounds_of(b) for _, b in pairs]),
        tokens=over([tokens_of(a) for a, _ in pairs], [tokens_of(b) for _, b in pairs]),
    )  # fmt: skip


def _accuracy(runs: Sequence[Trajectory]) -> float:
    return sum(bool(one.success) for one in runs) / len(runs)
