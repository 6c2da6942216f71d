"""Our method where it goes round by round: profile -> decide -> prune -> check, resumable."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from common.run import Run
from weightprune.experiment.operators import mask_operator
from weightprune.experiment.workshop import Unsuitable, Workshop
from weightprune.loop.journal import Journal
from weightprune.loop.rounds import Ending, Parts, Rounds
from weightprune.network import Network
from weightprune.profile.profiler import Profiler
from weightprune.types import Allocation, Round


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """How the rounds went."""

    rounds: Sequence[Round]
    ending: Ending
    checkpoint_bytes: int
    allocation: Allocation
    evaluations: float
    """Passes over the search windows, or as much work in gradients; earlier lives included."""
    goal_evaluations: float
    """Those of them that found the goals; the others are the rounds' perplexities."""

    @property
    def seconds(self) -> dict[str, float]:
        """All rounds' time by stage, those of earlier lives included."""
        total: dict[str, float] = {}
        for one in self.rounds:
            for stage, spent in one.seconds.items():
                total[stage] = total.get(stage, 0.0) + spent
        return total


def prune_by_rounds(workshop: Workshop, network: Network, run: Run) -> Loop:
    """Prune the dense network in place with masks; goes on where an earlier life of the run ended.

    Raises Unsuitable where the dense network's own perplexity is not finite.
    """
    settings = workshop.settings
    profiler = Profiler(network, workshop.measures(network), settings.profile)
    journal = Journal(run.folder)
    journal.resume(network, profiler.recall)
    if journal.rounds:
        run.say(f"{len(journal.rounds)} rounds are finished already")
    rounds = Rounds(
        network,
        Parts(
            profiling=profiler,
            policy=workshop.policy(run),
            operator=mask_operator(settings.operator, profiler.norms),
            perplexity=lambda: workshop.search_perplexity(network),
        ),
        target=settings.target,
        settings=settings.loop,
        journal=journal,
    )
    if not math.isfinite(rounds.dense_perplexity):
        raise Unsuitable(
            "the dense model's perplexity on the search windows is not finite; try "
            "model.precision=float32, or check that calibration and model belong together"
        )
    for done in rounds:
        run.say(told(done))
        run.log(_curves(done), step=done.number)
    assert rounds.ending is not None
    _count(rounds, run)
    return Loop(
        rounds=rounds.history,
        ending=rounds.ending,
        checkpoint_bytes=rounds.checkpoint_bytes,
        allocation=network.sparsity(),
        evaluations=_evaluations(rounds.history) + workshop.goal_evaluations,
        goal_evaluations=workshop.goal_evaluations,
    )


def _evaluations(history: Sequence[Round]) -> float:
    """The dense perplexity, and one for every round that pruned anything."""
    return 1 + sum(one.rolled_back or one.sparsity_after > one.sparsity_before for one in history)


def told(done: Round) -> str:
    """The round in one line."""
    change = 100 * (done.perplexity_after / done.perplexity_before - 1)
    outcome = "taken back" if done.rolled_back else "kept"
    if done.decision.stop_pruning:
        outcome = "the policy stops"
    elif not done.rolled_back and done.sparsity_after == done.sparsity_before:
        outcome = "nothing pruned"
    return (
        f"round {done.number}: sparsity {100 * done.sparsity_before:.2f} -> "
        f"{100 * done.sparsity_after:.2f} %, perplexity {done.perplexity_before:.4g} -> "
        f"{done.perplexity_after:.4g} ({change:+.1f} %), {outcome}"
        + (f", {len(done.rejected)} choices dropped" if done.rejected else "")
    )


def _curves(done: Round) -> dict[str, float]:
    return {
        "sparsity": done.sparsity_before if done.rolled_back else done.sparsity_after,
        "perplexity": done.perplexity_before if done.rolled_back else done.perplexity_after,
        **{f"seconds/{stage}": spent for stage, spent in done.seconds.items()},
    }


def _count(rounds: Rounds, run: Run) -> None:
    history = rounds.history
    run.count("rounds", len(history))
    run.count("rounds/rolled_back", sum(one.rolled_back for one in history))
    run.count(
        "rounds/without_choices",
        sum(not one.rolled_back and one.sparsity_after == one.sparsity_before for one in history),
    )
    run.count("choices/dropped", sum(len(one.rejected) for one in history))
