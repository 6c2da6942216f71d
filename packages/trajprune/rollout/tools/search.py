"""search: words -> titles, addresses and excerpts of pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from common.trajectory import Json
from trajprune.rollout.backends.types import Hit, Searches
from trajprune.rollout.tools.arguments import texts


class SearchTool:
    """Searches by one backend."""

    definition: Mapping[str, Json] = {
        "name": "search",
        "description": "Find pages by words; gives titles, addresses and excerpts.",
        "parameters": {
            "type": "object",
            "properties": {"query": {"type": "string", "description": "What to look for."}},
            "required": ["query"],
        },
    }

    def __init__(self, engine: Searches) -> None:
        """`engine`: what is searched."""
        self._engine = engine

    def __call__(self, arguments: Mapping[str, Json]) -> str:
        """A numbered list of results for each query; raises `ToolFailed`."""
        queries = texts(arguments, "query")
        told = [_told(self._engine.search(query)) for query in queries]
        if len(queries) == 1:
            return told[0]
        return "\n\n".join(f"{query}:\n{one}" for query, one in zip(queries, told, strict=True))


def _told(hits: Sequence[Hit]) -> str:
    return "\n".join(_line(n, hit) for n, hit in enumerate(hits, 1)) or "No results."


def _line(number: int, hit: Hit) -> str:
    address = "" if hit.id == hit.title else f" ({hit.id})"
    return f"{number}. {hit.title}{address}: {hit.excerpt}"
