"""One attempt -> the same attempt repeated while its failures may pass and time is left."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

Answer = TypeVar("Answer")
Failure = TypeVar("Failure", bound=Exception)
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0


@dataclass(frozen=True, slots=True)
class Patience:
    """`timeout` bounds one attempt, `deadline` all of them with their pauses, both in seconds."""

    timeout: float
    deadline: float
    retries: int


def with_retries(
    attempt: Callable[[float], Answer],
    patience: Patience,
    retried: Callable[[Failure], None],
    failure: type[Failure],
) -> Answer:
    """The first answer of `attempt`, which is told how many seconds it may take.

    A transient failure is followed by a pause, the one that the endpoint asked for or else twice as
    long each time with jitter, and by the next attempt, which `retried` hears of. The last failure
    is raised when it is not transient, no retry is left or the pause would pass the deadline.
    Only exceptions of the kind `failure` are retried; they say `transient` and may say
    `retry_after`.
    """
    end = time.monotonic() + patience.deadline
    for turn in range(patience.retries + 1):
        try:
            return attempt(min(patience.timeout, end - time.monotonic()))
        except failure as error:
            wait = pause(turn, error)
            hopeless = not getattr(error, "transient", False) or turn == patience.retries
            if hopeless or time.monotonic() + wait >= end:
                raise
            retried(error)
        time.sleep(wait)
    raise AssertionError("unreachable: the last turn returns or raises")


def pause(turn: int, error: Exception) -> float:
    """Seconds to wait after failure number `turn` (from 0).

    The jitter only ever lengthens what the endpoint asked for, and keeps many clients that failed
    together from coming back together.
    """
    asked = getattr(error, "retry_after", None)
    if asked is not None:
        return asked + random.uniform(0, min(1.0, asked))
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2**turn) * random.uniform(0.5, 1.0)
