"""SELECT_OPTION: on a native select, or on a list that pages make themselves."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from domprune.act.missed import Missed
from domprune.act.pointer import Tries, clicks, scroll_and_touch, touch
from domprune.act.refind import fingerprint
from domprune.act.target import Target
from domprune.page.browser import Page
from domprune.page.hands import NodeState, take
from domprune.page.live import extract
from domprune.text import fold
from domprune.types import Element, Failure, Snapshot, Strategy

OPEN_ROLES = frozenset({"listbox", "radiogroup", "menu", "tablist"})
"""Roles whose options are shown before anything is clicked."""
OPTION_ROLES = frozenset({
    "option", "menuitem", "menuitemradio", "menuitemcheckbox", "radio", "treeitem", "gridcell",
    "tab",
})  # fmt: skip
APPEAR_SECONDS = 1.5
"""How long a list may take to open."""


Ask = Callable[[Element, NodeState], None]
"""Asks the guard about a click on an option; raises `Missed` where it is refused."""


def choices(page: Page, snapshot: Snapshot, target: Target, option: str, ask: Ask) -> Tries:
    """Return the ways to choose an option by its label; a page's own options are asked about."""
    if target.state.tag == "select":
        return {Strategy.STANDARD: lambda: _choose(target, option)}
    shown = {(*fingerprint(one), one.xpath) for one in snapshot.elements}
    if target.element.role in OPEN_ROLES:
        shown = set()

    def standard() -> None:
        if target.element.role not in OPEN_ROLES:
            clicks(page, target)[Strategy.STANDARD]()
        _pick(page, option, shown, ask)

    def scrolled() -> None:
        scroll_and_touch(page, target)
        _pick(page, option, shown, ask)

    def by_events() -> None:
        target.hold.click()
        _pick(page, option, shown, ask)

    return {
        Strategy.STANDARD: standard,
        Strategy.SCROLLED: scrolled,
        Strategy.EVENTS: by_events,
    }


def _choose(target: Target, option: str) -> None:
    if target.hold.choose(option) is None:
        shown = ", ".join(target.element.options[:20])
        why = f"there is no option {option[:60]!r}; there are {shown}"
        raise Missed(Failure.UNFIT, why, final=True)


def _pick(page: Page, option: str, shown: set[tuple[str, ...]], ask: Ask) -> None:
    """Click on the option once the list shows it; raises `Missed` where it never does.

    That is final: the click that was to open the list has landed, and another would close it.
    """
    deadline = time.monotonic() + APPEAR_SECONDS
    while True:
        snapshot = extract(page)
        found = _option(snapshot.elements, option, shown)
        hold = take(page, snapshot, found.id) if found else None
        if found is not None and hold is not None:
            hold.scroll_into_view()
            state = hold.state()
            if state is not None:
                ask(found, state)
                return touch(page, state.at, "") if state.at else hold.click()
        if time.monotonic() > deadline:
            why = f"no option {option[:60]!r} was shown after opening"
            raise Missed(Failure.UNFIT, why, final=True)
        page.wait_for_timeout(50)


def _option(
    elements: Sequence[Element], option: str, shown: set[tuple[str, ...]]
) -> Element | None:
    """Return what has appeared and says the option: an option by role first, else anything."""
    wanted = fold(option).strip()
    new = [one for one in elements if (*fingerprint(one), one.xpath) not in shown]
    says = [one for one in new if wanted in (fold(one.name).strip(), fold(one.text).strip())]
    begins = [one for one in new if fold(one.name or one.text).strip().startswith(wanted)]
    ranked = [one for one in (*says, *begins) if one.role in OPTION_ROLES] + says + begins
    return ranked[0] if ranked else None
