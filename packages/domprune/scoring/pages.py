"""Pages that are scored again and again: each is laid out once, whoever scores it by what."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

from domprune.scoring.index import Index
from domprune.scoring.settings import ScoringSettings
from domprune.types import Element, Program


class Indices:
    """The indices of the pages seen last, a bounded number of them; safe from threads."""

    def __init__(self, pages: int = 1) -> None:
        """`pages`: how many stay laid out; one is enough where a page's steps come together."""
        self._pages = pages
        # The elements beside their index stay alive, so that no others can take their id.
        self._held: dict[int, tuple[Sequence[Element], Index]] = {}
        self._lock = Lock()

    def of(self, elements: Sequence[Element]) -> Index:
        """Return the index of the elements, made where these very elements are not held."""
        with self._lock:
            held = self._held.get(id(elements))
        if held is None:
            held = (elements, Index(elements))
            with self._lock:
                self._held[id(elements)] = held
                if len(self._held) > self._pages:
                    del self._held[next(iter(self._held))]
        return held[1]


class PageScorer:
    """Scores programs as `scoring.index.score` does, on pages that stay laid out for the next."""

    def __init__(self, settings: ScoringSettings, indices: Indices | None = None) -> None:
        """`settings`: the template's constants. `indices`: shared with other scorers."""
        self._settings = settings
        self._indices = indices or Indices()

    def __call__(self, elements: Sequence[Element], program: Program) -> list[float]:
        """Return one score an element, in their order; higher is better."""
        scores: list[float] = self._indices.of(elements).score(program, self._settings).tolist()
        return scores
