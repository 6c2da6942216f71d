"""Case and scoring program -> kept elements, fast enough to prune for every sampled answer."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from domprune.arms.order import pruned_by_score
from domprune.scoring.pages import Indices, PageScorer
from domprune.scoring.settings import ScoringSettings
from domprune.types import Case, Program, Pruned, Snapshot

PAGES_HELD = 256
"""Pages whose words stay laid out for scoring."""
RESULTS_HELD = 8192
"""Programs whose outcome is remembered: the answers of a group often agree."""

Value = TypeVar("Value")


class Pages:
    """Prunes as the arm `ours` does; a page is read once, and an equal program runs on it once."""

    def __init__(self, scoring: ScoringSettings, keep: int) -> None:
        """`keep`: N, how many elements are kept."""
        self._score = PageScorer(scoring, Indices(PAGES_HELD))
        self._keep = keep
        self._results = Newest[Pruned](RESULTS_HELD)

    def prune(self, case: Case, program: Program) -> Pruned:
        """The best elements of the case's page by the program, best first."""
        weights = tuple(program.keyword_weights.items())
        key = (case.id, weights, program.action_type, program.value, program.places)
        return self._results.get(key, lambda: self._run(case.snapshot, program))

    def _run(self, page: Snapshot, program: Program) -> Pruned:
        scores = self._score(page.elements, program)
        return pruned_by_score(page.elements, scores, self._keep)


class Newest(Generic[Value]):
    """Remembers the values last asked for, up to a number."""

    def __init__(self, most: int) -> None:
        """`most`: how many values are held."""
        self._most = most
        self._held: OrderedDict[Hashable, Value] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value of the key, made where it is not held."""
        if key not in self._held:
            self._held[key] = make()
        self._held.move_to_end(key)
        if len(self._held) > self._most:
            self._held.popitem(last=False)
        return self._held[key]
