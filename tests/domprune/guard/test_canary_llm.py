"""A secret beside a language model: the model names it, our code types it, nobody is told it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from common.secrets import written_forms

CANARY = "cänary <4711> & more"
LOGIN = """<!doctype html><meta charset=utf-8><title>Log in</title><form action=/in method=get>
<label>Password <input type=password name=password></label><button>Log in</button></form>"""
ECHO = """<!doctype html><meta charset=utf-8><title>Welcome</title><p id=told></p>
<a href=/ id=long></a><button onclick="alert($)">Tell</button><script>
told.textContent = "You typed " + $;
long.textContent = "Welcome back, ".repeat(34) + "dear lady " + $;</script>"""
STEPS = (
    {"next_steps": "Type the password in the Password field", "action_type": "TYPE",
     "target": {"text": "Password"}, "value": "{{secret:shop}}"},
    {"next_steps": "Click Log in", "action_type": "CLICK", "target": {"text": "Log in"}},
    {"next_steps": "Click Tell", "action_type": "CLICK", "target": {"text": "Tell"}},
    {"next_steps": "Log out at once", "action_type": "CLICK", "target": {"text": "Log out"}},
    {"next_steps": "Nothing is left to do", "action_type": "DONE"},
)  # fmt: skip


class World(ThreadingHTTPServer):
    """A shop that tells all it is sent, and a language model that keeps all it is asked."""

    daemon_threads = True

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.asked: list[dict[str, Any]] = []
        super().__init__(("127.0.0.1", 0), Answers)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def prompts(self) -> list[str]:
        """The words of all messages; pictures are told by the word PICTURE."""
        return [
            "\n".join(_words(message["content"]) for message in request["messages"])
            for request in self.asked
        ]


def _words(content: str | list[dict[str, Any]]) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(part.get("text", "PICTURE") for part in content)


class Answers(BaseHTTPRequestHandler):
    server: World

    def do_GET(self) -> None:
        page = LOGIN
        if self.path.startswith("/in"):
            self.server.sent.append(self.path)
            page = ECHO.replace("$", json.dumps(CANARY).replace("<", "\\x3c").replace('"', "'"))
        self._send(page.encode(), "text/html; charset=utf-8")

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(request)
        answer = json.dumps(self._answer(self.server.prompts[-1]))
        message = {"role": "assistant", "content": answer}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        body = {"id": "c", "object": "chat.completion", "model": "m", "choices": [choice]}
        self._send(json.dumps(body).encode(), "application/json")

    def _answer(self, prompt: str) -> dict[str, object]:
        if "You decide the next step" in prompt:
            taken = len(re.findall(r"^\d+\. ", prompt, re.MULTILINE))
            return dict(STEPS[taken])
        wanted = prompt.partition("Element to act on: ")[2].partition("\n")[0]
        if "keyword_weights" in prompt:
            return {"keyword_weights": {wanted.lower(): 40}}
        found = re.search(rf"^\[(\d+)\].*>{wanted}<", prompt, re.MULTILINE)
        typed = re.search(r"^Text to type or choose: (.*)$", prompt, re.MULTILINE)
        return {
            "action": "TYPE" if typed else "CLICK", "id": int(found[1]) if found else None,
            "input text": typed[1] if typed else "no input text",
        }  # fmt: skip

    def _send(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def world() -> Iterator[World]:
    server = World()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def holds(text: str) -> list[str]:
    """The ways of writing the secret, and of its first half, that stand in a text."""
    forms = written_forms(CANARY) | written_forms(CANARY[: len(CANARY) // 2 + 1])
    return [form for form in forms if form in text]


@pytest.mark.chromium
def test_no_prompt_cache_log_trace_report_or_wandb_file_holds_it(
    world: World, tmp_path: Path
) -> None:
    command = [
        sys.executable, "-m", "common.launch", "+experiment=prune4web_live", "tracking=offline",
        "llm=openai", "llm.model=m", f"llm.base_url={world.address}/v1", "llm.key_variable=''",
        f"llm.cache={tmp_path / 'answers.sqlite'}",
        "method.planners=[llm]", "method.filter=llm", "method.grounder=llm",
        'task="Log in with {{secret:shop}} and out again"', f"url={world.address}/",
        f"folder={tmp_path / 'run'}", f"method.guard.secrets.shop.origin={world.address}",
        "method.guard.secrets.shop.variable=THE_SHOP",
    ]  # fmt: skip
    environment = {**os.environ, "THE_SHOP": CANARY, "WANDB_DIR": str(tmp_path)}
    ran = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=200, cwd=tmp_path,
        env=environment,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    plans = [prompt for prompt in world.prompts if "You decide the next step" in prompt]
    assert len(plans) == len(STEPS), plans[-1]
    assert [path for path in world.sent if holds(path)], "it was typed and sent"
    assert [holds(prompt) for prompt in world.prompts if holds(prompt)] == []
    assert ["PICTURE" in plan for plan in plans] == [True, True, False, False, False]
    assert "'{{secret:shop}}' was accepted" in plans[4]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"answers.sqlite", "report.html", "log.txt"} <= {path.name for path in files}
    left = {str(path): path.read_bytes().decode("utf-8", "replace") for path in files}
    assert [path for path, text in left.items() if holds(text)] == []
    assert holds(ran.stdout + ran.stderr) == []
    assert any("wandb" in path for path in left)
