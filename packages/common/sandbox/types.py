"""What a program may use, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class SandboxUnavailable(RuntimeError):
    """This machine cannot isolate a program; nothing of it was run. The message has the remedy."""


@dataclass(kw_only=True)
class Limits:
    """What one program may use; what goes beyond is refused to it or ends it."""

    seconds: float = 20.0
    """Time by the clock, after which it is killed."""
    cpu_seconds: int = 10
    """Processor time, over all its threads."""
    memory_mb: int = 1024
    """Address space in MB, libraries and threads included; a lean numpy needs about 300."""
    output_bytes: int = 65_536
    """What it may print before it is ended."""
    scratch_mb: int = 32
    """What the files that it writes may hold together, in MB."""
    scratch_files: int = 200
    """How many files it may leave in its folder."""

    def __post_init__(self) -> None:
        """Refuse what no program could live with."""
        least = {"seconds": 0.1, "cpu_seconds": 1, "memory_mb": 64, "output_bytes": 1,
                 "scratch_mb": 1, "scratch_files": 2}  # fmt: skip
        for name, low in least.items():
            if not getattr(self, name) >= low:
                raise ValueError(f"{name} must be at least {low}, not {getattr(self, name)}")


class Ending(Enum):
    """How a program ended."""

    done = "done"
    failed = "failed"
    """By an error of its own, or of memory."""
    too_slow = "too slow"
    too_loud = "printed too much"
    too_big = "wrote too much"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """One program that ran: what it printed, standard error included, and how it ended.

    `status` is that of the process, negative where a signal ended it.
    """

    output: str
    ending: Ending
    status: int
    seconds: float
