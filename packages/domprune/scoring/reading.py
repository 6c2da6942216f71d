"""All that a page's elements say and are, read in one pass: elements -> long texts and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, compress

from domprune.scoring.fields import TYPING
from domprune.scoring.letters import join
from domprune.scoring.numbers import Numbers
from domprune.types import Element

SPOKEN = ("text", "name", "label", "value", "description")
HINTS = ("placeholder", "title", "alt")
BLOCK = 500
"""Elements that are read together: what they say still lies in the processor's cache at the end."""


class Reading:
    """What elements say, as `join` writes it, and are.

    `spoken`: what they have in `SPOKEN`, element after element, but no name that repeats the text;
    `hints` and `hinted`: what each of the attributes `HINTS` says, and which rows have it (one byte
    each); `values`: those of all attributes, in their order, `counts` of each element; `contexts`;
    `kinds`: what an element's prior and type depend on.
    """

    def __init__(self, elements: Sequence[Element]) -> None:
        """Read the elements."""
        self.spoken: list[str] = []
        self.hints: dict[str, list[str]] = {hint: [] for hint in HINTS}
        self.hinted = {hint: bytearray() for hint in HINTS}
        self.values: list[str] = []
        self.counts: list[int] = []
        self.contexts, self.kinds = Numbers(), Numbers()
        for start in range(0, len(elements), BLOCK):
            self._read(elements[start : start + BLOCK])

    def _read(self, elements: Sequence[Element]) -> None:
        self.spoken.append(_spoken(elements))
        attributes = [element.attributes for element in elements]
        for hint in HINTS:
            has = bytes([hint in own for own in attributes])
            self.hints[hint] += [own[hint] for own in compress(attributes, has)]
            self.hinted[hint] += has
        self.values.append(join([*chain.from_iterable([own.values() for own in attributes])]))
        self.counts += map(len, attributes)
        number = self.contexts.of
        self.contexts.added += [number[element.context] for element in elements]
        number = self.kinds.of
        kinds = [number[e.role, e.tag, e.shown] for e in elements]
        for row, own in enumerate(attributes):
            # TYPING spelt out: this runs for every element, and a set takes twice as long.
            if "type" in own or "autocomplete" in own or "contenteditable" in own:
                one, told = elements[row], (*map(own.get, TYPING), "contenteditable" in own)
                kinds[row] = number[one.role, one.tag, one.shown, *told]
        self.kinds.added += kinds


def _spoken(elements: Sequence[Element]) -> str:
    said = [
        f"{e.text}\0{'' if e.name == e.text else e.name}\0{e.label}\0{e.value}\0{e.description}\0"
        for e in elements
    ]
    return "".join(said)
