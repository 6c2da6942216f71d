"""How the sparsities at the target are descended to."""

from __future__ import annotations

from dataclasses import dataclass

WAYS = 3
"""What a window's way there and back costs, in ways there."""


@dataclass(kw_only=True)
class DescentSettings:
    """Steps along the divergence's slope, taken at the target itself."""

    steps: int = 12
    """How often the sparsities are moved."""
    windows: int = 16
    """Search windows that one step reads, there and back; drawn anew for each step."""
    finalists: int = 2
    """Of so many latest allocations the one of least divergence on all search windows is taken; 1
    takes the last one as it is."""

    def __post_init__(self) -> None:
        """Refuse what could never move."""
        for name in ("steps", "windows", "finalists"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, not {getattr(self, name)}")

    def evaluations(self, windows: int) -> float:
        """What a descent costs where there are so many search windows, in passes over them all."""
        finalists = min(self.finalists, self.steps)
        measured = finalists if finalists > 1 else 0
        return self.steps * WAYS * min(self.windows, windows) / windows + measured
