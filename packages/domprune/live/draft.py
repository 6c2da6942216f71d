"""One step while it is taken: what is known so far, and how long each phase took."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from domprune.episode import Observation, Step, seen
from domprune.types import Action, Executed, Program, Pruned, SubTask


@dataclass(slots=True)
class Draft:
    """A step that grows; `step` is what has become of it."""

    number: int
    prompt_characters: Callable[[], int]
    observation: Observation | None = None
    subtask: SubTask | None = None
    program: Program | None = None
    pruned: Pruned | None = None
    action: Action | None = None
    executed: Executed | None = None
    error: str = ""
    recovered: str = ""
    _milliseconds: dict[str, float] = field(default_factory=dict)
    _characters: int = 0

    def __post_init__(self) -> None:
        """Note what had been read before the step."""
        self._characters = self.prompt_characters()

    @contextmanager
    def timed(self, phase: str) -> Iterator[None]:
        """Note how long the block takes, also where it fails."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self._milliseconds[phase] = 1e3 * (time.perf_counter() - start)

    def step(self) -> Step:
        """The step as it is now; an action that was not carried out is its error."""
        failed = self.executed is not None and not self.executed.ok
        error = self.executed.error if self.executed and failed and not self.error else self.error
        observed = self.observation.notes if self.observation else ()
        return Step(
            number=self.number,
            seen=seen(self.observation) if self.observation else None,
            subtask=self.subtask,
            program=self.program,
            pruned=self.pruned,
            action=self.action,
            executed=self.executed,
            error=error,
            notes=(*observed, self.recovered) if self.recovered else observed,
            milliseconds=self._milliseconds,
            prompt_characters=self.prompt_characters() - self._characters,
        )
