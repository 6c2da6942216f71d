"""For your own agent's Playwright page: page, thought -> the elements that matter, the action.

from domprune.plugin import act, ground
found = ground(page, "I should put the mug into the basket")
act(page, found)
"""

from __future__ import annotations

from dataclasses import dataclass

from domprune import prune as values
from domprune.act import execute
from domprune.hide import hidden_snapshot, hide_of
from domprune.instruction import parse_instruction
from domprune.interfaces import Filter, Grounder, Guard
from domprune.page.browser import Page
from domprune.page.live import extract
from domprune.roles.grounder_rules import RulesGrounder
from domprune.types import Action, Element, Executed, Pruned, Snapshot, SubTask


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounded:
    """What a thought means on a page: the action, its element, and what it was chosen from.

    `element` is None for actions on the page as a whole. `snapshot` is the page as it was read,
    without secrets where a guard took part.
    """

    action: Action
    element: Element | None
    pruned: Pruned
    snapshot: Snapshot


def prune(
    page: Page,
    subtask: str | SubTask,
    keep: int = 20,
    *,
    keyword_filter: Filter | None = None,
    guard: Guard | None = None,
) -> Pruned:
    """Return the `keep` elements of a live page that a step most likely means, best first.

    `page` is a page of Playwright's sync API, from any browser of yours (Chromium alone: reading
    goes over its protocol); it is only read. `domprune.prune.prompt` writes the result as lines
    for a model. Raises `PageError` where the page cannot be read in time.
    """
    return values.prune(_seen(page, guard), subtask, keep, keyword_filter=keyword_filter)


def ground(
    page: Page,
    thought: str | SubTask,
    *,
    keep: int = 20,
    keyword_filter: Filter | None = None,
    grounder: Grounder | None = None,
    guard: Guard | None = None,
) -> Grounded:
    """Return the action that a thought of any agent means on a live page (spec, section 7).

    The thought is taken as the sub-task; rules filter and ground unless a `keyword_filter` or a
    `grounder` is given. Nothing is done to the page: `act` does it. Raises `InvalidAction` where
    no element can take the action, `PageError` where the page cannot be read in time.
    """
    subtask = parse_instruction(thought) if isinstance(thought, str) else thought
    snapshot = _seen(page, guard)
    pruned = values.prune(snapshot, subtask, keep, keyword_filter=keyword_filter)
    action = (grounder or RulesGrounder()).ground(subtask, pruned)
    element = None if action.element_id is None else snapshot.elements[action.element_id]
    return Grounded(action=action, element=element, pruned=pruned, snapshot=snapshot)


def act(
    page: Page, found: Grounded, *, guard: Guard | None = None, press_enter: bool = False
) -> Executed:
    """Carry out what `ground` found, by several strategies; never raises for what the page does.

    A `guard` (`domprune.guard.policy.PolicyGuard`) is asked right before and fills in secrets.
    """
    return execute(page, found.snapshot, found.action, guard=guard, press_enter=press_enter)


def _seen(page: Page, guard: Guard | None) -> Snapshot:
    return hidden_snapshot(extract(page), hide_of(guard))
