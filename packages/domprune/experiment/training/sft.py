"""The SFT job: annotated steps -> dialogues -> one trained model a trainee, and a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from common.run import Run
from common.training.settings import SftSettings
from domprune.experiment.training.settings import StepsSettings, TinySettings, Trainee
from domprune.scoring.settings import ScoringSettings


@dataclass(kw_only=True)
class Prune4WebSft:
    """Train the roles on annotated steps: each by itself, or all in the two-turn dialogue.

    Each trainee's model lies in the run's folder under its name, its dialogues in `rows`; give the
    run's folder as `roles.folder` to evaluate it with roles=trained (Prune4Web, D.1).
    """

    trainees: list[Trainee] = field(default_factory=lambda: [Trainee.unified])
    """unified, or some of planner, filter, grounder; each starts from `sft.model`."""
    pictures: bool = False
    """Show the page's screenshot where a role sees the page; the model must read images."""
    steps: StepsSettings = field(default_factory=StepsSettings)
    """Which annotated steps."""
    sft: SftSettings = field(default_factory=SftSettings)
    """How it is trained; where sft.model.path is empty, from a tiny random model."""
    tiny: TinySettings = field(default_factory=TinySettings)
    """The size of that tiny model."""
    scoring: ScoringSettings = field(default_factory=ScoringSettings)
    """Constants of the scoring template."""
    headline: ClassVar[tuple[str, ...]] = ("unified.loss", "unified.held_out_loss")

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        if not self.trainees or len(set(self.trainees)) < len(self.trainees):
            names = [trainee.name for trainee in self.trainees]
            raise ValueError(f"trainees must name one role or more, each once, not {names}")
        if self.pictures and not self.sft.model.path:
            raise ValueError("pictures must be false for a tiny model: name sft.model.path")

    def run(self, run: Run) -> Mapping[str, object]:
        """Train every trainee; return the first and last losses of each."""
        from domprune.experiment.training.learn import learn
        from domprune.experiment.training.report import write_sft_report
        from domprune.experiment.training.rows import make_rows
        from domprune.experiment.training.steps import read_steps

        rows = make_rows(self, read_steps(self.steps, run), run)
        trained = learn(self, rows, run)
        write_sft_report(self, trained, run)
        return {
            name: {
                "rows": one.rows,
                "steps": one.steps,
                "first_loss": one.losses[0].value,
                "loss": one.losses[-1].value,
                "held_out_loss": one.held_out[-1].value if one.held_out else None,
            }
            for name, one in trained.items()
        }
