from __future__ import annotations

import http.server
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from common.loopback import listening
from common.tracking import Identity, Mode, NoTracker, TrackingSettings, WandbTracker, open_tracker


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """An environment in which nothing decides about W&B, not even this machine's netrc."""
    monkeypatch.delenv("WANDB_MODE")
    monkeypatch.setenv("NETRC", str(tmp_path / "no-netrc"))
    return monkeypatch


@pytest.fixture
def refusing_server() -> Iterator[str]:
    """A server that answers every request by 401."""

    class Refuse(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(401)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST

        def log_message(self, format: str, *arguments: object) -> None:
            """Stay quiet."""

    with listening(Refuse) as address:
        yield address


def identity(folder: Path, name: str = "a") -> Identity:
    return Identity(
        name=name,
        group="sweep-1",
        job_type="room",
        tags=["room"],
        folder=folder,
        config={"method": {"keep": 5}},
    )


def records(folder: Path, run: str = "*") -> list[dict]:  # type: ignore[type-arg]
    """The run kept offline in `folder`, read back by W&B's own reader."""
    (log,) = folder.glob(f"wandb/{run}/*.wandb")
    wandb = Path(sys.executable).with_name("wandb")
    shown = subprocess.run(
        [wandb, "leet", "inspect", "--json", log], capture_output=True, text=True, check=True
    )
    return [json.loads(text) for text in shown.stdout.splitlines()]


def test_without_a_key_a_run_is_offline_and_can_be_read_back(
    free: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    free.setenv("WANDB_RUN_ID", "one-for-all")
    told: list[str] = []
    identifiers = set()
    for name in ("a", "b"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "report.txt").write_text("report")
        settings = TrackingSettings(tags=["mine", "room"])
        tracker = open_tracker(settings, identity(folder, name), told.append)
        tracker.log({"loss": 0.5}, 0)
        tracker.log({"loss": 0.25}, 1)
        tracker.artifact(folder / "report.txt", folder)
        tracker.finish("done", {"recall@1": 0.75})
        kept = records(folder)
        (run,) = [record["run"] for record in kept if record["type"] == "run"]
        identifiers.add(run["run_id"])
        assert (run["display_name"], run["run_group"], run["job_type"]) == (name, "sweep-1", "room")
        assert run["tags"] == ["room", "mine"]
        assert run["config"]["update"]["method"] == {"keep": 5}
        history = [record["history"] for record in kept if record["type"] == "history"]
        assert len(history) == 2
        assert "recall@1" in json.dumps(kept)
        assert kept[-1]["type"] == "exit"
    assert len(identifiers) == 2, "each run has its own id"
    assert "no key" in told[0]
    assert f"wandb sync {tmp_path / 'a'}/wandb/offline-run-*" in told[0]


def test_a_key_without_a_network_is_offline_at_once(
    free: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    free.setenv("WANDB_API_KEY", "k" * 40)
    free.setenv("WANDB_BASE_URL", "http://127.0.0.1:9")
    for proxy in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy"):
        free.delenv(proxy, raising=False)
    told: list[str] = []
    open_tracker(TrackingSettings(), identity(tmp_path), told.append).finish("done", {})
    assert "127.0.0.1 does not answer" in told[0]
    assert records(tmp_path)


def test_a_key_that_is_refused_does_not_cost_the_run(
    free: pytest.MonkeyPatch, tmp_path: Path, refusing_server: str
) -> None:
    free.setenv("WANDB_API_KEY", "k" * 40)
    free.setenv("WANDB_BASE_URL", refusing_server)
    free.setenv("NO_PROXY", "127.0.0.1")
    told: list[str] = []
    tracker = open_tracker(TrackingSettings(), identity(tmp_path), told.append)
    tracker.log({"loss": 1.0}, None)
    tracker.finish("failed", {})
    assert "W&B refused" in told[0]
    assert records(tmp_path, "offline-run-*")[-1]["exit"]["exit_code"] == 1
    assert "k" * 40 not in "".join(told)
    for file in tmp_path.rglob("*.*"):
        assert not file.is_file() or b"k" * 40 not in file.read_bytes(), file


def test_no_tracking_touches_nothing(free: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told: list[str] = []
    settings = TrackingSettings(mode=Mode.none)
    assert isinstance(open_tracker(settings, identity(tmp_path), told.append), NoTracker)
    free.setenv("WANDB_MODE", "disabled")
    assert isinstance(open_tracker(TrackingSettings(), identity(tmp_path), told.append), NoTracker)
    assert told == []
    assert list(tmp_path.iterdir()) == []


def test_a_broken_tracker_is_told_once_and_stops_nothing(
    free: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told: list[str] = []
    settings = TrackingSettings(mode=Mode.offline)
    tracker = open_tracker(settings, identity(tmp_path), told.append)
    assert isinstance(tracker, WandbTracker)
    tracker.finish("done", {})
    tracker.log({"loss": 1.0}, 0)
    tracker.log({"loss": 1.0}, 1)
    assert [text for text in told if "W&B broke" in text] == told[1:]
    assert len(told) == 2
