"""The kept rounds as the conversation that the base model would have had: rounds -> messages."""

from __future__ import annotations

import json
from collections.abc import Sequence

from common.llm import Message
from common.trajectory import Round
from trajprune.text import observed


def messages_of(question: str, rounds: Sequence[Round]) -> list[Message]:
    """The question, then each round as the agent's turn and what came back as the user's."""
    messages = [Message("user", question)]
    for round_ in rounds:
        calls = [
            json.dumps({"name": call.tool, "arguments": call.arguments}, default=str)
            for call in round_.calls
        ]
        messages.append(Message("assistant", "\n".join([round_.thought, *calls]).strip()))
        messages.append(Message("user", observed(round_)))
    return messages
