"""What the two training jobs of the roles share: which steps, which model, who is trained."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from domprune.data.settings import DataSettings


class Trainee(Enum):
    """Whose questions are learned: one of the three roles, or all of them in one dialogue."""

    unified = "unified"
    planner = "planner"
    filter = "filter"
    grounder = "grounder"


class GroundedBy(Enum):
    """Who grounds while a planner is rewarded."""

    rules = "rules"
    model = "model"


@dataclass(kw_only=True)
class StepsSettings:
    """The annotated steps that are learned from; those of its test sites are held out."""

    annotated: str = ""
    """An annotated.jsonl of prune4web_annotate; empty: `data` is annotated by rules first."""
    data: DataSettings = field(default_factory=DataSettings)
    """Which labelled steps, where they are annotated first."""
    test_share: float = 0.2
    """Share of the steps, by whole sites, that is held out, where they are annotated first."""
    keep: int = 20
    """N: how many elements the filter leaves."""

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        if self.keep < 1:
            raise ValueError(f"keep must be at least 1, not {self.keep}")
        if not 0 <= self.test_share < 1:
            raise ValueError(f"test_share must be at least 0 and below 1, not {self.test_share}")


@dataclass(kw_only=True)
class TinySettings:
    """A small random model with a tokenizer of its own, for trials without a download."""

    width: int = 64
    """Of the states; a multiple of 8 · heads."""
    layers: int = 3
    """How many."""
    heads: int = 4
    """Of attention."""
    vocabulary: int = 1536
    """Most tokens of the tokenizer, which is learned from the dialogues."""
    context: int = 4096
    """The longest dialogue, in tokens."""
