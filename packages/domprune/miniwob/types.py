"""What an episode of a page task is made of: task, its standing, the oracle's next step."""

from __future__ import annotations

from dataclasses import dataclass

from domprune.types import SubTask

TIMED_OUT = "timed out"
"""The page's own reason where an episode's time ran out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One task: the path of its page below the package's pages, and the window it was made for.

    `beyond` says why it is out of the oracle's reach (most often: the seven actions cannot solve
    it), "" where it is not.
    """

    name: str
    path: str
    window: tuple[int, int]
    beyond: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where an episode stands, in the package's own terms.

    `raw` is the page's reward in [-1, 1], `scaled` the same with the page's discount for time where
    it is positive; both are 0 until `done`, as in the package.
    """

    done: bool
    raw: float = 0.0
    scaled: float = 0.0
    reason: str = ""

    @property
    def succeeded(self) -> bool:
        """Whether the whole reward was given, as in the package's binary reward."""
        return self.done and self.raw == 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class OracleStep:
    """The next step of the one who knows the task; `subtask` None where it waits or has ended.

    `waiting` says that the page is to be asked again in a moment.
    """

    subtask: SubTask | None
    waiting: bool = False
