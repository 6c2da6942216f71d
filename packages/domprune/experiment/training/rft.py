"""The RFT job: annotated steps -> prompts -> GRPO with the hierarchical reward, and a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from common.run import Run
from common.training.settings import GrpoSettings, SftSettings
from domprune.experiment.training.settings import (
    GroundedBy,
    StepsSettings,
    TinySettings,
    Trainee,
)
from domprune.scoring.settings import ScoringSettings


@dataclass(kw_only=True)
class Prune4WebRft:
    """Reinforce a planner, or the unified model's first turn, by what pruning and grounding make.

    R = R_format + alpha R_filter + beta R_ground, each part only where the one before it is won;
    the filter really runs on the page of each step (Prune4Web, D.2). The model lies in the run's
    folder under the trainee's name.
    """

    trainee: Trainee = Trainee.unified
    """unified or planner; the paper leaves filter and grounder to SFT."""
    grounded_by: GroundedBy = GroundedBy.rules
    """rules: the first turn alone is sampled and trained; model: the unified model's second turn
    is sampled and trained with it."""
    alpha: float = 1.0
    """Weight of the filter's part of the reward."""
    beta: float = 1.0
    """Weight of the grounder's part of the reward."""
    measured: int = 48
    """Held-out steps whose reward is measured greedily, before, after, and on the way by
    grpo.evaluate_every; 0: none."""
    pictures: bool = False
    """Show the page's screenshot; the model must read images."""
    steps: StepsSettings = field(default_factory=StepsSettings)
    """Which annotated steps."""
    grpo: GrpoSettings = field(default_factory=GrpoSettings)
    """How it is trained; grpo.model.path is what SFT left."""
    cold_start: SftSettings = field(default_factory=SftSettings)
    """Where grpo.model.path is empty: how a tiny random model learns the form first."""
    tiny: TinySettings = field(default_factory=TinySettings)
    """The size of that tiny model."""
    scoring: ScoringSettings = field(default_factory=ScoringSettings)
    """Constants of the scoring template."""
    headline: ClassVar[tuple[str, ...]] = (
        "before.total.mean", "after.total.mean", "gain.mean", "reward_share",
    )  # fmt: skip

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        if self.trainee not in (Trainee.unified, Trainee.planner):
            raise ValueError(f"trainee must be unified or planner, not {self.trainee.name}")
        if self.grounded_by is GroundedBy.model and self.trainee is not Trainee.unified:
            raise ValueError("grounded_by must be rules for a planner: it has no second turn")
        if self.pictures and self.grounded_by is GroundedBy.model:
            raise ValueError("grounded_by must be rules with pictures: dialogues sample text only")
        if self.pictures and not self.grpo.model.path:
            raise ValueError("pictures must be false for a tiny model: name grpo.model.path")
        for name in ("alpha", "beta", "measured"):
            if not getattr(self, name) >= 0:
                raise ValueError(f"{name} must be 0 or more, not {getattr(self, name):g}")

    def run(self, run: Run) -> Mapping[str, object]:
        """Train; return the held-out reward before and after, and what the reward cost."""
        from domprune.experiment.training.reinforce import reinforce
        from domprune.experiment.training.report import write_rft_report
        from domprune.experiment.training.steps import read_steps

        finished = reinforce(self, list(read_steps(self.steps, run)), run)
        write_rft_report(self, finished, run)
        return finished.metrics(run.seed)
