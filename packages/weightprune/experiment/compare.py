"""The dense model, our method and the baselines: each pruned apart, all tested alike."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from common.run import Run
from weightprune.clock import Clock
from weightprune.experiment.allocators import allocation_of, plan_of
from weightprune.experiment.memory import MemoryMeter
from weightprune.experiment.methods import Baseline, Recipe, ours_of, recipe
from weightprune.experiment.operators import ONLY_NORMS, open_operator
from weightprune.experiment.outcome import Outcome, once
from weightprune.experiment.publish import publish, task_scores
from weightprune.experiment.rounds import Loop, prune_by_rounds
from weightprune.experiment.workshop import Workshop
from weightprune.network import Network, overall
from weightprune.prune.reconstruct import reconstruct
from weightprune.recover.recover import recover
from weightprune.recover.windows import windows_to_learn
from weightprune.report.summary import Memory
from weightprune.structured.shrink import block_weights, removed_share, shrink
from weightprune.types import Allocation


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """Our method's result; `loop` is None where the policy gave the allocation at once."""

    outcome: Outcome
    allocation: Allocation
    loop: Loop | None
    memory: Memory


def dense(workshop: Workshop, run: Run) -> Outcome:
    """The model as it came."""

    def measure() -> Outcome:
        network, clock = workshop.network(), Clock()
        with clock.measure("test"):
            perplexity = workshop.test_perplexity(network)
        return Outcome(
            name="dense",
            about="the model as it came",
            sparsity=overall(network.sparsity(), network.layers),
            perplexity=perplexity,
            test_seconds=clock.seconds["test"],
            scores=task_scores(workshop, network),
        )

    return once(run, "dense", measure)


def ours(workshop: Workshop, run: Run) -> Pruned:
    """The policy's method; goes on where an earlier life of the run ended; exports the model."""
    settings = workshop.settings
    plan = ours_of(
        settings.policy, settings.operator, settings.target, second_order=settings.second_order
    )
    meter, clock = MemoryMeter(), Clock()
    network = workshop.network()
    weights = sum(parameter.nbytes for parameter in network.model.parameters())
    loop = prune_by_rounds(workshop, network, run) if settings.policy.by_rounds else None
    if loop is None:
        _prune_at_once(workshop, network, plan, clock)
    elif settings.operator.metric not in ONLY_NORMS:
        # not in place: the dense weights come back from the disk
        network = workshop.network()
        _prune(workshop, network, plan, loop.allocation, clock)
    if settings.reconstruct:
        _reconstruct(workshop, network, clock)
    pruned_only = workshop.test_perplexity(network) if settings.recover else None
    if settings.recover:
        _recover(workshop, network, clock, run)
    memory = Memory(
        model=weights,
        peak=meter.peak,
        checkpoint=loop.checkpoint_bytes if loop else 0,
        where=meter.where,
    )
    outcome = _outcome(workshop, network, plan, clock, earlier=loop)
    if pruned_only is not None:
        change = f"perplexity {pruned_only:.4g} pruned, {outcome.perplexity:.4g} recovered"
        outcome = replace(outcome, notes=(*outcome.notes, change))
        run.say(f"recovery: test {change}")
        run.log({"recovery/test_before": pruned_only, "recovery/test_after": outcome.perplexity})
    publish(workshop, network, run)
    return Pruned(outcome=outcome, allocation=network.sparsity(), loop=loop, memory=memory)


def baselines(workshop: Workshop, run: Run) -> list[Outcome]:
    """The fixed rules that can prune this model; the others are told, counted and left out."""
    outcomes = []
    for name in workshop.settings.baselines:
        try:
            outcomes.append(_baseline(workshop, name, run))
        except ValueError as error:
            run.count("baselines/failed")
            run.say(f"baseline {name.name} is left out: {error}")
    return outcomes


def _baseline(workshop: Workshop, name: Baseline, run: Run) -> Outcome:
    """One fixed rule; what it made in an earlier life of the run is taken from there."""
    plan = recipe(name, workshop.settings.target)

    def work() -> Outcome:
        network, clock = workshop.network(), Clock()
        workshop.evaluations = 0.0
        if plan.structured is not None:
            return _shrunk(workshop, network, plan, clock)
        _prune_at_once(workshop, network, plan, clock)
        return _outcome(workshop, network, plan, clock)

    return once(run, plan.name, work)


def _prune_at_once(workshop: Workshop, network: Network, plan: Recipe, clock: Clock) -> None:
    if not plan.allocator.by_probes:
        with clock.measure("decide"):
            allocation = allocation_of(workshop, network, plan)
        _prune(workshop, network, plan, allocation, clock)
        return
    with clock.measure("decide"):
        found = plan_of(workshop, network, plan)
    if plan.prune.metric in ONLY_NORMS:
        with clock.measure("prune"):
            found.prune(network)
    else:
        _prune(workshop, network, plan, found.allocation, clock)


def _prune(
    workshop: Workshop, network: Network, plan: Recipe, allocation: Allocation, clock: Clock
) -> None:
    with clock.measure("prune"):
        operator = open_operator(plan.prune, network, workshop.windows.calibration)
        operator.prune(network, allocation)


def _reconstruct(workshop: Workshop, network: Network, clock: Clock) -> None:
    with clock.measure("update"):
        before = workshop.network()
        weights = {layer.name: before.weight(layer.name) for layer in before.layers}
        reconstruct(network, weights, workshop.windows.calibration.hessian)


def _recover(workshop: Workshop, network: Network, clock: Clock, run: Run) -> None:
    """Learns from what does not decide; the search windows decide which step is kept."""

    def look(step: int, perplexity: float) -> None:
        run.log({"recovery/step": step, "recovery/perplexity": perplexity})

    with clock.measure("recover"):
        done = recover(
            network,
            windows_to_learn(workshop.windows.calibration),
            lambda: workshop.search_perplexity(network),
            workshop.settings.recovery,
            seed=run.seed,
            look=look,
        )
    run.say(
        f"recovery: search perplexity {done.before:.4g} -> {done.after:.4g}, step {done.step} kept"
    )


def _outcome(
    workshop: Workshop, network: Network, plan: Recipe, clock: Clock, earlier: Loop | None = None
) -> Outcome:
    ours = plan.name == "ours"
    return Outcome(
        name=plan.name,
        about=plan.about,
        sparsity=overall(network.sparsity(), network.layers),
        perplexity=workshop.test_perplexity(network),
        seconds={**(earlier.seconds if earlier else {}), **clock.seconds},
        evaluations=earlier.evaluations if earlier else workshop.evaluations,
        scores=task_scores(workshop, network) if ours else {},
    )


def _shrunk(workshop: Workshop, network: Network, plan: Recipe, clock: Clock) -> Outcome:
    assert plan.structured is not None
    with network.as_published() as published:
        model: Any = published
        before = block_weights(model)
        with clock.measure("prune"):
            notes = shrink(model, workshop.windows.calibration.gradient, plan.structured)
        return Outcome(
            name=plan.name,
            about=plan.about,
            sparsity=removed_share(model, before),
            perplexity=workshop.test_perplexity(network),
            seconds=clock.seconds,
            notes=tuple(notes),
        )
