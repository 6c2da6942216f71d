"""Held-out prompts -> the reward of a model's likeliest answers, between two steps of GRPO."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch

from common.training.failures import named_failures
from common.training.outcome import of_all_processes
from common.training.scoring import Scorer


class Measuring:
    """To be named before GRPO's trainer of TRL among a class's bases.

    TRL's own evaluation samples at the training's temperature, computes a loss that says nothing,
    and weighs a last, smaller batch like a full one.
    """

    accelerator: Any
    args: Any
    model: Any
    state: Any
    control: Any
    callback_handler: Any
    scorer: Scorer
    """Where the parts of each answer's reward are kept."""

    def evaluate(self, *_: Any, **__: Any) -> dict[str, float]:
        """The mean of each part over all held-out prompts, eval_reward/PART, and their sum.

        Training goes on as if nothing had been measured: it draws the same answers.
        """
        self.model.eval()
        where = f"measuring after step {self.state.global_step}"
        with (
            named_failures(where, self.rows_of_step),  # type: ignore[attr-defined]
            self._same_random_numbers(),
            self._greedily(),
            self.scorer.keeping() as kept,
        ):
            for batch in self.get_eval_dataloader():  # type: ignore[attr-defined]
                self._generate_and_score_completions(batch)  # type: ignore[attr-defined]
        # What TRL counts about the answers would be told as the mean over batches.
        self._metrics["eval"].clear()  # type: ignore[attr-defined]
        told = means(of_all_processes(kept))
        self.log(dict(told))  # type: ignore[attr-defined]
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, told)
        return told

    @contextmanager
    def _greedily(self) -> Iterator[None]:
        """Inside the block the likeliest token is taken, whoever samples."""
        if self.args.use_vllm:
            holder, name, greedy = self.vllm_generation, "temperature", 0.0  # type: ignore[attr-defined]
        else:
            holder, name, greedy = self, "generation_config", _greedy(self.generation_config)  # type: ignore[attr-defined]
        sampled = getattr(holder, name)
        setattr(holder, name, greedy)
        try:
            yield
        finally:
            setattr(holder, name, sampled)

    @contextmanager
    def _same_random_numbers(self) -> Iterator[None]:
        """Behind the block random numbers go on as they stood before it."""
        device = self.accelerator.device
        devices = [] if device.type == "cpu" else [device]
        with torch.random.fork_rng(devices, device_type=device.type if devices else "cuda"):
            yield


def means(kept: Sequence[Mapping[int, Mapping[str, float]]]) -> dict[str, float]:
    """The mean of every part over the prompts, each counted once, however many processes had it."""
    scores = {place: score for own in kept for place, score in own.items()}
    parts = dict.fromkeys(part for score in scores.values() for part in score)
    told = {
        f"eval_reward/{part}": math.fsum(it.get(part, 0.0) for it in scores.values()) / len(scores)
        for part in parts
    }
    return {"eval_reward": math.fsum(told.values()), **told}


def _greedy(sampling: Any) -> Any:
    greedy = copy.deepcopy(sampling)
    # What shapes a distribution that is not drawn from only raises warnings.
    greedy.update(do_sample=False, temperature=None, top_p=None, top_k=None, min_p=None)
    return greedy
