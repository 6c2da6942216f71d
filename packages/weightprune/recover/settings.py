"""What a user can set about the recovery after pruning."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(kw_only=True)
class RecoverySettings:
    """Low-rank fine-tuning of the weights that stayed."""

    rank: int = 16
    """Rank of each layer's adapter."""
    alpha: int = 32
    """The adapter's product counts alpha / rank."""
    steps: int = 200
    """Optimiser steps."""
    batch: int = 8
    """Windows of one step."""
    learning_rate: float = 5e-4
    """AdamW's learning rate at its height; it rises for a tenth of the steps, then a cosine."""
    check_every: int = 20
    """Steps between two looks at the search windows; the best look is what is kept."""

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        for name in ("rank", "alpha", "steps", "batch", "learning_rate", "check_every"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be above 0, not {getattr(self, name):g}")
