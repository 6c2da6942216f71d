"""One clause of a task -> the steps it names: a table of shapes, the first that fits is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

PLACE = "{nth}"
"""Stands in a repeated step for 1st, 2nd, 3rd, ..."""
QUOTED = re.compile(r"\"[^\"]*\"")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStep:
    """One step in plain words; `times` is how often it is done, 0 for as often as it can be.

    A step that is done more than once has `PLACE` where the count stands. `instead` are the steps
    to take where it cannot be done.
    """

    words: str
    times: int = 1
    instead: tuple[PlannedStep, ...] = ()

    def said(self, number: int) -> str:
        """Return the step's words when it is done for the `number`-th time, from 1."""
        return self.words.replace(PLACE, nth(number))


SUBMIT = PlannedStep(words='Click the "Submit" button')
Read = Callable[[re.Match[str]], Iterator[str | PlannedStep]]


def nth(number: int) -> str:
    """Return a number as a place in a row: 1st, 2nd, 11th."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if 10 < number % 100 < 14 else ending}"


def clause_steps(clause: str) -> Iterator[PlannedStep]:
    """Yield the steps of one clause; the clause itself where it has none of the known shapes."""
    for shape, read in _SHAPES:
        if found := shape.match(clause):
            for step in read(found):
                yield PlannedStep(words=step) if isinstance(step, str) else step
            return
    yield PlannedStep(words=_cased(clause))


def _on_each(found: re.Match[str]) -> Iterator[PlannedStep]:
    """Read 'click the "Like" button on all posts by @ann'."""
    times = 0 if found["count"].lower() == "all" else int(found["count"])
    words = f"{found['what']} of the {PLACE} {found['thing']} {found['whose']}"
    yield PlannedStep(words=words, times=times)


def _all(found: re.Match[str]) -> Iterator[PlannedStep]:
    """Read "select all the shades of blue"."""
    yield PlannedStep(words=f"Click the {PLACE} {found['thing']}{found['whose'] or ''}", times=0)


def _both(found: re.Match[str]) -> Iterator[PlannedStep]:
    """Read 'enter the password "x" into both text fields'."""
    words = f"Type {found['value']} into the {PLACE} {found['thing']} field"
    yield PlannedStep(words=words, times=2)


def _valued(found: re.Match[str]) -> Iterator[str | PlannedStep]:
    """Read "enter 7:55 PM as the time", "select 5 with the spinner".

    A date that cannot be typed is picked from what opens under its field.
    """
    typed = f'Type "{found["value"]}" into the {found["field"]} field'
    date = re.fullmatch(r"\d{1,2}/0?(\d{1,2})/\d{4}", found["value"])
    picked = (f"Click the {found['field']} field", f'Click the day "{date[1]}"') if date else ()
    yield PlannedStep(words=typed, instead=tuple(PlannedStep(words=words) for words in picked))


def _pairs(found: re.Match[str]) -> Iterator[str]:
    """Read 'enter the username "ann" and the password "x"'."""
    for name, value in _PAIR.findall(found[0]):
        yield f"Type {value} into the {name} field"


def _begun(found: re.Match[str]) -> Iterator[str | PlannedStep]:
    """Read 'enter an item that starts with "Sa"', which is to be chosen from what is suggested."""
    yield f"Type {found['start']} into the text field"
    yield f"Click the item in the list that {found['how']}"
    yield SUBMIT


def _ordered(found: re.Match[str]) -> Iterator[str]:
    """Read "order one of each item: bread, tart"."""
    for item in found["items"].split(", "):
        yield f'Click the "+" of "{item.strip()}"'
    yield 'Click the "Order!" button'


def _path(found: re.Match[str]) -> Iterator[str]:
    """Read "select File>Export>PDF"."""
    for item in found["path"].split(">"):
        yield f'Click the menu item "{item.strip()}"'


def _listed(found: re.Match[str]) -> Iterator[str]:
    """Read "select bread, tart from the list", "select nothing"."""
    items, source = found["items"], found["source"] or ""
    if items.lower() in ("nothing", "none"):
        return
    if '"' in items or re.match(r"(?:the|a|an)\s", items):
        yield f"{'Tick' if found['verb'].lower() == 'tick' else 'Select'} {items}{source}"
        return
    for item in re.split(r",\s*", items.removeprefix("words similar to ")):
        yield f'Select "{item}"{source}' if source else f'Click "{item}"'


def _sending(found: re.Match[str]) -> Iterator[str]:
    """Read "press submit"."""
    yield f'Click the "{found["button"].capitalize()}" button'


def _to_find(found: re.Match[str]) -> Iterator[str]:
    """Read 'switch between the tabs to find the link "x"'; going through a page is no step."""
    if found["target"]:
        yield f"Click {found['target']}"


def _used(found: re.Match[str]) -> Iterator[str]:
    """Read 'use the textbox to enter "x"'."""
    yield f"Type {found['value']} into {found['field']}"


def _found(found: re.Match[str]) -> Iterator[str]:
    """Read "find the button"."""
    yield f"Click {found['target']}"


def _by_picture(found: re.Match[str]) -> Iterator[str]:
    """Read "keep the story 'x' with its bookmark"."""
    quoted = _ANY_QUOTED.search(found["thing"])
    row = quoted[0] if quoted else found["thing"]
    yield f"Click the {found['picture']} in the row {row}"


def _in_its_row(found: re.Match[str]) -> Iterator[str]:
    """Read "archive the letter from Dad": what is done stands on a button of its row."""
    yield f"Click {found['verb'].lower()} in the row of {found['thing']}"


_ANY_QUOTED = re.compile(r"\"[^\"]*\"|\u201c[^\u201d]*\u201d|(?<!\w)['\u2018].*?['\u2019](?!\w)")
_PAIR = re.compile(r"\bthe\s+([\w ]{2,30}?)\s+(\"[^\"]*\")", re.IGNORECASE)
_SHAPES: Sequence[tuple[re.Pattern[str], Read]] = tuple(
    (re.compile(shape, re.IGNORECASE), read)
    for shape, read in (
        (
            r"(?P<what>click\s+(?:on\s+)?the\s+.+?)\s+on\s+(?P<count>all|\d+)\s+"
            r"(?P<thing>\w+?)s?\s+(?P<whose>(?:by|of|from)\s+.+)$",
            _on_each,
        ),
        (
            r"(?:select|click)\s+(?:on\s+)?all\s+(?:of\s+)?(?:the\s+)?(?P<thing>.+?)s?"
            r"(?P<whose>\s+of\s+.+)?$",
            _all,
        ),
        (
            r"(?:press|click|hit|push|tap)(?:\s+on)?\s+(?:the\s+)?"
            r"\"?(?P<button>submit|search|login|log in|ok|send)\"?(?:\s+button)?$",
            _sending,
        ),
        (r"(?P<button>submit)$", _sending),
        (r"\w+\s+(?P<thing>.+?)\s+with\s+its\s+(?P<picture>[\w-]+)(?:\s+icon)?$", _by_picture),
        (
            r"(?P<verb>archive|bookmark|delete|flag|mute|pin|remove|star)\s+"
            r"(?P<thing>the\s+\w+\s+(?:from|by)\s+.+)$",
            _in_its_row,
        ),
        (
            r"(?:enter|select|type|choose)\s+(?P<value>[\d/.:-]+(?:\s*[AP]M)?)\s+as\s+the\s+"
            r"(?P<field>\w+)$",
            _valued,
        ),
        (r"(?:select|set|choose)\s+(?P<value>[^\s\"]+)\s+with\s+the\s+(?P<field>.+)$", _valued),
        (
            r"(?:order|add)\s+one\s+of\s+each(?:\s+\w+)?:?\s+(?P<items>.+)$",
            _ordered,
        ),
        (
            r"(?:enter|type)\s+an?\s+\w+\s+that\s+(?P<how>starts\s+with\s+"
            r"(?P<start>\"[^\"]*\").*)$",
            _begun,
        ),
        (
            r"(?:enter|type)\s+the\s+(?P<thing>\w+)\s+(?P<value>\"[^\"]*\")\s+into\s+both\b",
            _both,
        ),
        (r"use\s+(?P<field>the\s+.+?)\s+to\s+(?:enter|type)\s+(?P<value>\"[^\"]*\")$", _used),
        (rf"(?:enter|type)\s+{_PAIR.pattern}.*{_PAIR.pattern}.*$", _pairs),
        (r"select\s+(?P<path>[^,\"]+(?:>[^,\"]+)+)$", _path),
        (
            r"(?P<verb>select|choose|check|tick)\s+(?P<items>.+?)(?P<source>\s+(?:from|in)\s+the\s+.+)?$",
            _listed,
        ),
        (
            r"(?:switch|expand|navigate|look|browse|go)\s+(?:between|through|the\s+\w+s\b).*?"
            r"(?:\bto\s+(?:find|click)\b\s*(?:on\s+)?(?P<target>.*))?$",
            _to_find,
        ),
        (r"(?:find|locate|pick)\s+(?P<target>.+)$", _found),
    )
)


def _cased(clause: str) -> str:
    """Return a clause with its quoted text in the case that it asks for."""
    found = re.search(r"\s+in\s+(?:all\s+)?(upper|lower)\s*-?case(?:\s+letters)?", clause, re.I)
    if not found:
        return clause
    change = str.upper if found[1].lower() == "upper" else str.lower
    return QUOTED.sub(lambda match: change(match[0]), clause.replace(found[0], ""))
