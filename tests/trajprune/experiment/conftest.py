"""A real endpoint on this machine that answers prompts with a function."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler

import pytest

from common.llm.settings import Backend, LLMSettings
from common.loopback import listening

Answer = Callable[[str], str]


@pytest.fixture
def serve() -> Iterator[Callable[[Answer], LLMSettings]]:
    """Starts endpoints that answer prompts with a function; gives the settings that lead there."""
    servers = ExitStack()

    def started(answer: Answer) -> LLMSettings:
        class Endpoint(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                prompt = "\n".join(str(message["content"]) for message in asked["messages"])
                choices = [
                    {"index": n, "finish_reason": "stop",
                     "message": {"role": "assistant", "content": answer(prompt)}}
                    for n in range(asked.get("n") or 1)
                ]  # fmt: skip
                usage = {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}
                reply = {"id": "x", "object": "chat.completion", "created": 0, "model": "m",
                         "choices": choices, "usage": usage}  # fmt: skip
                body = json.dumps(reply).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Stay silent."""

        address = f"{servers.enter_context(listening(Endpoint))}/v1"
        return LLMSettings(backend=Backend.openai, model="m", base_url=address, cache="", retries=0)

    with servers:
        yield started
