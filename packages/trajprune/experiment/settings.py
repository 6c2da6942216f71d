"""Who builds graphs, mines, votes and rewrites; what is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from common.eval.judge import Match
from trajprune.formats import Spelling, ThoughtPlace
from trajprune.mine.costs import Cost
from trajprune.vote.ballot import By


class Player(Enum):
    """Who plays a role."""

    rules = "rules"
    llm = "llm"


class Builder(Enum):
    """Who builds the state graph."""

    safe = "safe"
    """Rules that let go of failures, empty observations and repeats only."""
    graph = "graph"
    """Rules that link rounds by what they re-use; they abstain where nothing shows the answer."""
    llm = "llm"
    """A language model, in the two phases of the paper."""
    coarse = "coarse"
    """No graph: a language model names redundant rounds at one look (baseline; ablation w/o GP)."""


class Miner(Enum):
    """Who finds the necessary rounds."""

    exact = "exact"
    """The cheapest set, proven."""
    paper = "paper"
    """WebClipper's algorithm: shortest paths and backward closure."""


@dataclass(kw_only=True)
class VoteSettings:
    """How many independent graphs have to agree."""

    votes: int = 1
    """Graphs built of each run; more than one only with builder=llm, for rules never differ."""
    quorum: int = 1
    """How many of them must agree; the paper has 2 of 3."""
    by: By = By.edges
    """edges: dependencies that a quorum has; sets: identical sets of rounds, as in the paper."""

    def __post_init__(self) -> None:
        """Refuse a quorum that nobody can reach."""
        if self.votes < 1:
            raise ValueError(f"votes must be at least 1, not {self.votes}")
        if not 1 <= self.quorum <= self.votes:
            raise ValueError(f"quorum must lie in 1..votes ({self.votes}), not {self.quorum}")


@dataclass(kw_only=True)
class RewriterSettings:
    """How thoughts whose round before them is gone are made to read on."""

    player: Player = Player.rules
    """rules: drop sentences that point at pruned rounds; llm: rewrite them."""
    candidates: int = 3
    """Rewritings that the model proposes for each thought."""
    in_context: bool = True
    """false hides kept and pruned rounds from the model and has every thought rewritten: the
    paper's ablation w/o CSR."""

    def __post_init__(self) -> None:
        """Refuse no candidate."""
        if self.candidates < 1:
            raise ValueError(f"candidates must be at least 1, not {self.candidates}")


@dataclass(kw_only=True)
class PrunerSettings:
    """How one run is pruned."""

    builder: Builder = Builder.safe
    """safe or graph (rules), llm or coarse (a language model)."""
    miner: Miner = Miner.exact
    """exact or paper."""
    cost: Cost = Cost.rounds
    """What is saved: rounds or tokens."""
    seconds: float = 10.0
    """Limit of the exact search for one run; then the best set found is taken and marked so."""
    vote: VoteSettings = field(default_factory=VoteSettings)
    """How many graphs have to agree."""
    rewriter: RewriterSettings = field(default_factory=RewriterSettings)
    """How thoughts are made to read on."""

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        if self.seconds <= 0:
            raise ValueError(f"seconds must be above 0, not {self.seconds}; 10 is the default")
        if self.vote.votes > 1 and self.builder is not Builder.llm:
            raise ValueError(
                f"vote.votes must be 1 with builder={self.builder.name}, not {self.vote.votes}:"
                " only that builder's graphs differ"
            )

    @property
    def asks_llm(self) -> bool:
        """Whether a language model builds or rewrites."""
        return self.builder in (Builder.llm, Builder.coarse) or self.rewriter.player is Player.llm


@dataclass(kw_only=True)
class JudgeSettings:
    """Who says whether an answer is right, where a run does not say it itself."""

    player: Player = Player.rules
    """rules: compare with the gold answers; llm: ask the language model."""
    match: Match = Match.exact
    """exact: equal after normalising; contains: a gold answer stands in the answer."""


@dataclass(kw_only=True)
class DatasetSettings:
    """How training data are written."""

    spelling: Spelling = Spelling.tool_calls
    """tool_calls: calls as objects, for the template of the base model; tagged: Tongyi tags."""
    thought: ThoughtPlace = ThoughtPlace.content
    """Where messages with calls as objects hold the thought: content or reasoning_content."""


@dataclass(kw_only=True)
class ReportSettings:
    """What is drawn."""

    pages: int = 30
    """Runs that get a page of their own with the graph and every round; 0: none."""

    def __post_init__(self) -> None:
        """Refuse less than nothing."""
        if self.pages < 0:
            raise ValueError(f"pages must be 0 or more, not {self.pages}")
