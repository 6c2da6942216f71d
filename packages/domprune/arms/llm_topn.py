"""A language model reads all elements and names the best ones (Prune4Web, tables 2 and 3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field

from common.llm import LLM, Message
from common.template import fill
from domprune.arms.order import by_rank
from domprune.interfaces import Ranking, Render
from domprune.types import Case, Element, SubTask

PROMPT = Path(__file__).with_name("llm_topn.j2")
MOST_PARTS = 50
"""Parts of a page that are read, some 750,000 tokens; what stands after them is left out."""


class Choice(BaseModel):
    """The ids that the model chose, best first."""

    ids: Annotated[list[int], Field(max_length=1_000)]


class LLMTopN:
    """Top-N selection by the model itself; long pages are read in parts, then the winners once."""

    def __init__(self, llm: LLM, render: Render, keep: int, part_chars: int = 60_000) -> None:
        """`keep`: N. `part_chars`: how much of a page goes into one prompt, about 15k tokens."""
        self._llm = llm
        self._render = render
        self._keep = keep
        self._part_chars = part_chars

    def rank(self, case: Case) -> Ranking:
        """The chosen elements only, at most N; ids that were not shown are left out.

        Raises `BadReply` where the model answers a part twice with something else than ids.
        """
        chosen = list(case.snapshot.elements)
        parts = list(islice(self._parts(chosen), MOST_PARTS))
        while len(parts) > 1:
            chosen = [one for part in parts for one in self._choose(case.subtask, part)]
            narrowed = list(self._parts(chosen))
            if len(narrowed) >= len(parts):
                break  # N elements alone overfill a part: nothing more is gained by reading again
            parts = narrowed
        return Ranking(scored=by_rank(self._choose(case.subtask, chosen)))

    def _parts(self, elements: Sequence[Element]) -> Iterator[list[Element]]:
        part: list[Element] = []
        size = 0
        for element in elements:
            length = len(self._render([element])) + 1
            if part and size + length > self._part_chars:
                yield part
                part, size = [], 0
            part.append(element)
            size += length
        if part:
            yield part

    def _choose(self, subtask: SubTask, elements: Sequence[Element]) -> list[Element]:
        if not elements:
            return []
        prompt = fill(PROMPT, subtask=subtask, keep=self._keep, lines=self._render(elements))
        choice = self._llm.parse([Message("user", prompt)], Choice)
        shown = {element.id: element for element in elements}
        return [shown[one] for one in dict.fromkeys(choice.ids) if one in shown][: self._keep]
