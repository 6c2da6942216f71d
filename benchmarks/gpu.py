"""Unit costs of a run on this machine's GPU, on random weights of the real shape, and the plan.

    python -m benchmarks.gpu [--blocks 2] [--repeats 5] [--plan FOLDER] [--plan-only] [--training]

With a GPU: decoder blocks of Qwen3-8B's widths in bf16, windows of 2,048 tokens, and torch's 2:4
kernels against dense multiplication. Without: the same code on a tiny shape in fp32, which says
nothing about a GPU; the command says so. Then the plan for all 36 blocks (or for the config.json in
FOLDER) from these units; without a GPU from assumed ones, named so, and nothing is written. With
--training also what SFT and GRPO cost at real sizes (benchmarks/gpu_training.py).
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

import torch
from benchmarks.gpu_plan import ASSUMED, QWEN3_8B, Shape, Units, shape_of, table
from benchmarks.record import save
from torch import Tensor
from transformers import Qwen3Config, Qwen3ForCausalLM

from common.eval import Interval, mean_interval
from weightprune.allocate.descent import SHARES
from weightprune.checkpoint import Checkpoint
from weightprune.model.discover import discover
from weightprune.network import Network
from weightprune.perplexity import token_perplexity
from weightprune.prune.choose import choice
from weightprune.prune.masks import MaskOperator
from weightprune.prune.scores import Wanda
from weightprune.prune.settings import PruneSettings
from weightprune.statistics import gradient_means, input_norms
from weightprune.structured.kernels import NoSparseKernels, check_sparse_kernels

TINY = replace(
    QWEN3_8B, name="tiny", hidden=256, intermediate=768, heads=4, groups=2, head=64,
    vocabulary=1_024, weight_bytes=4,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One stage on this machine: seconds of the fastest repeat, and the peak beside the model."""

    stage: str
    seconds: float
    peak_bytes: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blocks", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--plan", type=Path, help="a model's folder; default: Qwen3-8B's shape")
    parser.add_argument("--plan-only", action="store_true", help="assumed units, nothing measured")
    parser.add_argument("--training", action="store_true", help="SFT and GRPO, too")
    arguments = parser.parse_args()
    if arguments.training:
        # trl takes seconds to import
        from benchmarks.gpu_training import measure as measure_training

        measure_training()
    planned = shape_of(arguments.plan) if arguments.plan else QWEN3_8B
    if arguments.plan_only:
        print("\n".join(table(planned, ASSUMED)))
        return
    gpu = torch.cuda.is_available()
    where = torch.cuda.get_device_name() if gpu else "this CPU at a tiny shape"
    if not gpu:
        print("no GPU here: a tiny shape on the CPU, which says nothing about a GPU")
    shape = replace(QWEN3_8B if gpu else TINY, blocks=arguments.blocks)
    length = 2_048 if gpu else 128
    rows, units = measure(shape, length, where, arguments.repeats)
    kernels = compare_kernels(shape, arguments.repeats)
    print("\n".join(table(planned, [units] if gpu else ASSUMED)))
    if not gpu:
        print("nothing written: results/gpu.json is for figures of a GPU")
        return
    path = save(
        "gpu", ["torch", "transformers"],
        {"where": where, "shape": asdict(shape), "length": length, "stages": rows,
         "units": units, "two_of_four": kernels, "seed": 0},
    )  # fmt: skip
    print(path)


def measure(shape: Shape, length: int, where: str, repeats: int) -> tuple[list[Measured], Units]:
    """Every stage's own function on a network of the shape, and the unit costs that follow."""
    network = random_network(shape)
    windows = torch.randint(0, shape.vocabulary, (8, length + 1))
    norms = input_norms(network, windows).by_layer
    operator = MaskOperator(Wanda(norms), choice(PruneSettings()))
    names = [layer.name for layer in network.layers]
    dense = Checkpoint(network, names)
    jobs: dict[str, Callable[[], object]] = {
        "input norms, 8 windows": partial(input_norms, network, windows),
        "gradients, 2 windows": partial(gradient_means, network, windows[:2]),
        "perplexity, 8 windows": partial(token_perplexity, network.model, windows, batch=1),
        "restore every layer": dense.restore,
        "prune every layer": partial(operator.prune, network, dict.fromkeys(names, 0.5)),
        "order every layer": lambda: [operator.levels(network, name, SHARES) for name in names],
    }
    rows = [timed(name, job, dense, repeats) for name, job in jobs.items()]
    for row in rows:
        peak = (
            f"{row.peak_bytes / 1e6:.1f} MB beside the model" if torch.cuda.is_available() else ""
        )
        print(f"{row.stage:24} {row.seconds:9.4f} s  {peak}")
    seconds = {row.stage: row.seconds for row in rows}
    tokens = 8 * length
    units = Units(
        source=where,
        flops=shape.forward(tokens, length) / seconds["perplexity, 8 windows"],
        bandwidth=2 * dense.bytes / seconds["restore every layer"],
        selected=shape.prunable / seconds["prune every layer"],
    )
    print(f"{units.flops:.3g} FLOP/s, {units.bandwidth:.3g} B/s, {units.selected:.3g} weights/s")
    return rows, units


def random_network(shape: Shape) -> Network:
    """Decoder blocks of the shape with random weights, on the GPU if there is one."""
    torch.manual_seed(0)
    config = Qwen3Config(
        vocab_size=shape.vocabulary, hidden_size=shape.hidden, num_hidden_layers=shape.blocks,
        intermediate_size=shape.intermediate, num_attention_heads=shape.heads,
        num_key_value_heads=shape.groups, head_dim=shape.head, tie_word_embeddings=shape.tied,
    )  # fmt: skip
    device = "cuda" if torch.cuda.is_available() else "cpu"
    with torch.device(device):
        model = Qwen3ForCausalLM(config).eval()
    return discover(model.to(torch.bfloat16) if device == "cuda" else model)


def timed(name: str, job: Callable[[], object], dense: Checkpoint, repeats: int) -> Measured:
    """Run the job on dense weights `repeats` times; the first run, which warms up, is not timed."""
    seconds, peaks = [], []
    for repeat in range(repeats + 1):
        dense.restore()
        before = _memory(reset=True)
        synchronise()
        start = time.perf_counter()
        job()
        synchronise()
        if repeat:
            seconds.append(time.perf_counter() - start)
            peaks.append(_memory() - before)
    return Measured(stage=name, seconds=min(seconds), peak_bytes=max(peaks))


def synchronise() -> None:
    if torch.cuda.is_available():
        torch.cuda.synchronize()


def _memory(*, reset: bool = False) -> int:
    """Bytes at the peak since the last reset; 0 on a CPU, where torch does not count."""
    if not torch.cuda.is_available():
        return 0
    if reset:
        torch.cuda.reset_peak_memory_stats()
    return torch.cuda.max_memory_allocated()


def compare_kernels(shape: Shape, repeats: int) -> dict[str, object] | str:
    """2:4 against dense multiplication of one window's states with the up projection."""
    try:
        check_sparse_kernels()
    except NoSparseKernels as error:
        print(error)
        return str(error)
    weight = torch.randn(shape.intermediate, shape.hidden, device="cuda", dtype=torch.bfloat16)
    weight[:, ::2] = 0
    states = torch.randn(2_048, shape.hidden, device="cuda", dtype=torch.bfloat16)
    sparse = torch.sparse.to_sparse_semi_structured(weight)
    pairs = [(_seconds(weight, states), _seconds(sparse, states)) for _ in range(repeats + 3)][3:]
    gain: Interval = mean_interval([dense / compressed for dense, compressed in pairs], seed=0)
    print(f"2:4 kernel {gain.mean:.2f} times as fast [{gain.low:.2f}, {gain.high:.2f}]")
    return {"shape": list(weight.shape), "tokens": 2_048, "times_as_fast": gain}


def _seconds(weight: Tensor, states: Tensor, calls: int = 50) -> float:
    synchronise()
    start = time.perf_counter()
    for _ in range(calls):
        torch.nn.functional.linear(states, weight)
    synchronise()
    return (time.perf_counter() - start) / calls


if __name__ == "__main__":
    main()
