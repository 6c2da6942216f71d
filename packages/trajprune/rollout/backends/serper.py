"""Google's results through Serper (https://serper.dev), by key."""

from __future__ import annotations

import json
from dataclasses import dataclass

from trajprune.rollout.backends.http import Service, ServiceFailed, ServiceSettings
from trajprune.rollout.backends.types import Hit


@dataclass(kw_only=True)
class SerperSettings(ServiceSettings):
    """Searches by Serper."""

    url: str = "https://google.serper.dev/search"
    """The address of its search."""
    key_variable: str = "SERPER_API_KEY"
    """Name of the environment variable that holds the key."""


class Serper:
    """Searches the web."""

    def __init__(self, settings: SerperSettings, results: int = 10) -> None:
        """Raises ValueError where the key is not set. `results`: most results of a search."""
        self._settings = settings
        self._results = results
        self._service = Service(settings, {"X-API-KEY": settings.key()})

    def search(self, query: str) -> list[Hit]:
        """The organic results, best first; raises as `Service.ask`."""
        body = {"q": query, "num": self._results}
        text = self._service.ask("POST", self._settings.url, body)
        try:
            value = json.loads(text)
        except ValueError:
            raise ServiceFailed("the search's answer is no JSON", transient=False) from None
        found = value.get("organic") if isinstance(value, dict) else None
        rows = [row for row in found or [] if isinstance(row, dict) and row.get("link")]
        return [
            Hit(id=str(row["link"]), title=str(row.get("title") or row["link"]), excerpt=_told(row))
            for row in rows[: self._results]
        ]


def _told(row: dict[str, object]) -> str:
    date, snippet = row.get("date"), str(row.get("snippet") or "")
    return f"{date}: {snippet}" if date else snippet
