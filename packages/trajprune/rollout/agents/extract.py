"""question, pages -> the names and answers that stand nearest to the question's words, by rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from trajprune.text import normalised

SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
TOKEN = re.compile(r"\d[\d,]*\d|\w+(?:['’-]\w+)*|[^\w\s]")
NAME = re.compile(r"[A-Z][\w'’-]*(?:\s+(?:of|the|and)\s+[A-Z][\w'’-]*|\s+[A-Z]\.?[\w'’-]*)*")
YEAR = re.compile(r"1\d\d\d|20\d\d")
NUMBERS = set(
    "one two three four five six seven eight nine ten eleven twelve thirteen twenty hundred".split()
)
STOP = set(
    "a an and are as at be been before both but by did do does for from had has have he her his how"
    " in into is it its named not of on or she than that the their then there they this to was were"
    " what when where which who whom whose why with would".split()
)
ROOT = 4
"""Letters by which words of one family are told: found, founder, founded."""


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    place: int
    sentence: int

    @property
    def root(self) -> str:
        return normalised(self.text)[:ROOT]

    @property
    def counts(self) -> bool:
        """Whether it could be (part of) an answer."""
        return self.text[0].isalnum() and self.text.lower() not in STOP


def names(text: str) -> list[str]:
    """Names in a text, without the small words that a sentence begins with.

    >>> names("In which year did the Museum of Tides buy The Blue Astrolabe?")
    ['Museum of Tides', 'Blue Astrolabe']
    """
    found = (_without_small_words(match.group()) for match in NAME.finditer(text))
    return list(dict.fromkeys(name for name in found if name))


def nearest_name(question: str, page: str) -> str:
    r"""The name on the page that the question does not have and whose sentence is most about it.

    >>> nearest_name("Who was the founder's son?", "Ur\n\nIt lies near Uruk. Its founder was Enki.")
    'Enki'
    """
    title, _, text = page.partition("\n")
    # A page is about its title in every sentence.
    roots = _roots(question) - _roots(title)
    best, most = "", 0
    for sentence in SENTENCE.split(text):
        shared = len(roots & _roots(sentence))
        for name in names(sentence):
            strange = name not in question and name not in title and title not in name
            # A name that holds a word of the question is what the question is about.
            score = shared + 2 * bool(roots & _roots(name))
            if strange and score > most:
                best, most = name, score
    return best


def best_answer(question: str, pages: Sequence[str]) -> str:
    """What the question's kind asks for, nearest to its words on the last page; "" for nothing."""
    roots = _roots(question)
    for page in reversed(pages):
        title, _, text = page.partition("\n")
        said = list(_words(text or page))
        known = roots | (_roots(title) if text else set())
        about = [one.place for one in said if one.root in roots and one.counts]
        fitting = [one for one in said if _fits(question, one) and one.root not in known]
        if about and fitting:
            nearest = min(fitting, key=lambda one: _distance(one, about))
            return _whole(question, nearest, said, roots)
    return ""


def _fits(question: str, word: _Word) -> bool:
    """Whether a word is of the kind that the question asks for."""
    asked = question.lower()
    if "what year" in asked or asked.startswith("when"):
        return bool(YEAR.fullmatch(word.text))
    if any(one in asked for one in ("how many", "how long", "how far", "temperature", "how much")):
        return word.text[0].isdigit() or word.text.lower() in NUMBERS
    if asked.startswith(("who ", "whom ", "where ")) or "town" in asked or "prize" in asked:
        return word.text[0].isupper() and word.counts
    return word.counts


def _distance(word: _Word, about: Sequence[int]) -> tuple[int, bool]:
    """Words between it and the nearest word of the question; what follows one comes first."""
    nearest = min(about, key=lambda place: abs(place - word.place))
    return abs(nearest - word.place), word.place < nearest


def _whole(question: str, word: _Word, said: Sequence[_Word], roots: set[str]) -> str:
    """The word with those that belong to it: the rest of a name, a unit behind a number."""
    name = word.text[0].isupper()
    end = word.place + 1
    while end < len(said) and _belongs(said[end], name, roots):
        end += 1
    if word.text[0].isdigit() and "how many" not in question.lower() and not _is_year(word):
        return f"{word.text} {said[word.place + 1].text}" if end > word.place + 1 else word.text
    if word.text[0].isdigit() or word.text.lower() in NUMBERS:
        return word.text
    return " ".join(one.text for one in said[word.place : end])


def _belongs(word: _Word, name: bool, roots: set[str]) -> bool:
    return word.counts and word.root not in roots and (not name or word.text[0].isupper())


def _is_year(word: _Word) -> bool:
    return bool(YEAR.fullmatch(word.text))


def _words(text: str) -> Iterator[_Word]:
    place = 0
    for number, sentence in enumerate(SENTENCE.split(text)):
        for match in TOKEN.finditer(sentence):
            yield _Word(match.group(), place, number)
            place += 1


def _roots(text: str) -> set[str]:
    return {one.root for one in _words(text) if one.counts}


def _without_small_words(name: str) -> str:
    parts = name.split()
    while parts and parts[0].lower() in STOP:
        del parts[0]
    while parts and len(parts[-1]) == 2 and parts[-1].endswith("."):
        del parts[-1]
    return " ".join(parts)
