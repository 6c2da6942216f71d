"""A secret through a whole run: it arrives where it belongs, and nowhere in what the run leaves."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from common.egress.chromium import chromium_flags
from common.egress.proxy import EgressProxy
from common.secrets import Secrets, written_forms
from domprune.act import execute
from domprune.guard.policy import PolicyGuard
from domprune.guard.settings import GuardSettings
from domprune.live.session import Session
from domprune.page.browser import Browser
from domprune.types import Action, ActionType

CANARY = "cänary <4711> & more"
LOGIN = """<!doctype html><meta charset=utf-8><title>Log in</title><form action=/in method=%s>
<label>Name <input name=user></label><label>Password <input type=password name=password></label>
<button>Log in</button></form>
<button onclick="document.querySelector('[name=password]').type = 'text'">Show password</button>"""

WELCOME = "<meta charset=utf-8><title>$</title><a href=/ title='$'>Welcome $</a>"


class Shop(ThreadingHTTPServer):
    """A shop that keeps what it is sent, and writes it all into its answer."""

    daemon_threads = True

    def __init__(self, method: str) -> None:
        self.sent: list[str] = []
        self.method = method
        super().__init__(("127.0.0.1", 0), Answers)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Answers(BaseHTTPRequestHandler):
    server: Shop

    def do_GET(self) -> None:
        sent = self.path + self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        page = LOGIN % self.server.method
        if self.path.startswith("/in"):
            self.server.sent.append(sent)
            page = WELCOME.replace("$", CANARY)
        body = page.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture(params=["post", "get"])
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    server = Shop(request.param)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def holds(text: str) -> list[str]:
    return [form for form in written_forms(CANARY) if form in text]


@pytest.mark.chromium
def test_what_an_agent_is_told_never_holds_the_secret(shop: Shop) -> None:
    rules = GuardSettings(allowed=[shop.address.removeprefix("http://")]).rules()
    guard = PolicyGuard(rules, Secrets({"shop": CANARY}, {"shop": shop.address}))
    told: list[str] = []
    with (
        EgressProxy(rules) as proxy,
        Browser(seconds=60, flags=chromium_flags(proxy.address)) as browser,
        Session(browser, execute, guard=guard) as session,
    ):
        session.open(shop.address)

        def step(kind: ActionType, name: str, value: str = "") -> None:
            seen = session.observe()
            names = [element.name for element in seen.snapshot.elements]
            action = Action(action_type=kind, element_id=names.index(name), value=value)
            done = session.act(seen.snapshot, action, press_enter=False)
            assert done.ok, done.error
            told.append(f"{seen!r} {done!r}")

        step(ActionType.TYPE, "Password", "{{secret:shop}}")
        hidden = session.observe()
        assert hidden.screenshot is not None
        step(ActionType.CLICK, "Show password")
        shown = session.observe()  # the field shows what it holds now
        assert shown.screenshot is None
        assert "no picture" in shown.notes[0]
        assert "{{secret:shop}}" in [element.value for element in shown.snapshot.elements]
        step(ActionType.CLICK, "Log in")
        answer = session.observe()
        assert answer.snapshot.title == "{{secret:shop}}"
        told.append(f"{shown!r} {answer!r}")
    assert holds(shop.sent[0])
    assert [holds(text) for text in told if holds(text)] == []


@pytest.mark.chromium
@pytest.mark.parametrize("shop", ["get"], indirect=True)  # the harder one: values in addresses
def test_a_run_of_the_launcher_leaves_no_trace_of_it(shop: Shop, tmp_path: Path) -> None:
    task = "Type '{{secret:shop}}' in the password field. Click 'Log in'. Click 'Welcome'."
    command = [
        sys.executable, "-m", "common.launch", "+experiment=prune4web_live", "tracking=offline",
        f'task="{task}"', f"url={shop.address}/", f"folder={tmp_path / 'run'}",
        "method.planners=[rules]", f"method.guard.secrets.shop.origin={shop.address}",
        "method.guard.secrets.shop.variable=THE_SHOP",
    ]  # fmt: skip
    environment = {**os.environ, "THE_SHOP": CANARY, "WANDB_DIR": str(tmp_path)}
    ran = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=200, cwd=tmp_path,
        env=environment,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert holds(shop.sent[0])
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"report.html", "config.yaml", "log.txt"} <= {path.name for path in files}
    left = {path: path.read_bytes().decode("utf-8", "replace") for path in files}
    assert [str(path) for path, text in left.items() if holds(text)] == []
    assert holds(ran.stdout + ran.stderr) == []
    trace = next(text for path, text in left.items() if path.parent.name == "traces")
    assert "{{secret:shop}}" in trace
