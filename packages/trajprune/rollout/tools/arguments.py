"""Arguments as models write them -> the texts that a tool asked for."""

from __future__ import annotations

from collections.abc import Mapping

from common.trajectory import Json
from trajprune.rollout.types import ToolFailed

MOST = 8
"""Texts of one call; what lies beyond is refused, for one call is one round."""


def texts(arguments: Mapping[str, Json], name: str) -> list[str]:
    """The argument's text, or its texts where the model wrote a list, as Tongyi's agents do.

    Raises:
        ToolFailed: it is missing, empty or something else.

    >>> texts({"query": ["a", " b "]}, "query"), texts({"query": "a"}, "query")
    (['a', 'b'], ['a'])
    """
    value = arguments.get(name)
    given = list(value) if isinstance(value, list | tuple) else [value]
    found = [one.strip() for one in given if isinstance(one, str) and one.strip()]
    if not found or len(found) != len(given):
        raise ToolFailed(f'the argument "{name}" must be a text that is not empty')
    if len(found) > MOST:
        raise ToolFailed(f'the argument "{name}" may hold {MOST} texts at most, not {len(found)}')
    return found
