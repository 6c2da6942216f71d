"""A run -> what counts of it: rounds and tokens."""

from __future__ import annotations

from common.tokens import estimated_tokens
from common.trajectory import Trajectory
from trajprune.text import said


def generated_tokens(trajectory: Trajectory) -> int:
    """Tokens that the agent wrote: thoughts, speech, arguments, the answer. Estimated."""
    spoken = sum(len(said(one)) + len(one.speech) for one in trajectory.rounds)
    return estimated_tokens(spoken + len(trajectory.final_thought) + len(trajectory.answer or ""))


def all_tokens(trajectory: Trajectory) -> int:
    """Tokens of the whole conversation, observations included. Estimated."""
    given = len(trajectory.system) + len(trajectory.prompt or trajectory.question)
    seen = sum(len(call.observation or "") for one in trajectory.rounds for call in one.calls)
    return generated_tokens(trajectory) + estimated_tokens(given + seen)
