"""The loop ends where it should, tells failures as history, and raises for no page or model."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from common.llm.scripted import ScriptedLLM
from domprune.episode import Ending, Observation, Step
from domprune.live.loop import PICTURES, Agent, Limits, drive
from domprune.page.errors import PageError, PageGone
from domprune.roles.filter_rules import RulesFilter
from domprune.roles.grounder_rules import RulesGrounder
from domprune.roles.planner import LLMPlanner
from domprune.types import (
    Action,
    ActionType,
    Element,
    Executed,
    Failure,
    Program,
    Pruned,
    Scored,
    Snapshot,
    SubTask,
)

ELEMENTS = (Element(id=0, tag="button", role="button", name="Next"),
            Element(id=1, tag="button", role="button", name="Pay"))  # fmt: skip
PAGE = Observation(snapshot=Snapshot("http://a.test/", "A", ELEMENTS, 100), screenshot=b"png")


class Pages:
    """Pages that do as a script says: what each look shows, what becomes of each action."""

    def __init__(
        self,
        looks: Sequence[Observation | PageError] = (),
        acts: Sequence[Failure | None] = (),
        recovers: bool = True,
    ) -> None:
        self.looks, self.acts, self.recovers = list(looks), list(acts), recovers
        self.done: list[Action] = []
        self.recovered = 0

    def observe(self) -> Observation:
        look = self.looks.pop(0) if self.looks else PAGE
        if isinstance(look, PageError):
            raise look
        return look

    def act(self, snapshot: Snapshot, action: Action, *, press_enter: bool) -> Executed:
        self.done.append(action)
        failure = self.acts.pop(0) if self.acts else None
        error = f"it is {failure}" if failure else ""
        return Executed(action=action, element=ELEMENTS[0], failure=failure, error=error)

    def recover(self, error: PageError) -> str:
        if not self.recovers:
            raise PageError("there is no browser left")
        self.recovered += 1
        return "the page was opened again"


class Script:
    """Plans as it is told, the last step for ever; remembers the histories that it was shown."""

    def __init__(self, *steps: SubTask) -> None:
        self.steps, self.histories = steps, list[list[str]]()

    def plan(self, task: str, screenshot: bytes | None, history: Sequence[str]) -> SubTask:
        self.histories.append(list(history))
        return self.steps[min(len(history), len(self.steps) - 1)]


NEXT = SubTask(next_steps="Click Next", action_type=ActionType.CLICK, target_text="Next")
DONE = SubTask(next_steps="Done", action_type=ActionType.DONE)


def rank(elements: Sequence[Element], program: Program) -> Pruned:
    wanted = next(iter(program.keyword_weights))
    best = sorted(elements, key=lambda element: element.name.lower() != wanted)
    return Pruned([Scored(element, 1.0) for element in best], len(best))


def agent(*steps: SubTask) -> Agent:
    return Agent(
        planner=Script(*steps), keyword_filter=RulesFilter(), rank=rank, grounder=RulesGrounder()
    )


def test_steps_are_taken_until_the_planner_is_done() -> None:
    pages, pay = Pages(), replace(NEXT, next_steps="Click Pay", target_text="Pay")
    seen: list[Step] = []
    episode = drive("buy", pages, agent(NEXT, pay, DONE), Limits(), seen.append)
    assert episode.ending is Ending.DONE
    assert [action.element_id for action in pages.done] == [0, 1]
    assert [step.number for step in episode.steps] == [1, 2, 3]
    assert list(episode.steps[0].milliseconds) == [
        "observe", "plan", "filter", "prune", "ground", "act",
    ]  # fmt: skip
    assert [step.line for step in seen] == [
        "Click Next -> done",
        "Click Pay -> done",
        "Done -> done",
    ]


def test_actions_on_the_page_are_neither_filtered_nor_pruned() -> None:
    scroll = SubTask(next_steps="Scroll down", action_type=ActionType.SCROLL)
    episode = drive("read", Pages(), agent(scroll, DONE), Limits())
    step = episode.steps[0]
    assert step.program is None
    assert step.pruned is None
    assert step.action == Action(action_type=ActionType.SCROLL, value="down")


def test_a_failed_action_is_told_to_the_planner() -> None:
    one = agent(NEXT, NEXT, DONE)
    drive("go", Pages(acts=[Failure.DISABLED]), one, Limits())
    assert isinstance(one.planner, Script)
    assert one.planner.histories[1] == ["Click Next -> failed: it is disabled"]


@pytest.mark.parametrize("failure", [Failure.TIMEOUT, Failure.GONE])
def test_a_page_that_hangs_or_is_gone_is_recovered(failure: Failure) -> None:
    pages = Pages(acts=[failure])
    episode = drive("go", pages, agent(NEXT, DONE), Limits())
    assert pages.recovered == 1
    assert episode.ending is Ending.DONE
    assert episode.steps[0].line.endswith("; the page was opened again")


def test_a_page_that_cannot_be_read_is_recovered() -> None:
    pages = Pages(looks=[PageGone("the page crashed")])
    episode = drive("go", pages, agent(NEXT, DONE), Limits())
    assert pages.recovered == 1
    assert episode.steps[0].error == "the page crashed"


def test_a_browser_that_is_lost_for_good_ends_the_task() -> None:
    pages = Pages(looks=[PAGE, PageGone("crash")], recovers=False)
    episode = drive("go", pages, agent(NEXT), Limits())
    assert episode.ending is Ending.BROKEN
    assert len(episode.steps) == 1


def test_failures_in_a_row_end_the_task() -> None:
    episode = drive("go", Pages(acts=[Failure.STALE] * 9), agent(NEXT), Limits(failures=3))
    assert episode.ending is Ending.STUCK
    assert len(episode.steps) == 3


def test_limits_of_steps_and_of_time_end_the_task() -> None:
    assert drive("go", Pages(), agent(NEXT), Limits(steps=5)).ending is Ending.STEP_LIMIT
    assert drive("go", Pages(), agent(NEXT), Limits(seconds=0)).ending is Ending.TIME_LIMIT


def test_an_environment_ends_the_task_with_its_reward() -> None:
    over = replace(PAGE, finished=True, reward=0.75)
    episode = drive("go", Pages(looks=[PAGE, over]), agent(NEXT), Limits())
    assert episode.ending is Ending.ENVIRONMENT
    assert episode.reward == 0.75
    assert episode.steps[-1].subtask is None


def test_what_no_element_can_take_is_a_failed_step() -> None:
    empty = replace(PAGE, snapshot=replace(PAGE.snapshot, elements=()))
    episode = drive("go", Pages(looks=[empty]), agent(NEXT, DONE), Limits())
    assert episode.steps[0].error.startswith("invalid action: CLICK needs an element")


def test_an_invalid_plan_goes_back_to_the_model_once_and_is_then_a_failed_step() -> None:
    done = '{"next_steps": "stop", "action_type": "DONE"}'
    model = ScriptedLLM(['{"next_steps": "fly", "action_type": "FLY"}', "no JSON", done])
    one = replace(agent(NEXT), planner=LLMPlanner(model))
    episode = drive("go", Pages(), one, Limits())
    assert episode.steps[0].error.startswith("the model gave no answer")
    assert episode.ending is Ending.DONE
    assert len(model.calls) == 3


def test_an_episode_keeps_the_last_pictures_and_elements_alone() -> None:
    episode = drive("go", Pages(), agent(NEXT), Limits(steps=6))
    pictures = [
        step.seen is not None and step.seen.screenshot is not None for step in episode.steps
    ]
    elements = [step.executed is not None and step.executed.element for step in episode.steps]
    assert pictures == [False] * (6 - PICTURES) + [True] * PICTURES
    assert elements == [None] * (6 - PICTURES) + [ELEMENTS[0]] * PICTURES
