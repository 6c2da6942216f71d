"""What training reads and leaves, in the order in which it comes about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path


class Role(Enum):
    """Who speaks."""

    system = "system"
    user = "user"
    assistant = "assistant"
    tool = "tool"


ROLES = tuple(role.value for role in Role)


@dataclass(frozen=True, slots=True)
class TrainingMessage:
    """One message; `tool_calls` are {"name", "arguments"}, bare or under "function"."""

    role: str
    content: str
    tool_calls: tuple[Mapping[str, object], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingRow:
    """One dialogue to learn; its pictures stand before the text of its first user message."""

    id: str
    messages: tuple[TrainingMessage, ...]
    tools: tuple[Mapping[str, object], ...] = ()
    images: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What answers are sampled to; ends with a message that is not the assistant's."""

    id: str
    messages: tuple[TrainingMessage, ...]
    images: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """A sequence of tokens; `labels` are the same where there is loss and -100 elsewhere."""

    id: str
    input_ids: list[int]
    labels: list[int]
    images: tuple[Path, ...] = ()


class Answer(str):
    """The text of the last answer of a sampled dialogue; `turns` are all answers, in order."""

    __slots__ = ("turns",)
    turns: tuple[str, ...]

    def __new__(cls, turns: Sequence[str]) -> Answer:
        """Of one answer or more."""
        answer = super().__new__(cls, turns[-1])
        answer.turns = tuple(turns)
        return answer


Reward = Callable[[Sequence[Prompt], Sequence[Answer]], Sequence[Mapping[str, float]]]
"""The named parts of each answer's reward; their sum is what is learned from."""

Converse = Callable[[Prompt, Sequence[str]], str | None]
"""The next user message after the answers so far, None where the dialogue ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One point of a curve."""

    step: int
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """A finished training: `folder` holds the model, its tokenizer and, below it, checkpoints."""

    folder: Path
    steps: int
    losses: tuple[Point, ...]
    """The training loss of every step, over interruptions too."""
    held_out: tuple[Point, ...]
    """The loss on the held-out rows, where there were any."""
    curves: Mapping[str, tuple[Point, ...]]
    """Every other curve by name, such as reward/format."""
    rows: int
    """Rows, or prompts, that were trained on."""
    dropped: int
    """Rows that could not be used; each is named in log.txt."""
    seconds: float
    """Seconds of this process; what came before an interruption does not count."""
