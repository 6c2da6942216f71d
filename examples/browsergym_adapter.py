"""BrowserGym: let your agent think, and domprune find the element: thought -> action string.

    env = gym.make("browsergym/miniwob.click-test")
    env.reset()
    page = env.unwrapped.page                    # a page of Playwright's sync API
    env.step(browsergym_action(page, "Click the button"))

BrowserGym marks every element with a `bid` attribute; its action strings name elements by it.
"""

from __future__ import annotations

from playwright.sync_api import Page

from domprune.plugin import ground
from domprune.types import ActionType

SCROLL_PIXELS = 600


def browsergym_action(page: Page, thought: str) -> str:
    """Return the action in BrowserGym's language; raises ValueError for an element without bid."""
    found = ground(page, thought)
    kind, value = found.action.action_type, found.action.value
    if kind is ActionType.NAVIGATE:
        return f"goto({value!r})"
    if kind is ActionType.SCROLL:
        return f"scroll(0, {-SCROLL_PIXELS if value == 'up' else SCROLL_PIXELS})"
    if kind is ActionType.DONE:
        return f"send_msg_to_user({thought!r})"
    if kind is ActionType.FAIL:
        return f"report_infeasible({thought!r})"
    bid = found.element.attributes.get("bid") if found.element else None
    if not bid:
        raise ValueError(f"{thought!r} means an element without a bid: observe the page again")
    if kind is ActionType.TYPE:
        return f"fill({bid!r}, {value!r})"
    if kind is ActionType.SELECT_OPTION:
        return f"select_option({bid!r}, {value!r})"
    return f"click({bid!r})"
