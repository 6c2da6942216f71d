"""MiniWoB++ as a live benchmark: every task x seed x agent -> episodes -> rewards by task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import ClassVar

from common.llm.settings import Backend, LLMSettings
from common.run import Run
from domprune.experiment.settings import RolesSettings
from domprune.scoring.settings import ScoringSettings


class Mode(Enum):
    """Which problems the pages make up, where they keep two sets apart."""

    train = "train"
    test = "test"


@dataclass(kw_only=True)
class MiniWob:
    """Do every task of MiniWoB++ in Chromium and report the rewards that its own pages give."""

    roles: RolesSettings = field(default_factory=RolesSettings)
    """Who plans, filters and grounds; a planner that is given is the oracle: it reads the steps
    from each task's definition, and its steps measure the grounding."""
    floor: bool = True
    """Whether the agent without any model is run beside, on the same problems."""
    tasks: list[str] = field(default_factory=list)
    """Names of tasks; empty: all of the installed package."""
    episodes: int = 3
    """Episodes of each task, with the seeds first_seed, first_seed + 1, ..."""
    first_seed: int = 0
    """The seed of a task's first episode."""
    mode: Mode = Mode.train
    """Which problems: train, or test, which differ in a few tasks told in free words."""
    steps: int = 30
    """Steps after which an episode is given up."""
    seconds: float = 0.0
    """Time limit of an episode in the page's own clock; 0: the one that the task's page has."""
    keep: int = 20
    """N: how many elements the grounder reads."""
    llm: LLMSettings = field(default_factory=LLMSettings)
    """The language model, for the roles that ask one."""
    scoring: ScoringSettings = field(default_factory=ScoringSettings)
    """Constants of the scoring template."""
    headline: ClassVar[tuple[str, ...]] = (
        "rules.reward.mean", "rules.success.mean", "oracle.success_in_reach.mean",
        "oracle.grounding.mean",
    )  # fmt: skip

    def __post_init__(self) -> None:
        """Refuse what cannot work before anything is started."""
        for name in ("episodes", "steps", "keep"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, not {getattr(self, name)}")
        if self.seconds < 0:
            raise ValueError(
                f"seconds must be 0 (the page's own limit) or more, not {self.seconds}"
            )
        if self.roles.needs_llm and self.llm.backend is Backend.none:
            raise ValueError("roles ask a language model: choose one, for example llm=openai")

    def run(self, run: Run) -> Mapping[str, object]:
        """Do all episodes that are not done yet; return the metrics by agent."""
        from domprune.experiment.miniwob.episodes import do_episodes
        from domprune.experiment.miniwob.figures import metrics_of, table_of
        from domprune.experiment.miniwob.report import write_miniwob_report

        outcomes = do_episodes(self, run)
        metrics = metrics_of(outcomes, run.seed)
        for line in table_of(outcomes):
            run.say(line)
        run.artifact(write_miniwob_report(outcomes, metrics, run.folder))
        return metrics
