"""Recall under attack: each case with one element more, stuffed with the words of its step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from domprune.roles.filter_rules import keyword_weights
from domprune.types import Case, Element, Reason, Snapshot

TRICKS = ("attributes", "visible text")


def stuffed(case: Case, trick: str) -> Case:
    """Return the case with an attacker's link behind all other elements of its page.

    The attacker knows every keyword of the scoring program. "attributes": all attributes hold them
    and the visible text is harmless; "visible text": they stand where people read.
    """
    keywords = sorted(case.keyword_weights or keyword_weights(case.subtask))
    said = " ".join(keywords)
    link = Element(
        id=len(case.snapshot.elements),
        tag="a",
        role="link",
        name=said if trick == "visible text" else "More offers",
        text=said if trick == "visible text" else "More offers",
        attributes=_attributes(keywords, said) if trick == "attributes" else {"href": "/"},
        reasons=(Reason.TAG,),
    )
    return replace(case, snapshot=_with(case.snapshot, link))


def _attributes(keywords: Sequence[str], said: str) -> Mapping[str, str]:
    joined = "-".join(keywords)
    return {
        "href": f"/{joined}", "id": joined, "class": said, "title": said, "alt": said,
        "name": said, "data-action": said, "placeholder": said, "aria-description": said,
    }  # fmt: skip


def _with(snapshot: Snapshot, element: Element) -> Snapshot:
    return replace(snapshot, elements=(*snapshot.elements, element))
