"""Other words that user interfaces use for the same thing, also those of other languages."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from domprune.scoring.match import Keyword, Keywords, as_keyword
from domprune.scoring.signs import sign_words
from domprune.text import split_camel, words

_NONE = Keywords()


@cache
def _lexicon() -> Mapping[str, Keywords]:
    """Return, for every English entry, the other words for the same thing, own language first."""
    table: dict[str, dict[tuple[str, ...], Keyword]] = {}
    text = (Path(__file__).parent / "lexicon.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        english, _, foreign = line.partition("|")
        own = [*map(as_keyword, english.split(","))]
        entries = {one.words: one for one in (*own, *map(as_keyword, foreign.split(",")))}
        entries.pop((), None)
        for entry in own:
            others = {key: one for key, one in entries.items() if key != entry.words}
            table.setdefault(" ".join(entry.words), {}).update(others)
    return {entry: Keywords(others.values()) for entry, others in table.items()}


def same_thing(keyword: str) -> Keywords:
    """Return what else user interfaces call a keyword, () where the lexicon has no entry."""
    return _lexicon().get(" ".join(words(keyword)), _NONE)


def read_keyword(keyword: str) -> Keyword:
    """Return the words of a keyword; of one that is but a sign, what the sign means.

    >>> read_keyword("firstName").words, read_keyword("»").words
    (('first', 'name'), ('next',))
    """
    own = as_keyword(split_camel(keyword))
    return own if own.words else as_keyword(sign_words(keyword))
