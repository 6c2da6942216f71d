"""A reward of named parts -> what GRPO learns from, its curves, and the time that it takes."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from common.training.batches import listed
from common.training.errors import TrainingError
from common.training.types import Answer, Prompt, Reward


class Scorer:
    """Asks the reward about each batch of answers and keeps how long that took."""

    __name__ = "reward"

    def __init__(
        self, prompts: Sequence[Prompt], reward: Reward, read: Callable[[Sequence[int]], str]
    ) -> None:
        """`read` turns the tokens of an answer into its text."""
        self._prompts = prompts
        self._reward = reward
        self._read = read
        self._seconds = 0.0
        self._kept: dict[int, Mapping[str, float]] | None = None

    @contextmanager
    def keeping(self) -> Iterator[Mapping[int, Mapping[str, float]]]:
        """Inside the block each answer's parts are kept by its prompt's place, and are no curves.

        Nor does what they take count as time of a step.
        """
        kept: dict[int, Mapping[str, float]] = {}
        self._kept = kept
        try:
            yield kept
        finally:
            self._kept = None

    def __call__(
        self,
        *,
        index: Sequence[int],
        completion_ids: Sequence[Sequence[int]],
        log_metric: Callable[[str, float], None],
        turns: Sequence[Sequence[str]] | None = None,
        **_: object,
    ) -> list[float]:
        """The sum of each answer's parts; `turns` are the answers where the prompts converse.

        Raises:
            TrainingError: the reward gives something else than one finite number a part.
        """
        told = turns or [[self._read(ids)] for ids in completion_ids]
        answers = [Answer(turn) for turn in told]
        started = time.perf_counter()
        scores = self._reward([self._prompts[place] for place in index], answers)
        taken = time.perf_counter() - started
        self._check(scores, index)
        if self._kept is not None:
            self._kept.update(zip(index, scores, strict=True))
            return [math.fsum(score.values()) for score in scores]
        self._seconds += taken
        for part in dict.fromkeys(part for score in scores for part in score):
            log_metric(f"reward/{part}", sum(it.get(part, 0.0) for it in scores) / len(scores))
        return [math.fsum(score.values()) for score in scores]

    def names(self, index: Sequence[int]) -> str:
        """The prompts at these places, for the message of a failure."""
        return f"prompts {listed([self._prompts[place].id for place in index])}"

    def share(self, step_seconds: float) -> Mapping[str, float]:
        """Which share of the steps' time since the last call went into the reward."""
        seconds, self._seconds = self._seconds, 0.0
        return {"reward_share": seconds / step_seconds} if step_seconds > 0 else {}

    def _check(self, scores: Sequence[Mapping[str, float]], index: Sequence[int]) -> None:
        if len(scores) != len(index):
            raise TrainingError(
                f"the reward must give one mapping for each of {len(index)} answers, not "
                f"{len(scores)}"
            )
        for score, place in zip(scores, index, strict=True):
            broken = [part for part, value in score.items() if not math.isfinite(value)]
            if broken:
                raise TrainingError(
                    f"the reward of an answer to prompt {self._prompts[place].id} must be finite "
                    f"in all parts, not {dict(score)}: correct the part {broken[0]}"
                )
