"""Whether a text shows anything that was not shown before: call, text -> new or where from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from common.trajectory import ToolCall
from trajprune.text import READ_LIMIT, argument_values, normalised, shingles, signature, words

SHORT = 12
"""Texts of fewer words ("ok", "10") say something only beside the call that they answer."""

ECHO_FREE = 50
"""Words that a text needs besides the echo of its call before the echo may be passed over."""

_COUNTER = re.compile(
    r"\s*[\[(]?(?:results?|hits?|match(?:es)?|pages?)\s+\d+\s*(?:/|of)\s*\d+[\])]?[\s:.-]*",
    re.IGNORECASE,
)
"""How a text begins that is one of several: "(Result 1/4)"."""

Parts: TypeAlias = frozenset[tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a text showed.

    `fact` numbers new texts from 1; an equal text has the same number when it comes again, one put
    together from several earlier texts has 0. `rounds` had shown its parts first.
    """

    new: bool
    fact: int
    rounds: tuple[int, ...] = ()


class Novelty:
    """Remembers every shingle that was shown, and what each call showed last.

    A text is new when one of its shingles is. The same call again is compared with its own last
    result first: a value that changed and changed back is news each time. A long text that differs
    only where it quotes its call ("results for X") is no news, nor is the place of a text among
    several ("result 2 of 5").
    """

    def __init__(self) -> None:
        """Nothing has been shown."""
        self._first: dict[tuple[str, ...], int] = {}
        self._last: dict[str, Look] = {}
        self._last_parts: dict[str, Parts] = {}
        self._equal: dict[Parts, int] = {}
        self._count = 0

    def look(self, call: ToolCall, text: str, place: int) -> Look:
        """Say what the text of a call in round `place` shows, and remember it."""
        name = signature(call)
        readings = list(_readings(call, name, text))
        seen = self._compared(name, readings)
        for parts in readings:
            self._equal.setdefault(parts, seen.fact)
            for part in parts:
                self._first.setdefault(part, place)
        self._last[name], self._last_parts[name] = seen, readings[0]
        return seen

    def _compared(self, name: str, readings: list[Parts]) -> Look:
        if name in self._last:
            if readings[0] == self._last_parts[name]:
                fact = self._last[name].fact
                return Look(new=False, fact=fact, rounds=self._sources(readings[0]))
            if not readings[0] <= self._last_parts[name]:
                return self._news()
        for parts in readings:
            if self._first.keys() >= parts:
                return Look(new=False, fact=self._equal.get(parts, 0), rounds=self._sources(parts))
        return self._news()

    def _news(self) -> Look:
        self._count += 1
        return Look(new=True, fact=self._count)

    def _sources(self, parts: Parts) -> tuple[int, ...]:
        return tuple(sorted({self._first[part] for part in parts}))


def _readings(call: ToolCall, name: str, text: str) -> Iterator[Parts]:
    """The text's parts, then its parts without the words that only repeat the call."""
    tokens = words(text)
    counter = _COUNTER.match(text)
    if counter and len(uncounted := words(text[counter.end() :])) >= SHORT:
        tokens = uncounted
    whole = (str(hash(text)),) if len(text) > READ_LIMIT else ()
    own = frozenset([(name, *tokens)]) if len(tokens) < SHORT else frozenset()
    yield frozenset(shingles(tokens)) | own | ({whole} if whole else set())
    without = words(_without_echo(call, text))
    if ECHO_FREE <= len(without) < len(tokens):
        yield frozenset(shingles(without)) | ({whole} if whole else set())


def _without_echo(call: ToolCall, text: str) -> str:
    head = normalised(text[:READ_LIMIT])
    for value in argument_values(call.arguments):
        if 4 <= len(value) <= 300:
            head = head.replace(normalised(value), " ")
    return head
