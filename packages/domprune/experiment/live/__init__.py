"""The live job: task and address, or the sample's tasks -> Chromium -> traces and scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar
from urllib.parse import urlsplit

from common.llm.settings import Backend, LLMSettings
from common.run import Run
from domprune.experiment.settings import PlannerRole, Player
from domprune.guard.settings import GuardSettings
from domprune.scoring.settings import ScoringSettings


@dataclass(kw_only=True)
class Prune4WebLive:
    """Do tasks on live pages: plan, filter, prune, ground and act until DONE or FAIL."""

    task: str = ""
    """What to do, in plain words; empty: the thirty tasks of the sample site, with their checks."""
    url: str = ""
    """Where a task of your own starts; its host is allowed, others by guard.allowed."""
    planners: list[PlannerRole] = field(
        default_factory=lambda: [PlannerRole.rules, PlannerRole.given]
    )
    """Who plans, side by side: rules (steps told in words), given (the sample's own right steps,
    left out for a task of your own), llm, unified."""
    filter: Player = Player.rules
    """Who writes the keyword weights: rules or llm; a unified planner writes its own."""
    grounder: Player = Player.rules
    """Who picks the element among those kept: rules or llm; a unified planner picks itself."""
    keep: int = 20
    """N: how many elements the grounder reads."""
    steps: int = 30
    """Steps after which a task is given up."""
    seconds: float = 600.0
    """Seconds after which a task is given up; a step under way ends within its own limits."""
    judge: bool = False
    """Whether a task without checks is judged by the language model, from its last three steps."""
    limit: int = 0
    """How many of the sample's tasks are done; 0: all."""
    guard: GuardSettings = field(default_factory=GuardSettings)
    """What the agent may do and reach, and the secrets that it may type."""
    llm: LLMSettings = field(default_factory=LLMSettings)
    """The language model, for the roles that ask one and for the judge."""
    scoring: ScoringSettings = field(default_factory=ScoringSettings)
    """Constants of the scoring template."""
    headline: ClassVar[tuple[str, ...]] = (
        "rules.success.mean", "given.success.mean", "rules.overhead_ms", "given.overhead_ms",
    )  # fmt: skip

    def __post_init__(self) -> None:
        """Refuse what cannot work before anything is started."""
        if bool(self.task) != bool(self.url):
            missing = "url" if self.task else "task"
            raise ValueError(f"{missing} is empty: a task of your own needs both task and url")
        if self.url and (urlsplit(self.url).scheme not in ("http", "https") or not self.host):
            raise ValueError(f"url must be an http or https address, not {self.url!r}")
        for name in ("keep", "steps"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, not {getattr(self, name)}")
        if self.seconds <= 0:
            raise ValueError(f"seconds must be above 0, not {self.seconds}")
        for name in ("filter", "grounder"):
            if getattr(self, name) is Player.unified:
                raise ValueError(
                    f"{name} cannot be unified by itself: planners=[unified] plays all three roles"
                )
        if not self.used_planners:
            raise ValueError(
                "planners must name one that can plan the task: rules, llm or unified; given only "
                "for the sample's tasks"
            )
        if self._asks_llm and self.llm.backend is Backend.none:
            raise ValueError(
                "planners, roles or judge ask a language model: choose one: llm=openai"
            )

    @property
    def host(self) -> str:
        """Host and port of the task's first address."""
        return urlsplit(self.url).netloc

    @property
    def used_planners(self) -> list[PlannerRole]:
        """The planners, each once, without `given` for a task of the user's own."""
        own = bool(self.task)
        return [
            one for one in dict.fromkeys(self.planners) if not (own and one is PlannerRole.given)
        ]

    @property
    def _asks_llm(self) -> bool:
        players = {one.name for one in (*self.planners, self.filter, self.grounder)}
        return self.judge or bool(players & {"llm", "unified"})

    def run(self, run: Run) -> Mapping[str, object]:
        """Do every task with every planner; return the metrics by planner."""
        from domprune.experiment.live.outcomes import metrics_of, table_of
        from domprune.experiment.live.report import write_live_report
        from domprune.experiment.live.tasks import do_tasks

        outcomes = do_tasks(self, run)
        metrics = metrics_of(outcomes, run.seed)
        for line in table_of(metrics):
            run.say(line)
        run.artifact(write_live_report(outcomes, metrics, run.folder))
        return metrics
