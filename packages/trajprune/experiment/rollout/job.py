"""Settings -> runs.jsonl in the run's folder, and its figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from common.run import Run
from common.trajectory import Trajectory
from trajprune.experiment.rollout.batch import Plan, figures_of, roll_all
from trajprune.experiment.rollout.questions import read_questions
from trajprune.experiment.rollout.wiring import open_agent, open_judge, open_tools
from trajprune.score import Scores, score

if TYPE_CHECKING:
    from trajprune.experiment.rollout import WebClipperRollout


def roll_out_questions(settings: WebClipperRollout, run: Run) -> Mapping[str, object]:
    """Write runs.jsonl; return the metrics."""
    runs = rolled(settings, run)
    path = run.artifact(run.path("runs.jsonl"))
    figures = figures_of(runs)
    ends = Counter(str(one.meta.get("ended")) for one in runs)
    metrics: dict[str, object] = {"runs": len(runs), "ended": dict(ends.most_common())}
    if figures:
        found = score(figures, settings.score, run.seed)
        run.say(f"{len(runs):,} runs of {found.questions:,} questions: {told(found)}")
        metrics |= {"scores": found, "pass_rates": _pass_rates(runs)}
    run.say(f"next: python -m common.launch +experiment=webclipper input={path}")
    return metrics


def rolled(settings: WebClipperRollout, run: Run) -> Sequence[Trajectory]:
    """The judged runs, in runs.jsonl too."""
    tools = open_tools(settings.search)
    plan = Plan(
        questions=read_questions(settings.questions, settings.limit),
        takes=range(settings.runs),
        agent=open_agent(settings.agent, tools, run),
        tools=tools,
        loop=settings.loop,
        judge=open_judge(settings.judge, settings.judge_llm, run),
        workers=settings.workers,
        about=[settings.agent, settings.search, settings.judge, run.seed],
    )
    return roll_all(plan, run.path("runs.jsonl"), run)


def told(found: Scores) -> str:
    """The scores as one line."""
    return (
        f"Acc {100 * found.accuracy.mean:.1f} %, Rounds {found.rounds.mean:.2f},"
        f" Tokens {found.tokens.mean:,.0f}, F-AE {found.f_ae.mean:.3f} at {found.max_rounds} rounds"
    )


def _pass_rates(runs: Sequence[Trajectory]) -> dict[str, int]:
    """How many questions were answered by how many of their runs."""
    right: Counter[str] = Counter()
    for one in runs:
        right[one.question] += bool(one.success)
    return {f"{count} right": number for count, number in sorted(Counter(right.values()).items())}
