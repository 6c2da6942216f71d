"""The words of a step that say beside what its element stands: step -> anchor.

>>> anchor_of('Click the bookmark of "Seals"')
Anchor(words=('Seals',), quoted=True, called=frozenset({'seals'}))
>>> anchor_of("Click the bin in the row of the letter from Lumen").words
('lumen',)
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from domprune.text import words

_ROW = r"in\s+the\s+(?:row|line|card|cell|column)(?:\s+(?:of|for|with|named|called))?"
_SINGLE = r"(?<!\w)['\u2018]"
_BEFORE = rf"^(?P<before>(?:(?!{_SINGLE})[^\"\u201c])*?)"
_OF_QUOTED = re.compile(
    rf"{_BEFORE}\b(?:of|by|from|beside|next\s+to|{_ROW})\s+(?:the\s+)?"
    rf"(?:[\"\u201c](?P<double>[^\"\u201c\u201d]+)[\"\u201d]|{_SINGLE}(?P<single>[^'\u2018\u2019]+)['\u2019](?!\w))",
    re.IGNORECASE,
)
_OF_ROW = re.compile(rf"{_BEFORE}\b{_ROW}\s+(?P<row>[^\"\u201c]+)$", re.IGNORECASE)
_TELLING = re.compile(r"[^\w]*(?:[A-Z]|\d)")
"""A name or a number tells one row from the others better than other words."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """What stands beside the element: words to the letter where they are `quoted`, else each.

    `called` are all the words by which a thing in the row may be called.
    """

    words: tuple[str, ...]
    quoted: bool
    called: frozenset[str]


def anchor_of(said: str) -> Anchor | None:
    """Return what the first quoted words, or a named row, say of the element's surroundings.

    None where they are what the element itself is called, or where there are none.
    """
    if found := _OF_QUOTED.search(said):
        literal = found["double"] or found["single"]
        return Anchor((literal,), quoted=True, called=frozenset(words(literal)))
    if found := _OF_ROW.search(said):
        tokens = found["row"].rstrip(" .").split()
        telling = [token for token in tokens if _TELLING.match(token)] or tokens
        return Anchor(
            tuple(words(" ".join(telling))), quoted=False, called=frozenset(words(found["row"]))
        )
    return None


def without_row(said: str) -> str:
    """Return the step's words without those that name a row."""
    return _OF_ROW.sub(r"\g<before>", said)
