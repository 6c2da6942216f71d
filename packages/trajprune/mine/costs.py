"""What keeping a round costs: trajectory -> one cost a round, the answer's last."""

from __future__ import annotations

from enum import Enum

from common.tokens import estimated_tokens
from common.trajectory import Round, Trajectory
from trajprune.text import said


class Cost(Enum):
    """What is saved."""

    rounds = "rounds"
    tokens = "tokens"


def costs_of(trajectory: Trajectory, cost: Cost) -> tuple[float, ...]:
    """1 a round, or the estimated tokens of its thought, calls and observations; at least 1."""
    if cost is Cost.rounds:
        return (1.0,) * (len(trajectory.rounds) + 1)
    answer = len(trajectory.final_thought) + len(trajectory.answer or "")
    return (*(_tokens(_characters(round_)) for round_ in trajectory.rounds), _tokens(answer))


def _characters(round_: Round) -> int:
    return len(said(round_)) + sum(len(call.observation or "") for call in round_.calls)


def _tokens(characters: int) -> float:
    return float(max(1, estimated_tokens(characters)))
