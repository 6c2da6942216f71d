"""What a training step costs through our layer, over the same step of a plain TRL script.

    python -m benchmarks.training [--rounds 8] [--steps 10] [--save]

A tiny Qwen2.5 on one thread; plain and ours (benchmarks/training_plain.py) take turns in one
process, each round in another order. Printed: the ratio of processor times with its 95 % interval
(bootstrap over rounds), for SFT and for GRPO. Seed 0.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from benchmarks.record import Times, save
from benchmarks.training_plain import our_grpo, our_sft, plain_grpo, plain_sft

from common.eval import Interval
from common.training.encode import encode_row
from common.training.reader import load_reader
from common.training.settings import BaseModelSettings, GrpoSettings, SftSettings
from common.training.tiny import Architecture, make_tiny
from common.training.types import Prompt, TrainingMessage, TrainingRow

WORDS = "button link search cart sign menu price filter login page home user".split()

Job = Callable[[], Any]
"""Makes a trainer that is ready to train."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Milliseconds of processor time per step, and how many times longer ours took."""

    kind: str
    plain: float
    ours: float
    ratio: Interval
    wall_ratio: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--save", action="store_true", help="write results/training.json")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as place:
        found = [
            compare(kind, plain, ours, arguments.rounds, arguments.steps)
            for kind, (plain, ours) in jobs(Path(place), arguments.steps).items()
        ]
    for row in found:
        print(
            f"{row.kind:5} plain {row.plain:7.1f} ms a step, ours {row.ours:7.1f} ms: "
            f"{row.ratio.mean:.4f} times [{row.ratio.low:.4f}, {row.ratio.high:.4f}]"
        )
    if arguments.save:
        result = {"seed": 0, "rounds": arguments.rounds, "steps": arguments.steps}
        packages = ["torch", "transformers", "trl", "accelerate"]
        print(save("training", packages, {**result, "compared": found}))


def jobs(folder: Path, steps: int) -> dict[str, tuple[Job, Job]]:
    """The plain script and ours, of each kind, on the same data."""
    base = make_tiny(
        folder / "base", [" ".join(WORDS)], architecture=Architecture.qwen2, width=128, layers=4
    )
    model = BaseModelSettings(path=str(base))
    reader = load_reader(model)
    encoded = [it for row in rows(160) for it in encode_row(row, reader, 1024)]
    prompts = [Prompt(id=row.id, messages=row.messages[:1]) for row in rows(64)]
    tuning = SftSettings(
        model=model, batch=16, per_device=8, steps=steps, learning_rate=1e-4, warmup=0.0,
        length=1024, save_every=0,
    )  # fmt: skip
    policy = GrpoSettings(
        model=model, batch=16, per_device=16, steps=steps, learning_rate=1e-5, warmup=0.0,
        length=1024, answer=24, save_every=0, activation_checkpointing=False,
    )  # fmt: skip
    return {
        "sft": (
            partial(plain_sft, encoded, tuning, reader, folder),
            partial(our_sft, encoded, tuning, reader, folder),
        ),
        "grpo": (
            partial(plain_grpo, prompts, policy, reader, folder),
            partial(our_grpo, prompts, policy, reader, folder),
        ),
    }


def compare(kind: str, plain: Job, ours: Job, rounds: int, steps: int) -> Compared:
    """Train both by turns; making the trainers, and a first round that warms up, are not timed."""
    times = {"plain": Times(), "ours": Times()}
    for number in range(rounds + 1):
        order = [("plain", plain), ("ours", ours)]
        for name, job in order if number % 2 else reversed(order):
            trainer = job()
            into = times[name] if number else Times()
            into.add(trainer.train)
    plainly, mine = times["plain"], times["ours"]
    return Compared(
        kind=kind,
        plain=plainly.processor_median / steps,
        ours=mine.processor_median / steps,
        ratio=mine.over(plainly),
        wall_ratio=mine.median / plainly.median,
    )


def rows(count: int) -> list[TrainingRow]:
    """Dialogues of 100 to 300 tokens."""
    return [
        TrainingRow(
            id=str(number),
            messages=(
                TrainingMessage("user", " ".join(WORDS[: 3 + number % 9])),
                TrainingMessage("assistant", " ".join(WORDS * (1 + number % 3))),
            ),
        )
        for number in range(count)
    ]


if __name__ == "__main__":
    main()
