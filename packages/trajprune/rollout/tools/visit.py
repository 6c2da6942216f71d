"""visit: an address -> the text of the page."""

from __future__ import annotations

from collections.abc import Mapping

from common.trajectory import Json
from trajprune.rollout.backends.types import Reads
from trajprune.rollout.tools.arguments import texts
from trajprune.rollout.types import ToolFailed


class VisitTool:
    """Reads pages by one backend."""

    definition: Mapping[str, Json] = {
        "name": "visit",
        "description": "Read a page by its address, as search gives it.",
        "parameters": {
            "type": "object",
            "properties": {"url": {"type": "string", "description": "The page's address."}},
            "required": ["url"],
        },
    }

    def __init__(self, reader: Reads) -> None:
        """`reader`: where pages come from."""
        self._reader = reader

    def __call__(self, arguments: Mapping[str, Json]) -> str:
        """Title and text of each page; raises `ToolFailed` where none can be read."""
        addresses = texts(arguments, "url")
        if len(addresses) == 1:
            return self._page(addresses[0])
        return "\n\n".join(self._attempt(address) for address in addresses)

    def _page(self, address: str) -> str:
        page = self._reader.read(address)
        return f"{page.title}\n\n{page.text}"

    def _attempt(self, address: str) -> str:
        """One page of several: the others are not lost with it."""
        try:
            return self._page(address)
        except ToolFailed as error:
            return f"Error: {error}"
