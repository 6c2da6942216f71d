"""Where the labelled element of a live page went: selector -> element ids of its last snapshot."""

from __future__ import annotations

import json
from collections.abc import Sequence

from domprune.page.attached import Part, attach
from domprune.page.browser import Page, bounded
from domprune.page.errors import PageError
from domprune.types import NO_GOLD, Gold, Snapshot

SECONDS = 9.0
"""How long the look-up may take."""


def resolve_gold(page: Page, snapshot: Snapshot, selector: str, inside: Sequence[str] = ()) -> Gold:
    """Return the ids of `snapshot`, the page's latest one, that the CSS selector means.

    The selector pierces open shadow roots. `inside` are selectors to enter first, outermost first:
    each names an iframe or the host of a shadow root (a closed one too). Both sets are empty where
    extraction lost the element. Raises PageError where the selector matches nothing in the page, or
    where `snapshot` is not the page's latest.
    """
    with bounded(SECONDS, page):
        part = attach(page).last
        if part is None or part.size != len(snapshot.elements):
            raise PageError("the snapshot is not the page's latest: extract the page again")
        return _resolve(part, selector, list(inside))


def _resolve(part: Part, selector: str, steps: list[str]) -> Gold:
    answer = json.loads(part.world.call("gold", steps, selector))
    if "frame" in answer:
        inner = part.inner.get(answer["frame"])
        return _resolve(inner, selector, answer["rest"]) if inner else NO_GOLD
    if "missing" in answer:
        raise PageError(f"no iframe or shadow host matches {answer['missing']!r} in the page")
    if not answer["matched"]:
        raise PageError(f"no element matches {selector!r} in the page")
    exact = frozenset(part.ids[rank] for rank in answer["exact"])
    return Gold(exact, exact | frozenset(part.ids[rank] for rank in answer["same"]))
