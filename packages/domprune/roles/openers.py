"""The parts of a page that open: tabs, sections, menus, folders, and the way to the next page."""

from __future__ import annotations

import re
from collections.abc import Sequence

from domprune.types import Element, Scored

LOOKS = 8
"""How often the way to the next page is gone."""
OPENING = re.compile(
    r"^open the (?P<number>\d+)\w\w tab, section, menu, folder or next page$", re.I
)
"""The words of a step that opens the n-th part."""
_NEXT = frozenset(("next", "next page", ">", "\u203a", "\u00bb", "older"))
_COLLAPSED = frozenset(("collapsed", "expandable", "closed", "collapsible"))


def openers(ranked: Sequence[Scored]) -> list[Element]:
    """Return what opens further parts of a page, in document order; the way to the next page last.

    What is open already is among them, so that the n-th stays the n-th.
    """
    found = sorted((scored.element for scored in ranked), key=lambda element: element.id)
    parts = [one for one in found if _opens(one) and not _is_next(one)]
    return parts + [one for one in found if _is_next(one)][:1] * LOOKS


def _opens(element: Element) -> bool:
    if element.role == "tab" or element.tag == "summary" or "aria-expanded" in element.attributes:
        return True
    popup = element.attributes.get("aria-haspopup", "false") != "false"
    return popup or bool(_COLLAPSED & _classes(element))


def _is_next(element: Element) -> bool:
    said = element.text.strip().lower() or element.name.strip().lower()
    return said in _NEXT or element.attributes.get("rel") == "next"


def _classes(element: Element) -> set[str]:
    return set(element.attributes.get("class", "").lower().split())
