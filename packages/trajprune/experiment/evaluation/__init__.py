"""The job: agents side by side on the same questions, over several seeds (spec, section 7)."""

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
class WebClipperEval:
    """Acc, Rounds, Tokens and F-AE of agents; each is compared with the first one, run by run."""

    questions: str = ""
    """File of questions (JSON lines) that nobody was trained on; empty: the sample's."""
    limit: int = 0
    """Only the first questions of the file; 0: all."""
    seeds: int = 3
    """Runs of each question, each with a seed of its own (WebClipper, section 4.1)."""
    workers: int = 4
    """Runs under way at once."""
    agents: dict[str, AgentSettings] = field(default_factory=lambda: {"before": AgentSettings()})
    """The agents by name; the first is what the others are compared with."""
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
    headline: ClassVar[tuple[str, ...]] = ("questions", "seeds")

    def __post_init__(self) -> None:
        """Refuse what cannot work before anything is asked."""
        for name, least in (("seeds", 1), ("workers", 1), ("limit", 0)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} must be at least {least}, not {getattr(self, name)}")
        if not self.agents:
            raise ValueError("agents must name at least one agent, such as agents.before")
        for name in self.agents:
            if not name.replace("_", "").replace("-", "").isalnum():
                raise ValueError(
                    f"agents must have names of letters, digits, - and _, not {name!r}"
                )
        if self.judge.player is Player.llm and self.judge_llm.backend is Backend.none:
            raise ValueError(
                "judge asks a language model: choose one, such as llm@judge_llm=openai"
            )

    def run(self, run: Run) -> Mapping[str, object]:
        """Roll out, judge, score and report; return the metrics."""
        from trajprune.experiment.evaluation.job import evaluate

        return evaluate(self, run)
