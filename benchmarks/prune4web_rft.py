"""Does GRPO with the hierarchical reward teach anything that holds on pages it never saw?

    python -m benchmarks.prune4web_rft [--seeds 0 1 2] [--rehearse] [--folder FOLDER]

A tiny random Qwen2.5 learns the first turn of the unified model from the dev half of the sample
site: the steps written by hand and steps made of the pages' own elements, labelled by the rules.
This SFT checkpoint is deliberately young. From it, GRPO (K = 4) learns from R = R_format + R_filter
+ R_ground, where the filter really runs on each step's page and the rules ground. Measured before
and after is R on all hand-written steps of the test half, which neither saw: of the likeliest
answers, and of answers sampled as in training. Intervals draw whole pages. `--rehearse` looks at
the dev half alone, three pages of which are held out: on it the settings were chosen.

The prompts are those of work; the tiny tokenizer has a token for the unchanging instructions. What
a text-only model cannot know (the page's state, the thought about it) is left empty in its labels.
Started again with the same folder, it goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean

os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch
from benchmarks.prune4web_rft_sampling import sample
from benchmarks.prune4web_rft_steps import Steps, sample_steps
from benchmarks.record import save

from common.eval import difference_interval
from common.report import plots
from common.run import Run
from common.seeds import seed_everything
from common.training.grpo import train_grpo
from common.training.settings import BaseModelSettings, GrpoSettings, Schedule, SftSettings
from common.training.sft import train_sft
from common.training.types import Point, Trained, TrainingRow
from domprune.experiment.training.base import base_model
from domprune.experiment.training.report import smoothed
from domprune.experiment.training.rewarding import Rewarding, rewarding_of
from domprune.experiment.training.rft import Prune4WebRft
from domprune.experiment.training.rows import dialogues_of
from domprune.experiment.training.settings import TinySettings
from domprune.train.reward import PARTS

TINY = TinySettings(width=64, layers=3, vocabulary=1536, context=1024)
SFT = SftSettings(
    batch=16, per_device=16, steps=240, learning_rate=5e-3, warmup=0.1, weight_decay=0.01,
    length=512, save_every=0, activation_checkpointing=False, log_every=10,
)  # fmt: skip
GRPO = GrpoSettings(
    batch=64, per_device=64, group=4, steps=100, learning_rate=4e-4, schedule=Schedule.cosine,
    warmup=0.1, kl=0.0, answer=160, length=512, save_every=10, activation_checkpointing=False,
)  # fmt: skip
WAYS = {"greedy": 0.0, "sampled": 1.0}
"""How answers are measured: the temperature of each way."""
WRITTEN_WEIGHT = 2
"""How often SFT sees a hand-written step for each time that it sees a made one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The parts of the reward of every held-out step, by way of answering."""

    parts: Mapping[str, Sequence[Mapping[str, float]]]

    def totals(self, way: str) -> list[float]:
        """R of each step."""
        return [sum(scores.values()) for scores in self.parts[way]]

    def means(self, way: str) -> dict[str, float]:
        """The mean of each part."""
        scores = self.parts[way]
        return {part: mean([one[part] for one in scores]) for part in PARTS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What GRPO made of the checkpoint under one seed; `processor`: its seconds in this process."""

    seed: int
    trained: Trained
    after: Measured
    processor: float


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description="GRPO on held-out pages")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--rehearse", action="store_true")
    parser.add_argument("--folder", type=Path, default=None)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    fresh = Path("runs") / time.strftime("%Y-%m-%d_%H-%M-%S_prune4web_rft")
    run = Run(arguments.folder or fresh)
    steps = sample_steps(run, rehearsal=arguments.rehearse)
    print(
        f"{len(steps.written)} written and {len(steps.made)} made steps to learn from, "
        f"{len(steps.held_out)} held out on {len(pages(steps))} other pages"
    )
    job = Prune4WebRft()
    rewarding = rewarding_of(job, [*steps.learned, *steps.held_out])
    start = warmed_up(job, steps, run)
    before = measure(start.folder, steps, rewarding)
    learned = [
        reinforced(start, before, steps, rewarding, Run(run.folder / f"seed-{seed}", seed=seed))
        for seed in arguments.seeds
    ]
    told = table(before, learned, steps)
    chart(learned, run)
    if not arguments.rehearse:
        result = {"sft_seconds": start.seconds, "settings": settings(), **told}
        save("prune4web_rft", ["torch", "transformers", "trl"], result)


def pages(steps: Steps) -> list[str]:
    """The held-out pages."""
    return sorted({step.case.page for step in steps.held_out})


def warmed_up(job: Prune4WebRft, steps: Steps, run: Run) -> Trained:
    """The tiny model after a short SFT on first turns."""
    dialogues = dialogues_of(job)
    shown = [*[*steps.written] * WRITTEN_WEIGHT, *steps.made]
    told = [dialogues.unified(step) for step in shown]
    rows = [TrainingRow(id=row.id, messages=row.messages[:3]) for row in told]
    seed_everything(0)
    model = base_model(BaseModelSettings(), TINY, rows, run)
    trained = train_sft(rows, [], SftSettings(**{**vars(SFT), "model": model}), run, name="sft")
    print(f"SFT: {trained.steps} steps, {trained.seconds:.0f} s, {trained.folder}")
    return trained


def reinforced(
    start: Trained, before: Measured, steps: Steps, rewarding: Rewarding, run: Run
) -> Learned:
    """GRPO from the checkpoint under the run's seed, and what it made of the held-out steps."""
    model = BaseModelSettings(path=str(start.folder))
    grpo = GrpoSettings(**{**vars(GRPO), "model": model})
    prompts = [rewarding.prompts[step.case.id] for step in steps.learned]
    seed_everything(run.seed)
    processor = time.process_time()
    trained = train_grpo(prompts, rewarding, grpo, run)
    processor = time.process_time() - processor
    learned = Learned(
        seed=run.seed,
        trained=trained,
        after=measure(trained.folder, steps, rewarding),
        processor=processor,
    )
    gain = mean(learned.after.totals("sampled")) - mean(before.totals("sampled"))
    print(
        f"seed {run.seed}: {trained.seconds:.0f} s by the clock, {processor:.0f} s of processor, "
        f"{100 * reward_share(trained):.1f} % of the steps' time for the reward, {gain:+.2f}"
    )
    return learned


def measure(folder: Path, steps: Steps, rewarding: Rewarding) -> Measured:
    """The reward of the model's answers to all held-out steps."""
    prompts = [rewarding.prompts[step.case.id] for step in steps.held_out]
    parts = {
        way: rewarding(
            prompts, sample(folder, prompts, temperature=heat, longest=GRPO.answer, seed=0)
        )
        for way, heat in WAYS.items()
    }
    return Measured(parts=parts)


def reward_share(trained: Trained) -> float:
    """The share of the steps' time that went into the reward."""
    return mean([point.value for point in trained.curves["reward_share"]])


def table(before: Measured, learned: Sequence[Learned], steps: Steps) -> dict[str, object]:
    """Print before, after and gain of each seed and of all; return the same as plain values."""
    clusters = [step.case.page for step in steps.held_out]
    told: dict[str, object] = {"held_out": {"steps": len(clusters), "pages": len(set(clusters))}}
    print(f"{'':<14}{'before':>8}{'after':>8}   gain of R (95 %)          format filter ground")
    for way in WAYS:
        for own in learned:
            told[f"{way}/{own.seed}"] = _line(f"{way} {own.seed}", way, before, [own], clusters)
        told[f"{way}/all"] = _line(f"{way}, all", way, before, learned, clusters)
    told["seconds"] = {own.seed: own.trained.seconds for own in learned}
    told["processor_seconds"] = {own.seed: own.processor for own in learned}
    told["reward_share"] = {own.seed: reward_share(own.trained) for own in learned}
    return told


def _line(
    name: str, way: str, before: Measured, learned: Sequence[Learned], clusters: Sequence[str]
) -> dict[str, object]:
    """One line of the table; with several seeds, a step's gain is the mean over them."""
    first = before.totals(way)
    last = [
        mean(totals) for totals in zip(*(own.after.totals(way) for own in learned), strict=True)
    ]
    gain = difference_interval(last, first, 0, clusters=clusters)
    was = before.means(way)
    now = {part: mean([own.after.means(way)[part] for own in learned]) for part in PARTS}
    moved = "  ".join(f"{was[part]:.2f}→{now[part]:.2f}" for part in PARTS)
    print(
        f"{name:<14}{mean(first):>8.2f}{mean(last):>8.2f}   "
        f"{gain.mean:+.2f} ({gain.low:+.2f} to {gain.high:+.2f})   {moved}"
    )
    return {
        "before": mean(first), "after": mean(last), "gain": asdict(gain),
        "parts_before": was, "parts_after": now,
    }  # fmt: skip


def chart(learned: Sequence[Learned], run: Run) -> None:
    """Plot the three parts while learning, the mean over the seeds."""
    curves = {}
    for part in PARTS:
        columns = zip(*(own.trained.curves[f"reward/{part}"] for own in learned), strict=False)
        curves[part] = smoothed(
            [Point(step=row[0].step, value=mean([it.value for it in row])) for row in columns]
        )
    path = run.path("charts", "reward.png")
    plots.line_curves(path, curves, "GRPO step", "reward of sampled answers, mean of the seeds")
    print(f"chart: {path}")


def settings() -> dict[str, object]:
    """The settings that the figures were made with."""
    return {"tiny": asdict(TINY), "sft": asdict(SFT), "grpo": asdict(GRPO)}


if __name__ == "__main__":
    main()
