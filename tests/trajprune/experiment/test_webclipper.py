"""The whole job on our own runs: what it writes, and that nothing disturbs it."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from common.eval.judge import Judge, LLMJudge
from common.llm.errors import ServerFailed
from common.llm.scripted import ScriptedLLM
from common.run import Run
from trajprune import sample
from trajprune.engine import Batch, Done, EngineSettings, Marks, Where, stream
from trajprune.experiment import WebClipper
from trajprune.experiment.ledger import Ledger
from trajprune.experiment.settings import Builder, DatasetSettings, PrunerSettings, ReportSettings
from trajprune.experiment.survey import SurveyWork
from trajprune.filter import FilterSettings, Unjudged
from trajprune.formats import Spelling, read_records

RUNS = sample.FOLDER / "runs.jsonl"


def done(folder: Path, **settings: object) -> Mapping[str, object]:
    return WebClipper(**settings).run(Run(folder))  # type: ignore[arg-type]


def written(folder: Path) -> dict[str, bytes]:
    """Everything that a run leaves behind, but for what tells the time."""
    names = ("datasets", "pages", "charts", "trajectories.jsonl", "metrics.json", "report.html")
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).parts[0] in names
    }


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("webclipper")
    done(folder)
    return folder


def test_every_record_has_a_line_with_what_became_of_it(run: Path) -> None:
    told = lines(run / "trajectories.jsonl")
    assert [one["id"] for one in told] == [json.loads(line)["id"] for line in RUNS.open("rb")]
    states = Counter(str(one["state"]) for one in told)
    assert set(states) == {"pruned", "whole", "left out"}
    for one in told:
        if one["state"] == "pruned":
            kept, dropped = one["kept"], one["dropped"]
            assert isinstance(kept, list)
            assert isinstance(dropped, list)
            numbers = sorted([*kept, *(each["round"] for each in dropped)])
            assert numbers == list(range(1, 1 + int(str(one["rounds"]))))
            assert all(each["why"] for each in dropped)


def test_circles_and_dead_ends_of_the_first_question(run: Path) -> None:
    """Run 2 asks twice in the same words and once in others, and reads a page twice."""
    told = {one["id"]: one for one in lines(run / "trajectories.jsonl")}
    circles = told["q02-run2"]
    assert {3, 5} <= set(circles["kept"])  # type: ignore[call-overload]
    assert {each["round"] for each in circles["dropped"]} >= {2, 4, 7}  # type: ignore[attr-defined]


def test_sets_hold_what_the_lines_say(run: Path) -> None:
    states = {one["id"]: one["state"] for one in lines(run / "trajectories.jsonl")}
    eff = [one["id"] for one in lines(run / "datasets" / "eff.jsonl")]
    hybrid = [one["id"] for one in lines(run / "datasets" / "hybrid.jsonl")]
    assert eff == [name for name, state in states.items() if state == "pruned"]
    assert set(hybrid) > set(eff)
    assert {states[name] for name in set(hybrid) - set(eff)} == {"whole"}
    asked = [
        {str(name).partition("-")[0] for name in names} for names in (eff, set(hybrid) - set(eff))
    ]
    assert not asked[0] & asked[1]


def test_training_data_are_conversations(run: Path) -> None:
    for row in lines(run / "datasets" / "eff.jsonl"):
        messages = row["messages"]
        assert isinstance(messages, list)
        roles = [message["role"] for message in messages]
        assert roles[:2] == ["system", "user"]
        assert roles[-1] == "assistant"
        called = [call["id"] for message in messages for call in message.get("tool_calls", [])]
        assert [one["tool_call_id"] for one in messages if one["role"] == "tool"] == called
        assert {tool["function"]["name"] for tool in row["tools"]} == {"search", "visit"}  # type: ignore[attr-defined]


def test_the_manifest_adds_up(run: Path) -> None:
    manifest = json.loads((run / "datasets" / "manifest.json").read_text("utf-8"))
    assert manifest["files"][0]["records"] == 64
    assert manifest["taken"] + sum(manifest["left_out"].values()) == 64
    for name in ("eff", "hybrid", "unpruned_distill"):
        assert manifest["sets"][name]["examples"] == len(lines(run / "datasets" / f"{name}.jsonl"))
    assert manifest["sets"]["eff"]["tokens_saved"] > 0


def test_pages_are_linked_and_load_nothing(run: Path) -> None:
    report = (run / "report.html").read_text("utf-8")
    pages = sorted(path.name for path in (run / "pages").iterdir())
    assert pages
    for name in pages:
        assert f'href="pages/{name}"' in report
        page = (run / "pages" / name).read_text("utf-8")
        assert "<svg" in page
        assert "http" not in page.replace("http-equiv", "")


def test_nothing_is_left_of_the_work(run: Path) -> None:
    assert not (run / "work").exists()


@pytest.mark.parametrize(
    "engine",
    [
        EngineSettings(workers=2),
        EngineSettings(workers=4),
        EngineSettings(where=Where.ray, workers=2),
    ],
    ids=["two", "four", "ray"],
)
def test_the_same_bytes_from_any_workers(run: Path, tmp_path: Path, engine: EngineSettings) -> None:
    done(tmp_path, engine=engine)
    assert written(tmp_path) == written(run)


def launch(folder: Path, runs: Path) -> list[str]:
    return [
        sys.executable, "-m", "common.launch", "+experiment=webclipper", "tracking=none",
        f"folder={folder}", f"input=[{runs}]", "method.report.pages=5",
    ]  # fmt: skip


def test_a_killed_run_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    runs = tmp_path / "many.jsonl"
    text = RUNS.read_text("utf-8")
    runs.write_text("".join(text.replace('"id": "q', f'"id": "{n}q') for n in range(10)), "utf-8")
    killed, undisturbed = tmp_path / "killed", tmp_path / "undisturbed"
    process = subprocess.Popen(launch(killed, runs), stdout=subprocess.DEVNULL)
    while process.poll() is None and results_in(killed / "work" / "ledger.sqlite") < 64:
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert not (killed / "datasets").exists()
    before = results_in(killed / "work" / "ledger.sqlite")
    assert 64 <= before < 320
    told = subprocess.run(launch(killed, runs), capture_output=True, text=True, check=True)
    assert f"resumed: {before} runs are done already" in told.stdout
    subprocess.run(launch(undisturbed, runs), capture_output=True, check=True)
    assert written(killed) == written(undisturbed)
    assert {"metrics.json", "report.html", "datasets/eff.jsonl"} <= set(written(killed))


def results_in(ledger: Path) -> int:
    if not ledger.is_file():
        return 0
    connection = sqlite3.connect(ledger)
    try:
        return int(connection.execute("SELECT COUNT(*) FROM results").fetchone()[0])
    except sqlite3.OperationalError:  # it is being made
        return 0
    finally:
        connection.close()


def test_other_settings_begin_anew(tmp_path: Path) -> None:
    first = done(tmp_path, report=ReportSettings(pages=0))
    second = done(tmp_path, pruner=PrunerSettings(builder=Builder.graph))
    assert first["rounds"] != second["rounds"]


BAD = [
    b'{"broken": ',
    b'{"question": "Who?", "steps": [], "answer": null, "success": true, "id": "unfinished"}',
    b'{"question": "Who?", "steps": [{"thought": "t", "tool": "search", "args": {}, "obs": null}],'
    b' "answer": "She", "success": true, "id": "silent"}',
    b'{"question": "Who?", "steps": [], "answer": "x", "success": true, "id": "twice"}',
    b'{"question": "Who?", "steps": [], "answer": "x", "success": true, "id": "twice"}',
    b'{"question": "Who?", "steps": [], "answer": "y", "success": true, "id": "twice"}',
    b'{"question": "Who else?", "steps": [], "answer": "She", "id": "unjudged"}',
    b'{"unknown": 1}',
    b'{"question": "Who?", "steps": [{"thought": "", "tool": "read", "args": {}, "obs": "'
    + b"word " * 1_000_000
    + b'"}], "answer": "She", "success": false, "id": "huge"}',
]


def test_bad_input_costs_only_itself(tmp_path: Path) -> None:
    runs = tmp_path / "bad.jsonl"
    runs.write_bytes(b"\n".join(BAD))
    everything = FilterSettings(max_pass_rate=1.0, unjudged=Unjudged.take)
    metrics = done(tmp_path / "run", input=[str(runs)], filter=everything)
    told = lines(tmp_path / "run" / "trajectories.jsonl")
    assert [(one["id"], one["state"], str(one["reason"])[:16]) for one in told] == [
        ("", "refused", "line 1: broken J"),
        ("unfinished", "whole", ""),
        ("silent", "pruned", ""),
        ("twice", "whole", ""),
        ("twice", "left out", "duplicate"),
        ("twice#2", "whole", ""),
        ("unjudged", "whole", ""),
        ("", "refused", "line 8: no known"),
        ("huge", "left out", "wrong answer"),
    ]
    assert (metrics["records"], metrics["refused"]) == (9, 2)


def test_five_megabytes_are_pruned_in_seconds(tmp_path: Path) -> None:
    runs = tmp_path / "huge.jsonl"
    runs.write_bytes(BAD[-1].replace(b"false", b"true"))
    started = time.process_time()
    done(tmp_path / "run", input=[str(runs)], filter=FilterSettings(max_pass_rate=1.0))
    assert time.process_time() - started < 20
    assert lines(tmp_path / "run" / "trajectories.jsonl")[0]["state"] in ("whole", "pruned")


def test_the_wrong_format_is_refused_record_by_record(tmp_path: Path) -> None:
    from trajprune.formats import Format

    metrics = done(tmp_path, format=Format.swe_agent)
    assert metrics["refused"] == 64
    manifest = json.loads((tmp_path / "datasets" / "manifest.json").read_text("utf-8"))
    assert manifest["files"][0]["reasons"][0] == "line 1: trajectory must be a list, not nothing"


def test_tagged_training_data(tmp_path: Path) -> None:
    done(tmp_path, dataset=DatasetSettings(spelling=Spelling.tagged))
    messages = lines(tmp_path / "datasets" / "eff.jsonl")[0]["messages"]
    assert isinstance(messages, list)
    assert messages[2]["content"].startswith("<think>\n")
    assert messages[3]["role"] == "user"
    assert messages[3]["content"].startswith("<tool_response>\n")


def test_a_role_for_a_model_needs_a_model() -> None:
    from trajprune.experiment.settings import JudgeSettings, Player

    with pytest.raises(ValueError, match="choose one, such as llm=openai"):
        WebClipper(judge=JudgeSettings(player=Player.llm))


def test_rules_do_not_vote() -> None:
    from trajprune.experiment.settings import VoteSettings

    with pytest.raises(ValueError, match=r"vote\.votes must be 1 with builder=safe, not 3"):
        PrunerSettings(vote=VoteSettings(votes=3, quorum=2))
    with pytest.raises(ValueError, match="quorum must lie in"):
        VoteSettings(votes=3, quorum=4)


def test_what_another_batch_drew_into_the_folder_is_taken_away(tmp_path: Path) -> None:
    done(tmp_path)
    assert len(list((tmp_path / "pages").iterdir())) > 3
    done(tmp_path, report=ReportSettings(pages=2))
    assert len(list((tmp_path / "pages").iterdir())) == 2
    done(tmp_path, input=str(tmp_path / "datasets" / "eff.jsonl"))
    assert not list((tmp_path / "charts").iterdir())


def test_a_judge_that_failed_is_asked_again_when_the_batch_goes_on(tmp_path: Path) -> None:
    def survey(judge: Judge, skip: Marks | None = None) -> list[Done]:
        work = SurveyWork(format=None, judge=judge)
        batch = Batch(files=[file], read=read_records, work=work, skip=skip or Marks(()), threads=1)
        return list(stream(batch, EngineSettings()))

    file = tmp_path / "runs.jsonl"
    run = {"question": "Who?", "rounds": [], "answer": "She", "gold": ["she"]}
    file.write_text(json.dumps({**run, "success": True}) + "\n" + json.dumps(run) + "\n")
    ledger = Ledger(tmp_path / "ledger.sqlite", "same")
    list(ledger.add_survey(survey(LLMJudge(ScriptedLLM([ServerFailed("500")])))))
    assert [one.refused for one in ledger.survey()] == [None, "no verdict: line 2: 500"]
    ledger.close(remove=False)
    resumed = Ledger(tmp_path / "ledger.sqlite", "same")
    answer = ScriptedLLM(['{"reason": "", "right": true}'])
    list(resumed.add_survey(survey(LLMJudge(answer), resumed.surveyed())))
    assert [one.correct for one in resumed.survey()] == [True, True]
    assert len(answer.calls) == 1
