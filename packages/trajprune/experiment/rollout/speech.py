"""Runs <-> the messages of agents that write thoughts, calls and answers in tags.

The tags are Tongyi's, and those that the chat templates of Qwen write for calls and outputs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from common.llm import Message
from common.trajectory import Trajectory
from trajprune.formats.tongyi import read_message, written_messages
from trajprune.rollout import Said

TAG = re.compile(r"</?(?:think|tool_call|tool_response|answer)>")


class TaggedSpeech:
    """Spells a run as training data spell it (`dataset.spelling=tagged`)."""

    def messages(self, run: Trajectory) -> Sequence[Message]:
        """The conversation so far; raises `Inexpressible` where a tag stands in a text."""
        return [Message(one["role"], one["content"]) for one in written_messages(run)]  # type: ignore[arg-type]

    def read(self, text: str) -> Said:
        """One message of the agent; raises `Refused`. Stray tags are no part of its words."""
        turn = read_message(text)
        words = TAG.sub("", turn.text or "").strip()
        if turn.is_answer:
            return Said(thought=turn.reasoning or "", answer=words)
        if turn.calls and turn.reasoning is None:
            return Said(thought=words, calls=turn.calls)
        return Said(thought=turn.reasoning or "", calls=turn.calls, words=words)
