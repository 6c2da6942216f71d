"""The whole live job in Chromium: the sample's tasks, a task of one's own, a model behind HTTP."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from common.llm.settings import Backend, LLMSettings
from common.run import Run
from domprune.experiment.live import Prune4WebLive
from domprune.experiment.settings import PlannerRole, Player

SHOP = """<title>shop</title><h1>Kettles</h1><button onclick="document.title = 'sold'">Buy</button>
<a href="http://203.0.113.7/">elsewhere</a>"""
REPLIES = {
    "No step has been taken": {"next_steps": "Click Buy", "action_type": "CLICK",
                               "target": {"text": "Buy"}},
    "1. Click Buy -> done": {"next_steps": "stop", "action_type": "DONE"},
    "Last actions": {"reason": "the title says so", "right": True},
}  # fmt: skip


class Handler(BaseHTTPRequestHandler):
    """A shop to GET, a model to POST to that answers by what it is asked."""

    asked: list[dict[str, Any]]

    def do_GET(self) -> None:
        self._answer(SHOP.encode(), "text/html")

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append(request)
        said = json.dumps(request["messages"])
        order = ("Last actions", "1. Click Buy -> done", "No step has been taken")
        text = json.dumps(REPLIES[next(key for key in order if key in said)])
        choice = {"index": 0, "finish_reason": "stop",
                  "message": {"role": "assistant", "content": text}}  # fmt: skip
        body = {"id": "1", "object": "chat.completion", "created": 1, "model": "m",
                "choices": [choice]}  # fmt: skip
        self._answer(json.dumps(body).encode(), "application/json")

    def _answer(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    Handler.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as started:
        threading.Thread(target=started.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{started.server_address[1]}"
        started.shutdown()


@pytest.mark.chromium
def test_a_task_of_the_sample_is_done_and_checked(tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    metrics = Prune4WebLive(limit=1, planners=[PlannerRole.given]).run(run)
    given = metrics["given"]
    assert isinstance(given, dict)
    assert given["success"].mean == 1.0
    (line,) = (run.folder / "outcomes.jsonl").read_text().splitlines()
    told = json.loads(line)
    assert (told["task"], told["planner"]) == ("order-home", "given")
    assert (told["done"], told["ending"]) == (True, "done")
    trace = (run.folder / told["trace"]).read_text()
    assert trace.count("data:image/jpeg;base64,") == told["steps"]
    assert told["trace"] in (run.folder / "report.html").read_text()


@pytest.mark.chromium
def test_a_run_that_was_killed_does_what_is_left_alone(tmp_path: Path) -> None:
    command = [
        sys.executable, "-m", "common.launch", "+experiment=prune4web_live", "tracking=none",
        "method.planners=[given]", "method.limit=2", f"folder={tmp_path / 'run'}",
    ]  # fmt: skip
    outcomes = tmp_path / "run" / "outcomes.jsonl"
    first = subprocess.Popen(command, cwd=tmp_path, start_new_session=True)
    deadline = time.monotonic() + 200
    while not outcomes.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    (kept,) = outcomes.read_text().splitlines()
    again = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "1 tasks were done before and are kept" in again.stdout
    lines = outcomes.read_text().splitlines()
    assert lines[0] == kept
    assert [json.loads(line)["task"] for line in lines] == ["order-home", "order-abroad"]
    metrics = json.loads((tmp_path / "run" / "metrics.json").read_text())
    assert metrics["given"]["tasks"] == 2
    traces = {path.name for path in (tmp_path / "run" / "traces").iterdir()}
    assert traces == {"order-home-given.html", "order-abroad-given.html"}


@pytest.mark.chromium
def test_a_task_of_ones_own_is_done_by_rules_and_not_judged(server: str, tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    metrics = Prune4WebLive(task="Click Buy, then click elsewhere", url=server).run(run)
    assert set(metrics) == {"rules"}
    (line,) = (run.folder / "outcomes.jsonl").read_text().splitlines()
    told = json.loads(line)
    assert told["done"] is False  # it gives up: the guard lets nobody go elsewhere
    assert told["ending"] == "fail"
    assert "leads away" in (run.folder / told["trace"]).read_text()


@pytest.mark.chromium
def test_a_model_plans_with_pictures_and_judges(server: str, tmp_path: Path) -> None:
    llm = LLMSettings(backend=Backend.openai, model="m", base_url=server + "/v1", cache="")
    job = Prune4WebLive(
        task="Buy a kettle", url=server, planners=[PlannerRole.llm], judge=True, llm=llm
    )
    metrics = job.run(Run(tmp_path / "run"))
    own = metrics["llm"]
    assert isinstance(own, dict)
    assert own["success"].mean == 1.0
    assert own["prompt_tokens"] > 100
    assert len(Handler.asked) == 3
    assert all("data:image/png;base64," in json.dumps(asked) for asked in Handler.asked)


@pytest.mark.chromium
def test_an_address_that_does_not_answer_breaks_its_task_and_nothing_else(tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    metrics = Prune4WebLive(task="Click Buy", url="http://127.0.0.1:1/").run(run)
    rules = metrics["rules"]
    assert isinstance(rules, dict)
    assert rules["failed_steps"] == 1
    assert run.counts()["live/broken"] == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"task": "x"}, "url is empty"),
        ({"url": "http://a.test"}, "task is empty"),
        ({"task": "x", "url": "file:///etc/passwd"}, "http or https"),
        ({"keep": 0}, "keep must be at least 1"),
        ({"steps": 0}, "steps must be at least 1"),
        ({"seconds": 0}, "seconds must be above 0"),
        ({"planners": []}, "planners must name one"),
        ({"task": "x", "url": "http://a.test", "planners": [PlannerRole.given]}, "planners must"),
        ({"grounder": Player.unified}, "grounder cannot be unified"),
        ({"planners": [PlannerRole.llm]}, "choose one: llm=openai"),
        ({"judge": True}, "choose one: llm=openai"),
    ],
)
def test_what_cannot_work_is_refused_at_once(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Prune4WebLive(**wrong)
