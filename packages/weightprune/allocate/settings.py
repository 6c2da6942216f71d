"""How the sparsities at the target are descended to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(kw_only=True)
class DescentSettings:
    """Steps along the divergence's slope, taken at the target itself."""

    steps: int = 8
    """How often the sparsities are moved."""
    windows: int = 16
    """Search windows that one step reads, there and back; drawn anew for each step."""
    band: float = 0.05
    """How much sparser, and how much denser, a layer is thought to become when its price is read:
    the weights that would go or come back between the two."""
    finalists: int = 4
    """Of so many latest allocations the one of least divergence on all search windows is taken."""

    def __post_init__(self) -> None:
        """Refuse what could never move."""
        for name in ("steps", "windows", "finalists"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, not {getattr(self, name)}")
        if not 0 < self.band < 0.5:
            raise ValueError(f"band must lie between 0 and 0.5 (0.05: 5 points), not {self.band}")
