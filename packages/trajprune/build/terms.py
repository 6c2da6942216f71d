"""What a text names: text -> entities, quotations, numbers, addresses and identifiers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from trajprune.text import words

LIMIT = 20_000
"""Characters of an agent's own text that are searched for terms."""

SHORTEST_NUMBER = 3
"""Signs of a number."""

LONGEST_CODE = 100
"""Signs of an identifier; longer ones are data."""

YEAR = 4
"""Digits of a year."""

COMMON = frozenset(
    """
a about above action actually after again all also although am an and another answer any are as ask
at based be because been before being below best between both but by can cannot check compare could
current currently did different do does done each either else even every find finish first five for
found four from further gather get give given go good great had has have he hence her here him his
how however i if in indeed information instead into is it its just know last later least less let
like likely look looking lookup made main make many may maybe me might more most much must my name
need needs neither next no none nor not note nothing now number of ok okay on once one only or other
our out over page paragraph perhaps please possible provide question read relevant result results
same say says search second see seems she should since so some sorry still such sure than thank that
the their them then there therefore these they third this those though three through thus to today
together too try two under unless until up us use used user using very want was we well were what
when where whether which while who whom whose why will with within without would yes yet you your
""".split()
)
"""Words that name nothing, wherever they stand and however they are written."""

_INSIDE = frozenset("of de del della der van von la le du da di al bin ibn".split())
"""Small words that a name may have inside."""

_OPENERS = frozenset(".!?:;*-–—•|/#>()[]{}")
_CAPITALISED = re.compile(r"[^\W\d_a-z]\w+")
_POSSESSIVE = re.compile("['’]s$")
_TOKEN = re.compile(r"[^\W_](?:[\w'’.-]*\w)?|\S")
_QUOTED = re.compile(r"""(?:"([^"\n]{2,80})"|“([^”\n]{2,80})”|(?<!\w)'([^'\n]{3,80})'(?!\w))""")
_URL = re.compile(r"""https?://[^\s"'<>)\]}]+|www\.[^\s"'<>)\]}]+""")
_PATH = re.compile(r"(?<![\w:/])(?:~|\.{1,2})?/(?:[\w.+-]+/)+[\w.+-]+")
_WRITTEN = re.compile(r"[\w@.-]+")
_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,:/-]\d+)*(?![\w])")


def terms(text: str) -> dict[str, None]:
    """The terms of a text as normalised words joined by spaces, in order of appearance by kind.

    A name is a run of capitalised words ("University of Montana"); a single one only inside a
    sentence, for at its start or in a list ("Origin: …") any word has a capital. Numbers of fewer
    than three signs are no terms: they turn up everywhere.

    >>> list(terms('Tim Kaine was a Senator from Virginia until 2013, see "the ticket".'))
    ['tim kaine', 'senator', 'virginia', '2013', 'the ticket']
    """
    found: dict[str, None] = {}
    for raw in _raw(text[:LIMIT]):
        term = " ".join(words(raw))
        if len(term) > 1 and not COMMON.issuperset(term.split()):
            found[term] = None
    return found


def is_weak(term: str) -> bool:
    """Whether two texts may share the term by chance: one plain word, or a number like a year.

    >>> is_weak("wikipedia"), is_weak("2024"), is_weak("tim kaine"), is_weak("hat056")
    (True, True, False, False)
    """
    return term.isalpha() or (term.isdigit() and len(term) <= YEAR)


def capitalised(text: str) -> dict[str, None]:
    """Every telling word of a text that is written with a capital.

    In a query names open the line or stand side by side, so that each word counts as one.

    >>> list(capitalised("Rick Stansbury Athletics Hall of Fame year"))
    ['rick', 'stansbury', 'athletics', 'hall', 'fame']
    """
    return {
        word: None
        for raw in _CAPITALISED.findall(text[:LIMIT])
        for word in words(raw)
        if len(word) > 1 and word not in COMMON
    }


def spans(text: str) -> dict[str, None]:
    """Every three neighbouring words of the text that begin and end with a telling one.

    Three such words in a row are seldom there by chance, so they show a re-use that has no name.
    Paths and addresses are passed over: what they have in common is where they lie.

    >>> list(spans("He was a lawyer and politician."))
    ['lawyer and politician']
    """
    found: dict[str, None] = {}
    tokens = words(_PATH.sub(" ", _URL.sub(" ", text[:LIMIT])))
    for span in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if all(len(end) > 1 and end not in COMMON for end in (span[0], span[2])):
            found[" ".join(span)] = None
    return found


def _raw(text: str) -> Iterator[str]:
    yield from _names(text)
    for match in _NUMBER.finditer(text):
        if len(match[0]) >= SHORTEST_NUMBER:
            yield match[0]
    for match in _QUOTED.finditer(text):
        yield match[1] or match[2] or match[3]
    for pattern in (_URL, _PATH):
        yield from (match[0] for match in pattern.finditer(text))
    for match in _WRITTEN.finditer(text):
        if len(match[0]) <= LONGEST_CODE and _is_code(match[0]):
            yield match[0]


def _is_code(token: str) -> bool:
    """Whether letters and digits mix ("HAT056"), as in identifiers, or it is a mail address."""
    name, at, place = token.partition("@")
    if at and name and "." in place.strip("."):
        return True
    return any(sign.isdigit() for sign in token) and any(sign.isalpha() for sign in token)


def _names(text: str) -> Iterator[str]:
    """Runs of capitalised words, without common words at their ends ("The Senator")."""
    run: list[str] = []
    opens = True
    inside = False  # whether the run began inside a sentence
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token[0].isupper() or (run and (token in _INSIDE or _continues(token, run))):
            inside = inside if run else not opens
            run.append(token)
        elif run:
            yield from _trimmed(run, inside)
            run = []
        opens = token in _OPENERS or text[match.end() : match.end() + 1] == "\n"
    yield from _trimmed(run, inside)


def _continues(token: str, run: list[str]) -> bool:
    """Whether a number or "the" goes on with a name: "Apollo 11", "Lord of the Rings"."""
    return token.isdigit() or (token == "the" and run[-1] == "of")


def _trimmed(run: list[str], inside: bool) -> Iterator[str]:
    start, stop = 0, len(run)
    while start < stop and (_plain(run[start]) in COMMON or run[start].isdigit()):
        start += 1
    while start < stop and (_plain(run[stop - 1]) in COMMON or run[stop - 1] in _INSIDE):
        stop -= 1
    if stop - start > 1 or (start < stop and (inside or start)):
        yield " ".join(_POSSESSIVE.sub("", token) for token in run[start:stop])


def _plain(token: str) -> str:
    return re.split("['’]", token.casefold())[0]
