"""The whole offline job, on small labelled folders, the sample site and a model behind HTTP."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from common.llm.settings import Backend, LLMSettings
from common.loopback import listening
from common.run import Run
from domprune.arms.name import ArmName
from domprune.data.settings import DataSettings, HtmlField, Source
from domprune.evaluate.pipeline import Architecture
from domprune.experiment import Prune4Web
from domprune.experiment.settings import PlannerRole, Player, RolesSettings

PAGE = """<html><body>
<nav><a href="/home">Home</a><a href="/basket" xid="2">Basket</a></nav>
<form><label for="m">Email address</label><input id="m" name="mail" xid="3">
<button xid="4"><span xid="5">Sign in</span></button></form></body></html>"""
ROWS = [
    {"page": "p.html", "instruction": "Click Basket", "gold_xid": "2"},
    {"page": "p.html", "instruction": "Enter your email in the email field", "gold_xid": "3"},
    {"page": "p.html", "instruction": "Click Sign in", "gold_xid": "5"},
]


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "p.html").write_text(PAGE)
    (folder / "cases.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    return folder


def settings(root: Path, **more: Any) -> Prune4Web:
    return Prune4Web(data=DataSettings(source=Source.labelled, root=str(root)), **more)


def test_a_labelled_folder_is_ranked_grounded_and_reported(labelled: Path, tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    metrics = settings(labelled).run(run)
    ours = metrics["ours"]
    assert isinstance(ours, dict)
    assert ours["recall@1"].mean == 1.0
    assert ours["recall@1"].n == 3
    assert ours["recall_exact@1"].mean == pytest.approx(2 / 3)  # the span inside the button is none
    assert ours["step_success"].mean >= 2 / 3
    assert set(metrics) == {"ours", "paper", "bm25", "random", "none", "oracle"}
    lines = (run.folder / "outcomes" / "ours.jsonl").read_text().splitlines()
    assert [json.loads(line)["ranked"][0] for line in lines] == [1, 2, 3]
    assert "Basket" in (run.folder / "report.html").read_text()
    assert len(list((run.folder / "programs").glob("*.py"))) == 3


def test_broken_cases_and_pages_are_counted_and_the_rest_goes_through(
    labelled: Path, tmp_path: Path
) -> None:
    (labelled / "empty.html").write_text("")
    with (labelled / "cases.jsonl").open("a") as lines:
        lines.write("{not json\n[1]\n")
        lines.write(json.dumps({"page": "gone.html", "instruction": "x", "gold_xid": "1"}) + "\n")
        lines.write(json.dumps({"page": "empty.html", "instruction": "x", "gold_xid": "1"}) + "\n")
        lines.write(json.dumps({"page": "../cases.jsonl", "instruction": "x", "gold_xid": "1"}))
    run = Run(tmp_path / "run")
    metrics = settings(labelled, arms=[ArmName.ours]).run(run)
    assert run.counts()["data/refused"] == 2
    assert run.counts()["data/unreadable_pages"] == 3
    ours = metrics["ours"]
    assert isinstance(ours, dict)
    assert ours["recall@1"].n == 6
    assert ours["recall@1"].mean == 0.5


def test_equal_seeds_give_equal_outcomes(labelled: Path, tmp_path: Path) -> None:
    texts = []
    for name in ("a", "b"):
        run = Run(tmp_path / name, seed=3)
        settings(labelled).run(run)
        outcomes = sorted((run.folder / "outcomes").iterdir())
        texts.append([re.sub(r'"milliseconds": ?[\d.e-]+', "", p.read_text()) for p in outcomes])
    assert texts[0] == texts[1]


@pytest.mark.chromium
def test_the_sample_site_is_opened_drawn_and_ranked(tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    data = DataSettings(limit=26)
    metrics = Prune4Web(data=data, arms=[ArmName.ours], pictures=1).run(run)
    ours = metrics["ours"]
    assert isinstance(ours, dict)
    assert ours["recall@20"].mean > 0.7
    assert ours["extracted"].mean > 0.95
    assert len(list((run.folder / "overlays").glob("*.png"))) == 2


class Model(BaseHTTPRequestHandler):
    """An endpoint whose model finds the basket: keywords first, then the line that says so."""

    asked: list[str]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        said = body["messages"][-1]["content"]
        text = said if isinstance(said, str) else " ".join(p.get("text", "") for p in said)
        self.asked.append(text)
        answer = self.answer(body["messages"], text)
        reply = {
            "id": "1", "object": "chat.completion", "created": 1, "model": body["model"],
            "choices": [{"index": 0, "finish_reason": "stop",
                         "message": {"role": "assistant", "content": answer}}],
            "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15},
        }  # fmt: skip
        data = json.dumps(reply).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def answer(self, messages: list[Any], text: str) -> str:
        line = re.search(r"\[(\d+)\]<a>Basket", text)
        action = {"action": "click_element", "id": int(line[1]) if line else None}
        if "<keywords_weights>" in str(messages[0]["content"]):
            if line:
                return f"<answer>{json.dumps(action)}</answer>"
            plan = {"next_steps": "click Basket", "action_type": "click", "target": {}}
            keywords = json.dumps({"basket": 40})
            return (
                f"<think>so</think><plan>{json.dumps(plan)}</plan>"
                f"<keywords_weights>{keywords}</keywords_weights>"
            )
        if line:
            return json.dumps(action)
        return json.dumps({"keyword_weights": {"basket": 40}})

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def model() -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []
    handler = type("Bound", (Model,), {"asked": asked})
    with listening(handler) as address:
        yield f"{address}/v1", asked


def llm_settings(address: str, tmp_path: Path) -> LLMSettings:
    cache = str(tmp_path / "cache.sqlite")
    return LLMSettings(backend=Backend.openai, model="m", base_url=address, cache=cache)


@pytest.mark.parametrize("unified", [False, True])
def test_models_filter_and_ground_and_a_rerun_calls_none(
    unified: bool, labelled: Path, tmp_path: Path, model: tuple[str, list[str]]
) -> None:
    address, asked = model
    (labelled / "cases.jsonl").write_text(json.dumps(ROWS[0]) + "\n")
    player = Player.unified if unified else Player.llm
    planner = PlannerRole.unified if unified else PlannerRole.given
    roles = RolesSettings(planner=planner, filter=player, grounder=player)
    results = []
    for name in ("first", "again"):
        run = Run(tmp_path / name)
        job = settings(
            labelled, arms=[ArmName.ours], roles=roles, llm=llm_settings(address, tmp_path)
        )
        results.append(job.run(run)["ours"])
        calls = len(asked)
    assert calls == 2
    for ours in results:
        assert isinstance(ours, dict)
        assert ours["step_success"].mean == 1.0
        assert ours["ranking_tokens"].mean > 0


@pytest.mark.parametrize("architecture", list(Architecture))
def test_each_architecture_runs(
    architecture: Architecture, labelled: Path, tmp_path: Path, model: tuple[str, list[str]]
) -> None:
    (labelled / "cases.jsonl").write_text(json.dumps(ROWS[0]) + "\n")
    roles = RolesSettings(filter=Player.llm, grounder=Player.llm)
    job = settings(
        labelled, arms=[ArmName.ours], roles=roles, architecture=architecture,
        llm=llm_settings(model[0], tmp_path),
    )  # fmt: skip
    ours = job.run(Run(tmp_path / "run"))["ours"]
    assert isinstance(ours, dict)
    assert ours["step_success"].mean == 1.0


def test_mind2web_files_run_through_the_same_job(tmp_path: Path) -> None:
    html = (
        '<html><body><a backend_node_id="7">Basket</a><a backend_node_id="8">Home</a></body></html>'
    )
    action = {
        "action_uid": "u1", "raw_html": html, "cleaned_html": html,
        "operation": {"op": "CLICK", "original_op": "CLICK", "value": ""},
        "pos_candidates": [{"tag": "a", "backend_node_id": "7", "is_original_target": True,
                            "is_top_level_target": True, "attributes": "{}", "score": 1}],
        "neg_candidates": [],
    }  # fmt: skip
    task = {
        "annotation_id": "t1", "website": "shop", "domain": "d", "subdomain": "s",
        "confirmed_task": "Open the basket", "action_reprs": ["[link]  Basket -> CLICK"],
        "actions": [action],
    }  # fmt: skip
    folder = tmp_path / "mind2web" / "test_task"
    folder.mkdir(parents=True)
    (folder / "test_task_0.json").write_text(json.dumps([task]))
    data = DataSettings(
        source=Source.mind2web, root=str(tmp_path / "mind2web"), sets=["cross_task"],
        html=HtmlField.cleaned,
    )  # fmt: skip
    metrics = Prune4Web(data=data, arms=[ArmName.ours]).run(Run(tmp_path / "run"))
    ours = metrics["ours"]
    assert isinstance(ours, dict)
    assert ours["recall_exact@1"].mean == 1.0
    assert ours["step_success_exact_macro"].mean == 1.0


def test_settings_that_cannot_work_are_refused_with_the_field_first() -> None:
    for wrong in ({"keep": 0}, {"pictures": -1}, {"arms": []}):
        with pytest.raises(ValueError, match=f"^{next(iter(wrong))} must"):
            Prune4Web(**wrong)
    with pytest.raises(ValueError, match="llm=openai"):
        Prune4Web(arms=[ArmName.llm_topn])
    with pytest.raises(ValueError, match="unified"):
        RolesSettings(filter=Player.unified)
