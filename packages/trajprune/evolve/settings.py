"""What the agent learns from, and how."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from common.training.settings import BaseModelSettings, SftSettings


class LearnFrom(Enum):
    """The training set; the names are those of the files in datasets/."""

    eff = "eff"
    """Pruned runs alone."""
    hybrid = "hybrid"
    """Pruned runs, and whole runs of other questions."""
    unpruned_distill = "unpruned_distill"
    """Every taken run as it was: the baseline."""


def paper_settings() -> SftSettings:
    """Learning rate 5e-6 with cosine decay (WebClipper, section 4.1), for long runs."""
    model = BaseModelSettings(thinking=True)
    return SftSettings(model=model, learning_rate=5e-6, batch=32, length=32_768)


@dataclass(kw_only=True)
class LearnSettings:
    """How the agent is trained."""

    learn_from: LearnFrom = LearnFrom.eff
    """eff, hybrid or unpruned_distill."""
    held_out: float = 0.05
    """Share of the runs that are kept aside to watch the loss, 0..1; whole questions."""
    sft: SftSettings = field(default_factory=paper_settings)
    """The training itself; sft.model.path is the base agent."""

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        if not 0 <= self.held_out < 1:
            raise ValueError(f"held_out must lie in 0..1, 1 excluded, not {self.held_out:g}")
