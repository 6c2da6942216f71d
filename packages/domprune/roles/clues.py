"""The words of a step that single out one element among others alike.

step -> quoted words, surroundings, kind, looks, ordinal -> fewer elements
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from domprune.interfaces import InvalidAction
from domprune.roles.anchors import anchor_of, without_row
from domprune.roles.in_a_row import counted, placed
from domprune.roles.openers import OPENING, openers
from domprune.text import fold, words
from domprune.types import Element, Scored, SubTask

OF_KIND = 0.3
"""Least share of the best score at which an element of the named kind is one of those meant."""

NAMED = 15.0
"""Least score of an element that the ranking found by its words, or by others for the same."""
_QUOTED = re.compile(
    r"[\"\u201c]([^\"\u201c\u201d]+)[\"\u201d]|(?<!\w)['\u2018]([^'\u2018\u2019]+)['\u2019](?!\w)"
)
_HANDLE = re.compile(r"@\w+")
_PART = re.compile(r"\b(start|end)s?\s+(?:with|in)\s+\"([^\"]+)\"", re.IGNORECASE)
COPIED = re.compile(r"\bthe\s+text\s+of\s+(the\s+.+?)\s+into\b", re.IGNORECASE)
"""Where a text comes from that is to be typed."""
_TICKED = frozenset({"checkbox", "radio", "switch", "menuitemcheckbox", "menuitemradio"})
_KINDS: Sequence[tuple[re.Pattern[str], Callable[[Element], bool]]] = (
    (re.compile(r"\bcheck\s*box|\btick\s*box", re.I), lambda e: e.role == "checkbox"),
    (re.compile(r"\bradio\b", re.I), lambda e: e.role == "radio"),
    (re.compile(r"\btext\s*area\b", re.I), lambda e: e.tag == "textarea"),
    (
        re.compile(r"\btext\s*(?:box|field|input)\b|\binput\b|[\"']text[\"'] widget", re.I),
        lambda e: e.tag == "input" and e.role in ("textbox", "searchbox", "combobox"),
    ),
    (re.compile(r"\bbutton\b", re.I), lambda e: "button" in (e.tag, e.role)),
    (re.compile(r"\blink\b", re.I), lambda e: e.tag == "a" or e.role == "link"),
    (re.compile(r"\btab\b", re.I), lambda e: e.role == "tab"),
    (
        re.compile(r"\bdrop\s*-?down\b|\bselect(?:ion)?\s*box\b", re.I),
        lambda e: e.tag == "select" or e.role in ("combobox", "listbox"),
    ),
    (re.compile(r"^(?:un)?tick\b|^uncheck\b", re.I), lambda e: e.role in _TICKED),
)
_LOOKS = frozenset(
    "large small rectangle square circle ellipse triangle pentagon hexagon octagon polygon digit "
    "letter shape black white gray grey silver red maroon orange yellow olive lime green cyan aqua "
    "teal blue navy purple magenta fuchsia pink brown gold".split()
)
"""What the extraction says of how a shape or a nameless box looks."""
_SAME_LOOK = {"big": "large", "little": "small", "tiny": "small"}


def singled_out(subtask: SubTask, ranked: Sequence[Scored]) -> list[Element]:
    """Return the elements that a step's clues leave, best first; never none of some.

    A clue that fits no element is passed over: words of a step may mean nothing here. Raises
    `InvalidAction` where the step counts further than there are elements alike, or where nothing
    on the page says what it quotes.
    """
    said = _without_value(subtask)
    left = list(ranked)
    if opening := OPENING.match(said):
        return [counted(int(opening["number"]), openers(left))]
    _check_present(said, left)
    for narrow in (_by_words, _by_parts, _by_surroundings, _by_kind, _by_look):
        left = narrow(said, left) or left
    elements = [scored.element for scored in left]
    chosen = placed(_QUOTED.sub(" ", said), left) if left else None
    return [chosen, *elements] if chosen else elements


def _without_value(subtask: SubTask) -> str:
    """Return the step's words without what is typed or chosen: it says nothing of the element."""
    if not subtask.value:
        return COPIED.sub("into", subtask.next_steps)
    value = rf"[\"'\u201c\u2018]?{re.escape(subtask.value)}[\"'\u201d\u2019]?"
    return re.sub(value, " ", subtask.next_steps, count=1)


def quotes(text: str) -> list[str]:
    """Return what stands in quotes, in order, but for parts of words."""
    return [(one or other).strip() for one, other in _QUOTED.findall(_PART.sub(" ", text))]


def own_words(element: Element) -> tuple[str, ...]:
    """Return what an element says itself, as it is written."""
    shown = (element.text, element.name, element.label, element.attributes.get("id", ""))
    return tuple(" ".join(one.split()) for one in shown if one)


def _check_present(said: str, ranked: Sequence[Scored]) -> None:
    """Raise `InvalidAction` where no element, nor what stands beside it, says the quoted words.

    Elements that the ranking took for the same thing in other words count as saying them.
    """
    named = not ranked or (ranked[0].score >= NAMED and not _begins_with_anchor(said))
    for words_said in [*quotes(said)[named:], *_HANDLE.findall(said)]:
        wanted = words(words_said)
        if wanted and not any(set(wanted) <= _all_words(s.element) for s in ranked):
            raise InvalidAction(f'nothing on the page says "{words_said}"')


def _begins_with_anchor(said: str) -> bool:
    """Whether the first quoted words are not the element's own."""
    anchor = anchor_of(said)
    return anchor is not None and anchor.quoted


def _all_words(element: Element) -> set[str]:
    attributes = " ".join(element.attributes.values())
    options = " ".join(element.options)
    return set(words(f"{_beside(element)} {element.value} {attributes} {options}"))


def _kinds(element: Element) -> tuple[str, ...]:
    text = ("text",) if element.tag == "input" and element.role == "textbox" else ()
    return (element.tag, element.role, element.attributes.get("type", ""), *text)


def _by_words(said: str, ranked: list[Scored]) -> list[Scored]:
    """Return those that say the first quoted words, to the letter before in any case."""
    for literal in [] if _begins_with_anchor(said) else quotes(said)[:1]:
        for same in (str, fold):
            exact = [s for s in ranked if same(literal) in map(same, own_words(s.element))]
            if exact:
                return exact
        if kind := [s for s in ranked if fold(literal) in _kinds(s.element)]:
            return kind
    rest = re.sub(r"^\w+\s+(?:on\s+)?(?:an?|the)\s+", "", without_row(said).rstrip(" .!"))
    signs = {token for token in rest.split() if len(token) == 1 or not token.isalpha()}
    written = [s for s in ranked if signs.intersection(own_words(s.element))]
    return [] if quotes(said) else written


def _by_parts(said: str, ranked: list[Scored]) -> list[Scored]:
    """Return those whose own words begin and end as is said."""
    parts = [(how.lower(), fold(part)) for how, part in _PART.findall(said)]

    def fits(element: Element) -> bool:
        own = fold(element.text or element.name).strip()
        return all(own.startswith(p) if how == "start" else own.endswith(p) for how, p in parts)

    return [s for s in ranked if parts and fits(s.element)]


def _by_surroundings(said: str, ranked: list[Scored]) -> list[Scored]:
    """Return those beside which all other quoted words and @names stand, or what names their row.

    What is called by these words alone is no thing beside them, unless its kind is named.
    """
    others = quotes(said)[not _begins_with_anchor(said) :]
    around = [fold(one) for one in [*others, *_HANDLE.findall(said)] or quotes(said)]
    anchor = anchor_of(said)
    row = set(anchor.words) if anchor and not anchor.quoted else set()
    left = [s for s in ranked if (around or row) and _stands_beside(s.element, around, row)]
    if anchor is None or any(named.search(said) for named, _ in _KINDS):
        return left
    return [s for s in left if not _is_called(s.element, anchor.called)] or left


def _stands_beside(element: Element, around: Sequence[str], row: set[str]) -> bool:
    beside = _beside(element)
    return all(one in beside for one in around) and row <= set(words(beside))


def _is_called(element: Element, called: frozenset[str]) -> bool:
    """Whether an element says these words and no others."""
    own = {word for one in (element.text, element.name) for word in words(one)}
    return bool(own) and own <= called


def _beside(element: Element) -> str:
    return fold(" ".join((element.context, element.description, *own_words(element))))


def _by_kind(said: str, ranked: list[Scored]) -> list[Scored]:
    """Return those of the kind that is named, as far as they fit otherwise as well as the best."""
    for named, is_one in _KINDS:
        if named.search(said):
            enough = OF_KIND * ranked[0].score if ranked else 0.0
            return [s for s in ranked if is_one(s.element) and s.score >= enough]
    return []


def _by_look(said: str, ranked: list[Scored]) -> list[Scored]:
    """Return those that look as is said, among elements whose looks are known."""
    told = {_SAME_LOOK.get(word, word) for word in words(said)} & _LOOKS
    return [s for s in ranked if told and told <= set(words(s.element.attributes.get("icon", "")))]
