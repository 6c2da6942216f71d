"""The fields of an element that keywords are matched against, and how each one is read."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter

from domprune.scoring.signs import sign_words
from domprune.types import Element

NAMING = ("text", "name", "label", "placeholder", "title", "alt", "value", "description", "sign")
"""What people read or hear of the element itself."""
AROUND = ("context",)
"""What people read around it."""
IDENTIFIERS = ("id", "name_attribute", "class", "href", "type", "icon", "form")
"""What programs call it."""
FIELDS = NAMING + AROUND + IDENTIFIERS
FIELD_OF = {
    "placeholder": "placeholder", "title": "title", "alt": "alt", "id": "id",
    "name": "name_attribute", "class": "class", "href": "href", "icon": "icon", "form": "form",
}  # fmt: skip
"""The field that an attribute fills."""
TYPING = frozenset(("type", "autocomplete"))
"""The attributes that join the role in the field `type`."""


def read_fields(element: Element) -> dict[str, str]:
    """Return the fields of one element that are not empty."""
    return {field: said for field, read in READ.items() if (said := read(element))}


def _read_sign(element: Element) -> str:
    """Return in words what a sign such as » means."""
    return sign_words(element.text or element.name)


def _read_type(element: Element) -> str:
    """Return the role, the input type and what the page wants auto-filled."""
    own = element.attributes
    if TYPING.isdisjoint(own):
        return element.role
    return f"{element.role} {own.get('type', '')} {own.get('autocomplete', '')}"


def _reader(field: str) -> Callable[[Element], str]:
    attribute = {own: name for name, own in FIELD_OF.items()}.get(field)
    if attribute:
        return lambda element: element.attributes.get(attribute, "")
    return {"sign": _read_sign, "type": _read_type}.get(field) or attrgetter(field)


READ = {field: _reader(field) for field in FIELDS}
"""Reads each field of an element, "" where it is empty."""
