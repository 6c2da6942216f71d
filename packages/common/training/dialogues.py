"""Prompts that converse -> dialogues sampled turn by turn; which tokens are the model's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from common.training.reader import Reader
from common.training.settings import GrpoSettings
from common.training.types import Converse, Prompt, TrainingMessage

MARK = "\u2063answer\u2063"


@dataclass(slots=True)
class _Dialogue:
    """One dialogue under way: the tokens behind the prompt, and whose they are."""

    prompt: Prompt
    prompt_ids: list[int]
    ids: list[int] = field(default_factory=list)
    own: list[int] = field(default_factory=list)
    scores: list[float] | None = None
    turns: list[str] = field(default_factory=list)
    over: bool = False

    @property
    def context(self) -> list[int]:
        return self.prompt_ids + self.ids

    def add(self, ids: Sequence[int], scores: Sequence[float] | None, *, own: bool) -> None:
        self.ids += ids
        self.own += [int(own)] * len(ids)
        if scores is not None:
            self.scores = [*(self.scores or []), *scores]


class Dialogues:
    """TRL's `rollout_func`: prompts, already repeated K times, to tokens of whole dialogues."""

    def __init__(
        self, prompts: Sequence[Prompt], converse: Converse, reader: Reader, settings: GrpoSettings
    ) -> None:
        """`converse` says what comes after the answers so far."""
        self._prompts = prompts
        self._converse = converse
        self._reader = reader
        self._settings = settings

    def __call__(self, prompts: Sequence[Any], trainer: Any) -> dict[str, list[Any] | None]:
        """Sample until every dialogue has ended, here and in every other process."""
        ids, _, _ = trainer._tokenize_prompts(prompts)
        dialogues = [
            _Dialogue(prompt=self._prompts[prompt[0]["row"]], prompt_ids=list(it))
            for prompt, it in zip(prompts, ids, strict=True)
        ]
        for turn in range(self._settings.turns):
            going = [dialogue for dialogue in dialogues if not dialogue.over]
            if not _anywhere(trainer, bool(going)):
                break
            # A sharded model answers in all processes or in none.
            self._answer(going or dialogues[:1], trainer, turn)
        for dialogue in dialogues:
            self._close(dialogue)
        scores = [dialogue.scores for dialogue in dialogues]
        return {
            "prompt_ids": [dialogue.prompt_ids for dialogue in dialogues],
            "completion_ids": [dialogue.ids for dialogue in dialogues],
            "env_mask": [dialogue.own for dialogue in dialogues],
            "logprobs": None if None in scores else scores,
            "turns": [dialogue.turns for dialogue in dialogues],
        }

    def _answer(self, dialogues: Sequence[_Dialogue], trainer: Any, turn: int) -> None:
        repeats = trainer.num_generations if turn == 0 and trainer.model.training else 1
        contexts = [dialogue.context for dialogue in dialogues]
        answers, scores = trainer._generate_single_turn(contexts, None, {}, repeats)
        for place, dialogue in enumerate(dialogues):
            if not dialogue.over:
                self._go_on(dialogue, answers[place], None if scores is None else scores[place])

    def _go_on(
        self, dialogue: _Dialogue, ids: Sequence[int], scores: Sequence[float] | None
    ) -> None:
        dialogue.add(ids, scores, own=True)
        dialogue.turns.append(self._reader.answer(ids))
        complete = bool(ids) and ids[-1] in self._reader.end_ids
        last = len(dialogue.turns) >= self._settings.turns
        text = None if last or not complete else self._converse(dialogue.prompt, dialogue.turns)
        if text is None:
            dialogue.over = True
            return
        between = self._between(text)
        if len(dialogue.context) + len(between) + self._settings.answer > self._settings.length:
            dialogue.over = True
            return
        dialogue.add(between, None if scores is None else [0.0] * len(between), own=False)

    def _between(self, text: str) -> list[int]:
        """The tokens from behind an answer's end to where the next answer begins."""
        messages = [
            TrainingMessage("user", ""),
            TrainingMessage("assistant", MARK),
            TrainingMessage("user", text),
        ]
        whole = self._reader.text(self._reader.turns(messages, 0), cue=True)
        behind = whole[whole.index(MARK) + len(MARK) :]
        end = next(end for end in self._reader.ends if behind.startswith(end))
        return self._reader.ids(behind[len(end) :])

    def _close(self, dialogue: _Dialogue) -> None:
        """What was said last is the model's: no dialogue ends with the other side's words."""
        while dialogue.own and not dialogue.own[-1]:
            dialogue.own.pop()
            dialogue.ids.pop()
            if dialogue.scores:
                dialogue.scores.pop()


def _anywhere(trainer: Any, here: bool) -> bool:
    """Whether it holds in some process."""
    import torch

    told = torch.tensor([int(here)], device=trainer.accelerator.device)
    return bool(trainer.accelerator.gather(told).sum().item())
