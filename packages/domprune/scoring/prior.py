"""What the action and the place of a sub-task say about an element, whatever its words."""

from __future__ import annotations

from collections.abc import Sequence

from domprune.scoring.settings import ScoringSettings
from domprune.text import words
from domprune.types import ActionType, Box, Element, Program

_TYPED = frozenset(("textbox", "searchbox", "spinbutton", "combobox"))
_CHOSEN = frozenset(("combobox", "listbox", "spinbutton", "slider"))
_SOMETIMES_CHOSEN = frozenset(("radio", "checkbox", "option", "textbox", "searchbox", "button"))
_SECRETS = frozenset("password passwort pass passcode passphrase pwd pin secret code key".split())

TOP_PIXELS = 200.0
"""How far down, in CSS pixels, the top of a page reaches."""
LANDMARKS = {
    "header": ("header",), "top": ("header",), "footer": ("footer",), "bottom": ("footer",),
    "sidebar": ("aside", "nav"), "navigation": ("nav", "aside", "header"),
}  # fmt: skip
"""The landmark tags that stand for a named place."""


def kind_prior(element: Element, program: Program, settings: ScoringSettings) -> float:
    """Return how well the kind of control fits the action, 0..1."""
    typable = element.role in _TYPED and element.tag != "select"
    typable = typable or "contenteditable" in element.attributes
    if program.action_type is ActionType.TYPE:
        return 1.0 if typable else settings.wrong_kind
    if program.action_type is ActionType.SELECT_OPTION:
        if element.role in _CHOSEN:
            return 1.0
        return settings.unlikely_kind if element.role in _SOMETIMES_CHOSEN else settings.wrong_kind
    if typable or element.tag == "select":
        return settings.unlikely_kind
    return settings.link if element.role == "link" else 1.0


def prior(element: Element, program: Program, settings: ScoringSettings) -> float:
    """Return the prior of one element, 0..1, without its place."""
    value = kind_prior(element, program, settings)
    if element.attributes.get("type") == "password" and not _speaks_of_secrets(program):
        value *= settings.secret_kind
    return value if element.shown else value * settings.not_shown


def _speaks_of_secrets(program: Program) -> bool:
    return any(word in _SECRETS for keyword in program.keyword_weights for word in words(keyword))


def in_places(elements: Sequence[Element], places: Sequence[str]) -> list[float]:
    """Return, for every element, the share of the named places that it lies in, 0..1.

    A landmark of that name counts fully; else the box decides, and the nearer the edge the better.
    """
    if not places:
        return [0.0] * len(elements)
    boxed = [e.box for e in elements if e.box is not None]
    right = max((box.left + box.width for box in boxed), default=0.0)
    bottom = max((box.top + box.height for box in boxed), default=0.0)
    shares = [0.0] * len(elements)
    for place in places:
        is_inside = [False] * len(elements)
        for mark in [f"/{tag}" for tag in LANDMARKS.get(place, ())]:
            is_inside = [
                known or mark in element.xpath
                for known, element in zip(is_inside, elements, strict=True)
            ]
        shares = [
            share + (1.0 if known else nearness(element.box, place, right, bottom))
            for share, known, element in zip(shares, is_inside, elements, strict=True)
        ]
    return [share / len(places) for share in shares]


def nearness(box: Box | None, place: str, right: float, bottom: float) -> float:
    """Return how near a box lies to the edge that a place names, 0..1, 0 outside of the place.

    `right` and `bottom` bound the page, in pixels.
    """
    if box is None or right <= 0 or bottom <= 0:
        return 0.0
    x = (box.left + box.width / 2) / right
    y = box.top + box.height / 2
    if place in ("left", "sidebar"):
        edge = 1.0 - 3.0 * x
    elif place == "right":
        edge = 3.0 * x - 2.0
    elif place in ("top", "header"):
        edge = 1.0 - y / TOP_PIXELS
    elif place in ("bottom", "footer"):
        edge = 1.0 - (bottom - y) / max(TOP_PIXELS, bottom / 5)
    else:
        return 0.0
    return 0.5 + 0.5 * min(edge, 1.0) if edge > 0 else 0.0
