"""When a run ends."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(kw_only=True)
class LoopSettings:
    """Bounds of one run."""

    max_rounds: int = 100
    """Rounds after which the agent has to answer."""
    max_context: int = 110_000
    """Tokens of conversation after which the agent has to answer."""
    observation_tokens: int = 4_000
    """Most tokens of one observation; what lies beyond is cut off."""

    def __post_init__(self) -> None:
        """Refuse bounds that no run can keep."""
        for name in ("max_rounds", "max_context", "observation_tokens"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, not {getattr(self, name)}")
