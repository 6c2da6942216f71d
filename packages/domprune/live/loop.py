"""The agent's main loop: task -> planner -> filter -> prune -> ground -> act -> ... -> episode."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from common.llm import LLMError
from domprune.episode import ABSENT, Ending, Episode, Observation, Step
from domprune.interfaces import (
    Environment,
    Filter,
    Grounder,
    InvalidAction,
    Planner,
    RankElements,
)
from domprune.live.draft import Draft
from domprune.live.enter import wants_enter
from domprune.page.errors import PageError, PageGone
from domprune.types import ActionType, Failure, Pruned

NOTHING = Pruned((), 0)
"""What a grounder gets for an action on the page as a whole."""
PICTURES = 3
"""Steps whose pictures and kept elements an episode holds: the judge reads three (section 4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """Who decides: the three roles, and how elements are ranked by a scoring program.

    `prompt_characters` says how many characters the models have read so far.
    """

    planner: Planner
    keyword_filter: Filter
    rank: RankElements
    grounder: Grounder
    prompt_characters: Callable[[], int] = lambda: 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When a task is given up: steps in all, seconds in all, failed steps in a row."""

    steps: int = 30
    seconds: float = 600.0
    failures: int = 4


def drive(
    task: str,
    environment: Environment,
    agent: Agent,
    limits: Limits,
    on_step: Callable[[Step], None] = lambda step: None,
) -> Episode:
    """Do a task until the planner says DONE or FAIL, the environment ends it, or a limit is met.

    A step that fails is told to the planner as history; a page that hangs or has crashed is
    recovered, and the task is BROKEN where that cannot be done. Pages and models raise nothing.
    """
    start = time.monotonic()
    steps: list[Step] = []
    ending: Ending | None = None
    while ending is None:
        try:
            step = _step(task, environment, agent, steps)
        except PageError:
            ending = Ending.BROKEN
            break
        on_step(step)
        steps.append(step)
        _forget(steps)
        ending = _ending(steps, limits, time.monotonic() - start)
    last = steps[-1].seen if steps else None
    return Episode(
        task=task, steps=tuple(steps), ending=ending, seconds=time.monotonic() - start,
        reward=last.reward if last else None,
    )  # fmt: skip


def _forget(steps: list[Step]) -> None:
    """Keep pictures, elements and programs of the last steps alone: a trace had them all."""
    if len(steps) <= PICTURES:
        return
    old = steps[-PICTURES - 1]
    steps[-PICTURES - 1] = replace(
        old,
        seen=old.seen and replace(old.seen, screenshot=None),
        executed=old.executed and replace(old.executed, element=None),
        pruned=None,
        program=None,
    )


def _step(task: str, environment: Environment, agent: Agent, before: list[Step]) -> Step:
    """Take one step; what goes wrong in it is its `error`."""
    draft = Draft(len(before) + 1, agent.prompt_characters)
    history = [step.line for step in before]
    try:
        with draft.timed("observe"):
            draft.observation = observation = environment.observe()
        if not observation.finished:
            _decide(task, history, observation, agent, draft)
            _act(environment, observation, draft)
    except PageError as error:
        draft.error = str(error)
        draft.recovered = environment.recover(error)
    except InvalidAction as error:
        draft.error = f"{ABSENT}{error}"
    except LLMError as error:
        draft.error = f"the model gave no answer: {error}"
    return draft.step()


def _decide(
    task: str, history: list[str], observation: Observation, agent: Agent, draft: Draft
) -> None:
    """Plan; filter, prune and ground only where the action lands on an element (section 3.1)."""
    with draft.timed("plan"):
        draft.subtask = subtask = agent.planner.plan(task, observation.screenshot, history)
    if subtask.action_type in (ActionType.DONE, ActionType.FAIL):
        return
    if subtask.action_type.needs_element:
        with draft.timed("filter"):
            draft.program = program = agent.keyword_filter.program(subtask)
        with draft.timed("prune"):
            draft.pruned = agent.rank(observation.snapshot.elements, program)
    with draft.timed("ground"):
        draft.action = agent.grounder.ground(subtask, draft.pruned or NOTHING)


def _act(environment: Environment, observation: Observation, draft: Draft) -> None:
    """Carry the action out; a page that hangs or has gone is recovered before the next step."""
    action, subtask = draft.action, draft.subtask
    if action is None or subtask is None:
        return
    elements = observation.snapshot.elements
    element = None if action.element_id is None else elements[action.element_id]
    press_enter = wants_enter(subtask, action, element)
    with draft.timed("act"):
        draft.executed = done = environment.act(
            observation.snapshot, action, press_enter=press_enter
        )
    if done.failure in (Failure.TIMEOUT, Failure.GONE):
        draft.recovered = environment.recover(PageGone(done.error))


def _ending(steps: list[Step], limits: Limits, seconds: float) -> Ending | None:
    """Why the task ends after these steps; None where it goes on."""
    last = steps[-1]
    planned = last.subtask.action_type if last.subtask else None
    if last.seen is not None and last.seen.finished:
        return Ending.ENVIRONMENT
    if last.ok and planned in (ActionType.DONE, ActionType.FAIL):
        return Ending.DONE if planned is ActionType.DONE else Ending.FAIL
    recent = steps[-limits.failures :]
    if len(recent) == limits.failures and not any(step.ok for step in recent):
        return Ending.STUCK
    if len(steps) >= limits.steps:
        return Ending.STEP_LIMIT
    return Ending.TIME_LIMIT if seconds >= limits.seconds else None
