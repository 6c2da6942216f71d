"""An element of an old snapshot -> the same one in a new snapshot, by its fingerprint."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from domprune.types import Element

LASTING = ("id", "name", "href", "type", "value", "aria-label", "title", "placeholder", "alt")
"""Attributes that say what an element is for; classes and styles change with its state."""


def fingerprint(element: Element) -> tuple[str, ...]:
    """What an element keeps when the page around it is built anew."""
    lasting = (element.attributes.get(name, "") for name in LASTING)
    own = (element.tag, element.role, element.name, element.text, element.label)
    return (*own, *lasting)


def refind(old: Element, elements: Sequence[Element]) -> Element | None:
    """Return the one element with the old one's fingerprint.

    Of several, the one in the same place, else the only one in the same surroundings; None where
    that leaves none or several, because acting on the wrong one of two rows is worse than failing.
    """
    same = [one for one in elements if fingerprint(one) == fingerprint(old)]
    narrower: tuple[Callable[[Element], object], ...] = (
        lambda one: (one.context, one.description, one.frame, one.xpath),
        lambda one: (one.context, one.description, one.frame),
        lambda one: (one.context, one.description),
    )
    for known in narrower:
        closer = [one for one in same if known(one) == known(old)]
        if len(closer) == 1:
            return closer[0]
    return same[0] if len(same) == 1 else None
