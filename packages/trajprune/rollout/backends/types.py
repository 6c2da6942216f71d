"""What can be searched and read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A page; `id` is what it is visited by, an address or a name."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A search result."""

    id: str
    title: str
    excerpt: str


class Searches(Protocol):
    """Finds pages."""

    def search(self, query: str) -> Sequence[Hit]:
        """The best pages first; raises `ToolFailed` where the search itself failed."""


class Reads(Protocol):
    """Reads pages."""

    def read(self, address: str) -> Document:
        """The page of this address; raises `ToolFailed` where there is none or it failed."""
