"""The hold on one element of the page's latest snapshot: element id -> its node, to be acted on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from domprune.page.attached import Part, attach
from domprune.page.browser import Page, ProtocolError, bounded
from domprune.page.protocol import World
from domprune.types import Snapshot

SECONDS = 9.0
"""How long a look may take."""
DRAWN_MILLISECONDS = 500
"""How long a page is given to be drawn; one that is hidden never is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeState:
    """What an element is at this moment.

    `at` is the point of the page's viewport, in CSS pixels, at which a pointer touches it; None,
    with the reason in `hindrance`, where none does. `value` is masked for secret fields. `url` is
    the address of the document in which it stands, `leads_to` where its link or form goes, "" for
    nowhere.
    """

    tag: str
    role: str
    name: str
    type: str
    value: str
    disabled: bool
    readonly: bool
    editable: bool
    url: str
    leads_to: str
    at: tuple[float, float] | None
    hindrance: str


@dataclass(frozen=True, slots=True)
class Hold:
    """One node in its frame's isolated world; `outer` leads out of frames, innermost first.

    Nothing here can be seen by the page but what acts on it. All calls are the browser's and want
    `browser.bounded` around them.
    """

    world: World
    rank: int
    outer: Sequence[tuple[World, int]] = ()

    def state(self) -> NodeState | None:
        """What the node is now; None where it has left the page or the page has navigated."""
        answer = self.world.call("stateOfKept", self.rank)
        if answer is None:
            return None
        told = json.loads(answer)
        at, hindrance = told.pop("at"), told.pop("hindrance")
        for world, number in self.outer:
            at = world.call("outOfForeign", number, *at) if at else None
            hindrance = hindrance or ("" if at else "its frame is covered or out of view")
        return NodeState(**told, at=tuple(at) if at else None, hindrance=hindrance)

    def scroll_into_view(self) -> None:
        """Bring the node to the middle of the viewport, without a transition.

        The browser sends a pointer to frames of other processes where they were drawn last, so
        that those above the node are drawn before this returns.
        """
        self.world.call("scrollToKept", self.rank)
        for world, _ in self.outer:
            world.wait("drawn", DRAWN_MILLISECONDS)

    def click(self) -> None:
        """Tell the node of a click by dispatched events."""
        self.world.call("clickKept", self.rank)

    def focus(self) -> bool:
        """Focus a field with its content selected; returns whether it has the focus now."""
        return bool(self.world.call("focusKept", self.rank))

    def fill(self, value: str) -> str:
        """Set a field's value with the events of an entry; returns the value it has then."""
        return str(self.world.call("fillKept", self.rank, value))

    def choose(self, option: str) -> str | None:
        """Choose an option of a native select; returns its label, None where there is none."""
        label = self.world.call("chooseKept", self.rank, option)
        return None if label is None else str(label)


def take(page: Page, snapshot: Snapshot, element_id: int) -> Hold | None:
    """Return the hold on an element; None where `snapshot` is not the page's latest one."""
    part = attach(page).last
    if part is None or part.size != len(snapshot.elements):
        return None
    return _find(part, element_id, ())


def scroll_page(page: Page, share: float) -> int:
    """Scroll the page by a share of its viewport's height; returns by how many pixels it went."""
    return int(attach(page).main.call("scrollPage", share) or 0)


def viewport_corner(page: Page) -> tuple[float, float]:
    """Return where the viewport's top left corner lies in the document, in CSS pixels."""
    with bounded(SECONDS, page):
        left, top = attach(page).main.call("corner")
    return float(left), float(top)


def settle(page: Page, still: int, most: int) -> bool:
    """Wait until the page has not changed for `still` ms, `most` ms at most; False if it went."""
    try:
        return bool(attach(page).main.wait("quiet", still, most))
    except ProtocolError:  # the page has navigated: its world went with it
        return False


def _find(part: Part, element_id: int, outer: tuple[tuple[World, int], ...]) -> Hold | None:
    rank = next((rank for rank, number in part.ids.items() if number == element_id), None)
    if rank is not None:
        return Hold(part.world, rank, outer)
    for number, inner in part.inner.items():
        if hold := _find(inner, element_id, ((part.world, number), *outer)):
            return hold
    return None
