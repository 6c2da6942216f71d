"""What the way out decides about: a target, what became of it, why it was refused."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request wants to go: a host in ASCII, lower case, without brackets, and a port."""

    host: str
    port: int

    def __str__(self) -> str:
        """Return `host:port`, IPv6 addresses in brackets."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Decision:
    """One request that was let through or refused; `refused` says why, "" where it was not."""

    target: str
    refused: str = ""


class EgressRefused(Exception):
    """A request leads where it may not; the message says which rule it breaks."""
