"""Steps -> GRPO from the model that SFT left -> the trained model and its held-out reward."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from common.eval import Interval, difference_interval, mean_interval
from common.run import Run
from common.training.grpo import train_grpo
from common.training.sft import train_sft
from common.training.types import Prompt, Trained
from domprune.experiment.training.base import base_model
from domprune.experiment.training.measure import rewards_of
from domprune.experiment.training.rewarding import Rewarding, rewarding_of
from domprune.experiment.training.rows import dialogues_of, row_of
from domprune.experiment.training.steps import is_held_out
from domprune.train.reward import PARTS
from domprune.types import Annotated

if TYPE_CHECKING:
    from domprune.experiment.training.rft import Prune4WebRft

Scores = Sequence[Mapping[str, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reinforced:
    """What GRPO made of the model; `before` and `after` are the measured steps' parts, in order."""

    trained: Trained
    pages: Sequence[str]
    before: Scores
    after: Scores

    @property
    def reward_share(self) -> float | None:
        """The share of the steps' time that the reward took."""
        points = self.trained.curves.get("reward_share", ())
        return sum(point.value for point in points) / len(points) if points else None

    def means(self, scores: Scores, seed: int) -> dict[str, Interval]:
        """The mean of each part and of the total, with intervals that draw whole pages."""
        return {
            name: mean_interval(_column(scores, name), seed, clusters=self.pages)
            for name in (*PARTS, "total")
        }

    def gain(self, seed: int) -> Interval:
        """How much more the model wins after than before, a step."""
        after, before = _column(self.after, "total"), _column(self.before, "total")
        return difference_interval(after, before, seed, clusters=self.pages)

    def metrics(self, seed: int) -> dict[str, object]:
        """The numbers of the run."""
        found: dict[str, object] = {
            "prompts": self.trained.rows,
            "steps": self.trained.steps,
            "seconds": self.trained.seconds,
            "reward_share": self.reward_share,
        }
        if self.pages:
            found |= {
                "before": self.means(self.before, seed),
                "after": self.means(self.after, seed),
                "gain": self.gain(seed),
            }
        return found


def reinforce(settings: Prune4WebRft, steps: Sequence[Annotated], run: Run) -> Reinforced:
    """Train on the prompts of the steps that are not held out, and measure on the others.

    Raises ValueError where there is nothing to learn from.
    """
    learned = [step for step in steps if not is_held_out(step)]
    if not learned:
        raise ValueError("no annotated step is to be learned from: lower steps.test_share")
    rewarding = rewarding_of(settings, steps)
    prompts = [rewarding.prompts[step.case.id] for step in learned]
    measured = _drawn([step for step in steps if is_held_out(step)], settings.measured, run)
    asked = [rewarding.prompts[step.case.id] for step in measured]
    start = replace(settings.grpo.model, path=_start(settings, learned, run))
    grpo = replace(settings.grpo, model=start)
    before = _measured(Path(start.path), asked, rewarding, settings, run)
    trained = train_grpo(
        prompts,
        rewarding,
        grpo,
        run,
        held_out=asked,
        converse=rewarding.converse,
        name=settings.trainee.name,
    )
    after = _measured(trained.folder, asked, rewarding, settings, run)
    pages = [step.case.page for step in measured]
    return Reinforced(trained=trained, pages=pages, before=before, after=after)


def _start(settings: Prune4WebRft, learned: Sequence[Annotated], run: Run) -> str:
    """The path of the model to start from: the one named, else a tiny one that knows the form."""
    if settings.grpo.model.path:
        return settings.grpo.model.path
    dialogues = dialogues_of(settings)
    rows = [row for step in learned if (row := row_of(dialogues, step, settings.trainee))]
    model = base_model(settings.cold_start.model, settings.tiny, rows, run)
    cold = replace(settings.cold_start, model=model)
    return str(train_sft(rows, [], cold, run, name="cold_start").folder)


def _drawn(steps: Sequence[Annotated], most: int, run: Run) -> list[Annotated]:
    """At most so many of the steps, by the run's seed, in their order."""
    if len(steps) <= most:
        return list(steps)
    places = sorted(Random(run.seed).sample(range(len(steps)), most))
    return [steps[place] for place in places]


def _measured(
    folder: Path, prompts: Sequence[Prompt], rewarding: Rewarding, settings: Prune4WebRft, run: Run
) -> Scores:
    if not prompts:
        return ()
    return rewards_of(folder, prompts, rewarding, settings.grpo.answer, run)


def _column(scores: Scores, name: str) -> list[float]:
    if name == "total":
        return [sum(score.values()) for score in scores]
    return [score[name] for score in scores]
