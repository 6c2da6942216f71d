"""Which elements of saved HTML are interactive, why, and their role (spec, section 2)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from domprune.types import Reason

Attributes = Mapping[str, str | None]

TAGS = frozenset("a button input select textarea summary option area audio video embed".split())
ROLES = frozenset(
    "button link checkbox radio textbox searchbox combobox listbox option menuitem "
    "menuitemcheckbox menuitemradio tab switch slider spinbutton treeitem gridcell".split()
)
_HANDLERS = frozenset(
    "onclick onmousedown onmouseup onpointerdown onpointerup ontouchstart ontouchend onkeydown "
    "onkeyup onkeypress onchange oninput ng-click @click v-on:click (click) jsaction data-action "
    "data-href data-url aria-haspopup aria-expanded aria-pressed contenteditable draggable "
    "data-toggle data-ember-action".split()
)
DECIDING = _HANDLERS | {"role", "tabindex", "style", "data-cursor", "type"}
"""The attributes that have a say in whether an element is interactive."""
HIDING = frozenset(("hidden", "type", "style"))
"""The attributes that have a say in whether an element is unseen."""
_POINTER = re.compile(r"cursor\s*:\s*pointer", re.IGNORECASE)
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_INPUT_ROLES = {
    "button": "button", "submit": "button", "reset": "button", "image": "button", "file": "button",
    "checkbox": "checkbox", "radio": "radio", "range": "slider", "number": "spinbutton",
    "search": "searchbox", "color": "button",
}  # fmt: skip
_TAG_ROLES = {
    "a": "link", "area": "link", "button": "button", "summary": "button", "textarea": "textbox",
    "select": "combobox", "option": "option",
}  # fmt: skip


def role_of(tag: str, attributes: Attributes) -> str:
    """Return the explicit ARIA role, else the one that HTML gives the tag, else ""."""
    if "role" in attributes:
        explicit = _first_role(attributes)
        if explicit not in ("", "presentation", "none"):
            return explicit
    if tag == "input":
        return _INPUT_ROLES.get((attributes.get("type") or "text").lower(), "textbox")
    if tag == "select" and "multiple" in attributes:
        return "listbox"
    return _TAG_ROLES.get(tag, "")


def reasons_for(tag: str, attributes: Attributes, has_pointer: bool) -> tuple[Reason, ...]:
    """Return why the element is interactive; empty where it is not.

    `has_pointer` says that the element shows the pointer cursor and its parent does not: an equal
    cursor is inherited and no sign of its own.
    """
    reasons = []
    if tag in TAGS and not (tag == "input" and (attributes.get("type") or "").lower() == "hidden"):
        reasons.append(Reason.TAG)
    if not attributes:
        return tuple(reasons)
    if "role" in attributes and _first_role(attributes) in ROLES:
        reasons.append(Reason.ROLE)
    if _has_handler(attributes):
        reasons.append(Reason.ATTRIBUTE)
    if has_pointer:
        reasons.append(Reason.CURSOR)
    return tuple(reasons)


def _first_role(attributes: Attributes) -> str:
    """Return the explicit role; of several, as fallbacks of one another, the first."""
    said = (attributes.get("role") or "")[:100].split(maxsplit=1)
    return said[0].lower() if said else ""


def shows_pointer(attributes: Attributes) -> bool:
    """Whether a capture or an inline style says that the cursor over the element is a pointer."""
    if attributes.get("data-cursor") == "pointer":
        return True
    style = attributes.get("style")
    return bool(style) and _POINTER.search(style or "") is not None


def is_unseen(tag: str, attributes: Attributes) -> bool:
    """Whether the element's own markup hides it and all inside it, until a script shows it."""
    if tag == "noscript":
        return True
    if HIDING.isdisjoint(attributes):
        return False
    if "hidden" in attributes or (tag == "input" and attributes.get("type") == "hidden"):
        return True
    style = attributes.get("style")
    return bool(style) and _UNSEEN.search(style or "") is not None


def _has_handler(attributes: Attributes) -> bool:
    if not _HANDLERS.isdisjoint(attributes):
        for name in _HANDLERS.intersection(attributes):
            if (attributes[name] or "").strip().lower() != "false":
                return True
    focus = attributes.get("tabindex")
    return bool(focus) and (focus or "").strip() != "-1"
