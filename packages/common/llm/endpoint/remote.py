"""An endpoint of the OpenAI protocol as a model; the door of the openai SDK."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import AsyncIterator, Callable, Sequence
from typing import TypeVar
from urllib.parse import urlsplit

import httpx2
import openai

from common.llm.endpoint.background import Background
from common.llm.endpoint.completion import Completion, read_body, read_completion
from common.llm.endpoint.dialect import Body, Dialect, chat_body
from common.llm.endpoint.failures import status_failure
from common.llm.endpoint.probabilities import remote_perplexity
from common.llm.endpoint.retry import Patience, with_retries
from common.llm.errors import (
    BrokenResponse,
    LLMError,
    Misconfigured,
    Rejected,
    TimedOut,
    Unreachable,
)
from common.llm.request import Request
from common.llm.settings import LLMSettings
from common.llm.types import Counters, Message, Reply

# A whole answer with the probabilities of a long prompt is below this.
LARGEST_BODY = 32 * 1024 * 1024
LOOPBACK = ("localhost", "127.0.0.1", "::1")
Read = TypeVar("Read")
NO_KEY = "none"


class Endpoint:
    """A chat endpoint: every failure typed, every call bounded in time and size.

    The key is in the requests' header and nowhere else: a body that repeats it is masked before
    anything is made of it.
    """

    def __init__(self, settings: LLMSettings, counters: Counters) -> None:
        """Makes no call yet. Raises `Misconfigured` where the key's variable is not set."""
        self._key = _key(settings.key_variable)
        self._model = settings.model
        self._base_url = settings.base_url.rstrip("/")
        self._patience = Patience(settings.timeout, settings.deadline, settings.retries)
        self._counters = counters
        self._background = Background()
        self._client = _client(self._base_url, self._key, settings)
        # Endpoints of one protocol take different schemas: what was learnt holds for one of them.
        self._dialects: dict[str, Dialect] = {}

    @property
    def identity(self) -> str:
        """The address and the model's name."""
        return f"{self._base_url} {self._model}"

    def sample(self, request: Request, indices: Sequence[int]) -> list[Reply]:
        """One answer for each index, in one call where the endpoint gives several at once."""
        replies: list[Reply] = []
        while len(replies) < len(indices):
            wanted = len(indices) - len(replies)
            index = indices[len(replies)]
            seed = None if request.seed is None else request.seed + index
            start = time.monotonic()
            completion = self._complete(request, wanted, seed)
            replies += _replies(completion, time.monotonic() - start)[:wanted]
        return replies

    def perplexity(self, messages: Sequence[Message], text: str) -> float:
        """By what the endpoint shows of a prompt's probabilities; else `Unsupported`."""
        root = self._base_url.removesuffix("/v1")
        return remote_perplexity(self._read, root, self._model, messages, text)

    def _complete(self, request: Request, n: int, seed: int | None) -> Completion:
        dialect = self._dialects.get(request.schema, Dialect())
        while True:
            body = chat_body(self._model, request, dialect, n, seed)
            try:
                completion = self._retried("/chat/completions", body, read_completion)
            except Rejected as error:
                poorer = dialect.poorer(str(error), body)
                if poorer is None:
                    raise
                self._counters.count("llm/refused_options")
                dialect = poorer
            else:
                self._dialects[request.schema] = dialect
                return completion

    def _read(self, path: str, body: Body) -> dict:
        return self._retried(path, body, read_body)

    def _retried(self, path: str, body: Body, read: Callable[[str], Read]) -> Read:
        def attempt(seconds: float) -> Read:
            return read(self._post(path, body, seconds))

        def retried(error: LLMError) -> None:
            self._counters.count(f"llm/retries/{type(error).__name__}")

        return with_retries(attempt, self._patience, retried, LLMError)

    def _post(self, path: str, body: Body, seconds: float) -> str:
        """The response's text without the key. Raises the failure without the SDK's beside it."""
        work = self._client.post(path, cast_to=httpx2.Response, body=body)
        try:
            response = self._background.run_within(seconds, work)
            return self._masked(response.content)
        except openai.APIStatusError as error:
            text = self._masked(error.response.content)
            failure = status_failure(error.status_code, text, error.response.headers)
        except (TimeoutError, openai.APITimeoutError):
            failure = TimedOut(f"{self._base_url} gave no whole answer within {seconds:.3g} s")
        except openai.APIConnectionError as error:
            failure = Unreachable(f"{self._base_url} cannot be reached: {_reason(error)}")
        raise failure

    def _masked(self, content: bytes) -> str:
        text = content.decode("utf-8", "replace")
        return text.replace(self._key, "***") if self._key else text


def _key(variable: str) -> str:
    """The key in the environment variable, "" where none is named. Never part of a message."""
    if not variable:
        return ""
    key = os.environ.get(variable, "").strip()
    if not key:
        raise Misconfigured(f"the environment variable {variable} holds no API key; set it")
    if not (key.isascii() and key.isprintable()):
        raise Misconfigured(f"the API key in {variable} holds characters that no key has")
    return key


def _client(base_url: str, key: str, settings: LLMSettings) -> openai.AsyncOpenAI:
    # One line of log for each request would bury everything else.
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    client = openai.AsyncOpenAI(
        api_key=key or NO_KEY,
        base_url=base_url,
        max_retries=0,
        # Compressed, a small body may unpack to any size.
        default_headers={"Accept-Encoding": "identity"},
        http_client=openai.DefaultAsyncHttpxClient(
            timeout=settings.timeout,
            event_hooks={"response": [_bound]},
            # A proxy cannot reach this machine's own endpoints.
            trust_env=urlsplit(base_url).hostname not in LOOPBACK,
        ),
    )
    if urlsplit(base_url).hostname != "api.openai.com":
        # Taken from the environment, they would be sent to strangers.
        client.organization = client.project = None
    return client


async def _bound(response: httpx2.Response) -> None:
    """Makes reading the response end at the largest size."""
    if response.headers.get("content-encoding", "identity") != "identity":
        raise BrokenResponse("the endpoint answered compressed, against what was asked")
    stream = response.stream
    if isinstance(stream, httpx2.AsyncByteStream):
        response.stream = _Bounded(stream)


class _Bounded(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self._stream:
            size += len(chunk)
            if size > LARGEST_BODY:
                raise BrokenResponse(
                    f"the endpoint's answer is above {LARGEST_BODY} bytes", transient=False
                )
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


def _reason(error: openai.APIConnectionError) -> str:
    cause = error.__cause__
    return f"{type(cause).__name__} {cause}".strip() if cause else str(error)


def _replies(completion: Completion, seconds: float) -> list[Reply]:
    """The choices as replies, which share the tokens as `Reply` says."""
    count = len(completion.choices)
    each, rest = divmod(completion.output_tokens, count)
    return [
        Reply(
            choice.text,
            input_tokens=0 if index else completion.input_tokens,
            output_tokens=each + (index < rest),
            seconds=seconds,
            complete=choice.complete,
        )
        for index, choice in enumerate(completion.choices)
    ]
