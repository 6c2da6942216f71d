"""Which weights of a layer go: our selection against sorting, side by side.

    python -m benchmarks.selection [--repeats 5]

Layers of real shapes with random weights and input norms (seed 0). In every repeat each way marks
weights of the same scores, one after the other on one thread; ratios are of processor time within
a repeat. The plain way is torch.sort and a comparison with the last score that goes.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from typing import TypeAlias

os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch
from benchmarks.record import Times, save
from torch import Tensor

from weightprune.places import count_of
from weightprune.prune.choose import ByLayer, ByRow, Neighbours
from weightprune.prune.settings import parse_pattern

SHAPES = ((1024, 3072), (4096, 4096), (4096, 12288))
"""Feed-forward layers of Qwen3-0.6B, attention and feed-forward layers of Qwen3-8B."""

PATTERNS_UP_TO = 4096 * 4096
"""Weights of the largest layer on which whole layers and patterns are compared as well."""

Way: TypeAlias = Callable[[Tensor], Tensor]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two ways to mark weights: the plain one and ours."""

    name: str
    plain: Way
    ours: Way
    every_shape: bool = False


def sorted_rows(share: float, scores: Tensor) -> Tensor:
    """Sort each row; in rows that the share does not divide, the whole number below it goes."""
    count = count_of(share, scores.shape[1])
    return scores <= torch.sort(scores, dim=1).values[:, count - 1 : count]


def sorted_layer(share: float, scores: Tensor) -> Tensor:
    """Sort all scores of the layer."""
    return scores <= torch.sort(scores.flatten()).values[count_of(share, scores.numel()) - 1]


def sorted_groups(size: int, scores: Tensor) -> Tensor:
    """Sort every group of neighbours."""
    return sorted_rows(0.5, scores.reshape(-1, size)).view(scores.shape)


def our_groups(pattern: str, scores: Tensor) -> Tensor:
    """Compare the neighbours in pairs."""
    return Neighbours(parse_pattern(pattern))(scores, 0.5)


COMPARISONS = (
    Comparison("row 50 %", partial(sorted_rows, 0.5), lambda it: ByRow()(it, 0.5), True),
    Comparison("row 53.3 %", partial(sorted_rows, 0.533), lambda it: ByRow()(it, 0.533), True),
    Comparison("layer 50 %", partial(sorted_layer, 0.5), lambda it: ByLayer()(it, 0.5)),
    Comparison("2:4", partial(sorted_groups, 4), partial(our_groups, "2:4")),
    Comparison("4:8", partial(sorted_groups, 8), partial(our_groups, "4:8")),
)


def measure(shape: tuple[int, int], repeats: int) -> dict[str, object]:
    """All comparisons on one layer, and on how many weights the two ways differ."""
    generator = torch.Generator().manual_seed(0)
    scores = torch.randn(shape, generator=generator).abs()
    scores *= torch.rand(shape[1], generator=generator).exp()
    large = scores.numel() > PATTERNS_UP_TO
    return {
        comparison.name: compare(comparison, scores, repeats)
        for comparison in COMPARISONS
        if comparison.every_shape or not large
    }


def compare(comparison: Comparison, scores: Tensor, repeats: int) -> dict[str, object]:
    """Both ways in turn; prints a line."""
    plain, ours = Times(), Times()
    for _ in range(repeats):
        plain.add(lambda: comparison.plain(scores))
        ours.add(lambda: comparison.ours(scores))
    ratio = plain.over(ours)
    print(
        f"{scores.shape[0]:>5} x {scores.shape[1]:<6} {comparison.name:<11} "
        f"{plain.processor_median:>8.1f} {ours.processor_median:>8.1f}   "
        f"{ratio.mean:4.1f} ({ratio.low:.1f} to {ratio.high:.1f})"
    )
    return {
        "plain_ms": plain.processor_median,
        "ours_ms": ours.processor_median,
        "times_faster": asdict(ratio),
        "marked_differently": int((comparison.plain(scores) != comparison.ours(scores)).sum()),
    }


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description="Selection against sorting")
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    torch.set_num_threads(1)
    print(f"{'layer':<14} {'group':<11} {'sort ms':>8} {'ours ms':>8}   times faster (95 %)")
    layers = {f"{rows}x{columns}": measure((rows, columns), repeats) for rows, columns in SHAPES}
    save("selection", ["torch", "numpy"], {"repeats": repeats, "seed": 0, "layers": layers})


if __name__ == "__main__":
    main()
