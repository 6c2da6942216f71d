"""Why one attempt at an action did not go through."""

from __future__ import annotations

from domprune.types import Failure


class Missed(Exception):
    """An attempt that did not go through; `final` where a further strategy cannot help either."""

    def __init__(self, failure: Failure, why: str, *, final: bool = False) -> None:
        """`why` says it in words that a planner may be shown."""
        super().__init__(why)
        self.failure = failure
        self.final = final
