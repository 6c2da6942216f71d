"""The loop: one round after another, each kept or rolled back, until there is reason to stop."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from torch import Tensor

from weightprune.checkpoint import Checkpoint
from weightprune.clock import Clock
from weightprune.decision import check, fitted
from weightprune.interfaces import Operator, Policy
from weightprune.loop.journal import Journal
from weightprune.loop.settings import LoopSettings
from weightprune.loop.verdict import verdict
from weightprune.network import Network, overall, reached, zeros
from weightprune.types import Feedback, LayerProfile, Round, Situation


class Ending(Enum):
    """Why the loop ended."""

    target = "the target is reached"
    agent = "the policy asked to stop"
    patience = "too many rounds in a row brought nothing"
    rounds = "the last round that is allowed is over"


class Profiling(Protocol):
    """Measures the layers for the policy, and remembers what it measured."""

    def read(self, number: int, clock: Clock) -> tuple[LayerProfile, ...]:
        """The profiles for round `number`; what is due is measured anew."""

    def pruned(self, names: Iterable[str]) -> None:
        """These layers were pruned and stay so."""

    def memory(self) -> Mapping[str, Tensor]:
        """What was measured since this was last asked, to be kept on disk; often nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a round is made of. `operator` only zeros weights: masks are what the journal keeps."""

    profiling: Profiling
    policy: Policy
    operator: Operator
    perplexity: Callable[[], float]


class Rounds:
    """The rounds of one run on one network, which is pruned in place."""

    def __init__(
        self,
        network: Network,
        parts: Parts,
        *,
        target: float,
        settings: LoopSettings,
        journal: Journal,
    ) -> None:
        """`journal` has been read and `network` brought to where it ends (`Journal.resume`)."""
        self._network = network
        self._parts = parts
        self._target = target
        self._settings = settings
        self._journal = journal
        self.history = list(journal.rounds)
        sizes = (self._bytes(one) for one in self.history)
        self.checkpoint_bytes = max(sizes, default=0)
        """The largest checkpoint so far, that of earlier lives included."""
        self._allocation = dict(network.sparsity())
        self._clock = Clock()
        first = self.history[0].perplexity_before if self.history else self._evaluated()
        self.dense_perplexity = first
        kept = [one.perplexity_after for one in self.history if _was_kept(one)]
        self.perplexity = kept[-1] if kept else first

    @property
    def sparsity(self) -> float:
        """The share of zeros among all prunable weights now."""
        return overall(self._allocation, self._network.layers)

    @property
    def ending(self) -> Ending | None:
        """Why there is no next round; None where there is one."""
        recent = self.history[-self._settings.patience :]
        if reached(self.sparsity, self._target, self._network.layers):
            return Ending.target
        if self.history and self.history[-1].decision.stop_pruning:
            return Ending.agent
        if len(recent) == self._settings.patience and not any(_was_kept(one) for one in recent):
            return Ending.patience
        return Ending.rounds if len(self.history) >= self._settings.rounds else None

    def __iter__(self) -> Iterator[Round]:
        """Carry out the rounds that are left; each is on disk when it is yielded."""
        while self.ending is None:
            yield self._next()

    def _next(self) -> Round:
        clock = self._clock
        situation = self._situation(clock)
        with clock.measure("decide"):
            decision = self._parts.policy.decide(situation)
        checked = check(() if decision.stop_pruning else decision.choices, situation)
        allocation = fitted(checked.accepted, situation)
        checkpoint = Checkpoint(self._network, allocation)
        self.checkpoint_bytes = max(self.checkpoint_bytes, checkpoint.bytes)
        with clock.measure("prune"):
            self._parts.operator.prune(self._network, allocation)
        perplexity = self._evaluated() if allocation else self.perplexity
        found = self._measured(allocation)
        rolled_back = _rise(self.perplexity, perplexity) > self._settings.threshold
        if rolled_back:
            checkpoint.restore()
        done = Round(
            number=situation.number,
            decision=decision,
            rejected=checked.rejected,
            rolled_back=rolled_back,
            sparsity_before=situation.sparsity,
            sparsity_after=overall(found, self._network.layers),
            perplexity_before=self.perplexity,
            perplexity_after=perplexity,
            allocation=self._allocation if rolled_back else found,
            seconds=clock.seconds,
        )
        self._keep(done, allocation)
        self._clock = Clock()
        return done

    def _evaluated(self) -> float:
        with self._clock.measure("evaluate"):
            return self._parts.perplexity()

    def _situation(self, clock: Clock) -> Situation:
        number = len(self.history) + 1
        return Situation(
            number=number,
            sparsity=self.sparsity,
            target=self._target,
            perplexity=self.perplexity,
            dense_perplexity=self.dense_perplexity,
            profiles=self._parts.profiling.read(number, clock),
            feedback=self._feedback(),
        )

    def _feedback(self) -> Feedback | None:
        if not self.history:
            return None
        last = self.history[-1]
        gain = last.sparsity_after - last.sparsity_before
        change = _rise(last.perplexity_before, last.perplexity_after)
        return Feedback(
            decision=last.decision,
            sparsity_gain=gain,
            perplexity_change=change,
            verdict=verdict(
                gain, change, rolled_back=last.rolled_back, threshold=self._settings.threshold
            ),
            rolled_back=last.rolled_back,
            rejected=last.rejected,
        )

    def _measured(self, touched: Iterable[str]) -> dict[str, float]:
        """The sparsity of every layer; only those touched are counted anew."""
        return self._allocation | {name: zeros(self._network.weight(name)) for name in touched}

    def _bytes(self, one: Round) -> int:
        """How much memory the copies of the layers took that a finished round touched."""
        chosen = {choice.layer_name for choice in one.decision.choices} & set(one.allocation)
        return sum(self._network.weight(name).nbytes for name in chosen)

    def _keep(self, done: Round, touched: Iterable[str]) -> None:
        names = () if done.rolled_back else tuple(touched)
        self._parts.profiling.pruned(names)
        self._journal.add(done, self._network, names, self._parts.profiling.memory())
        self.history.append(done)
        self._allocation = dict(done.allocation)
        if names:
            self.perplexity = done.perplexity_after


def _was_kept(one: Round) -> bool:
    return not one.rolled_back and one.sparsity_after > one.sparsity_before


def _rise(before: float, after: float) -> float:
    """(PPL' - PPL) / PPL (equation 4); infinite where the new perplexity is not finite."""
    return (after - before) / before if math.isfinite(after) else math.inf
