"""Questions x takes: files, resumption, failures, and what the rules find in the sample world."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from common.eval.judge import RulesJudge
from common.llm import LLMError
from common.llm.errors import ServerFailed
from common.run import Run
from common.trajectory import Trajectory
from trajprune import sample
from trajprune.experiment import WebClipper
from trajprune.experiment.evaluation import WebClipperEval
from trajprune.experiment.evaluation.compare import compared
from trajprune.experiment.rollout import WebClipperRollout
from trajprune.experiment.rollout.batch import Plan, roll_all
from trajprune.experiment.rollout.questions import read_questions
from trajprune.experiment.rollout.settings import AgentSettings, SearchSettings
from trajprune.experiment.rollout.wiring import OpenAgent, open_tools
from trajprune.formats import find_files, read_records
from trajprune.rollout import LoopSettings, Question, Said
from trajprune.score.scores import ScoreSettings

QUESTIONS = [Question(id=f"q{n}", text=f"What is {n}?", gold=(str(n),)) for n in range(4)]


class Answers:
    """Answers every question at once, by a function of the run's id; counts how often."""

    def __init__(self, answer: Callable[[str], str | Exception]) -> None:
        self.asked: list[str] = []
        self._answer = answer

    def speak(self, run: Trajectory, *, must_answer: bool) -> Said:
        self.asked.append(run.id)
        answer = self._answer(run.id)
        if isinstance(answer, Exception):
            raise answer
        return Said(thought="known", answer=answer, tokens=7)


def plan(agent: Answers, judge: object = None, takes: int = 2) -> Plan:
    return Plan(
        questions=QUESTIONS, takes=range(takes), tools={},
        agent=OpenAgent(of_take=lambda _: agent, system=""),
        loop=LoopSettings(), judge=judge or RulesJudge(),  # type: ignore[arg-type]
        workers=2, about="test",
    )  # fmt: skip


def right(id_: str) -> str:
    return id_[1]


def test_every_question_is_run_once_a_take_and_judged(tmp_path: Path) -> None:
    agent = Answers(lambda id_: "1")
    found = roll_all(plan(agent), tmp_path / "runs.jsonl", Run(tmp_path))
    assert [one.id for one in found] == [f"q{n}-run{k}" for n in range(4) for k in (1, 2)]
    assert [one.success for one in found] == [False] * 2 + [True] * 2 + [False] * 4
    assert found[0].meta == {"ended": "answer", "tokens": 7, "take": 0}
    lines = (tmp_path / "runs.jsonl").read_text().splitlines()
    assert [json.loads(line)["id"] for line in lines] == [one.id for one in found]


def test_failed_runs_are_counted_and_done_again_the_others_are_not(tmp_path: Path) -> None:
    run = Run(tmp_path)
    weak = Answers(lambda id_: ServerFailed("500") if id_.startswith("q2") else right(id_))
    found = roll_all(plan(weak), tmp_path / "runs.jsonl", run)
    assert len(found) == 6
    assert run.counts()["rollout/failed"] == 2
    strong = Answers(right)
    again = roll_all(plan(strong), tmp_path / "runs.jsonl", Run(tmp_path))
    assert sorted(strong.asked) == ["q2-run1", "q2-run2"]
    assert [one.id for one in again] == [f"q{n}-run{k}" for n in range(4) for k in (1, 2)]


def test_a_failed_verdict_is_asked_for_again_without_a_new_run(tmp_path: Path) -> None:
    class Judge:
        def __init__(self, fails: bool) -> None:
            self.fails = fails

        def right(self, question: str, answer: str, gold: Sequence[str]) -> bool:
            if self.fails:
                raise LLMError("no verdict")
            return answer in gold

    run = Run(tmp_path)
    found = roll_all(plan(Answers(right), Judge(True)), tmp_path / "runs.jsonl", run)
    assert [one.success for one in found] == [None] * 8
    assert run.counts()["judge/failed"] == 8
    idle = Answers(right)
    again = roll_all(plan(idle, Judge(False)), tmp_path / "runs.jsonl", Run(tmp_path))
    assert idle.asked == []
    assert [one.success for one in again] == [True] * 8


def test_where_every_run_fails_the_reason_is_told(tmp_path: Path) -> None:
    with pytest.raises(
        RuntimeError, match="all 8 runs failed; the first: q0-run1: ServerFailed: 500"
    ):
        roll_all(plan(Answers(lambda _: ServerFailed("500"))), tmp_path / "r.jsonl", Run(tmp_path))


def test_what_is_whole_is_not_done_again(tmp_path: Path) -> None:
    first = roll_all(plan(Answers(right)), tmp_path / "runs.jsonl", Run(tmp_path))
    idle = Answers(right)
    assert roll_all(plan(idle), tmp_path / "runs.jsonl", Run(tmp_path)) == first
    assert idle.asked == []


def test_another_plan_does_not_take_up_what_was_left(tmp_path: Path) -> None:
    half = Answers(lambda id_: ServerFailed("x") if id_ > "q1" else right(id_))
    roll_all(plan(half), tmp_path / "runs.jsonl", Run(tmp_path))
    other = Answers(right)
    roll_all(replace(plan(other), about="other"), tmp_path / "runs.jsonl", Run(tmp_path))
    assert len(other.asked) == 8


def test_a_line_that_a_kill_has_cut_is_done_again(tmp_path: Path) -> None:
    roll_all(plan(Answers(right)), tmp_path / "runs.jsonl", Run(tmp_path))
    part = tmp_path / "runs.part.jsonl"
    (tmp_path / "runs.jsonl").rename(part)
    part.write_bytes(part.read_bytes()[:-20])
    again = Answers(right)
    assert len(roll_all(plan(again), tmp_path / "runs.jsonl", Run(tmp_path))) == 8
    assert again.asked == ["q3-run2"]
    assert not part.exists()


def test_the_rules_agent_finds_most_of_the_sample_and_wandering_costs_it(tmp_path: Path) -> None:
    metrics = WebClipperEval(
        agents={"straight": AgentSettings(wander=0.0), "wanders": AgentSettings(wander=0.6)}
    ).run(Run(tmp_path))
    straight, wanders = metrics["straight"], metrics["wanders"]
    assert isinstance(straight, dict)
    assert isinstance(wanders, dict)
    assert straight["accuracy"].mean >= 0.5
    assert straight["accuracy"].mean > wanders["accuracy"].mean
    assert wanders["difference"].rounds.low > 0
    assert (tmp_path / "report.html").is_file()


def test_rolled_out_runs_are_what_webclipper_reads(tmp_path: Path) -> None:
    metrics = WebClipperRollout().run(Run(tmp_path / "a"))
    again = WebClipperRollout().run(Run(tmp_path / "b"))
    runs = tmp_path / "a" / "runs.jsonl"
    assert runs.read_bytes() == (tmp_path / "b" / "runs.jsonl").read_bytes()
    assert metrics == again
    pruned = WebClipper(input=str(runs)).run(Run(tmp_path / "c"))
    assert isinstance(pruned["runs"], dict)
    assert pruned["refused"] == 0
    assert pruned["runs"]["pruned"] >= 10
    assert len(list(read_records(find_files([str(runs)])[0]))) == 64


def test_the_command_works_from_end_to_end(tmp_path: Path, project: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "common.launch", "+experiment=webclipper_rollout", "tracking=none",
         f"folder={tmp_path / 'r'}", "method.runs=1", "method.limit=3",
         "search.tools=[search,visit]"],
        capture_output=True, text=True, check=False, cwd=project,
        env={**os.environ, "PYTHONPATH": str(project / "packages")},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert json.loads((tmp_path / "r" / "metrics.json").read_text())["runs"] == 3


def test_the_sample_s_world_holds_every_answer() -> None:
    pages = sample.CORPUS.read_text("utf-8").lower()
    for question in read_questions(""):
        assert any(gold.lower() in pages for gold in question.gold), question


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("[]", ':1: a question needs "question"'),
        ('{"question": " "}', ':1: a question needs "question"'),
        ("{", ":1: "),
        ('{"id": "a", "question": "b"}\n{"id": "a", "question": "c"}', ":2: a second question"),
        ("", "holds none"),
    ],
)
def test_a_line_that_is_no_question_is_named(tmp_path: Path, line: str, told: str) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text(line + "\n")
    with pytest.raises(ValueError, match=told):
        read_questions(str(file))


def test_answers_may_be_one_or_several(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text(
        '{"question": "a", "answer": "x"}\n{"question": "b", "answers": ["y", "z"]}\n'
        '{"question": "c"}\n'
    )
    assert [one.gold for one in read_questions(str(file))] == [("x",), ("y", "z"), ()]
    assert [one.id for one in read_questions(str(file), 2)] == ["q-1", "q-2"]


def test_tools_are_those_that_are_named(tmp_path: Path) -> None:
    assert list(open_tools(SearchSettings())) == ["search", "visit", "python"]
    with pytest.raises(ValueError, match="tools must name"):
        SearchSettings(tools=[])


def made(id_: str, take: int, rounds: int, success: bool) -> Trajectory:
    from common.trajectory import Round

    return Trajectory(
        id=f"{id_}-run{take + 1}", question=id_, success=success, answer="a", gold=("a",),
        rounds=tuple(Round(number=n + 1, thought="", calls=()) for n in range(rounds)),
        meta={"take": take, "tokens": 10 * rounds, "ended": "answer"},
    )  # fmt: skip


def test_agents_are_compared_run_by_run() -> None:
    runs: Mapping[str, Sequence[Trajectory]] = {
        "before": [made("q1", 0, 6, True), made("q1", 1, 4, False), made("q2", 0, 8, True)],
        "after": [made("q1", 0, 3, True), made("q2", 0, 2, False)],
    }
    before, after = compared(runs, 4, ScoreSettings(max_rounds=10), seed=0)
    assert before.scores.rounds.mean == 6
    assert before.by_seed == [1.0, 0.0]
    assert (before.failed, after.failed) == (1, 2)
    assert before.difference is None
    assert after.difference is not None
    assert after.difference.rounds.mean == -4.5  # (3 - 6 + 2 - 8) / 2
    assert after.difference.accuracy.mean == -0.5
    assert after.difference.tokens.mean == -45
    # E = 1 - 2.5/10, Acc = 0.5
    assert after.scores.f_ae.mean == pytest.approx(2 * 0.5 * 0.75 / 1.25)
    assert [before.accuracy_within(b) for b in (0, 5, 6, 8)] == [0, 0, 1 / 3, 2 / 3]
