"""The methods of the perplexity tables: what each does to a dense network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from benchmarks.weightprune_bars import FIXED_OWL
from benchmarks.weightprune_bench import Bench

from weightprune.allocate.alphapruning import AlphaPruning
from weightprune.allocate.interface import Allocator
from weightprune.allocate.owl import Owl
from weightprune.allocate.plain import Uniform
from weightprune.allocate.search import Search
from weightprune.allocate.staged import StagedProbe
from weightprune.interfaces import Operator
from weightprune.places import in_layer
from weightprune.prune.choose import choice
from weightprune.prune.masks import MaskOperator
from weightprune.prune.reconstruct import reconstruct
from weightprune.prune.scores import Wanda, magnitude
from weightprune.prune.settings import PruneSettings, parse_pattern
from weightprune.prune.sparsegpt import SparseGPT


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One method's perplexity at one sparsity, and the evaluations its decision took."""

    method: str
    sparsity: float
    perplexity: float
    evaluations: float = 0.0


OWL_GRID = [(multiple, spread) for multiple in (3.0, 5.0, 7.0) for spread in (0.08, 0.15)]
"""M and lambda that the best is taken of, by divergence on the search windows."""


def baselines(bench: Bench, targets: Iterable[float]) -> Iterator[Found]:
    """Uniform magnitude, Wanda and SparseGPT, OWL and AlphaPruning with Wanda's masks."""
    wanda = _masks(bench, PruneSettings())
    by_size = MaskOperator(magnitude, choice(PruneSettings()))
    update = SparseGPT(PruneSettings(), bench.calibration.hessian)
    for target in targets:
        yield _pruned(bench, "magnitude", target, Uniform(), by_size)
        yield _pruned(bench, "wanda", target, Uniform(), wanda)
        yield _pruned(bench, "sparsegpt", target, Uniform(), update)
        yield _pruned(bench, "owl", target, _best_owl(bench, target, wanda), wanda)
        yield _pruned(bench, FIXED_OWL, target, Owl(norms=bench.norms), wanda)
        yield _pruned(bench, "alphapruning", target, AlphaPruning(), wanda)


def patterns(bench: Bench) -> Iterator[Found]:
    """4:8, where it fills the rows, and 2:4 by magnitude, Wanda and SparseGPT."""
    for pattern in ("4:8", "2:4"):
        size = parse_pattern(pattern).size
        if any(layer.shape[1] % size for layer in bench.network.layers):
            print(f"{pattern} is left out: rows that are no multiple of {size}", flush=True)
            continue
        settings = PruneSettings(pattern=pattern)
        by_size = MaskOperator(magnitude, choice(settings))
        update = SparseGPT(settings, bench.calibration.hessian)
        for name, operator in (
            ("magnitude", by_size),
            ("wanda", _masks(bench, settings)),
            ("sparsegpt", update),
        ):
            yield _pruned(bench, f"{name} {pattern}", 0.5, Uniform(), operator)


def ours(bench: Bench, targets: Iterable[float], budget: float) -> Iterator[Found]:
    """Staged probes with second-order masks, then the search, then the least-squares update."""
    dense = bench.dense_weights()
    for target in targets:
        start = bench.evaluations
        probes = StagedProbe(scores=bench.second_order, costs=bench.costs, group=in_layer)
        plan = next(probes.plans(bench.network, [target]))
        work = bench.evaluations - start
        with bench.dense_afterwards():
            plan.prune(bench.network)
            yield _measured(bench, "staged probe (second order)", target, work)
        better = Search(divergence=bench.divergence, budget=budget).improved(bench.network, plan)
        work = bench.evaluations - start
        with bench.dense_afterwards():
            better.prune(bench.network)
            yield _measured(bench, "ours (masks)", target, work)
            reconstruct(bench.network, dense, bench.calibration.hessian)
            yield _measured(bench, "ours (update)", target, work)
        with bench.dense_afterwards():
            SparseGPT(PruneSettings(), bench.calibration.hessian).prune(
                bench.network, better.allocation
            )
            yield _measured(bench, "sparsegpt at our allocation", target, work)


def _measured(bench: Bench, method: str, target: float, evaluations: float = 0.0) -> Found:
    return Found(
        method=method, sparsity=target, perplexity=bench.perplexity(), evaluations=evaluations
    )


def _pruned(
    bench: Bench, method: str, target: float, allocator: Allocator, operator: Operator
) -> Found:
    with bench.dense_afterwards():
        operator.prune(bench.network, allocator.allocate(bench.network, target))
        return _measured(bench, method, target)


def _masks(bench: Bench, settings: PruneSettings) -> Operator:
    return MaskOperator(Wanda(bench.norms), choice(settings))


def _best_owl(bench: Bench, target: float, operator: Operator) -> Allocator:
    """The setting of the grid whose masks move the output least."""

    def divergence(owl: Owl) -> float:
        with bench.dense_afterwards():
            operator.prune(bench.network, owl.allocate(bench.network, target))
            return bench.divergence.measure()

    grid = [
        Owl(norms=bench.norms, multiple=multiple, spread=spread) for multiple, spread in OWL_GRID
    ]
    return min(grid, key=divergence)
