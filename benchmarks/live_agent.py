"""The agents of the live benchmark: rules for every role, the same steps over and over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from domprune.act import execute
from domprune.arms.order import pruned_by_score
from domprune.live.loop import Agent
from domprune.live.session import Session
from domprune.page.browser import Browser
from domprune.roles.filter_rules import RulesFilter
from domprune.roles.grounder_rules import RulesGrounder
from domprune.sample import PAGES
from domprune.sample_live.database import Database
from domprune.sample_live.server import serving
from domprune.scoring.index import score
from domprune.scoring.settings import ScoringSettings
from domprune.types import ActionType, Element, Program, Pruned, SubTask

KEEP = 20
STEPS = {
    "category.html": (
        SubTask(next_steps="Tick the checkbox Kettles", action_type=ActionType.CLICK,
                target_text="Kettles"),
        SubTask(next_steps="Type '40' in the field £ 189", action_type=ActionType.TYPE,
                target_text="£ 189", value="40"),
        SubTask(next_steps="Select 'Newest first' in the Sort list",
                action_type=ActionType.SELECT_OPTION, target_text="Sort", value="Newest first"),
    ),
    "thread.html": (
        SubTask(next_steps="Tick 'Mail me the answers'", action_type=ActionType.CLICK,
                target_text="Mail me the answers"),
        SubTask(next_steps="Type 'a softer belt' in the field 'Add what you know'",
                action_type=ActionType.TYPE, target_text="Add what you know",
                value="a softer belt"),
        SubTask(next_steps="Select 'Newest' in the list of 170 comments",
                action_type=ActionType.SELECT_OPTION, target_text="170 comments", value="Newest"),
    ),
}  # fmt: skip
LONG_PAGE = "checkout.html"
LONG_STEPS = (
    SubTask(next_steps="Type 'Ada' in the First name field", action_type=ActionType.TYPE,
            target_text="First name", value="Ada"),
    SubTask(next_steps="Select 'Norway' in the Country list",
            action_type=ActionType.SELECT_OPTION, target_text="Country", value="Norway"),
    SubTask(next_steps="Tick 'Fine to leave with a neighbour'", action_type=ActionType.CLICK,
            target_text="Fine to leave with a neighbour"),
    SubTask(next_steps="Click 'Back to the basket'", action_type=ActionType.CLICK,
            target_text="Back to the basket"),
    SubTask(next_steps="Click 'Go to checkout'", action_type=ActionType.CLICK,
            target_text="Go to checkout"),
)  # fmt: skip
STAYING = 3
"""How many of these, the first ones, stay on the page."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """Plans the same steps over and over."""

    steps: Sequence[SubTask]

    def plan(self, task: str, screenshot: bytes | None, history: Sequence[str]) -> SubTask:
        """The next one."""
        return self.steps[len(history) % len(self.steps)]


def rank(elements: Sequence[Element], program: Program) -> Pruned:
    """The best elements by the default scoring."""
    return pruned_by_score(elements, score(elements, program, ScoringSettings()), KEEP)


def agent(steps: Sequence[SubTask]) -> Agent:
    """Rules for every role, the steps over and over."""
    return Agent(
        planner=Cycle(steps), keyword_filter=RulesFilter(), rank=rank,
        grounder=RulesGrounder(),
    )  # fmt: skip


@contextmanager
def shop() -> Iterator[str]:
    """The sample's pages, served: the address without a slash at its end."""
    with serving(PAGES, Database()) as address:
        yield address


@contextmanager
def session_on(url: str) -> Iterator[Session]:
    """A session in a browser of its own, at an address."""
    with (
        Browser(seconds=30) as browser,
        Session(browser, execute, screenshots=False) as session,
    ):
        session.open(url)
        yield session


@contextmanager
def opened(page: str) -> Iterator[Session]:
    """A session on one of the sample's pages."""
    with shop() as address, session_on(f"{address}/{page}") as session:
        yield session
