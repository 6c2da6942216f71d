"""A process that trains, to be killed, doubled or starved: KIND MODEL FOLDER [key=value]."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from common.run import Run
from common.training.settings import BaseModelSettings, GrpoSettings, LoraSettings, SftSettings
from common.training.types import Answer, Prompt, Trained, TrainingMessage, TrainingRow

WORDS = ["click", "search", "plan", "act", "the", "button", "weather", "page"]


def rows(count: int) -> list[TrainingRow]:
    """Dialogues of one turn, all different."""
    return [
        TrainingRow(
            id=f"row{number}",
            messages=(
                TrainingMessage("user", f"{WORDS[number % 8]} {number}"),
                TrainingMessage("assistant", " ".join(WORDS[: 1 + number % 5])),
            ),
        )
        for number in range(count)
    ]


def sft(
    model: Path, folder: Path, *, dropout: float = 0.1, run: Run | None = None, **changes: object
) -> Trained:
    """Twelve steps with dropout, a checkpoint after every third."""
    from common.training.sft import train_sft

    settings = SftSettings(
        model=BaseModelSettings(path=str(model), lora=LoraSettings(rank=4, dropout=dropout)),
        **{
            "batch": 4, "per_device": 2, "steps": 12, "learning_rate": 1e-2, "length": 200,
            "save_every": 3, **changes,
        },
    )  # fmt: skip
    return train_sft(rows(20), rows(4), settings, run or Run(folder, seed=3))


def grpo(model: Path, folder: Path, *, run: Run | None = None, **changes: object) -> Trained:
    """Eight steps, a checkpoint after every second, a measurement after every third."""
    from common.training.grpo import train_grpo

    settings = GrpoSettings(
        model=BaseModelSettings(path=str(model)),
        **{
            "batch": 8, "per_device": 4, "steps": 8, "learning_rate": 1e-3, "length": 200,
            "answer": 8, "save_every": 2, "evaluate_every": 3, **changes,
        },
    )  # fmt: skip
    prompts = [Prompt(id=row.id, messages=row.messages[:1]) for row in rows(11)]
    learned, held_out = prompts[:8], prompts[8:]
    run = run or Run(folder, seed=3)
    return train_grpo(learned, letters, settings, run, held_out=held_out)


def full(model: Path, folder: Path, *, per_device: int = 512, room: int = 0) -> Trained:
    """One step of 512 long dialogues; `room`: bytes that the process may still take, if any."""
    from common.training.sft import train_sft

    if room:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + room
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    long = [
        TrainingRow(
            id=f"long{number}",
            messages=(
                TrainingMessage("user", str(number)),
                TrainingMessage("assistant", " ".join(WORDS * 10)),
            ),
        )
        for number in range(512)
    ]
    settings = SftSettings(
        model=BaseModelSettings(path=str(model)), batch=512, per_device=per_device, steps=1,
        length=400, activation_checkpointing=False,
    )  # fmt: skip
    return train_sft(long, [], settings, Run(folder))


def letters(prompts: Sequence[Prompt], answers: Sequence[Answer]) -> list[Mapping[str, float]]:
    """Few letters, and many of them e."""
    return [
        {"short": 1 / (1 + len(answer)), "e": answer.count("e") / (1 + len(answer))}
        for answer in answers
    ]


def main() -> None:
    kind, model, folder, *changes = sys.argv[1:]
    started = time.monotonic()
    train = {"sft": sft, "grpo": grpo, "full": full}[kind]
    given = {key: json.loads(value) for key, value in (change.split("=") for change in changes)}
    trained = train(Path(model), Path(folder), **given)
    print(json.dumps([point.value for point in trained.losses]), time.monotonic() - started)


if __name__ == "__main__":
    main()
