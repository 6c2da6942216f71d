"""Whether Enter is pressed after typing: where the step says so, or where it says to search."""

from __future__ import annotations

import re

from domprune.types import Action, ActionType, Element, SubTask

_SAID = re.compile(r"\b(?:press|hit|push|tap)(?:ing)?\s+(?:the\s+)?(?:enter|return)\b", re.I)
_SUBMIT = re.compile(r"\band\s+(?:submit|search|send)\b", re.I)
_SEARCHING = re.compile(r"^\s*(?:search|look)\b.*\bfor\b|^\s*search\s", re.I)
_SEARCH_WORDS = re.compile(r"search|query|find|look", re.I)


def wants_enter(subtask: SubTask, action: Action, element: Element | None) -> bool:
    """Whether the typed text is to be sent off with Enter.

    A search ("search for mugs") ends with it only in a search box; a text area never takes it for
    more than a new line, so it gets none.
    """
    if action.action_type is not ActionType.TYPE or element is None or element.tag == "textarea":
        return False
    said = subtask.next_steps
    if _SAID.search(said) or _SUBMIT.search(said):
        return True
    return bool(_SEARCHING.search(said)) and is_search_box(element)


def is_search_box(element: Element) -> bool:
    """Whether a field is one to search with, by its role, type or names."""
    if element.role == "searchbox" or element.attributes.get("type") == "search":
        return True
    names = ("name", "id", "placeholder", "form", "aria-label")
    words = [element.name, element.label, *(element.attributes.get(n, "") for n in names)]
    return any(map(_SEARCH_WORDS.search, words)) or element.attributes.get("name") in ("q", "s")
