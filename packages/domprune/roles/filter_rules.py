"""Sub-task -> scoring program by rules: what to look for, how much it weighs, where it lies."""

from __future__ import annotations

import re

from domprune.instruction import PLACE
from domprune.roles.keywords import KeywordError, clean_keyword_weights
from domprune.roles.pictures import PICTURES
from domprune.text import words
from domprune.types import ActionType, Program, SubTask

TARGET_WEIGHT = 40
TARGET_WORD_WEIGHT = 14
ANCHOR_WEIGHT = 12
OTHER_WORD_WEIGHT = 6
VALUE_WORD_WEIGHT = 5
KIND_WEIGHT = 6
PICTURE_WEIGHT = 14

_STOP = frozenset((
    "a", "an", "the", "to", "of", "in", "on", "at", "into", "onto", "from", "for", "with",
    "by", "as", "is", "it", "its", "this", "that", "these", "those", "my", "your", "our",
    "their", "his", "her", "me", "you", "i", "we", "and", "or", "so", "then", "there", "here",
    "up", "down", "out", "over", "under", "below", "above", "near", "next", "beside", "user",
    "selected", "input", "given", "what", "which", "who", "whose", "be", "do", "does", "want",
    "wants", "would", "like", "please", "go", "get", "make", "let", "us", "have", "has",
    "had", "text", "field", "box", "bar", "button", "link", "icon", "item", "option",
    "screen", "page", "one", "called", "named", "labelled", "labeled", "says", "saying",
    "left", "right", "top", "bottom", "side", "corner", "click", "tap", "press", "enter",
    "type", "select", "choose", "pick", "open", "fill", "put", "write", "set", "change",
    "view", "show", "row", "line", "small", "big", "large", "little", "tiny",
))  # fmt: skip
"""Words that steps are made of and elements are seldom called by."""
_KINDS = {
    "checkbox": "checkbox", "check box": "checkbox", "tickbox": "checkbox", "tick box": "checkbox",
    "radio": "radio", "button": "button", "link": "link", "tab": "tab", "toggle": "switch",
    "switch": "switch", "dropdown": "combobox", "drop down": "combobox", "slider": "slider",
}  # fmt: skip
_ANCHOR = re.compile(
    r"[\s,]+(?:(?:to\s+the\s+)?(?:left|right)\s+of|next\s+to|beside|between|under|below|above|near"
    r"|for|of|(?:in|on|at|from)(?=\s+the\b))\s+(?:the\s+)?"
    r"(?:(?:row|line|card|entry|end)\s+(?:of|for|with|named)\s+(?:the\s+)?)?",
    re.IGNORECASE,
)
_KIND_TAIL = re.compile(
    r"\s+(?:button|link|icon|checkbox|check\s*box|tab|toggle|switch|option|field|box)s?$",
    re.IGNORECASE,
)
_PLACES = {
    "top": "top", "upper": "top", "head": "top", "header": "header", "bottom": "bottom",
    "lower": "bottom", "foot": "footer", "footer": "footer", "left": "left", "right": "right",
    "sidebar": "sidebar", "navigation": "navigation", "nav": "navigation", "menu": "navigation",
}  # fmt: skip


_ORDINAL = re.compile(r"\b\d+(?:st|nd|rd|th)\b\s*(?=[\w\"'@]|$)", re.IGNORECASE)
"""A place in a row, which the grounder counts; no element is called by it."""


class RulesFilter:
    """Writes the keyword weights from the sub-task's own words; equal sub-tasks, equal programs."""

    def program(self, subtask: SubTask) -> Program:
        """Return the scoring program; the target's phrase weighs most, then its words."""
        return Program(
            keyword_weights=keyword_weights(subtask),
            action_type=subtask.action_type,
            value=subtask.value,
            places=places(subtask.next_steps),
        )


def keyword_weights(subtask: SubTask) -> dict[str, int]:
    """Return the weights, 1..50, of the keywords that a sub-task's own words give."""
    target, anchor = _target(subtask)
    value = subtask.value
    weights: dict[str, int] = {}
    _add(weights, target, TARGET_WEIGHT)
    _add(weights, _KIND_TAIL.sub("", target), TARGET_WEIGHT)
    _add_words(weights, target, TARGET_WORD_WEIGHT)
    _add(weights, anchor, ANCHOR_WEIGHT)
    _add_words(weights, anchor, OTHER_WORD_WEIGHT)
    # A value in quotes is literal and says nothing of the field.
    if subtask.action_type is not ActionType.TYPE or not _is_quoted(value, subtask.next_steps):
        _add_words(weights, value, VALUE_WORD_WEIGHT)
    if not _is_quoted(value, subtask.next_steps):
        said = _ORDINAL.sub("", PLACE.sub(" ", subtask.next_steps))
        _add_words(weights, said, OTHER_WORD_WEIGHT)
    for word in words(target):
        for picture in PICTURES.get(word, ()):
            weights.setdefault(picture, PICTURE_WEIGHT)
    for said, role in _KINDS.items():
        if re.search(rf"\b{said}\b", subtask.next_steps.lower()):
            _add(weights, role, KIND_WEIGHT)
    if not weights:
        _add(weights, " ".join(words(subtask.next_steps)), OTHER_WORD_WEIGHT)
    try:
        return clean_keyword_weights(weights)
    except KeywordError:  # a step without a single word
        return {}


def places(text: str) -> tuple[str, ...]:
    """Return the places on the page that the words name, in the order of naming."""
    found = [w for match in PLACE.finditer(text) for w in words(match[0])]
    return tuple(dict.fromkeys(_PLACES[w] for w in found if w in _PLACES))


def _target(subtask: SubTask) -> tuple[str, str]:
    """Return the words that name the element itself, and those that name what it stands beside."""
    said = _ORDINAL.sub("", PLACE.sub(" ", subtask.target_text or subtask.next_steps))
    whole = _is_quoted(subtask.target_text, subtask.next_steps)
    parts = [said] if whole else _ANCHOR.split(said, maxsplit=1)
    target = re.sub(r"^(?:the|your|a|an|on)\s+", "", parts[0].strip(), flags=re.IGNORECASE)
    kind_only = all(w in _STOP or w in _KINDS for w in words(target))
    if len(parts) == 2 and kind_only:
        return parts[1].strip(), ""
    return target, parts[1].strip() if len(parts) == 2 else ""


def _is_quoted(text: str, said: str) -> bool:
    """Whether a text stands in quotes, so that it is meant to the letter."""
    literal = re.escape(text)
    return bool(text) and bool(re.search(rf"[\"'\u201c\u2018]{literal}[\"'\u201d\u2019]", said))


def _add(weights: dict[str, int], phrase: str, weight: int) -> None:
    key = " ".join(phrase.split()).strip(" .,:;?!").lower()
    if words(key):
        weights[key] = max(weights.get(key, 0), weight)


def _add_words(weights: dict[str, int], phrase: str, weight: int) -> None:
    for word in words(phrase):
        if word not in _STOP and (len(word) > 1 or word.isdigit()):
            weights.setdefault(word, weight)
