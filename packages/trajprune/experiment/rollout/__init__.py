"""The job: questions -> K runs each, in an environment with search, visit and python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from common.llm.settings import Backend, LLMSettings
from common.run import Run
from trajprune.experiment.rollout.settings import AgentSettings, SearchSettings
from trajprune.experiment.settings import JudgeSettings, Player
from trajprune.rollout.settings import LoopSettings
from trajprune.score.scores import ScoreSettings


@dataclass(kw_only=True)
class WebClipperRollout:
    """Roll questions out and judge the answers; `+experiment=webclipper input=` reads the runs."""

    questions: str = ""
    """File of questions (JSON lines); empty: the sample's."""
    limit: int = 0
    """Only the first questions of the file; 0: all."""
    runs: int = 4
    """K: runs of each question (WebClipper, section 3.2)."""
    workers: int = 4
    """Runs under way at once."""
    agent: AgentSettings = field(default_factory=AgentSettings)
    """Who plays."""
    search: SearchSettings = field(default_factory=SearchSettings)
    """The tools and what is behind them."""
    loop: LoopSettings = field(default_factory=LoopSettings)
    """When a run ends."""
    judge: JudgeSettings = field(default_factory=JudgeSettings)
    """Who says whether an answer is right."""
    judge_llm: LLMSettings = field(default_factory=LLMSettings)
    """The judge's model, where one judges."""
    score: ScoreSettings = field(default_factory=ScoreSettings)
    """How F-AE is computed."""
    headline: ClassVar[tuple[str, ...]] = (
        "runs", "scores.accuracy.mean", "scores.rounds.mean", "scores.f_ae.mean",
    )  # fmt: skip

    def __post_init__(self) -> None:
        """Refuse what cannot work before anything is asked."""
        for name, least in (("runs", 1), ("workers", 1), ("limit", 0)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} must be at least {least}, not {getattr(self, name)}")
        if self.judge.player is Player.llm and self.judge_llm.backend is Backend.none:
            raise ValueError(
                "judge asks a language model: choose one, such as llm@judge_llm=openai"
            )

    def run(self, run: Run) -> Mapping[str, object]:
        """Roll out, judge, score; return the metrics."""
        from trajprune.experiment.rollout.job import roll_out_questions

        return roll_out_questions(self, run)
