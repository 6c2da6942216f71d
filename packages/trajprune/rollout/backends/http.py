"""Requests to services on the web: answers bounded in time and size, failures typed, retried."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx2

from common.llm.endpoint.background import Background
from common.llm.endpoint.failures import retry_after
from common.llm.endpoint.retry import Patience, with_retries
from common.llm.errors import shortened
from trajprune.rollout.types import ToolFailed

LARGEST_BODY = 8 * 1024 * 1024
SHOWN = 300
LOOPBACK = ("localhost", "127.0.0.1", "::1")
TRANSIENT = (408, 409, 425, 429)


class ServiceFailed(ToolFailed):
    """The service did not do it; `transient` says whether the same request may succeed later."""

    def __init__(self, message: str, *, transient: bool, retry_after: float | None = None) -> None:
        """`retry_after`: seconds that the service asked to wait."""
        super().__init__(message)
        self.transient = transient
        self.retry_after = retry_after


class ServiceRefused(Exception):
    """The service takes no request of ours (key, credit): no observation, the run is over."""


@dataclass(kw_only=True)
class ServiceSettings:
    """A service that is asked over HTTP."""

    url: str = ""
    """Its address."""
    key_variable: str = ""
    """Name of the environment variable that holds the key; empty where none is needed."""
    timeout: float = 30.0
    """Seconds after which one request is given up."""
    deadline: float = 120.0
    """Seconds for one request and its retries together."""
    retries: int = 4
    """Most further attempts after a failure that may pass."""

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        if urlsplit(self.url).scheme not in ("http", "https"):
            raise ValueError(f"url must start with http:// or https://, not {self.url!r}")
        if not (self.timeout > 0 and self.deadline > 0 and self.retries >= 0):
            raise ValueError("timeout and deadline must be above 0, retries 0 or more")

    def key(self) -> str:
        """The key, "" where none is needed; raises ValueError where its variable is not set."""
        if not self.key_variable:
            return ""
        found = os.environ.get(self.key_variable, "").strip()
        if not found or not (found.isascii() and found.isprintable()):
            raise ValueError(f"the environment variable {self.key_variable} holds no key; set it")
        return found


class Service:
    """One service; safe from several threads."""

    def __init__(self, settings: ServiceSettings, headers: Mapping[str, str]) -> None:
        """`headers` go with every request; the key that they hold is masked in what comes back."""
        # One line of log for each request would bury everything else.
        logging.getLogger("httpx2").setLevel(logging.WARNING)
        self._settings = settings
        self._key = settings.key()
        self._patience = Patience(settings.timeout, settings.deadline, settings.retries)
        self._background = Background()
        self._client = httpx2.AsyncClient(
            headers={**headers, "Accept-Encoding": "identity"},
            timeout=settings.timeout,
            # A proxy cannot reach this machine's own services.
            trust_env=urlsplit(settings.url).hostname not in LOOPBACK,
        )

    def ask(self, method: str, url: str, body: object = None) -> str:
        """The text of a successful answer.

        Raises:
            ServiceFailed: it failed, after the retries that made sense.
            ServiceRefused: our key or credit is not accepted.
        """
        return with_retries(
            lambda seconds: self._attempt(method, url, body, seconds),
            self._patience,
            lambda _: None,
            ServiceFailed,
        )

    def _attempt(self, method: str, url: str, body: object, seconds: float) -> str:
        host = urlsplit(self._settings.url).hostname
        try:
            answer = self._background.run_within(seconds, self._fetched(method, url, body))
        except (TimeoutError, httpx2.TimeoutException):
            raise ServiceFailed(f"{host} gave no whole answer in time", transient=True) from None
        except httpx2.InvalidURL as error:
            raise ServiceFailed(f"this is no address: {error}", transient=False) from None
        except httpx2.HTTPError as error:
            told = f"{host} cannot be reached: {type(error).__name__}"
            raise ServiceFailed(told, transient=True) from None
        if answer.status == 200:
            return answer.text
        told = shortened(answer.text.strip(), SHOWN) or "nothing"
        said = f"{host} answered {answer.status}: {told}"
        if answer.status in (401, 402, 403) and self._key:
            raise ServiceRefused(f"{said}; is the right key in {self._settings.key_variable}?")
        transient = answer.status in TRANSIENT or answer.status >= 500
        raise ServiceFailed(said, transient=transient, retry_after=retry_after(answer.headers))

    async def _fetched(self, method: str, url: str, body: object) -> _Answer:
        """The answer with its body's first megabytes, our key masked where it is repeated."""
        content = bytearray()
        async with self._client.stream(method, url, json=body) as answer:
            async for chunk in answer.aiter_bytes():
                content += chunk
                if len(content) > LARGEST_BODY:
                    break
        text = content[:LARGEST_BODY].decode("utf-8", "replace")
        text = text.replace(self._key, "***") if self._key else text
        return _Answer(answer.status_code, answer.headers, text)


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    text: str
