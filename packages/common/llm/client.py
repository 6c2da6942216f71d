"""messages -> request -> cache or backend -> replies, counted; the one `LLM` of both backends."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import replace
from pathlib import Path
from threading import BoundedSemaphore
from typing import TypeVar

from common.llm.cache import AnswerCache
from common.llm.cost import account
from common.llm.errors import LLMError, Misconfigured
from common.llm.request import (
    Model,
    Request,
    clean_text,
    perplexity_key,
    request_key,
    without_surrogates,
)
from common.llm.schema import parse_with_repair, schema_text
from common.llm.settings import Backend, LLMSettings
from common.llm.types import Counters, Message, Reply, Schema

Answer = TypeVar("Answer")


def open_llm(settings: LLMSettings, counters: Counters) -> Client:
    """The model that the settings name, counting into `counters` (a `Run`).

    Raises `Misconfigured` where it is none, its key's variable is not set or it cannot be loaded.
    """
    if settings.backend is Backend.none:
        raise Misconfigured(
            "this needs a language model and llm.backend is none; choose one with"
            " llm=openai, vllm, ollama, gemini, llamacpp or local, and llm.model=NAME"
        )
    # The libraries behind them take seconds to import.
    if settings.backend is Backend.local:
        from common.llm.local_model.loading import load_local_model

        return Client(load_local_model(settings), settings, counters)
    from common.llm.endpoint.remote import Endpoint

    return Client(Endpoint(settings, counters), settings, counters)


class Client:
    """An `LLM` over a backend: cached on disk, bounded in concurrency, counted."""

    def __init__(self, model: Model, settings: LLMSettings, counters: Counters) -> None:
        """`counters` gets llm/replies, llm/input_tokens, llm/cost_usd and the like."""
        self._model = model
        self._settings = settings
        self._counters = counters
        self._free = BoundedSemaphore(settings.concurrency)
        self._cache = AnswerCache(Path(settings.cache).expanduser()) if settings.cache else None

    def reseeded(self, seed: int) -> Client:
        """The same model, places and cache under another seed: for several runs of one question."""
        other = copy(self)
        other._settings = replace(self._settings, seed=seed)
        return other

    def chat(
        self,
        messages: Sequence[Message],
        *,
        n: int = 1,
        temperature: float | None = None,
        max_tokens: int | None = None,
    ) -> list[Reply]:
        """Exactly `n` answers; those that are on disk are taken from there."""
        return self._answers(self._request(messages, temperature, max_tokens), n)

    def parse(
        self,
        messages: Sequence[Message],
        schema: type[Schema],
        *,
        temperature: float | None = None,
        max_tokens: int | None = None,
    ) -> Schema:
        """A value of the schema, which constrains the answer wherever the backend can do that."""
        described = schema_text(schema)

        def ask(turns: Sequence[Message]) -> str:
            if len(turns) > len(messages):
                self._counters.count("llm/repairs")
            request = self._request(turns, temperature, max_tokens, described)
            return self._answers(request, 1)[0].text

        return parse_with_repair(ask, messages, schema)

    def perplexity(self, messages: Sequence[Message], text: str) -> float:
        """As `LLM.perplexity`; the same question is put to the model once."""
        turns, text = without_surrogates(messages), clean_text(text)
        if not turns or not text:
            raise Misconfigured("perplexity needs a message and a text that is not empty")
        key = perplexity_key(self._model.identity, turns, text)
        known = self._cache.get(key) if self._cache else None
        if known is None:
            known = json.dumps(self._ask(lambda: self._model.perplexity(turns, text)))
            known = self._cache.put(key, known) if self._cache else known
        return float(json.loads(known))

    def _request(
        self,
        messages: Sequence[Message],
        temperature: float | None,
        max_tokens: int | None,
        schema: str = "",
    ) -> Request:
        if not messages:
            raise Misconfigured("a question to a language model needs at least one message")
        if max_tokens is not None and max_tokens < 1:
            raise Misconfigured(f"max_tokens is {max_tokens}; an answer needs at least 1")
        settings = self._settings
        return Request(
            messages=without_surrogates(messages),
            temperature=settings.temperature if temperature is None else temperature,
            max_tokens=settings.max_tokens if max_tokens is None else max_tokens,
            seed=settings.seed,
            schema=schema,
        )

    def _answers(self, request: Request, n: int) -> list[Reply]:
        replies = {index: self._known(request, index) for index in range(n)}
        missing = [index for index, reply in replies.items() if reply is None]
        if missing:
            fresh = self._ask(lambda: self._model.sample(request, missing))
            for index, reply in zip(missing, fresh, strict=True):
                replies[index] = self._kept(request, index, reply)
        answers = [reply for reply in replies.values() if reply is not None]
        account(self._counters, answers, self._settings)
        return answers

    def _ask(self, question: Callable[[], Answer]) -> Answer:
        """Puts the question when one of the places is free; counts the time and the failures."""
        with self._free:
            start = time.monotonic()
            try:
                return question()
            except LLMError:
                self._counters.count("llm/failures")
                raise
            finally:
                self._counters.count("llm/seconds", time.monotonic() - start)

    def _known(self, request: Request, index: int) -> Reply | None:
        if self._cache is None:
            return None
        stored = self._cache.get(request_key(self._model.identity, request, index))
        return None if stored is None else _stored_reply(stored, self._cache.path)

    def _kept(self, request: Request, index: int, reply: Reply) -> Reply:
        """The reply with the text that the cache holds: another thread may have been first."""
        if self._cache is None:
            return reply
        key = request_key(self._model.identity, request, index)
        stored = self._cache.put(key, _storable(reply))
        return replace(reply, text=_stored_reply(stored, self._cache.path).text)


def _storable(reply: Reply) -> str:
    return json.dumps([reply.text, reply.input_tokens, reply.output_tokens, reply.complete])


def _stored_reply(stored: str, path: Path) -> Reply:
    try:
        text, input_tokens, output_tokens, complete = json.loads(stored)
    except (ValueError, TypeError):
        raise Misconfigured(f"the answer cache {path} holds a damaged answer; delete it") from None
    return Reply(text, input_tokens, output_tokens, cached=True, complete=complete)
