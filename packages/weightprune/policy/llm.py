"""Situation -> prompt -> a language model -> decision, with one round to mend what cannot be."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from common.llm import LLM, BadReply, Counters, Message
from common.llm.errors import BrokenResponse, Refused
from common.template import fill
from weightprune.decision import check
from weightprune.policy.answer import Answer, answer_schema
from weightprune.types import (
    LARGEST_STEP,
    SMALLEST_STEP,
    Decision,
    Feedback,
    LayerProfile,
    Situation,
)

SYSTEM = Path(__file__).with_name("agent.j2")
REQUEST = Path(__file__).with_name("situation.j2")
MEND = Path(__file__).with_name("mend.j2")

MOST_LAYERS = 40
"""Layers that the agent is asked to keep to in one round, so that its answer stays short."""
ANSWER_TOKENS = 4096
UNUSABLE = (BadReply, BrokenResponse, Refused)
"""What is the agent's own doing: the round goes without choices. Other failures end the run,
which goes on where it was as soon as the endpoint answers again."""


class LLMPolicy:
    """Asks a language model where to prune next (paper, sections 3.3 and 3.4)."""

    def __init__(self, llm: LLM, counters: Counters, temperature: float = 0.5) -> None:
        """`counters` gets agent/mended and agent/unusable."""
        self._llm = llm
        self._counters = counters
        self._temperature = temperature

    def decide(self, situation: Situation) -> Decision:
        """The model's decision, without a choice where even its second answer was unusable.

        What it chose beyond the rules is told to it once; what is wrong even then stays in the
        decision for the loop to drop. Raises `LLMError` where the model cannot be reached.
        """
        messages = [
            Message(
                "system",
                fill(
                    SYSTEM,
                    smallest=SMALLEST_STEP,
                    largest=LARGEST_STEP,
                    most=MOST_LAYERS,
                    goals=_has_goals(situation),
                ),
            ),
            Message("user", request_text(situation)),
        ]
        try:
            return self._mended(messages, self._ask(messages, situation), situation)
        except UNUSABLE as error:
            self._counters.count("agent/unusable")
            return Decision(reasoning=f"No usable answer: {error}")

    def _ask(self, messages: Sequence[Message], situation: Situation) -> Answer:
        schema = answer_schema([profile.layer.name for profile in situation.profiles])
        return self._llm.parse(
            messages, schema, temperature=self._temperature, max_tokens=ANSWER_TOKENS
        )

    def _mended(
        self, messages: Sequence[Message], answer: Answer, situation: Situation
    ) -> Decision:
        decision = answer.decision()
        rejected = check(decision.choices, situation).rejected
        if not rejected or decision.stop_pruning:
            return decision
        self._counters.count("agent/mended")
        request = fill(MEND, rejected=rejected, smallest=SMALLEST_STEP, largest=LARGEST_STEP)
        said = Message("assistant", answer.model_dump_json())
        try:
            return self._ask([*messages, said, Message("user", request)], situation).decision()
        except UNUSABLE:
            # the first answer held good choices beside the bad ones
            self._counters.count("agent/unusable")
            return decision


def request_text(situation: Situation) -> str:
    """What the agent is told about this round; the layers sorted by z_s."""
    feedback = situation.feedback
    ordered = sorted(situation.profiles, key=lambda profile: profile.z_s)
    total = sum(profile.layer.weights for profile in ordered)
    return fill(
        REQUEST,
        situation=situation,
        feedback=feedback,
        chosen=_chosen(feedback),
        change=_change(feedback),
        percent=lambda share: f"{100 * share:.2f}",
        goals=_has_goals(situation),
        rows=[_row(profile, total) for profile in ordered],
    )


def _row(profile: LayerProfile, total: int) -> str:
    cells = [
        profile.layer.name,
        f"{100 * profile.layer.weights / total:.2f}",
        f"{100 * profile.sparsity:.1f}",
        f"{profile.z_s:+.2f}",
        f"{profile.z_g:+.2f}",
    ]
    if profile.goal is not None:
        cells.append(f"{100 * profile.goal:.1f}")
    return " | ".join(cells)


def _has_goals(situation: Situation) -> bool:
    return any(profile.goal is not None for profile in situation.profiles)


def _chosen(feedback: Feedback | None) -> str:
    choices = feedback.decision.choices if feedback else ()
    return ", ".join(
        f"{choice.layer_name} {choice.additional_sparsity:+g}" for choice in choices[:MOST_LAYERS]
    )


def _change(feedback: Feedback | None) -> str:
    if feedback is None:
        return ""
    change = feedback.perplexity_change
    return f"{100 * change:+.2f} %" if math.isfinite(change) else "not finite any more"
