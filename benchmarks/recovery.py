"""Perplexity before and after recovery: uniform Wanda, then adapters under its masks.

    python -m benchmarks.recovery [--sparsity 0.6] [--seeds 0 1 2 3 4] [--save]

The measured llama-260k ($PRUNE_DATA, else ../shared/data) and the recovery's default settings. A
seed draws the calibration windows, the adapters and the order of the windows. The search windows
decide which step is kept and are not learned from; the test windows are read for the table alone.
Beside it SparseGPT at the same sparsity, which refits weights without any training.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from benchmarks.record import save
from benchmarks.weightprune_bench import Bench, Source

from common.eval import mean_interval
from weightprune.allocate.plain import Uniform
from weightprune.interfaces import Operator
from weightprune.perplexity import token_perplexity
from weightprune.prune.choose import choice
from weightprune.prune.masks import MaskOperator
from weightprune.prune.scores import Wanda
from weightprune.prune.settings import PruneSettings
from weightprune.prune.sparsegpt import SparseGPT
from weightprune.recover.recover import recover
from weightprune.recover.settings import RecoverySettings
from weightprune.recover.windows import windows_to_learn


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """Test perplexities of one seed, and how the recovery went."""

    seed: int
    dense: float
    sparsegpt: float
    pruned: float
    recovered: float
    search_before: float
    search_after: float
    step: int
    zeros_before: int
    zeros_after: int
    seconds: float
    """Processor time of the recovery with its looks."""


def main() -> None:
    """Measure every seed; the table and results/recovery.json have each as soon as it is done."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sparsity", type=float, default=0.6)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    parser.add_argument("--save", action="store_true")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    settings, place = RecoverySettings(), source()
    found: list[Recovered] = []
    for seed in asked.seeds:
        found.append(measured(place, seed, asked.sparsity, settings))
        print(line(found[-1]), flush=True)
        ratio = mean_interval([row.recovered / row.pruned for row in found], seed=0)
        if asked.save:
            told = {"model": place.name, "sparsity": asked.sparsity, "settings": asdict(settings)}
            save("recovery", ["torch", "transformers"], {**told, "ratio": ratio, "seeds": found})
    print(f"recovered / pruned: {ratio.mean:.4f} [{ratio.low:.4f}, {ratio.high:.4f}]")


def line(row: Recovered) -> str:
    """One seed in words."""
    return (
        f"seed {row.seed}: dense {row.dense:.3f}, SparseGPT {row.sparsegpt:.2f}, Wanda "
        f"{row.pruned:.2f} -> recovered {row.recovered:.2f} (search {row.search_before:.2f} -> "
        f"{row.search_after:.2f}, step {row.step}, {row.seconds:.1f} s)"
    )


def measured(place: Source, seed: int, sparsity: float, settings: RecoverySettings) -> Recovered:
    """Prune, recover, and read the test windows before and after."""
    bench = Bench(place, seed)
    network, dense = bench.network, bench.perplexity()
    other = pruned(bench, SparseGPT(PruneSettings(), bench.calibration.hessian), sparsity)
    wanda = MaskOperator(Wanda(bench.norms), choice(PruneSettings()))
    wanda.prune(network, Uniform().allocate(network, sparsity))
    before, zeros = bench.perplexity(), zero_weights(bench)
    start = time.process_time()
    done = recover(
        network,
        windows_to_learn(bench.calibration),
        lambda: token_perplexity(network.model, bench.calibration.search),
        settings,
        seed=seed,
        look=lambda step, perplexity: None,
    )
    return Recovered(
        seed=seed, dense=dense, sparsegpt=other, pruned=before, recovered=bench.perplexity(),
        search_before=done.before, search_after=done.after, step=done.step, zeros_before=zeros,
        zeros_after=zero_weights(bench), seconds=time.process_time() - start,
    )  # fmt: skip


def pruned(bench: Bench, operator: Operator, sparsity: float) -> float:
    """The test perplexity of another method; the network is dense again afterwards."""
    with bench.dense_afterwards():
        operator.prune(bench.network, Uniform().allocate(bench.network, sparsity))
        return bench.perplexity()


def zero_weights(bench: Bench) -> int:
    """How many prunable weights are exactly zero."""
    network = bench.network
    return sum(int((network.weight(layer.name) == 0).sum()) for layer in network.layers)


def source() -> Source:
    """The measured model; exits with 2 where it is not."""
    named = os.environ.get("PRUNE_DATA")
    data = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = data / "models" / "llama-260k"
    if not folder.is_dir():
        print("no models/llama-260k: set PRUNE_DATA to the measurement data", file=sys.stderr)
        sys.exit(2)
    tokens = folder / "self_text.npy"
    return Source(
        name=folder.name, model=folder, calibration=tokens, test=tokens,
        calibration_rows="0:128", test_rows="128:384",
    )  # fmt: skip


if __name__ == "__main__":
    main()
