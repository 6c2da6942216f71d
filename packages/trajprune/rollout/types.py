"""What the loop, its agents and its tools hand to one another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from common.llm import Message
from common.trajectory import Json, ToolCall, Trajectory


class ToolFailed(Exception):
    """A tool could not do what was asked; the message is what the agent is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked; `gold` holds accepted answers, none where they are not known."""

    id: str
    text: str
    gold: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One message of an agent: calls, or an answer, or neither, which is an error of the agent.

    `words` is what stands beside both. `tokens` were generated for it and `context` is what the
    agent had in view with them; 0 where nobody counted.
    """

    thought: str = ""
    calls: tuple[ToolCall, ...] = ()
    answer: str | None = None
    words: str = ""
    tokens: int = 0
    context: int = 0


class Agent(Protocol):
    """Decides what comes next; keeps nothing between calls, so that many runs share one."""

    def speak(self, run: Trajectory, *, must_answer: bool) -> Said:
        """The next message after the rounds so far; raises `LLMError` where a model fails."""


class Tool(Protocol):
    """One thing that an agent can do."""

    @property
    def definition(self) -> Mapping[str, Json]:
        """Name, description and parameters, as JSON schema."""

    def __call__(self, arguments: Mapping[str, Json]) -> str:
        """The observation; raises `ToolFailed`."""


class Speech(Protocol):
    """How the base agent's chat template spells thoughts, calls, observations and answers."""

    def messages(self, run: Trajectory) -> Sequence[Message]:
        """The conversation so far; raises ValueError for what the template cannot hold."""

    def read(self, text: str) -> Said:
        """One message of the agent; raises ValueError where it is none."""
