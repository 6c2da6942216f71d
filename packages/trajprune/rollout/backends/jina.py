"""Web pages as text through Jina's reader (https://jina.ai/reader), by key."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from trajprune.rollout.backends.http import Service, ServiceSettings
from trajprune.rollout.backends.types import Document
from trajprune.rollout.types import ToolFailed

TITLE = re.compile(r"\ATitle: (.*)")
CONTENT = "Markdown Content:\n"


@dataclass(kw_only=True)
class JinaSettings(ServiceSettings):
    """Reads pages by Jina."""

    url: str = "https://r.jina.ai"
    """The address that the page's own address is put behind."""
    key_variable: str = "JINA_API_KEY"
    """Name of the environment variable that holds the key."""


class Jina:
    """Reads pages of the web; Jina fetches them, nothing of this machine's network is reached."""

    def __init__(self, settings: JinaSettings) -> None:
        """Raises ValueError where the key is not set."""
        self._settings = settings
        key = settings.key()
        self._service = Service(settings, {"Authorization": f"Bearer {key}"} if key else {})

    def read(self, address: str) -> Document:
        """The page as Markdown; raises `ToolFailed` for what is no web address."""
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ToolFailed(f"{address!r} is no address of a web page (http:// or https://)")
        asked = f"{self._settings.url.rstrip('/')}/{quote(address, safe=':/?&=%+,;@!~*()')}"
        text = self._service.ask("GET", asked)
        title = TITLE.match(text)
        return Document(
            id=address,
            title=title.group(1).strip() if title else address,
            text=text.partition(CONTENT)[2] or text,
        )
