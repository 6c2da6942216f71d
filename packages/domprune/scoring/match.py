"""How well one keyword matches one field of an element: exact > phrase > words > stems."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from domprune.scoring.letters import HEAD, head_of, heads_from
from domprune.scoring.places import Places
from domprune.scoring.settings import ScoringSettings
from domprune.text import identifier_words, is_unspaced, stem, stems, words

JOINED_LENGTH = 4
"""Fewest characters of a keyword that may be found with its blanks taken out."""

LONGEST = 200
"""Most characters of a keyword that are read; what repeats itself would take for ever to find."""


Words = tuple[str, ...]
"""A text as its folded words."""
Heads = NDArray[np.uint64]
NO_HEADS = np.zeros(0, np.uint64)


@dataclass(frozen=True, slots=True)
class Keyword:
    """A keyword as its folded words, joined without blanks, with their stems.

    `openings` are the characters that each word shares with all words of its stem: a text in which
    one of them does not occur cannot match. `may_join`: whether the words may also be found without
    the blanks between them. Bytes are UTF-8.
    """

    words: Words
    joined: str
    stems: Words
    openings: Words
    may_join: bool
    is_unspaced: bool
    letters: bytes
    """`joined`."""
    longest: bytes
    """The longest of the openings."""
    root: bytes
    """The stem that it opens."""
    others: tuple[bytes, ...]
    """The other openings."""
    long_words: Words
    """Those that their heads do not tell from all others."""
    begins: tuple[tuple[int, int], ...]
    """Of a text that can match some word's head lies in one of these ranges, see `heads_from`: that
    of a word of this stem, or of the first word where all letters have other borders between them.
    """


class Keywords(tuple[Keyword, ...]):
    """Keywords, each with words, that are looked up together."""

    @cached_property
    def heads(self) -> Heads:
        """How the words of each begin."""
        return np.array([head_of(word.encode()) for one in self for word in one.words], np.uint64)

    @cached_property
    def firsts(self) -> Places:
        """Where among the heads each begins."""
        return np.cumsum([0, *(len(one.words) for one in self[:-1])], dtype=np.intp)

    @cached_property
    def unspaced(self) -> Sequence[Keyword]:
        """Those in a script without blanks between words."""
        return [one for one in self if one.is_unspaced]


def prose(text: str) -> Words:
    """Return the words of text that people read."""
    return tuple(words(text))


def identifier(text: str) -> Words:
    """Return the words of text that programs read, camel case taken apart."""
    return tuple(identifier_words(text))


@lru_cache(maxsize=10_000)
def as_keyword(text: str) -> Keyword:
    """Return the words of a text that is looked for, as far as its first `LONGEST` characters."""
    found = words(text[:LONGEST])
    roots = stems(found)
    openings = tuple(map(_opening, found, roots))
    joined = "".join(found)
    unspaced = is_unspaced(joined)
    sizes = [*map(len, openings)]
    at = sizes.index(max(sizes)) if found else 0
    return Keyword(
        words=tuple(found),
        joined=joined,
        stems=tuple(roots),
        openings=openings,
        may_join=unspaced or len(joined) >= JOINED_LENGTH,
        is_unspaced=unspaced,
        letters=joined.encode(),
        longest="".join(openings[at : at + 1]).encode(),
        root="".join(roots[at : at + 1]).encode(),
        others=tuple(one.encode() for one in (*openings[:at], *openings[at + 1 :])),
        long_words=tuple(word for word in found if len(word.encode()) >= HEAD),
        begins=tuple(heads_from(one.encode()) for one in _begins(openings, roots, at, joined)),
    )


def _opening(word: str, root: str) -> str:
    """Return how a word and every other word of its stem begin, never "".

    Porter's steps cut a word's end, and put at most an e, an i, or after a b an l in its place
    (hoping, hope; happiness, happi; feasibility, feasibl); of the word "s" they leave nothing.
    """
    changed = len(root) > 1 and root.endswith(("e", "i", "bl"))
    return (root[:-1] if changed else root) or word


def _begins(openings: Words, roots: Sequence[str], at: int, joined: str) -> Iterator[str]:
    """Yield how some word begins of a text that can match; `at`: the word to be looked for."""
    for opening, root in zip(openings[at : at + 1], roots[at : at + 1], strict=True):
        if len(root) > 1 and root.endswith("i"):  # in whose place a y may stand
            yield root
            yield opening + "y"
        else:
            yield opening
    if at:
        yield joined


def quality(keyword: Keyword, found: Words, is_prose: bool, settings: ScoringSettings) -> float:
    """Return the match quality of a keyword in a field, 0..1; 0 where it does not match.

    In prose a hit is worth less the more of the field it leaves unsaid: "Next" is a better answer
    to `next` than "Next steps for your account".

    >>> quality(as_keyword("next"), prose("Next"), True, ScoringSettings())
    1.0
    """
    if not keyword.words or not found:
        return 0.0
    if keyword.words == found:
        return settings.exact
    joined = "".join(found)
    base = _base(keyword, found, joined, is_prose, settings)
    if not base or not is_prose:
        return base
    unsaid = max(0.0, 1.0 - len(keyword.joined) / len(joined))
    return base * (1.0 - settings.brevity * unsaid)


def _base(
    keyword: Keyword, found: Words, joined: str, is_prose: bool, settings: ScoringSettings
) -> float:
    if keyword.joined == joined or _contains(found, keyword.words):
        return settings.phrase
    if keyword.may_join and keyword.joined in joined:
        # "sign in" is no part of the prose "design interior", unless blanks mean nothing.
        anywhere = keyword.is_unspaced or not is_prose
        if anywhere or _at_word_border(found, keyword.joined):
            return settings.joined
    if set(keyword.words).issubset(found):
        return settings.all_words
    return settings.stemmed if _holds_stems(found, keyword) else 0.0


def _contains(whole: Words, part: Words) -> bool:
    first, size = part[0], len(part)
    if size == 1:
        return first in whole
    return any(whole[i : i + size] == part for i, word in enumerate(whole) if word == first)


def _at_word_border(found: Words, joined: str) -> bool:
    """Whether some run of whole words reads exactly like the joined keyword."""
    whole, borders = "".join(found), {0, *accumulate(map(len, found))}
    place = whole.find(joined)
    while place >= 0:
        if place in borders and place + len(joined) in borders:
            return True
        place = whole.find(joined, place + 1)
    return False


def _holds_stems(whole: Words, keyword: Keyword) -> bool:
    """Whether each stem of the keyword is the stem of some word; only likely words are stemmed."""
    for root, opening in zip(keyword.stems, keyword.openings, strict=True):
        if root not in [stem(word) for word in whole if word.startswith(opening)]:
            return False
    return True


def option_match(value: str, options: Sequence[str], settings: ScoringSettings) -> float:
    """Return how well the best of a select's options matches the value to be chosen, 0..1."""
    wanted = as_keyword(value)
    return max((quality(wanted, prose(o), True, settings) for o in options), default=0.0)
