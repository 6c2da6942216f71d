"""Elements alike -> the one that a step counts out or compares: the 3rd, the last, the cheapest."""

from __future__ import annotations

import re
from collections.abc import Sequence

from domprune.interfaces import InvalidAction
from domprune.types import Element, Scored

ALIKE = 0.6
"""Least share of the best score at which an element is taken for one of those meant."""

_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_COUNTED = (
    r"(?:check\s*box|radio|button|link|result|text\s*(?:box|field|area)|input|field|box|tab|card|"
    r"square|item|row|option|post|e?-?mail|message|image|picture|page|entry|section|article|file|"
    r"folder|product|slider|cell|number|icon|paragraph)"
)
_ORDINAL = re.compile(
    rf"\b(?:(?P<number>\d+)(?:st|nd|rd|th)\b"
    rf"|(?P<word>{'|'.join(_ORDINALS)}|last)\b(?=(?:\s+[\w-]+)?\s+{_COUNTED}))",
    re.IGNORECASE,
)
_EXTREME = re.compile(
    r"\b(?:(?P<least>cheapest|lowest|smallest|least|fewest|minimum)"
    r"|most\s+expensive|highest|greatest|largest|biggest|maximum)\b(?!\s*\")",
    re.IGNORECASE,
)
_AMOUNT = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
_NUMBERS = re.compile(r"\[\d+\]")


def placed(said: str, ranked: Sequence[Scored]) -> Element | None:
    """Return the element that a step's words count out among those alike the best one.

    None where the words neither count nor compare. Raises `InvalidAction` where they count further
    than there are elements alike.
    """
    alike = _alike(ranked)
    if found := _ORDINAL.search(said):
        return counted(_number_in(found, len(alike)), alike)
    extreme = _EXTREME.search(said)
    return _most(alike, least=bool(extreme["least"])) if extreme else None


def counted(number: int, alike: Sequence[Element]) -> Element:
    """Return the n-th; raises `InvalidAction` where there are not so many."""
    if not 1 <= number <= len(alike):
        raise InvalidAction(f"there are {len(alike)} such elements, not {number}")
    return alike[number - 1]


def _number_in(found: re.Match[str], last: int) -> int:
    word = (found["word"] or "").lower()
    if word == "last":
        return last
    return _ORDINALS.index(word) + 1 if word else int(found["number"])


def _most(alike: Sequence[Element], *, least: bool) -> Element | None:
    """Return the element that says the least or the greatest number; None below two numbers."""
    numbered = [(number, one) for one in alike if (number := _amount(one)) is not None]
    if len(numbered) < 2:
        return None
    return (min if least else max)(numbered, key=lambda pair: pair[0])[1]


def _amount(element: Element) -> float | None:
    found = _AMOUNT.search(element.text or element.name)
    return float(found[0].replace(",", "")) if found else None


def _alike(ranked: Sequence[Scored]) -> list[Element]:
    """Return those like the best one, as good and in like places, in document order."""
    best = ranked[0]
    pattern = _NUMBERS.sub("", best.element.xpath)
    alike = (
        scored.element
        for scored in ranked
        if scored.score >= ALIKE * best.score and _NUMBERS.sub("", scored.element.xpath) == pattern
    )
    return sorted(alike, key=lambda element: element.id)
