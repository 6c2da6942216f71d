"""A model's shape, unit costs -> FLOPs, bytes and seconds of every stage of a run.

Counts are of multiply and add as two operations; a stage's time is the larger of its arithmetic at
the measured rate and its memory traffic at the measured bandwidth.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SORT = 20
"""What a sort of every row costs, in selections: ours is 12 to 17 times as fast on a CPU
(benchmarks.selection), and ranks are looked up besides; assumed for a GPU."""
MMLU_QUESTIONS, MMLU_TOKENS = 14_042, 700
"""Questions of the test split, and tokens of a five-shot prompt (assumed mean)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A dense model of the Llama family."""

    name: str
    hidden: int
    intermediate: int
    blocks: int
    heads: int
    groups: int
    head: int
    vocabulary: int
    tied: bool
    weight_bytes: int = 2

    @property
    def block_weights(self) -> int:
        """Prunable weights of one decoder block."""
        attention = self.hidden * self.head * 2 * (self.heads + self.groups)
        return attention + 3 * self.hidden * self.intermediate

    @property
    def prunable(self) -> int:
        """All prunable weights."""
        return self.blocks * self.block_weights

    @property
    def bytes(self) -> int:
        """The whole model in memory."""
        embeddings = (1 if self.tied else 2) * self.vocabulary * self.hidden
        return self.weight_bytes * (self.prunable + embeddings)

    def forward(self, tokens: int, length: int, *, head: bool = True) -> float:
        """FLOPs of reading `tokens` tokens in windows of `length`, attention being causal."""
        attention = 2 * self.blocks * self.heads * self.head * length
        return tokens * (2 * self.prunable + attention + self._output(head))

    def _output(self, head: bool) -> int:
        return 2 * self.vocabulary * self.hidden if head else 0


QWEN3_8B = Shape(
    name="Qwen3-8B", hidden=4_096, intermediate=12_288, blocks=36, heads=32, groups=8, head=128,
    vocabulary=151_936, tied=False,
)  # fmt: skip


def shape_of(folder: Path) -> Shape:
    """The shape that the config.json of a model's folder describes."""
    config: dict[str, Any] = json.loads((folder / "config.json").read_text("utf-8"))
    heads = config["num_attention_heads"]
    return Shape(
        name=folder.name,
        hidden=config["hidden_size"],
        intermediate=config["intermediate_size"],
        blocks=config["num_hidden_layers"],
        heads=heads,
        groups=config.get("num_key_value_heads") or heads,
        head=config.get("head_dim") or config["hidden_size"] // heads,
        vocabulary=config["vocab_size"],
        tied=bool(config.get("tie_word_embeddings")),
        weight_bytes=4 if config.get("dtype", config.get("torch_dtype")) == "float32" else 2,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """What a machine does in a second, and how this is known."""

    source: str
    flops: float
    """Floating-point operations of a forward pass."""
    bandwidth: float
    """Bytes copied, reading and writing counted."""
    selected: float
    """Weights that the pruning operator scores, selects and zeroes."""


ASSUMED = (
    Units(source="H200, assumed 40 % of peak", flops=4e14, bandwidth=2.9e12, selected=5e9),
    Units(source="A100 80 GB, assumed 50 % of peak", flops=1.56e14, bandwidth=1.2e12, selected=2e9),
)
"""Peaks: 989 and 312 TFLOP/s in dense bf16, 4.8 and 2.0 TB/s. Not measured: the project's own
figures stand in benchmarks/results/gpu.json once `python -m benchmarks.gpu` ran there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage's work; `extra` is the memory it needs beside the model."""

    name: str
    flops: float = 0
    traffic: float = 0
    selected: float = 0
    extra: float = 0

    def seconds(self, units: Units) -> float:
        """How long it takes."""
        return (
            max(self.flops / units.flops, self.traffic / units.bandwidth)
            + self.selected / units.selected
        )


def stages(shape: Shape, *, length: int = 2_048) -> list[Stage]:
    """The work of each stage, once, with the numbers of windows of the spec (section 1).

    Gradients cost a forward pass, its repetition block by block, and twice that on the way back.
    Goals take 12 steps of 16 windows there and back, and compare 2 allocations on 32 windows; the
    dense model's answers are computed again from its last states, by the head alone. The weights of
    all layers are sorted once, and pruned in every step. Beside the model lie a copy of its
    weights, a byte for each of them, and its last states of the 32 windows.
    """
    s = shape
    tenth, asked = 0.1 * s.weight_bytes * s.prunable, MMLU_QUESTIONS * MMLU_TOKENS
    states = s.weight_bytes * length * s.hidden
    largest = s.weight_bytes * s.hidden * s.intermediate
    logits = 4 * length * s.vocabulary
    inputs = 2 * s.hidden**2 + (s.heads * s.head) ** 2 + s.intermediate**2
    solved = 2 * (3 * s.hidden**2 * s.head * (s.heads + s.groups) + 3 * s.hidden**3)
    return [
        Stage(name="input norms, 16 windows", flops=s.forward(16 * length, length, head=False),
              traffic=s.bytes, extra=16 * states),
        Stage(name="gradients, 8 windows", flops=4 * s.forward(8 * length, length),
              traffic=4 * 8 * s.bytes, extra=s.blocks * states + largest + 3 * logits),
        Stage(name="goals", flops=12 * 4 * s.forward(16 * length, length)
              + (1 + 2) * s.forward(32 * length, length)
              + (12 * 16 + 2 * 32) * length * 2 * s.vocabulary * s.hidden,
              traffic=12 * 4 * 16 * s.bytes, selected=(SORT + 12 + 2) * s.prunable,
              extra=(s.weight_bytes + 1) * s.prunable + 32 * states + 5 * logits
              + s.blocks * states),
        Stage(name="prune every layer once", selected=s.prunable, extra=6 * largest),
        Stage(name="perplexity, 32 windows", flops=s.forward(32 * length, length),
              traffic=s.bytes, extra=2 * logits),
        Stage(name="checkpoint of 10 % of the layers", traffic=2 * tenth, extra=tenth),
        Stage(name="SparseGPT, 128 windows",
              flops=s.forward(128 * length, length, head=False)
              + s.blocks * (2 * 128 * length * inputs + solved),
              traffic=s.bytes, selected=s.prunable, extra=128 * states + 4 * 3 * s.intermediate**2),
        Stage(name="MMLU, 5 shots, full", flops=s.forward(asked, MMLU_TOKENS),
              traffic=MMLU_QUESTIONS / 8 * s.bytes, extra=8 * 4 * MMLU_TOKENS * s.vocabulary),
    ]  # fmt: skip


RUN = {
    "input norms, 16 windows": 1, "goals": 1,
    "prune every layer once": 13, "perplexity, 32 windows": 14,
    "checkpoint of 10 % of the layers": 130,
}  # fmt: skip
"""How often a run of the rules to 50 % in 13 rounds (as llama-260k takes) does each: input norms
and goals once, each round a checkpoint, a prune and a perplexity of all layers."""


def table(shape: Shape, units: Sequence[Units]) -> list[str]:
    """The stages, and the run, as lines of a markdown table with each machine's seconds."""
    work = {stage.name: stage for stage in stages(shape)}
    run = [(times, work[name]) for name, times in RUN.items()]
    lines = [
        f"{shape.name}: {shape.prunable / 1e9:.2f} billion prunable weights, "
        f"{shape.bytes / 1e9:.1f} GB in memory and on disk, masks {shape.prunable / 8e9:.2f} GB",
        "",
        "| stage | TFLOP | GB moved | GB beside the model | "
        + " | ".join(f"s, {each.source}" for each in units)
        + " |",
        "|---|" + "---|" * (3 + len(units)),
    ]
    lines += [_row(stage.name, [(1, stage)], units) for stage in work.values()]
    return [*lines, _row("**a run of 13 rounds to 50 %**", run, units)]


def _row(name: str, done: Sequence[tuple[int, Stage]], units: Sequence[Units]) -> str:
    """One line: the sums over (times, stage), and the largest memory of any."""
    figures = [
        f"{sum(times * stage.flops for times, stage in done) / 1e12:,.1f}",
        f"{sum(times * stage.traffic for times, stage in done) / 1e9:,.1f}",
        f"{max(stage.extra for _, stage in done) / 1e9:,.2f}",
    ]
    for each in units:
        seconds = sum(times * stage.seconds(each) for times, stage in done)
        figures.append(f"{seconds:,.0f}" if seconds >= 100 else f"{seconds:.2g}")
    return f"| {name} | {' | '.join(figures)} |"
