"""An agent that a language model plays."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import Enum
from pathlib import Path

from common.llm import LLM
from common.template import fill
from common.trajectory import Json, Trajectory
from trajprune.rollout.types import Said, Speech

PROMPT = Path(__file__).with_name("system.j2")
OUTPUT_TAG = "<tool_response>"
STRAY_TAG = re.compile(r"</?(?:think|tool_call|answer)>")


class Prompt(Enum):
    """What the agent is told before the question."""

    plain = "plain"
    """What it can do, and how to write it."""
    frugal = "frugal"
    """The same, and to save rounds: the paper's baseline Prompt Control."""
    none = "none"
    """Nothing, for an agent that was trained on one set of tools."""


class LLMAgent:
    """Asks a model, message by message, for one run."""

    def __init__(
        self, llm: LLM, speech: Speech, *, temperature: float | None, max_tokens: int | None
    ) -> None:
        """`temperature` and `max_tokens` of one message, None for what the model's settings say."""
        self._llm = llm
        self._speech = speech
        self._temperature = temperature
        self._max_tokens = max_tokens

    def speak(self, run: Trajectory, *, must_answer: bool) -> Said:
        """What the model says; a message that cannot be read is passed on as words."""
        reply = self._llm.chat(
            self._speech.messages(run), temperature=self._temperature, max_tokens=self._max_tokens
        )[0]
        # Some models go on to invent what the tool would say.
        text = reply.text.partition(OUTPUT_TAG)[0].rstrip()
        try:
            said = self._speech.read(text)
        except ValueError:
            said = Said(words=STRAY_TAG.sub("", text))
        seen = reply.input_tokens + reply.output_tokens if reply.input_tokens else 0
        return replace(said, tokens=reply.output_tokens, context=seen)


def system_prompt(kind: Prompt, tools: Sequence[Mapping[str, Json]]) -> str:
    """What the agent is told before the question; "" for none."""
    if kind is Prompt.none:
        return ""
    lines = [json.dumps(tool, ensure_ascii=False) for tool in tools]
    return fill(PROMPT, tools=lines, frugal=kind is Prompt.frugal)
