"""Two trainings that take turns step by step, each step timed; see training.

Both see the same moment of the machine: what slows one step down slows the other's down, too. Each
keeps its own random state, so that it draws what it would draw alone.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments, set_seed

Job = Callable[[], Any]
"""Makes a trainer that is ready to train."""
LONGEST_WAIT = 600.0
"""Seconds that one waits for the other's step."""


@dataclass(slots=True)
class Stepped:
    """What a training left: seconds of processor time of each step, and its own curves."""

    seconds: list[float] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)


class Turn(TrainerCallback):
    """Lets the other training go on whenever a step begins, and times all between two beginnings.

    That holds the step itself, what is logged behind it, and the next batch.
    """

    def __init__(self, mine: threading.Semaphore, other: threading.Semaphore) -> None:
        """`mine` is released when it is this training's turn, `other` by it."""
        self._mine = mine
        self._other = other
        self._began = 0.0
        self.seconds: list[float] = []

    def on_step_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        """Stop the clock, wait for the next turn, start the clock."""
        if self._began:
            self.seconds.append(time.process_time() - self._began)
        kept = random.getstate(), np.random.get_state(), torch.get_rng_state()
        self._other.release()
        self.wait()
        random.setstate(kept[0])
        np.random.set_state(kept[1])
        torch.set_rng_state(kept[2])
        self._began = time.process_time()

    def wait(self) -> None:
        """Wait for the turn."""
        if not self._mine.acquire(timeout=LONGEST_WAIT):
            raise TimeoutError("the other training ended without handing over")


def by_turns(jobs: Sequence[Job], steps: int) -> tuple[Stepped, Stepped]:
    """Train both, of `steps` steps; the last step, whose end no beginning follows, is not timed."""
    trainers = [job() for job in jobs]
    gates = [threading.Semaphore(1), threading.Semaphore(0)]
    found = [Stepped(), Stepped()]
    failed: list[BaseException] = []

    def train(place: int) -> None:
        turn = Turn(gates[place], gates[1 - place])
        try:
            turn.wait()
            set_seed(0)
            trainers[place].add_callback(turn)
            trainers[place].train()
            found[place].seconds = turn.seconds
            found[place].history = trainers[place].state.log_history
        except BaseException as error:  # a thread's error must reach the caller
            failed.append(error)
        finally:
            gates[1 - place].release()

    threads = [threading.Thread(target=train, args=(place,)) for place in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    first, second = found
    assert len(first.seconds) == len(second.seconds) == steps - 1
    return first, second
