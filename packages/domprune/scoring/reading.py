"""All that a page's elements say and are, read in one pass: elements -> long texts and numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

from domprune.scoring.fields import READ, TYPING
from domprune.scoring.letters import join
from domprune.scoring.numbers import Numbers
from domprune.scoring.shapes import Shapes
from domprune.types import Element

SPOKEN = ("text", "name", "label", "value", "description")
HINTS = ("placeholder", "title", "alt")
_TYPED = {*TYPING, "contenteditable"}
"""The attributes on which, beside role and tag, an element's prior and type depend."""
BLOCK = 500
"""Elements that are read together: what they say still lies in the processor's cache at the end."""


class Reading:
    """What elements say, as `join` writes it, and are.

    `spoken`: what they have in `SPOKEN`, element after element, but no name that repeats the text;
    `values`: what all their attributes say, in their order, which `shapes` knows; `contexts`;
    `kinds`: what an element's prior depends on, its type first; `hints`: what the attributes
    `HINTS` say, one after the other, each in its rows of `hinted`.
    """

    def __init__(self, elements: Sequence[Element]) -> None:
        """Read the elements."""
        self.spoken: list[str] = []
        said: list[str] = []
        self.contexts: Numbers[str] = Numbers()
        self.kinds: Numbers[tuple[str | bool | None, ...]] = Numbers()
        self.shapes = Shapes()
        for start in range(0, len(elements), BLOCK):
            said += self._read(elements[start : start + BLOCK])
        self.values = join(said)
        for row in self.shapes.having(_TYPED).tolist():
            one, own = elements[row], elements[row].attributes
            told = one.role, own.get("type"), "contenteditable" in own
            self.kinds.added[row] = self.kinds.of[READ["type"](one), one.tag, one.shown, *told]
        hinted = [self.shapes.at(hint) for hint in HINTS]
        self.hinted = [rows for rows, _ in hinted]
        self.hints = [said[place] for _, places in hinted for place in places.tolist()]

    def _read(self, elements: Sequence[Element]) -> Iterable[str]:
        """Read some elements, and return what their attributes say."""
        self.spoken.append(_spoken(elements))
        attributes = [element.attributes for element in elements]
        self.shapes.added += map(self.shapes.of.__getitem__, map(tuple, attributes))
        contexts, kinds = self.contexts.of, self.kinds.of
        self.contexts.added += [contexts[element.context] for element in elements]
        self.kinds.added += [kinds[e.role, e.tag, e.shown] for e in elements]
        return chain.from_iterable([own.values() for own in attributes])


def _spoken(elements: Sequence[Element]) -> str:
    said = [
        f"{e.text}\0{'' if e.name == e.text else e.name}\0{e.label}\0{e.value}\0{e.description}\0"
        for e in elements
    ]
    return "".join(said)
