"""Element id -> the element as it is now, found again once where it has become stale."""

from __future__ import annotations

from dataclasses import dataclass

from domprune.act.missed import Missed
from domprune.act.refind import refind
from domprune.hide import Hide, hidden_snapshot
from domprune.page.browser import Page
from domprune.page.hands import Hold, NodeState, take
from domprune.page.live import extract
from domprune.types import Element, Failure, Snapshot


@dataclass(frozen=True, slots=True)
class Target:
    """What an action lands on: the element, the hold on it and its state when it was taken."""

    element: Element
    hold: Hold
    state: NodeState
    refound: bool = False


def find_target(page: Page, snapshot: Snapshot, element_id: int | None, hide: Hide) -> Target:
    """Return the element with this id of `snapshot`; raises `Missed` where it is gone.

    An element whose node has left the page, or whose role and name are others now (a list that
    reuses its rows), is looked for in a new extraction by its fingerprint, once. The page is read
    as `snapshot` was, without the secrets that `hide` takes out.
    """
    if element_id is None or not 0 <= element_id < len(snapshot.elements):
        raise Missed(Failure.INVALID, f"there is no element {element_id} on the page", final=True)
    element = snapshot.elements[element_id]
    hold = take(page, snapshot, element_id)
    state = hold.state() if hold else None
    if hold and state and _is_same(element, state, hide):
        return Target(element, hold, state)
    return _found_again(page, element, hide)


def _is_same(element: Element, state: NodeState, hide: Hide) -> bool:
    # What a field is called may follow from what it holds; text outside of `name` is not compared.
    words = (state.tag, state.role, " ".join(hide(state.name).split()))
    return words == (element.tag, element.role, " ".join(element.name.split()))


def _found_again(page: Page, element: Element, hide: Hide) -> Target:
    snapshot = hidden_snapshot(extract(page), hide)
    found = refind(element, snapshot.elements)
    hold = take(page, snapshot, found.id) if found else None
    state = hold.state() if hold else None
    if found is None or hold is None or state is None:
        raise Missed(Failure.STALE, f"element {element.id} is not on the page any more", final=True)
    return Target(found, hold, state, refound=True)
