"""Tasks x planners -> episodes in one guarded browser -> traces and outcomes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from common.egress.chromium import chromium_flags
from common.egress.proxy import EgressProxy
from common.eval.task_judge import judge_task
from common.files import JsonLines
from common.llm import LLMError
from common.run import Run
from common.secrets import Secrets
from domprune.act import execute
from domprune.episode import Ending, Episode, Step
from domprune.experiment.gather import file_name
from domprune.experiment.kept import read_kept
from domprune.experiment.live.draw import draw_step
from domprune.experiment.live.outcomes import LiveOutcome, outcome_of
from domprune.experiment.live_roles import LiveRoles
from domprune.experiment.settings import PlannerRole
from domprune.guard.policy import PolicyGuard
from domprune.live.loop import Agent, Limits, drive
from domprune.live.session import Session
from domprune.page.browser import Browser
from domprune.page.errors import PageError
from domprune.render import render
from domprune.sample import PAGES
from domprune.sample_live import TASKS
from domprune.sample_live.database import Database
from domprune.sample_live.oracle import OraclePlanner
from domprune.sample_live.server import serving
from domprune.sample_live.tasks import read_tasks, unmet
from domprune.trace.page import Trace
from domprune.types import SubTask

if TYPE_CHECKING:
    from domprune.experiment.live import Prune4WebLive

TOLD_MILLISECONDS = 100
"""How long the server is given to hear of the last click before the final state is checked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A task to do: where it starts, its right steps if they are known, and how it is checked.

    `reset` makes a fresh start; `missing` says what is not done, None where nobody can say.
    """

    id: str
    task: str
    url: str
    told: str = "own"
    steps: Sequence[SubTask] = ()
    reset: Callable[[], None] = lambda: None
    missing: Callable[[], list[str]] | None = None


def do_tasks(settings: Prune4WebLive, run: Run) -> list[LiveOutcome]:
    """Do every task with every planner; a task that breaks down is counted, not raised.

    Tasks that the run's folder holds already are not done again.
    """
    roles = LiveRoles(settings, run)
    file = run.path("outcomes.jsonl")
    done = {outcome.key: outcome for outcome in read_kept(file, LiveOutcome)}
    if done:
        run.say(f"{len(done)} tasks were done before and are kept")
    lines, outcomes = JsonLines(file), []
    with _jobs(settings) as jobs, _guarded(settings, jobs, run) as (browser, guard):
        pairs = [(job, planner) for job in jobs for planner in settings.used_planners]
        for job, planner in run.progress(pairs, "tasks"):
            key = (planner.name, job.id, job.task)
            if key not in done:
                done[key] = _do(job, planner, settings, roles, browser, guard, run)
                lines.append(done[key])
            outcomes.append(done[key])
    return outcomes


@contextmanager
def _jobs(settings: Prune4WebLive) -> Iterator[list[Job]]:
    """The user's own task, or the sample's, served with their database."""
    if settings.task:
        yield [Job(id="task", task=settings.task, url=settings.url)]
        return
    database = Database()
    tasks = read_tasks(TASKS)[: settings.limit or None]
    with serving(PAGES, database) as address:
        yield [
            Job(
                id=task.id, task=task.task, url=f"{address}/{task.start}", told=task.told,
                steps=task.steps, reset=database.reset,
                missing=partial(unmet, task, database),
            )
            for task in tasks
        ]  # fmt: skip
    database.close()


@contextmanager
def _guarded(
    settings: Prune4WebLive, jobs: Sequence[Job], run: Run
) -> Iterator[tuple[Browser, PolicyGuard]]:
    """A browser whose only way out is the egress proxy, and the guard with the same rules."""
    rules = settings.guard.rules(*dict.fromkeys(urlsplit(job.url).netloc for job in jobs))
    secrets = Secrets.load(settings.guard.secrets)
    run.hide(secrets.written())
    with (
        EgressProxy(rules) as proxy,
        Browser(flags=chromium_flags(proxy.address), seconds=15.0) as browser,
    ):
        yield browser, PolicyGuard(rules, secrets)


def _do(
    job: Job,
    planner: PlannerRole,
    settings: Prune4WebLive,
    roles: LiveRoles,
    browser: Browser,
    guard: PolicyGuard,
    run: Run,
) -> LiveOutcome:
    job.reset()
    trace = Trace(draw_step, render)
    agent = _agent(job, planner, settings, roles)
    limits = Limits(steps=settings.steps, seconds=settings.seconds)
    episode = _driven(job, agent, limits, browser, guard, trace)
    done, reason = _verdict(job, episode, settings, roles, run)
    run.count(f"live/{episode.ending}")
    name = f"traces/{file_name(job.id)}-{planner.name}.html"
    verdict = {True: "done", False: "not done", None: ""}[done]
    path = trace.write(run.path(*name.split("/")), f"{job.id}, {planner.name}", episode, verdict)
    run.artifact(path)
    return outcome_of(
        episode, task=job.id, told=job.told, planner=planner.name, done=done, reason=reason,
        trace=name,
    )  # fmt: skip


def _agent(job: Job, planner: PlannerRole, settings: Prune4WebLive, roles: LiveRoles) -> Agent:
    if planner is PlannerRole.unified:
        return roles.unified()
    given = planner is PlannerRole.given
    return roles.agent(
        OraclePlanner(job.steps) if given else roles.planner(planner),
        roles.keyword_filter(settings.filter),
        roles.grounder(settings.grounder),
    )


def _driven(
    job: Job, agent: Agent, limits: Limits, browser: Browser, guard: PolicyGuard, trace: Trace
) -> Episode:
    """The episode; one without steps where not even the first page opens."""
    try:
        with Session(browser, execute, guard=guard) as session:
            session.open(job.url)
            return drive(job.task, session, agent, limits, trace.add)
    except PageError as error:
        broken = Step(number=1, error=f"{job.url} did not open: {error}")
        trace.add(broken)
        return Episode(task=job.task, steps=(broken,), ending=Ending.BROKEN, seconds=0.0)


def _verdict(
    job: Job, episode: Episode, settings: Prune4WebLive, roles: LiveRoles, run: Run
) -> tuple[bool | None, str]:
    """Whether the task was done: by its checks, else by the environment's reward, else judged."""
    if job.missing is not None:
        time.sleep(TOLD_MILLISECONDS / 1e3)
        missing = job.missing()
        return not missing, "; ".join(missing)
    if episode.reward is not None:
        return episode.reward > 0, ""
    if not settings.judge:
        return (False, "the agent gave up") if episode.ending is Ending.FAIL else (None, "")
    last = episode.steps[-3:]
    pictures = [step.seen.screenshot for step in last if step.seen and step.seen.screenshot]
    try:
        verdict = judge_task(roles.llm, job.task, [step.line for step in last], pictures)
    except LLMError as error:
        run.count("live/unjudged")
        return None, f"the judge gave no verdict: {error}"
    return verdict.right, verdict.reason
