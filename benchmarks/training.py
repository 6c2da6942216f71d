"""What a training step costs through our layer, over the same step of a plain TRL script.

    python -m benchmarks.training [--steps 90] [--kinds sft grpo] [--save]

A tiny Qwen2.5 on one thread; a plain script and ours (benchmarks/training_plain.py) take turns step
by step in one process. Both must log the same losses, to the last bit: then the work of the model
is the same, and the difference is our layer's. Printed: the processor time that a step takes more
than the plain one, in milliseconds, and the ratio, with 95 % intervals (bootstrap over pairs of
steps), for SFT and for GRPO. What a layer adds does not grow with the model: at 30 s a step, as
models of real size take, the same milliseconds are nothing. Seed 0.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from benchmarks.record import save
from benchmarks.training_plain import our_grpo, our_sft, plain_grpo, plain_sft
from benchmarks.training_turns import Job, Stepped, by_turns

from common.eval import Interval, difference_interval
from common.training.encode import encode_row
from common.training.reader import load_reader
from common.training.settings import BaseModelSettings, GrpoSettings, SftSettings
from common.training.tiny import Architecture, make_tiny
from common.training.types import Prompt, TrainingMessage, TrainingRow

WORDS = "button link search cart sign menu price filter login page home user".split()

WARM = 3
"""Steps of each that are not counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Milliseconds of processor time per step: the plain script's, and what ours takes more."""

    kind: str
    plain: float
    added: Interval

    @property
    def ratio(self) -> Interval:
        """How many times longer ours takes."""
        low, mean, high = (
            1 + it / self.plain for it in (self.added.low, self.added.mean, self.added.high)
        )
        return Interval(mean, low, high, self.added.n)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=90)
    parser.add_argument("--kinds", nargs="+", choices=["sft", "grpo"], default=["sft", "grpo"])
    parser.add_argument("--save", action="store_true", help="write results/training-KIND.json")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as place:
        made = jobs(Path(place), arguments.steps)
        for kind in arguments.kinds:
            plain, ours = made[kind]
            told(compare(kind, plain, ours, arguments.steps), save_it=arguments.save)


def told(row: Compared, *, save_it: bool) -> None:
    """Print the line of a kind, and keep it."""
    added, ratio = row.added, row.ratio
    print(
        f"{row.kind:5} plain {row.plain:6.1f} ms a step, ours {added.mean:+.2f} ms "
        f"[{added.low:+.2f}, {added.high:+.2f}]: {ratio.mean:.4f} times "
        f"[{ratio.low:.4f}, {ratio.high:.4f}] ({added.n} pairs of steps, equal losses)",
        flush=True,
    )
    if save_it:
        packages = ["torch", "transformers", "trl", "accelerate"]
        result = {"seed": 0, **asdict(row), "ratio": asdict(ratio)}
        print(save(f"training-{row.kind}", packages, result))


def jobs(folder: Path, steps: int) -> dict[str, tuple[Job, Job]]:
    """The plain script and ours, of each kind, on the same data."""
    base = make_tiny(
        folder / "base", [" ".join(WORDS)], architecture=Architecture.qwen2, width=128, layers=4
    )
    model = BaseModelSettings(path=str(base))
    reader = load_reader(model)
    encoded = [it for row in rows(160) for it in encode_row(row, reader, 1024)]
    prompts = [Prompt(id=row.id, messages=row.messages[:1]) for row in rows(4 * steps + 4)]
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


def compare(kind: str, plain: Job, ours: Job, steps: int) -> Compared:
    """Train both by turns; making the trainers and the first steps are not counted.

    Raises:
        ValueError: the two did not compute the same.
    """
    plainly, mine = by_turns([plain, ours], steps)
    if losses(plainly) != losses(mine):
        raise ValueError(f"{kind}: the two trainings differ: compare their settings")
    theirs, own = (1e3 * np.array(it.seconds[WARM:]) for it in (plainly, mine))
    return Compared(
        kind=kind, plain=float(theirs.mean()), added=difference_interval(own, theirs, 0)
    )


def losses(stepped: Stepped) -> list[tuple[float, float]]:
    """Loss and gradient's length of every step."""
    return [(it["loss"], it["grad_norm"]) for it in stepped.history if "loss" in it]


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
