"""Who is asked what, with which tools."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from common.llm.settings import Backend, LLMSettings
from common.sandbox import Limits
from trajprune.experiment.settings import Player
from trajprune.rollout.agents.llm import Prompt
from trajprune.rollout.backends.jina import JinaSettings
from trajprune.rollout.backends.serper import SerperSettings


class Engine(Enum):
    """Where search and visit go."""

    local = "local"
    """Documents of our own, found by BM25."""
    web = "web"
    """The web, through Serper and Jina by key."""


class ToolName(Enum):
    """What an agent may use."""

    search = "search"
    visit = "visit"
    python = "python"


@dataclass(kw_only=True)
class SearchSettings:
    """The tools and what is behind them."""

    engine: Engine = Engine.local
    """local: documents; web: Serper and Jina."""
    corpus: str = ""
    """File (JSON lines) or folder of the documents; empty: the sample's."""
    results: int = 5
    """Most results of a search."""
    tools: list[ToolName] = field(default_factory=lambda: list(ToolName))
    """The tools that the agent has."""
    serper: SerperSettings = field(default_factory=SerperSettings)
    """How the web is searched."""
    jina: JinaSettings = field(default_factory=JinaSettings)
    """How pages of the web are read."""
    sandbox: Limits = field(default_factory=Limits)
    """What a program of the agent may use."""

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        if self.results < 1:
            raise ValueError(f"results must be at least 1, not {self.results}")
        if not self.tools:
            raise ValueError("tools must name at least one tool, such as [search, visit]")
        if self.engine is Engine.web and self.corpus:
            raise ValueError(f"corpus must be empty with engine=web, not {self.corpus!r}")


@dataclass(kw_only=True)
class AgentSettings:
    """Who plays the agent."""

    player: Player = Player.rules
    """rules: names are followed from page to page; llm: a language model."""
    wander: float = 0.5
    """Of the rules: share of rounds that the answer does not need, 0..1."""
    prompt: Prompt = Prompt.plain
    """Of a model: plain; frugal (the baseline Prompt Control); none (trained on one toolset)."""
    temperature: float | None = None
    """Of a model's messages; null: what llm says."""
    max_tokens: int | None = None
    """Most tokens of one message; null: what llm says."""
    llm: LLMSettings = field(default_factory=LLMSettings)
    """The model, where it plays."""

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        if not 0 <= self.wander <= 1:
            raise ValueError(f"wander must lie in 0..1, not {self.wander:g}")
        if self.player is Player.llm and self.llm.backend is Backend.none:
            raise ValueError("player must be rules without a language model; choose llm=local")
