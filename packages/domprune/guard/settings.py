"""What a user allows an agent: sites, addresses, secrets; checked before any browser starts."""

from __future__ import annotations

from dataclasses import dataclass, field

from common.egress.rules import EgressRules
from common.secrets import SecretSettings


@dataclass(kw_only=True)
class GuardSettings:
    """Where an agent may go and what it may type there."""

    allowed: list[str] = field(default_factory=list)
    """Sites: shop.example, *.shop.example (and below), 127.0.0.1:8000; ports 80 and 443 if none."""
    local: list[str] = field(default_factory=list)
    """Addresses or networks beyond the public internet that allowed names may lead to."""
    secrets: dict[str, SecretSettings] = field(default_factory=dict)
    """Secrets by name, each for one origin, its value in a variable or a file; never the value."""

    def __post_init__(self) -> None:
        """Refuse patterns that cannot be read."""
        self.rules()

    def rules(self, *further: str) -> EgressRules:
        """Return the rules of the way out, with further sites (the task's first address)."""
        return EgressRules.read([*self.allowed, *further], self.local)
