"""Does SFT learn real dialogues by heart? 32 two-turn dialogues of Prune4Web, to the last letter.

    python -m benchmarks.training_by_heart [--steps 400] [--folder FOLDER]

The dialogues are those that `prune4web_sft` learns: steps of the sample site's dev half, annotated
by the rules, first turn with thought, plan and keyword weights, second turn with the elements that
the step's own program keeps (five, so that they are short) and the action. A tiny random Qwen2.5
learns them through `train_sft`, and is then asked both turns at temperature 0; the second after its
own first answer. Counted: answers equal to what was shown, of 64. Seed 0; started again with the
same folder, it goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch
from benchmarks.prune4web_rft_sampling import sample
from benchmarks.record import save

from common.run import Run
from common.seeds import seed_everything
from common.training.settings import BaseModelSettings, SftSettings
from common.training.sft import train_sft
from common.training.types import Prompt, TrainingMessage, TrainingRow
from domprune.annotate.one import annotate_case
from domprune.annotate.quality import QualityControl
from domprune.annotate.rules import RulesAnnotator
from domprune.data.settings import DataSettings
from domprune.experiment.gather import gather
from domprune.experiment.training.base import base_model
from domprune.experiment.training.rft import Prune4WebRft
from domprune.experiment.training.rows import dialogues_of
from domprune.experiment.training.settings import StepsSettings, TinySettings
from domprune.roles.filter_llm import program_of
from domprune.roles.filter_rules import RulesFilter
from domprune.scoring.pages import PageScorer
from domprune.scoring.settings import ScoringSettings
from domprune.types import Annotated

DIALOGUES = 32
KEEP = 5
LONGEST = 400
"""Tokens of an answer at most."""
TINY = TinySettings(width=128, layers=2, vocabulary=2048, context=1024)
SFT = SftSettings(
    batch=16, per_device=8, learning_rate=3e-3, warmup=0.1, length=1024, save_every=40,
    activation_checkpointing=False, log_every=10,
)  # fmt: skip


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description="SFT by heart")
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--folder", type=Path, default=None)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    fresh = Path("runs") / time.strftime("%Y-%m-%d_%H-%M-%S_training_by_heart")
    run = Run(arguments.folder or fresh)
    shown = dialogues(run)
    seed_everything(0)
    model = base_model(BaseModelSettings(), TINY, shown, run)
    settings = SftSettings(**{**vars(SFT), "model": model, "steps": arguments.steps})
    began = time.process_time()
    trained = train_sft(shown, [], settings, run)
    processor = time.process_time() - began
    first, second = said(trained.folder, shown)
    right = [
        sum(one == row.messages[place].content for one, row in zip(told, shown, strict=True))
        for place, told in ((2, first), (4, second))
    ]
    print(
        f"{trained.steps} steps, {processor:.0f} s of processor, last loss "
        f"{trained.losses[-1].value:.4f}: {right[0]} of {len(shown)} first turns and {right[1]} of "
        f"{len(shown)} second turns to the letter"
    )
    result = {
        "dialogues": len(shown), "keep": KEEP, "exact": {"first": right[0], "second": right[1]},
        "processor_seconds": processor, "loss": trained.losses[-1].value,
        "tiny": asdict(TINY), "sft": asdict(settings) | {"model": None},
    }  # fmt: skip
    save("training_by_heart", ["torch", "transformers", "trl"], result)


def dialogues(run: Run) -> list[TrainingRow]:
    """The first so many two-turn dialogues whose tasks all differ."""
    build = dialogues_of(Prune4WebRft(steps=StepsSettings(keep=KEEP)))
    rows: dict[str, TrainingRow] = {}
    for step in annotated(run):
        row = build.unified(step)
        if len(row.messages) == 5:
            rows.setdefault(row.messages[1].content, row)
    return list(rows.values())[:DIALOGUES]


def annotated(run: Run) -> list[Annotated]:
    """The dev half's steps whose right element is among those kept, labelled by the rules."""
    score = PageScorer(ScoringSettings())
    control = QualityControl(
        score=score,
        program=lambda subtask, weights: program_of(subtask, dict(weights)),
        keep=KEEP,
    )
    annotator = RulesAnnotator(RulesFilter(), score)
    cases = gather(DataSettings(sets=["dev"]), run)
    found = (annotate_case(case, annotator, control, None) for case in cases)
    return [step for step in found if isinstance(step, Annotated)]


def said(folder: Path, shown: Sequence[TrainingRow]) -> tuple[list[str], list[str]]:
    """What the model says in both turns, in the second after its own first answer."""
    first = answers(folder, [Prompt(id=row.id, messages=row.messages[:2]) for row in shown])
    asked = [
        (*row.messages[:2], TrainingMessage("assistant", one), row.messages[3])
        for row, one in zip(shown, first, strict=True)
    ]
    return first, answers(
        folder,
        [Prompt(id=row.id, messages=own) for row, own in zip(shown, asked, strict=True)],
    )


def answers(folder: Path, prompts: Sequence[Prompt]) -> list[str]:
    """The likeliest answer to each prompt."""
    return [str(it) for it in sample(folder, prompts, temperature=0.0, longest=LONGEST, seed=0)]


if __name__ == "__main__":
    main()
