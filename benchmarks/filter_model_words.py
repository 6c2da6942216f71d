"""Sub-task -> candidate keywords, each with what a small model may know about it.

The candidates are those of the rules; on request also what pages are used to call the things that
the sub-task names (`filter_model_words.txt`: "magnifying glass" -> "search").
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from domprune.roles.filter_rules import (
    ANCHOR_WEIGHT,
    OTHER_WORD_WEIGHT,
    TARGET_WEIGHT,
    TARGET_WORD_WEIGHT,
    VALUE_WORD_WEIGHT,
    keyword_weights,
)
from domprune.text import words
from domprune.types import ActionType, SubTask

LONGEST_NAME = 4
"""Most words of a name in the list."""
NAMED_WEIGHT, SAID_WEIGHT = 20, 3
"""Weights of an association: of a target that only the picture shows; of any other word."""
ORIGINS = (TARGET_WEIGHT, TARGET_WORD_WEIGHT, ANCHOR_WEIGHT, OTHER_WORD_WEIGHT, VALUE_WORD_WEIGHT,
           NAMED_WEIGHT, SAID_WEIGHT)  # fmt: skip
"""The weights that the rules give: each tells where a keyword comes from."""
TRIGRAM_BUCKETS = 256
PREPOSITIONS = frozenset("for of in on from to by with at under into beside near about".split())


@dataclass(frozen=True, slots=True)
class Candidates:
    """The keywords of a sub-task with the rules' weights (shape [k]) and features ([k, f])."""

    keywords: Sequence[str]
    given: NDArray[np.float32]
    features: NDArray[np.float32]


def candidates(subtask: SubTask, *, associated: bool) -> Candidates:
    """Return the candidates of a sub-task; equal sub-tasks give equal candidates."""
    weights = dict(keyword_weights(subtask))
    if associated:
        for keyword, weight in associations(subtask).items():
            weights.setdefault(keyword, weight)
    rows = [_features(keyword, weight, subtask) for keyword, weight in weights.items()]
    return Candidates(
        list(weights),
        np.array([*weights.values()], np.float32),
        np.array(rows, np.float32).reshape(len(rows), len(_features("a", 1, subtask))),
    )


def associations(subtask: SubTask) -> dict[str, int]:
    """Return what pages call the things that the sub-task names, with fixed weights."""
    only_seen = not _is_said(subtask)
    found = dict.fromkeys(_called(subtask.target_text), NAMED_WEIGHT if only_seen else SAID_WEIGHT)
    for keyword in _called(subtask.next_steps):
        found.setdefault(keyword, SAID_WEIGHT)
    return found


def _called(text: str) -> list[str]:
    """What the list has for the names in a text, longer names first; a word counts once."""
    said, found, at = words(text), [], 0
    while at < len(said):
        sizes = range(LONGEST_NAME, 0, -1)
        size = next((n for n in sizes if tuple(said[at : at + n]) in _list()), 0)
        found += _list()[tuple(said[at : at + size])] if size else []
        at += size or 1
    return found


@cache
def _list() -> Mapping[tuple[str, ...], list[str]]:
    table: dict[tuple[str, ...], list[str]] = {}
    text = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.startswith("#"):
            names, _, called = line.partition("|")
            for name in names.split(","):
                table.setdefault(tuple(words(name)), []).extend(map(str.strip, called.split(",")))
    return table


def _is_said(subtask: SubTask) -> bool:
    """Whether the target is part of the instruction, and not what only the picture shows."""
    return subtask.target_text.lower() in subtask.next_steps.lower()


def _features(keyword: str, weight: int, subtask: SubTask) -> list[float]:
    origin = [float(weight == one) for one in ORIGINS]
    said = words(subtask.next_steps)
    own = words(keyword)
    first = own[0] if own else ""
    place = said.index(first) if first in said else -1
    before = said[:place] if place > 0 else []
    typing = subtask.action_type is ActionType.TYPE
    plain = [
        1.0,
        float(len(own) == 1),
        float(len(own) >= 4),
        float(keyword.isdigit()),
        float(len(keyword) <= 3),
        float(place == 0),
        float(place == len(said) - 1),
        float(bool(before) and before[-1] in PREPOSITIONS),
        float(any(word in PREPOSITIONS for word in before)),
        float(bool(re.search(rf"[\"'\u2018\u201c]{re.escape(keyword)}", subtask.next_steps, re.I))),
        float(bool(re.search(rf"\b{re.escape(keyword.capitalize())}", subtask.next_steps[1:]))),
        float(keyword.endswith("ing")),
        float(keyword.endswith("ed")),
        float(keyword.endswith("s")),
        float(len(words(subtask.target_text)) == 1),
    ]
    known = _is_said(subtask)
    crossed = [one * known for one in origin] + [one * typing for one in origin]
    return [*plain, *origin, *crossed, *_trigrams(keyword)]


def _trigrams(keyword: str) -> list[float]:
    """The keyword's letter trigrams, hashed; the vector has length 1."""
    counts = np.zeros(TRIGRAM_BUCKETS, np.float32)
    text = f"^{keyword}$"
    for at in range(len(text) - 2):
        counts[crc32(text[at : at + 3].encode()) % TRIGRAM_BUCKETS] += 1
    length = float(np.linalg.norm(counts))
    return [float(one) / length for one in counts] if length else [0.0] * TRIGRAM_BUCKETS
