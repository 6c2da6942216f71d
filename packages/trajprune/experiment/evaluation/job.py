"""Settings -> runs of every agent, metrics, the printed table and the report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING

from common.eval import Interval
from common.run import Run
from trajprune.experiment.evaluation.compare import Arm, compared
from trajprune.experiment.evaluation.report import write_evaluation
from trajprune.experiment.rollout.batch import Plan, roll_all
from trajprune.experiment.rollout.questions import read_questions
from trajprune.experiment.rollout.wiring import open_agent, open_judge, open_tools

if TYPE_CHECKING:
    from trajprune.experiment.evaluation import WebClipperEval


def evaluate(settings: WebClipperEval, run: Run) -> Mapping[str, object]:
    """Write runs/AGENT.jsonl and report.html; return the metrics."""
    arms = compared_agents(settings, run)
    for line in table_of(arms):
        run.say(line)
    for path in write_evaluation(arms, settings.loop.max_rounds, run.folder):
        run.artifact(path)
    return metrics_of(arms)


def compared_agents(settings: WebClipperEval, run: Run) -> list[Arm]:
    """The figures of every agent on the same questions, tools, judge and seeds."""
    questions = read_questions(settings.questions, settings.limit)
    tools = open_tools(settings.search)
    judge = open_judge(settings.judge, settings.judge_llm, run)
    runs = {}
    for name, agent in settings.agents.items():
        plan = Plan(
            questions=questions,
            takes=range(settings.seeds),
            agent=open_agent(agent, tools, run),
            tools=tools,
            loop=settings.loop,
            judge=judge,
            workers=settings.workers,
            about=[agent, settings.search, settings.judge, run.seed],
            title=name,
        )
        runs[name] = roll_all(plan, run.path("runs", f"{name}.jsonl"), run)
    return compared(runs, len(questions) * settings.seeds, settings.score, run.seed)


def metrics_of(arms: Sequence[Arm]) -> dict[str, object]:
    """What becomes metrics.json."""
    found: dict[str, object] = {
        "questions": arms[0].scores.questions,
        "seeds": len(arms[0].by_seed),
    }
    for arm in arms:
        found[arm.name] = {
            **{one.name: getattr(arm.scores, one.name) for one in fields(arm.scores)},
            "by_seed": arm.by_seed, "without_own_end": arm.forced,
            "failed": arm.failed, "difference": arm.difference,
        }  # fmt: skip
    return found


def table_of(arms: Sequence[Arm]) -> Iterator[str]:
    """The printed table: means with their 95 % intervals, then what differs from the first."""
    first = arms[0].scores
    yield (
        f"{first.questions} questions x {len(arms[0].by_seed)} seeds,"
        f" Max_Rounds {first.max_rounds}; in brackets 95 % intervals, bootstrap over questions"
    )
    heads = ("Acc %", "Rounds", "Tokens", "F-AE %")
    yield f"{'agent':<18}" + "".join(f"{head:>23}" for head in heads) + "   Acc % by seed"
    for arm in arms:
        one = arm.scores
        cells = [
            _told(one.accuracy, 100),
            _told(one.rounds),
            _told(one.tokens),
            _told(one.f_ae, 100),
        ]
        seeds = " ".join(f"{100 * accuracy:.1f}" for accuracy in arm.by_seed)
        yield f"{arm.name:<18}" + "".join(f"{cell:>23}" for cell in cells) + f"   {seeds}"
    for arm in arms:
        if arm.difference is not None:
            gap = arm.difference
            cells = [_told(gap.accuracy, 100), _told(gap.rounds), _told(gap.tokens)]
            name = f"{arm.name} - {arms[0].name}"
            yield f"{name:<18}" + "".join(f"{cell:>23}" for cell in cells)
        if arm.failed:
            yield f"{arm.name}: {arm.failed} runs failed or have no verdict; they are left out"


def _told(value: Interval, by: float = 1.0) -> str:
    return f"{by * value.mean:.2f} [{by * value.low:.2f}, {by * value.high:.2f}]"
