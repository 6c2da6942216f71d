"""The benchmark as a run: both agents, their figures, the report; a broken page; going on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from common.run import Run
from domprune.experiment.kept import read_kept
from domprune.experiment.miniwob import MiniWob
from domprune.experiment.miniwob.figures import metrics_of, table_of
from domprune.experiment.miniwob.outcome import MiniWobOutcome
from domprune.experiment.settings import PlannerRole, RolesSettings

TASKS = ["enter-date", "click-shades"]


def outcome(task: str, *, raw: float, agent: str = "rules", **more: object) -> MiniWobOutcome:
    fields: dict[str, object] = {
        "task": task, "half": "tuned on", "beyond": "", "agent": agent, "seed": 0, "said": "Do it",
        "ending": "environment", "ended": True, "raw": raw, "scaled": raw, "success": raw == 1.0,
        "steps": 1, "failed_steps": 0, "seconds": 1.0, "prompt_tokens": 0, **more,
    }  # fmt: skip
    return MiniWobOutcome(**fields)  # type: ignore[arg-type]


def mean(figures: object, name: str) -> float:
    assert isinstance(figures, Mapping)
    return float(figures[name].mean)


def test_both_agents_do_the_tasks_with_the_pages_own_rewards(tmp_path: Path) -> None:
    run = Run(tmp_path)
    metrics = MiniWob(tasks=TASKS, episodes=1, first_seed=1).run(run)
    assert mean(metrics["rules"], "success") == 1.0
    assert mean(metrics["oracle"], "success") == 1.0
    assert mean(metrics["oracle"], "grounding") == 1.0
    page = (tmp_path / "report.html").read_text("utf-8")
    assert all(task in page for task in TASKS)
    assert run.counts() == {"miniwob/rules/environment": 2.0, "miniwob/oracle/environment": 2.0}


def test_episodes_done_before_are_kept(tmp_path: Path) -> None:
    kept = outcome("click-test", raw=0.25, ended=False)
    with (tmp_path / "episodes.jsonl").open("w") as file:
        file.write(json.dumps({**vars_of(kept)}) + '\n{"task": "cut o')
    run = Run(tmp_path)
    metrics = MiniWob(tasks=["click-test"], episodes=1).run(run)
    assert mean(metrics["rules"], "reward") == 0.25
    assert run.counts() == {"miniwob/oracle/environment": 1.0}


def vars_of(one: MiniWobOutcome) -> dict[str, object]:
    return {name: getattr(one, name) for name in MiniWobOutcome.__slots__}


def test_a_cut_off_line_is_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "episodes.jsonl"
    file.write_text(json.dumps(vars_of(outcome("a", raw=1.0))) + '\n{"task": "b"}\n{"ta')
    assert [one.task for one in read_kept(file, MiniWobOutcome)] == ["a"]
    assert list(read_kept(tmp_path / "none.jsonl", MiniWobOutcome)) == []


def test_a_reward_is_counted_in_two_ways() -> None:
    outcomes = [outcome("a", raw=1.0), outcome("b", raw=-1.0), outcome("c", raw=0.5)]
    rules = metrics_of(outcomes, seed=0)["rules"]
    assert mean(rules, "reward") == 0.5
    assert mean(rules, "raw_reward") == pytest.approx(0.5 / 3)
    assert mean(rules, "success") == pytest.approx(1 / 3)
    assert mean(rules, "reward_tuned_half") == 0.5
    assert "reward_held_out_half" not in dict(rules)  # type: ignore[call-overload]


def test_grounding_is_a_share_of_steps_and_a_mean_of_tasks() -> None:
    outcomes = [
        outcome("a", raw=1.0, agent="oracle", grounded=1, measured=1),
        outcome("b", raw=0.0, agent="oracle", grounded=1, measured=3),
    ]
    figures = metrics_of(outcomes, seed=0)["oracle"]
    assert mean(figures, "grounding") == 0.5
    assert mean(figures, "grounding_by_task") == pytest.approx((1 + 1 / 3) / 2)


def test_the_table_has_a_line_a_task_and_one_for_all() -> None:
    lines = table_of([outcome("a", raw=1.0), outcome("b", raw=-1.0)])
    assert [line.split()[:2] for line in lines[1:]] == [
        ["a", "rules"],
        ["b", "rules"],
        ["ALL", "TASKS"],
    ]


def test_unknown_tasks_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"tasks names \['click-nothing'\], which MiniWoB"):
        MiniWob(tasks=["click-nothing"]).run(Run(tmp_path))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"episodes": 0}, "episodes must be at least 1"),
        ({"steps": 0}, "steps must be at least 1"),
        ({"seconds": -1.0}, "seconds must be 0"),
        ({"roles": RolesSettings(planner=PlannerRole.llm)}, "roles ask a language model"),
    ],
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        MiniWob(**wrong)  # type: ignore[arg-type]
