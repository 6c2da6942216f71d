"""What text is made of when observations are compared: text -> words, shingles, excerpts."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence

from common.trajectory import Json, Round, ToolCall, Trajectory

READ_LIMIT = 200_000
"""Characters of an observation that are taken apart; what lies beyond is only compared whole."""

SHINGLE = 5
"""Words of a shingle: long enough that two texts seldom share one by chance."""

_UNSPACED = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""Japanese and Chinese signs, which no spaces part into words: each counts as one."""

_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")


_ACCENTS = re.compile("[\u0300-\u036f]+")


def normalised(text: str) -> str:
    """The text in one Unicode form and case, without accents, so that spellings compare as equal.

    Signs that make other letters of Indic or Japanese ones stay.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFKD", text)))
    return text.casefold()


def words(text: str) -> list[str]:
    """The words of the first `READ_LIMIT` characters, normalised, in order; digits are words."""
    return _WORD.findall(normalised(text[:READ_LIMIT]))


def shingles(tokens: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Every run of `SHINGLE` words; all words where there are fewer, nothing without words."""
    if len(tokens) < SHINGLE:
        return iter([tuple(tokens)] if tokens else [])
    return zip(*(tokens[start:] for start in range(SHINGLE)), strict=False)


def excerpt(text: str, limit: int = 160) -> str:
    """The beginning of the text on one line, with an ellipsis where it was cut."""
    line = " ".join(text[: 4 * limit].split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def argument_values(arguments: Mapping[str, Json]) -> Iterator[str]:
    """Every text and number among the arguments, however deep, in order."""
    for value in arguments.values():
        yield from _leaves(value)


def signature(call: ToolCall) -> str:
    """The call in one spelling: equal for calls that ask the same, whatever the keys' order."""
    written = json.dumps(call.arguments, sort_keys=True, ensure_ascii=False, default=str)
    return f"{normalised(call.tool)} {' '.join(_WORD.findall(normalised(written)))}"


def called_with(round_: Round) -> Iterator[str]:
    """Every text and number among the arguments of a round's calls, in order."""
    return (value for call in round_.calls for value in argument_values(call.arguments))


def asked(round_: Round) -> str:
    """What the agent called for in a round: its calls' arguments, a line each."""
    return "\n".join(called_with(round_))


def said(round_: Round) -> str:
    """What the agent itself wrote in a round: its thought and its calls' arguments."""
    return "\n".join([round_.thought, *called_with(round_)])


def observed(round_: Round) -> str:
    """All that came back in a round."""
    return "\n".join(call.observation or "" for call in round_.calls)


def last_words(trajectory: Trajectory) -> str:
    """The final thought and the answer, where there is one."""
    return f"{trajectory.final_thought}\n{trajectory.answer or ''}"


def _leaves(value: Json) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from argument_values(value)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _leaves(item)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def name_rounds(rounds: Iterable[int]) -> str:
    """The rounds as words, the first of many only.

    >>> name_rounds([3]), name_rounds([5, 2]), name_rounds(range(1, 9))
    ('round 3', 'rounds 2 and 5', 'rounds 1, 2, 3 and 5 more')
    """
    named = [str(round_) for round_ in sorted(rounds)]
    if len(named) == 1:
        return f"round {named[0]}"
    rest = [] if len(named) <= 4 else [f"{len(named) - 3} more"]
    shown = [*named[: 3 if rest else 4], *rest]
    return f"rounds {', '.join(shown[:-1])} and {shown[-1]}"
