"""Who plays which role, and which arms are compared."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class PlannerRole(Enum):
    """Where the sub-task comes from: the data set itself, rules, or a model."""

    given = "given"
    rules = "rules"
    llm = "llm"
    unified = "unified"


class Player(Enum):
    """Who filters or grounds."""

    rules = "rules"
    llm = "llm"
    unified = "unified"


@dataclass(kw_only=True)
class RolesSettings:
    """Who plans, filters and grounds; `unified` is one model in a two-turn dialogue for all."""

    planner: PlannerRole = PlannerRole.given
    """given: the data set's own sub-task (the low-level benchmark); rules; llm; unified."""
    filter: Player = Player.rules
    """Who writes the keyword weights where the data set does not give them."""
    grounder: Player = Player.rules
    """Who picks the element among those kept."""
    folder: str = ""
    """Run folder of prune4web_sft or prune4web_rft whose models play the roles that ask one; empty:
    the language model `llm` does."""
    screenshots: bool = True
    """Whether a planner is shown the page's picture; false for a model that reads text alone."""

    def __post_init__(self) -> None:
        """Refuse half a unified model: its second turn needs its first."""
        unified = {self.planner.name, self.filter.name, self.grounder.name}
        if "unified" in unified and len(unified) > 1:
            raise ValueError("planner, filter and grounder must all be unified, or none of them")

    @property
    def needs_llm(self) -> bool:
        """Whether some role is played by a model."""
        players = (self.planner.name, self.filter.name, self.grounder.name)
        return "llm" in players or "unified" in players
