"""The offline job: cases -> arms -> outcomes -> metrics -> report (spec, section 7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from common.llm.settings import Backend, LLMSettings
from common.run import Run
from domprune.arms.cross_encoder_settings import CrossEncoderSettings
from domprune.arms.name import ArmName
from domprune.data.settings import DataSettings
from domprune.evaluate.pipeline import Architecture
from domprune.experiment.settings import RolesSettings
from domprune.scoring.settings import ScoringSettings

WITHOUT_MODEL = [
    ArmName.ours, ArmName.paper, ArmName.bm25, ArmName.random, ArmName.none, ArmName.oracle,
]  # fmt: skip


@dataclass(kw_only=True)
class Prune4Web:
    """Prune and ground labelled steps with every arm, side by side, and report how good each is."""

    keep: int = 20
    """N: how many elements the grounder reads."""
    arms: list[ArmName] = field(default_factory=lambda: list(WITHOUT_MODEL))
    """Ways to prune that are compared; the first is the one that is explained case by case."""
    architecture: Architecture = Architecture.full
    """Which of the three stages take part: full, planner_grounder, grounder_only."""
    pictures: int = 12
    """Cases that are drawn before and after pruning, where pages are rendered; 0: none."""
    roles: RolesSettings = field(default_factory=RolesSettings)
    """Who plans, filters and grounds."""
    data: DataSettings = field(default_factory=DataSettings)
    """Which labelled steps."""
    llm: LLMSettings = field(default_factory=LLMSettings)
    """The language model, for the roles and arms that ask one."""
    scoring: ScoringSettings = field(default_factory=ScoringSettings)
    """Constants of the scoring template."""
    cross_encoder: CrossEncoderSettings = field(default_factory=CrossEncoderSettings)
    """The ranking model of the arm cross_encoder."""
    headline: ClassVar[tuple[str, ...]] = (
        "ours.recall@1.mean", "ours.recall@3.mean", "ours.recall@20.mean",
        "ours.step_success.mean", "ours.reduction.mean", "ours.grounding_tokens.mean",
    )  # fmt: skip

    def __post_init__(self) -> None:
        """Refuse what cannot work before anything is loaded."""
        if self.keep < 1:
            raise ValueError(f"keep must be at least 1, not {self.keep}")
        if self.pictures < 0:
            raise ValueError(f"pictures must be 0 or more, not {self.pictures}")
        if not self.arms or len(set(self.arms)) < len(self.arms):
            names = [arm.name for arm in self.arms]
            raise ValueError(f"arms must name one arm or more, each once, not {names}")
        asks = self.roles.needs_llm and not self.roles.folder
        asks = asks or ArmName.llm_topn in self.arms
        if asks and self.llm.backend is Backend.none:
            raise ValueError(
                "roles or arms ask a language model: choose one, for example llm=openai"
            )

    def run(self, run: Run) -> Mapping[str, object]:
        """Rank, prune and ground every case with every arm; return the metrics by arm."""
        from domprune.experiment.explain import write_report
        from domprune.experiment.findings import measure, metrics_of, table_of
        from domprune.experiment.gather import gather
        from domprune.experiment.wiring import Wiring

        cases = list(run.progress(gather(self.data, run), "cases"))
        if not cases:
            raise ValueError(f"there is no case in data.source={self.data.source.name}")
        wiring = Wiring(self, run)
        outcomes = {arm.name: measure(wiring, arm, cases, run) for arm in self.arms}
        metrics = metrics_of(outcomes, self.data.source, run.seed)
        for line in table_of(metrics):
            run.say(line)
        write_report(self, wiring, cases, outcomes, run)
        return metrics
