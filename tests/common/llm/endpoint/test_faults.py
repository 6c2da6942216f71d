"""What goes wrong at an endpoint, injected into a real HTTP server: one typed failure each."""

from __future__ import annotations

import json
import logging
import socket
import struct
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from typing import Any

import openai  # noqa: F401  its import takes seconds, which would count as the first fault's
import pytest
from pydantic import BaseModel

from common.llm import Message
from common.llm.client import open_llm
from common.llm.errors import (
    AuthenticationFailed,
    BadReply,
    BrokenResponse,
    ContextTooLong,
    LLMError,
    Misconfigured,
    RateLimited,
    Refused,
    ServerFailed,
    TimedOut,
    Unreachable,
)
from common.llm.settings import LLMSettings

ASK = [Message("user", "where?")]


class Point(BaseModel):
    x: int


def start_of_answer(handler: BaseHTTPRequestHandler, length: int = 1000) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(length))
    handler.end_headers()


def resets_at_once(handler: BaseHTTPRequestHandler, _: Any) -> None:
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.close_connection = True


def hangs_up_in_the_body(handler: BaseHTTPRequestHandler, _: Any) -> None:
    start_of_answer(handler)
    handler.wfile.write(b'{"choices": [')
    handler.wfile.flush()
    handler.close_connection = True


def floods(handler: BaseHTTPRequestHandler, _: Any) -> None:
    start_of_answer(handler, 10**12)
    for _ in range(10_000):
        handler.wfile.write(b" " * 1_000_000)


def stalls(server: Any, sent: bytes, headers: bool = True) -> Callable[..., None]:
    def answer(handler: BaseHTTPRequestHandler, _: Any) -> None:
        if headers:
            start_of_answer(handler)
        handler.wfile.write(sent)
        handler.wfile.flush()
        server.stopped.wait(20)

    return answer


def drips(server: Any, headers: bool) -> Callable[..., None]:
    """A byte each 0.2 seconds: no single read ever waits as long as the timeout."""

    def answer(handler: BaseHTTPRequestHandler, _: Any) -> None:
        if headers:
            start_of_answer(handler)
        else:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not server.stopped.wait(0.2):
            handler.wfile.write(b" " if headers else b"a")
            handler.wfile.flush()

    return answer


HALF = json.dumps({"choices": [{"message": {"content": "a long text"}}]})[:40]
TOO_LONG = {"error": {"message": "This model's maximum context length is 8192 tokens.", "code": 1}}
TOOL = {"tool_calls": [{"id": "1", "function": {"name": "f", "arguments": "{}"}}]}
FAULTS: dict[str, tuple[Callable[[Any], None], type[LLMError], str]] = {
    "html with 200": (
        lambda s: s.sends("<html><body>Sign in</body></html>", kind="text/html"),
        BrokenResponse,
        "HTML page; does llm.base_url",
    ),
    "no choices": (lambda s: s.sends({"choices": []}), BrokenResponse, "no choices"),
    "choices missing": (lambda s: s.sends({"object": "x"}), BrokenResponse, "no choices"),
    "choice null": (lambda s: s.sends({"choices": [None]}), BrokenResponse, "without a message"),
    "message null": (
        lambda s: s.sends({"choices": [{"message": None}]}),
        BrokenResponse,
        "without a message",
    ),
    "body null": (lambda s: s.sends("null"), BrokenResponse, "no JSON object"),
    "body empty": (lambda s: s.sends(""), BrokenResponse, "no whole JSON"),
    "body a list": (lambda s: s.sends([1]), BrokenResponse, "no JSON object"),
    "content null": (lambda s: s.says(None), BrokenResponse, "no text"),
    "content NaN": (
        lambda s: s.sends('{"choices": [{"message": {"content": NaN}}]}'),
        BrokenResponse,
        "no text",
    ),
    "content a number": (
        lambda s: s.sends({"choices": [{"message": {"content": 3}}]}),
        BrokenResponse,
        "no text",
    ),
    "choices Infinity": (lambda s: s.sends('{"choices": Infinity}'), BrokenResponse, "no choices"),
    "truncated JSON": (lambda s: s.sends(HALF), BrokenResponse, "no whole JSON"),
    "deep JSON": (lambda s: s.sends("[" * 200_000), BrokenResponse, "no whole JSON"),
    "not UTF-8": (lambda s: s.sends(b"\xff\xfe\x00"), BrokenResponse, "no whole JSON"),
    "an event stream": (
        lambda s: s.sends("data: {}\n\ndata: [DONE]\n\n", kind="text/event-stream"),
        BrokenResponse,
        "no whole JSON",
    ),
    "wrong content type, no JSON": (
        lambda s: s.sends(b"\x89PNG\r\n", kind="image/png"),
        BrokenResponse,
        "no whole JSON",
    ),
    "an error with 200": (
        lambda s: s.sends({"error": {"message": "provider down"}}),
        BrokenResponse,
        "provider down",
    ),
    "a compressed body": (
        lambda s: s.sends(b"\x1f\x8b", Content_Encoding="gzip"),
        BrokenResponse,
        "compressed",
    ),
    "a huge body": (lambda s: s.does(floods), BrokenResponse, "above 33554432 bytes"),
    "a tool call": (lambda s: s.says(None, **TOOL), BrokenResponse, "a tool call"),
    "all tokens spent on thoughts": (
        lambda s: s.sends({"choices": [{"message": {"content": None}, "finish_reason": "length"}]}),
        BrokenResponse,
        "raise llm.max_tokens",
    ),
    "a refusal": (lambda s: s.says(None, refusal="I will not"), Refused, "I will not"),
    "filtered": (
        lambda s: s.sends({"error": {"code": "content_filter"}}, 400),
        Refused,
        "content_filter",
    ),
    "silence": (lambda s: s.does(stalls(s, b"", headers=False)), TimedOut, "within 0.5 s"),
    "headers, then silence": (lambda s: s.does(stalls(s, b"")), TimedOut, "within 0.5 s"),
    "half a body, then silence": (
        lambda s: s.does(stalls(s, HALF.encode())),
        TimedOut,
        "within 0.5 s",
    ),
    "a dripping body": (lambda s: s.does(drips(s, headers=True)), TimedOut, "within 0.5 s"),
    "dripping headers": (lambda s: s.does(drips(s, headers=False)), TimedOut, "within 0.5 s"),
    "a reset": (lambda s: s.does(resets_at_once), Unreachable, "cannot be reached"),
    "a hang-up in the body": (
        lambda s: s.does(hangs_up_in_the_body),
        Unreachable,
        "cannot be reached",
    ),
    "401": (lambda s: s.sends({"error": "no"}, 401), AuthenticationFailed, "llm.key_variable"),
    "403": (lambda s: s.sends({"error": "no"}, 403), AuthenticationFailed, "llm.key_variable"),
    "400 about the key": (
        lambda s: s.sends({"error": {"message": "API key not valid."}}, 400),
        AuthenticationFailed,
        "llm.key_variable",
    ),
    "404": (
        lambda s: s.sends({"error": {"message": "model m does not exist"}}, 404),
        Misconfigured,
        "check llm.model",
    ),
    "400": (lambda s: s.sends({"error": {"message": "bad role"}}, 400), Misconfigured, "bad role"),
    "400 context": (lambda s: s.sends(TOO_LONG, 400), ContextTooLong, "shorten the messages"),
    "413": (lambda s: s.sends("", 413), ContextTooLong, "shorten the messages"),
    "429 for ever": (lambda s: s.sends("", 429), RateLimited, "429"),
    "429 for hours": (
        lambda s: s.sends("", 429, Retry_After="7200"),
        RateLimited,
        "asks to wait 7200 s",
    ),
    "429 without credit": (
        lambda s: s.sends({"error": {"code": "insufficient_quota"}}, 429),
        RateLimited,
        "insufficient_quota",
    ),
    "500 for ever": (lambda s: s.sends({"error": "oops"}, 500), ServerFailed, "500"),
    "503 in HTML": (
        lambda s: s.sends("<html>busy</html>", 503, kind="text/html"),
        ServerFailed,
        "busy",
    ),
}
ONCE = {
    "html with 200",
    "a huge body",
    "a refusal",
    "filtered",
    "all tokens spent on thoughts",
    "401",
    "403",
    "400 about the key",
    "404",
    "400",
    "400 context",
    "413",
    "429 for hours",
    "429 without credit",
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_one_typed_failure_within_the_time(
    name: str, server: Any, settings: LLMSettings, counters: Any
) -> None:
    inject, kind, words = FAULTS[name]
    inject(server)
    settings.timeout = 0.5 if kind is TimedOut else 5.0
    start = time.monotonic()
    with pytest.raises(kind) as caught:
        open_llm(settings, counters).chat(ASK)
    assert time.monotonic() - start < 5.0
    assert type(caught.value) is kind or issubclass(kind, Misconfigured)
    assert words in str(caught.value)
    assert len(str(caught.value)) < 1500
    assert len(server.requests) == (1 if name in ONCE else 2)
    assert counters.counts["llm/failures"] == 1


def test_a_port_where_nobody_listens_is_unreachable(settings: LLMSettings, counters: Any) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    llm = open_llm(replace(settings, base_url=f"http://127.0.0.1:{port}/v1"), counters)
    with pytest.raises(Unreachable, match=str(port)):
        llm.chat(ASK)


@pytest.mark.parametrize(
    "name",
    [
        "no choices",
        "content null",
        "truncated JSON",
        "a reset",
        "headers, then silence",
        "half a body, then silence",
        "429 for ever",
        "500 for ever",
        "503 in HTML",
    ],
)
def test_a_fault_that_passes_costs_one_retry(
    name: str, server: Any, settings: LLMSettings, counters: Any
) -> None:
    inject, kind, _ = FAULTS[name]
    inject(server)
    server.says("here")
    settings.timeout = 1.0 if kind is TimedOut else 5.0
    assert open_llm(settings, counters).chat(ASK)[0].text == "here"
    assert counters.counts[f"llm/retries/{kind.__name__}"] == 1
    assert counters.counts["llm/failures"] == 0


def test_retry_after_is_waited_for(server: Any, settings: LLMSettings, counters: Any) -> None:
    server.sends("", 429, Retry_After="1")
    server.says("here")
    start = time.monotonic()
    open_llm(settings, counters).chat(ASK)
    assert 1.0 <= time.monotonic() - start < 3.0


def test_the_deadline_ends_all_retries(server: Any, settings: LLMSettings, counters: Any) -> None:
    server.does(stalls(server, b""))
    patient = replace(settings, retries=1000, timeout=0.5, deadline=2.0)
    start = time.monotonic()
    with pytest.raises(TimedOut):
        open_llm(patient, counters).chat(ASK)
    assert time.monotonic() - start < 3.0


def test_a_wrong_content_type_around_an_answer_is_forgiven(
    server: Any, settings: LLMSettings, counters: Any
) -> None:
    body = {"choices": [{"message": {"content": "here"}}]}
    server.sends(body, kind="text/html; charset=utf-16")
    assert open_llm(settings, counters).chat(ASK)[0].text == "here"


def test_missing_or_senseless_usage_counts_nothing(
    server: Any, settings: LLMSettings, counters: Any
) -> None:
    server.says("a", usage=False)
    server.sends('{"choices": [{"message": {"content": "b"}}], "usage": {"prompt_tokens": NaN}}')
    llm = open_llm(replace(settings, cache=""), counters)
    replies = llm.chat(ASK) + llm.chat(ASK)
    assert [(it.text, it.input_tokens, it.output_tokens) for it in replies] == [
        ("a", 0, 0),
        ("b", 0, 0),
    ]


def test_a_misfit_is_repaired_once(server: Any, settings: LLMSettings, counters: Any) -> None:
    server.says('{"x": "three"}')
    server.says('```json\n{"x": 3}\n```')
    assert open_llm(settings, counters).parse(ASK, Point) == Point(x=3)
    turns = server.requests[1]["messages"]
    assert [turn["role"] for turn in turns] == ["user", "assistant", "user"]
    assert "valid integer" in turns[2]["content"]
    assert counters.counts["llm/repairs"] == 1


def test_a_reply_that_never_fits_is_a_bad_reply(
    server: Any, settings: LLMSettings, counters: Any
) -> None:
    server.says("I would rather talk. " * 1000)
    with pytest.raises(BadReply, match="does not fit Point") as caught:
        open_llm(settings, counters).parse(ASK, Point)
    assert "rather talk" in caught.value.raw
    assert len(caught.value.raw) < 2200
    assert len(server.requests) == 2


@pytest.mark.parametrize("status", [200, 400, 401, 429, 500])
def test_an_endpoint_that_repeats_the_key_does_not_spread_it(
    status: int,
    server: Any,
    settings: LLMSettings,
    counters: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    key = "sk-test-0123456789abcdefghij"
    caplog.set_level(logging.DEBUG)
    server.sends(f"<p>{key}</p>" if status == 200 else {"error": {"message": key}}, status)
    llm = open_llm(settings, counters)
    with pytest.raises(LLMError) as caught:
        llm.chat(ASK)
    assert server.headers[0]["authorization"] == f"Bearer {key}"
    told = "".join(traceback.format_exception(caught.value))
    assert "***" in told + getattr(caught.value, "raw", "")
    for text in (told, caplog.text, repr(llm), repr(vars(caught.value)), repr(settings)):
        assert key not in text
