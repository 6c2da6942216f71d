"""How far the baselines of small layers depend on what is done with a fraction of a weight.

    python -m benchmarks.weightprune_rounding

llama-260k, the calibration windows as their file divides them (the draw of the published figures).
A row of 64 weights cannot lose 60 % of them: either every row's number is rounded, or some rows
lose one weight more than others, and somebody says which. Wanda and OWL at the published setting
are pruned by several such rules; SparseGPT with each layer's number cut down, as ours, and rounded.

Cut down is what the code of Wanda and SparseGPT does. That the rows of the lowest next score lose
one more was chosen, among some fifty variants, by these very figures of Wanda and OWL, which prove
little therefore, but for Wanda's at 50 %, where all rules are alike. SparseGPT's, which needs no
such rule, took no part in the choice.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import TypeAlias

os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch
from benchmarks.record import save
from benchmarks.weightprune import measured_sources
from benchmarks.weightprune_bars import FIXED_OWL, PUBLISHED
from benchmarks.weightprune_bench import Bench
from benchmarks.weightprune_methods import Found
from torch import Tensor

from weightprune.allocate.interface import Allocator
from weightprune.allocate.owl import Owl
from weightprune.allocate.plain import Uniform
from weightprune.network import overall
from weightprune.places import count_of
from weightprune.prune.choose import ByRow
from weightprune.prune.masks import zero
from weightprune.prune.scores import Wanda
from weightprune.prune.settings import PruneSettings
from weightprune.prune.sparsegpt import SparseGPT
from weightprune.types import Allocation

MODEL = "llama-260k"
Rule: TypeAlias = Callable[[Tensor, float], Tensor]
"""Scores (d_out, d_in), a share -> the mask of what goes."""
RowKey: TypeAlias = Callable[[Tensor, Tensor], Tensor]
"""Scores, the next one of each row (d_out,) -> who loses one more: the rows of lowest key."""


def rounded(scores: Tensor, share: float) -> Tensor:
    """The nearest whole number in every row, which misses the share."""
    return _ranks(scores) < round(share * scores.shape[1])


def some_rows(key: RowKey) -> Rule:
    """As many weights of the layer as ours."""

    def choose(scores: Tensor, share: float) -> Tensor:
        each, extra = divmod(count_of(share, scores.numel()), scores.shape[0])
        ranks = _ranks(scores)
        following = scores.sort(dim=1).values[:, each]
        first = key(scores, following).sort(stable=True).indices[:extra]
        mask = ranks < each
        mask[first] |= ranks[first] == each
        return mask

    return choose


def _ranks(scores: Tensor) -> Tensor:
    return scores.argsort(dim=1, stable=True).argsort(dim=1)


def _rows(scores: Tensor, _: Tensor) -> Tensor:
    return torch.arange(len(scores))


RULES: Mapping[str, Rule] = {
    "ours: rows of the lowest next score": lambda scores, share: ByRow()(scores, share),
    "every row rounded": rounded,
    "first rows lose one more": some_rows(_rows),
    "last rows": some_rows(lambda scores, following: -_rows(scores, following)),
    "ours, beside the row's mean": some_rows(lambda scores, it: it / scores.mean(1)),
    "ours, beside the row's norm": some_rows(lambda scores, it: it / scores.norm(dim=1)),
}


def masks(bench: Bench, target: float) -> Iterator[tuple[str, Found]]:
    """Wanda and OWL by every rule."""
    allocators: dict[str, Allocator] = {"wanda": Uniform(), FIXED_OWL: Owl(norms=bench.norms)}
    score = Wanda(bench.norms)
    for method, allocator in allocators.items():
        shares = allocator.allocate(bench.network, target)
        for rule, choose in RULES.items():
            with bench.dense_afterwards():
                for name, share in shares.items():
                    weight = bench.network.weight(name)
                    zero(weight, choose(score(name, weight), share))
                yield rule, _found(bench, method)


def updates(bench: Bench, target: float) -> Iterator[tuple[str, Found]]:
    """SparseGPT, uniform."""
    layers = bench.network.layers
    nearest: Allocation = {one.name: round(target * one.weights) / one.weights for one in layers}
    operator = SparseGPT(PruneSettings(), bench.calibration.hessian)
    for rule, shares in (
        ("ours: the layer's number cut down", Uniform().allocate(bench.network, target)),
        ("the layer's number rounded", nearest),
    ):
        with bench.dense_afterwards():
            operator.prune(bench.network, shares)
            yield rule, _found(bench, "sparsegpt")


def _found(bench: Bench, method: str) -> Found:
    sparsity = overall(bench.network.sparsity(), bench.network.layers)
    return Found(method=method, sparsity=sparsity, perplexity=bench.perplexity())


def main() -> None:
    """Run the benchmark."""
    torch.set_num_threads(1)
    bench = Bench(next(one for one in measured_sources() if one.name == MODEL), 0)
    rows: list[dict[str, object]] = []
    print(f"{'target':>6} {'method':<22}{'rule':<36}{'zeros %':>8}{'perplexity':>12}  published")
    for target, published in PUBLISHED[MODEL].items():
        for rule, found in (*masks(bench, target), *updates(bench, target)):
            known = published[found.method]
            rows.append({"target": target, "rule": rule, "published": known, **asdict(found)})
            print(
                f"{target:>6.0%} {found.method:<22}{rule:<36}{100 * found.sparsity:>8.2f}"
                f"{found.perplexity:>12.3f}  {known} ({found.perplexity / known - 1:+.1%})",
                flush=True,
            )
    save("weightprune_rounding", ["torch", "transformers"], {"model": MODEL, "rows": rows})


if __name__ == "__main__":
    main()
