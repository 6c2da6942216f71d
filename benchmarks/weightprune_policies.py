"""What judgement is worth: who allocates, by how many evaluations, with the same Wanda masks."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.weightprune_bench import Bench
from benchmarks.weightprune_methods import Found
from torch import Tensor

from weightprune.allocate.descent import Descent
from weightprune.allocate.greedy import Greedy
from weightprune.allocate.interface import Allocator
from weightprune.allocate.plain import Random, Uniform
from weightprune.allocate.search import Search
from weightprune.allocate.settings import DescentSettings
from weightprune.allocate.staged import StagedProbe
from weightprune.clock import Clock
from weightprune.interfaces import Operator
from weightprune.loop.journal import Journal
from weightprune.loop.rounds import Parts, Rounds
from weightprune.loop.settings import LoopSettings
from weightprune.network import Network, overall
from weightprune.perplexity import token_perplexity
from weightprune.places import in_rows
from weightprune.policy.rules import RulesPolicy
from weightprune.profile.profiler import Measures, Profiler
from weightprune.profile.sensitivity import sensitivity
from weightprune.profile.settings import ProfileSettings
from weightprune.profile.zscores import z_scores
from weightprune.prune.choose import choice
from weightprune.prune.masks import MaskOperator
from weightprune.prune.scores import Wanda
from weightprune.prune.settings import PruneSettings
from weightprune.statistics.gradients import gradient_means
from weightprune.statistics.inputs import input_norms

TENFOLD = 10
"""The search may spend so many times what the rules spent."""


def policies(bench: Bench, target: float) -> Iterator[Found]:
    """Uniform, random, greedy by z-scores, rules, staged probes, and search from these on.

    The search may spend TENFOLD of what the rules spent, the probes that it starts from included.
    """
    wanda: Operator = MaskOperator(Wanda(bench.norms), choice(PruneSettings()))
    plain: Mapping[str, Allocator] = {
        "uniform": Uniform(),
        "random": Random(),
        "z_s greedy": Greedy(figures=lambda network: z_s(bench, network), operator=wanda),
        "z_s + z_g greedy": Greedy(figures=lambda network: z_sum(bench, network), operator=wanda),
    }
    for name, allocator in plain.items():
        with bench.dense_afterwards():
            wanda.prune(bench.network, allocator.allocate(bench.network, target))
            yield Found(method=name, sparsity=target, perplexity=bench.perplexity())
    with bench.dense_afterwards():
        rules = _by_rounds(bench, target)
    yield rules
    yield from _searched(bench, target, rules.evaluations)


def _searched(bench: Bench, target: float, rules: float) -> Iterator[Found]:
    """Staged probes, and what the search makes of them by the evaluations that are left."""
    start = bench.evaluations
    probes = StagedProbe(scores=bench.wanda, costs=bench.costs, group=in_rows)
    plan = next(probes.plans(bench.network, [target]))
    spent = bench.evaluations - start
    with bench.dense_afterwards():
        plan.prune(bench.network)
        yield Found(
            method="staged_probe",
            sparsity=target,
            perplexity=bench.perplexity(),
            evaluations=spent,
        )
    budget = max(1.0, TENFOLD * rules - spent)
    better = Search(divergence=bench.divergence, budget=budget).improved(bench.network, plan)
    with bench.dense_afterwards():
        better.prune(bench.network)
        yield Found(
            method="search",
            sparsity=target,
            perplexity=bench.perplexity(),
            evaluations=bench.evaluations - start,
        )


def z_s(bench: Bench, network: Network) -> Mapping[str, float]:
    """z-scores of the layers' sensitivities as they are now."""
    norms = bench.norms
    return z_scores(
        {one.name: sensitivity(network.weight(one.name), norms[one.name]) for one in network.layers}
    )


def z_sum(bench: Bench, network: Network) -> Mapping[str, float]:
    """z_s + z_g."""
    gradients = z_scores(gradient_means(network, bench.calibration.gradient))
    return {name: figure + gradients[name] for name, figure in z_s(bench, network).items()}


def _by_rounds(bench: Bench, target: float) -> Found:
    """The loop with the rules, exactly as an experiment runs it."""
    start = bench.evaluations
    network = bench.network

    def goals(norms: Mapping[str, Tensor], _: Clock) -> Mapping[str, float]:
        operator = MaskOperator(Wanda(norms), choice(PruneSettings()))
        descent = Descent(
            divergence=bench.divergence, operator=operator, settings=DescentSettings()
        )
        return descent.allocate(network, target)

    def perplexity() -> float:
        bench.other_work += 1
        return token_perplexity(network.model, bench.calibration.search)

    measures = Measures(
        norms=lambda: input_norms(network, bench.calibration.activation).by_layer,
        gradients=lambda: gradient_means(network, bench.calibration.gradient),
        goals=goals,
    )
    profiler = Profiler(network, measures, ProfileSettings())
    with tempfile.TemporaryDirectory() as folder:
        rounds = Rounds(
            network,
            Parts(
                profiling=profiler,
                policy=RulesPolicy(),
                operator=MaskOperator(Wanda(profiler.norms), choice(PruneSettings())),
                perplexity=perplexity,
            ),
            target=target,
            settings=LoopSettings(),
            journal=Journal(Path(folder)),
        )
        for _ in rounds:
            pass
    return Found(
        method="rules",
        sparsity=overall(network.sparsity(), network.layers),
        perplexity=bench.perplexity(),
        evaluations=bench.evaluations - start,
    )
