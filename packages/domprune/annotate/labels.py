"""What an annotator writes about one case, and what it is asked with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from domprune.types import Case, Element, SubTask


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """The intermediate labels of one step, before anything was checked."""

    subtask: SubTask
    keyword_weights: Mapping[str, int]
    thought: str


class Annotator(Protocol):
    """Writes sub-task, keyword weights and thought for a step whose right element is known."""

    def annotate(self, case: Case, screenshot: bytes | None) -> Labels:
        """The labels of a case that has gold, or whose action needs none; may raise `LLMError`."""


def gold_element(case: Case) -> Element | None:
    """The right element: the labelled one, else the first that acts as the same control."""
    ids = case.gold.exact or case.gold.same_control
    return case.snapshot.elements[min(ids)] if ids else None
