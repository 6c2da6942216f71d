"""Questions x takes -> judged runs: many at once, resumable, failures counted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from common.eval.judge import Judge
from common.files import to_plain
from common.llm.errors import LLMError
from common.parallel import map_ordered
from common.run import Run
from common.trajectory import Trajectory
from trajprune.experiment.rollout.ledger import RunLedger
from trajprune.experiment.rollout.wiring import OpenAgent
from trajprune.rollout import LoopSettings, Question, Tool, roll_out
from trajprune.score import Runs, generated_tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be rolled out: every question once for every take.

    `about` is whatever else decides the runs; a ledger of other plans is not taken up.
    """

    questions: Sequence[Question]
    takes: Sequence[int]
    agent: OpenAgent
    tools: Mapping[str, Tool]
    loop: LoopSettings
    judge: Judge
    workers: int
    about: object
    title: str = "runs"


@dataclass(frozen=True, slots=True)
class _Job:
    question: Question
    take: int

    @property
    def id(self) -> str:
        return f"{self.question.id}-run{self.take + 1}"


def roll_all(plan: Plan, file: Path, run: Run) -> list[Trajectory]:
    """All runs of the plan in order, judged; those that failed are missing, counted and noted.

    `file` holds them afterwards. What an interrupted attempt has finished is not done again;
    failed runs and failed verdicts are. Raises RuntimeError where every single run failed.
    """
    jobs = [_Job(question, take) for question in plan.questions for take in plan.takes]
    ledger = RunLedger(file, _fingerprint(plan))
    if ledger.runs:
        run.say(f"{plan.title}: resumed, {len(ledger.runs):,} runs are there already")
    todo = [job for job in jobs if not _settled(ledger.runs.get(job.id))]

    def work(job: _Job) -> None:
        known = ledger.runs.get(job.id)
        ledger.add(_judged(known or _rolled(plan, job), plan.judge, run))

    failures = []
    outcomes = map_ordered(work, todo, plan.workers)
    for outcome in run.progress(outcomes, plan.title, total=len(todo)):
        if outcome.error is not None:
            failures.append(f"{outcome.item.id}: {type(outcome.error).__name__}: {outcome.error}")
            run.count("rollout/failed")
            run.note(f"rollout failed: {failures[-1]}")
    if len(failures) == len(jobs):
        raise RuntimeError(f"all {len(jobs)} runs failed; the first: {failures[0]}")
    return ledger.finish(job.id for job in jobs)


def figures_of(runs: Iterable[Trajectory]) -> Runs:
    """What counts of judged runs; tokens as they were counted, else estimated."""
    figures = Runs()
    for one in runs:
        if one.success is not None:
            figures.add(one.question, one.success, rounds_of(one), tokens_of(one))
    return figures


def rounds_of(run: Trajectory) -> int:
    """Rounds, which is what the paper's tables count: messages that call tools."""
    return len(run.rounds)


def tokens_of(run: Trajectory) -> int:
    """Generated tokens as the model's endpoint counted them, else estimated."""
    counted = run.meta.get("tokens")
    return counted if isinstance(counted, int) else generated_tokens(run)


def _rolled(plan: Plan, job: _Job) -> Trajectory:
    agent = plan.agent.of_take(job.take)
    done = roll_out(job.question, agent, plan.tools, plan.loop, id=job.id, system=plan.agent.system)
    return replace(done, source="rollout", meta={**done.meta, "take": job.take})


def _judged(one: Trajectory, judge: Judge, run: Run) -> Trajectory:
    """The run with its verdict; None where there is no gold answer or the judge failed."""
    if not one.gold:
        return one
    if not one.answer:
        return replace(one, success=False)
    try:
        return replace(one, success=judge.right(one.question, one.answer, one.gold))
    except LLMError as error:
        run.count("judge/failed")
        run.note(f"no verdict of {one.id}: {error}")
        return one


def _settled(one: Trajectory | None) -> bool:
    return one is not None and (one.success is not None or not one.gold)


def _fingerprint(plan: Plan) -> str:
    known = [
        [asdict(question) for question in plan.questions],
        list(plan.takes), plan.agent.system, list(plan.tools), to_plain(plan.loop),
        to_plain(plan.about),
    ]  # fmt: skip
    return json.dumps(known, sort_keys=True, default=str)
