"""How often the layers are measured anew."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(kw_only=True)
class ProfileSettings:
    """What the profiles are made of, and when it is refreshed."""

    percentile: float = 10.0
    """k: s is this percentile of the Wanda metric over a layer's active weights."""
    every: int = 3
    """Rounds after which gradients are measured anew, and input norms where there are no goals, if
    anything was pruned; the sensitivities follow the weights in every round."""
    goals: bool = True
    """Whether it is measured, before the first round, how sparse each layer would best be at the
    target."""

    def __post_init__(self) -> None:
        """Refuse what could never be measured."""
        if not 0 < self.percentile < 100:
            raise ValueError(f"percentile must lie between 0 and 100, not {self.percentile}")
        if self.every < 1:
            raise ValueError(f"every must be at least 1, not {self.every}")
