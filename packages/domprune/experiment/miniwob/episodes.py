"""Tasks x seeds x agents -> episodes in one browser -> outcomes, the ones done before kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from common.files import JsonLines
from common.run import Run
from common.tokens import estimated_tokens
from domprune.act import execute
from domprune.data.halves import half_of
from domprune.episode import Ending, Episode
from domprune.experiment.kept import read_kept
from domprune.experiment.live_roles import LiveRoles
from domprune.experiment.miniwob.outcome import MiniWobOutcome
from domprune.experiment.miniwob.wiring import ORACLE, AgentSettings, agent_for, agents_of
from domprune.live.loop import Limits, drive
from domprune.miniwob.environment import MiniWobEnvironment
from domprune.miniwob.episode import standing
from domprune.miniwob.pages import all_tasks, pages_folder
from domprune.miniwob.types import Standing, Task
from domprune.page.browser import Browser, Page
from domprune.page.errors import PageError
from domprune.page.serve import serving

if TYPE_CHECKING:
    from domprune.experiment.miniwob import MiniWob

BROWSER_SECONDS = 10.0
"""How long one call to a page may take."""
LONGEST_SECONDS = 600.0
"""How long an episode may take by our clock; the page's own limit is far below it."""


@dataclass(frozen=True, slots=True)
class Job:
    """One episode to do."""

    task: Task
    agent: AgentSettings
    seed: int


@dataclass(slots=True)
class Browsing:
    """One browser with one page, which is replaced where it broke."""

    browser: Browser
    address: str
    _page: Page | None = field(default=None)

    def page(self) -> Page:
        """The page, opened at the first call and after it was dropped."""
        if self._page is None:
            self._page = self.browser.open(url="about:blank")
        return self._page

    def drop(self) -> None:
        """Close the page, so that the next episode gets a new one."""
        if self._page is not None:
            self.browser.close(self._page)
            self._page = None


def do_episodes(settings: MiniWob, run: Run) -> list[MiniWobOutcome]:
    """Do every episode; one that breaks is counted and kept as such, never raised.

    Episodes that the run's folder holds already are not done again.
    """
    file = run.path("episodes.jsonl")
    done = {outcome.key: outcome for outcome in read_kept(file, MiniWobOutcome)}
    lines, roles = JsonLines(file), LiveRoles(settings, run)
    jobs = _jobs(settings)
    if done:
        run.say(f"{len(done)} episodes were done before and are kept")
    outcomes = []
    with _browsing() as browsing:
        for job in run.progress(jobs, "episodes"):
            key = (job.agent.name, job.task.name, job.seed)
            if key not in done:
                done[key] = _do(job, settings, roles, browsing, run)
                lines.append(done[key])
            outcomes.append(done[key])
    return outcomes


@contextmanager
def _browsing() -> Iterator[Browsing]:
    with serving(pages_folder()) as address, Browser(seconds=BROWSER_SECONDS) as browser:
        yield Browsing(browser, address)


def _jobs(settings: MiniWob) -> list[Job]:
    """All episodes, the agents side by side; the oracle only where it can know the steps."""
    tasks = _chosen(settings.tasks)
    seeds = range(settings.first_seed, settings.first_seed + settings.episodes)
    return [
        Job(task, agent, seed)
        for task in tasks
        for seed in seeds
        for agent in agents_of(settings)
        if not (agent.name == ORACLE and task.beyond)
    ]


def _chosen(names: Sequence[str]) -> Sequence[Task]:
    tasks = all_tasks(pages_folder())
    unknown = sorted(set(names) - {task.name for task in tasks})
    if unknown:
        raise ValueError(f"tasks names {unknown}, which MiniWoB++ does not have")
    return [task for task in tasks if not names or task.name in names]


def _do(
    job: Job, settings: MiniWob, roles: LiveRoles, browsing: Browsing, run: Run
) -> MiniWobOutcome:
    """Do one episode; where the page cannot be brought to start or breaks down, say so."""
    told, episode, stands = "", None, Standing(done=False)
    grounding = (0, 0)
    try:
        environment = MiniWobEnvironment(
            browsing.browser, browsing.page(), execute, pictures=job.agent.sees
        )
        told = environment.start(
            job.task, browsing.address, job.seed, settings.seconds, settings.mode.value
        )
        agent, watched = agent_for(job.agent, job.task, environment, roles)
        limits = Limits(steps=settings.steps, seconds=LONGEST_SECONDS)
        episode = drive(told, environment, agent, limits)
        grounding = (watched.right, watched.measured) if watched else grounding
        stands = standing(environment.page)
    except PageError as error:
        run.note(f"{job.task.name}, seed {job.seed}, {job.agent.name}: {error}")
    ending = episode.ending if episode else Ending.BROKEN
    if ending is Ending.BROKEN:
        browsing.drop()
    run.count(f"miniwob/{job.agent.name}/{ending}")
    return _outcome(job, told, episode, stands, grounding)


def _outcome(
    job: Job,
    told: str,
    episode: Episode | None,
    stands: Standing,
    grounding: tuple[int, int],
) -> MiniWobOutcome:
    outcome = MiniWobOutcome(
        task=job.task.name,
        half=half_of(job.task.name),
        beyond=job.task.beyond,
        agent=job.agent.name,
        seed=job.seed,
        said=told,
        ending=str(Ending.BROKEN),
        ended=stands.done,
        raw=stands.raw,
        scaled=stands.scaled,
        success=stands.succeeded,
        steps=0,
        failed_steps=0,
        seconds=0.0,
        prompt_tokens=0,
        grounded=grounding[0],
        measured=grounding[1],
    )
    if episode is None:
        return outcome
    acted = [step for step in episode.steps if step.subtask is not None]
    read = sum(step.prompt_characters for step in acted)
    return replace(
        outcome,
        ending=str(episode.ending),
        steps=len(acted),
        failed_steps=sum(not step.ok for step in acted),
        seconds=episode.seconds,
        prompt_tokens=estimated_tokens(read),
        lines=tuple(step.line for step in acted),
    )
