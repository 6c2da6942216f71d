"""Outcomes of episodes -> figures by agent and by task, with intervals that draw whole tasks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from common.eval import Interval, mean_interval
from domprune.data.halves import HELD_OUT, TUNED
from domprune.experiment.miniwob.outcome import MiniWobOutcome

Outcomes = Sequence[MiniWobOutcome]
HALVES = {"tuned_half": TUNED, "held_out_half": HELD_OUT}


def by_agent(outcomes: Outcomes) -> dict[str, list[MiniWobOutcome]]:
    """Return the episodes of each agent, in the agents' order."""
    agents = dict.fromkeys(outcome.agent for outcome in outcomes)
    return {name: [one for one in outcomes if one.agent == name] for name in agents}


def by_task(outcomes: Outcomes) -> dict[str, list[MiniWobOutcome]]:
    """Return the episodes of each task, in the tasks' order."""
    tasks = dict.fromkeys(outcome.task for outcome in outcomes)
    return {name: [one for one in outcomes if one.task == name] for name in tasks}


def metrics_of(outcomes: Outcomes, seed: int) -> dict[str, object]:
    """Return the figures of each agent.

    All means are over episodes, of which each task has equally many. `reward` counts negative
    rewards as 0; `raw_reward` is the page's own in [-1, 1], 0 where the episode had not ended when
    the agent stopped; `success` is the share of episodes with the whole reward. The same follow for
    the halves of the tasks and for the tasks within the oracle's reach.
    """
    return {name: _agent(own, seed) for name, own in by_agent(outcomes).items()}


def _agent(outcomes: Outcomes, seed: int) -> dict[str, object]:
    parts: Mapping[str, Outcomes] = {
        "": outcomes,
        **{
            f"_{name}": [one for one in outcomes if one.half == half]
            for name, half in HALVES.items()
        },
        "_in_reach": [one for one in outcomes if not one.beyond],
    }
    figures: dict[str, object] = {
        "tasks": len(by_task(outcomes)),
        "episodes": len(outcomes),
        "broken": sum(one.ending == "broken" for one in outcomes),
    }
    for name, part in parts.items():
        if part:
            figures[f"reward{name}"] = _mean(part, seed, lambda one: one.reward)
            figures[f"raw_reward{name}"] = _mean(part, seed, lambda one: one.raw)
            figures[f"success{name}"] = _mean(part, seed, lambda one: float(one.success))
            figures |= _grounding(name, part, seed)
    for amount in ("steps", "failed_steps", "seconds", "prompt_tokens"):
        figures[amount] = sum(float(getattr(one, amount)) for one in outcomes)
    return figures


def _mean(outcomes: Outcomes, seed: int, value: Callable[[MiniWobOutcome], float]) -> Interval:
    tasks = [one.task for one in outcomes]
    return mean_interval([value(one) for one in outcomes], seed, clusters=tasks)


def _grounding(name: str, outcomes: Outcomes, seed: int) -> dict[str, object]:
    """Return the share of the oracle's steps that were grounded right: over steps, over tasks."""
    pairs = [(one.task, one.grounded, one.measured) for one in outcomes if one.measured]
    if not pairs:
        return {}
    steps = [(task, float(place < right)) for task, right, total in pairs for place in range(total)]
    shares = [
        sum(one.grounded for one in own) / total
        for own in by_task(outcomes).values()
        if (total := sum(one.measured for one in own))
    ]
    return {
        f"grounding{name}": mean_interval(
            [value for _, value in steps], seed, clusters=[task for task, _ in steps]
        ),
        f"grounding_by_task{name}": mean_interval(shares, seed),
    }


def table_of(outcomes: Outcomes) -> list[str]:
    """Return the figures by task as lines of text: one line a task and agent, then the means."""
    lines = [
        f"{'task':<30}{'agent':<9}{'episodes':>9}{'reward':>8}{'raw':>7}{'success':>9}"
        f"{'grounded':>10}{'steps':>7}{'seconds':>9}{'tokens':>9}"
    ]
    for task, own in by_task(outcomes).items():
        lines += [_line(task, agent, one) for agent, one in by_agent(own).items()]
    lines += [_line("ALL TASKS", agent, own) for agent, own in by_agent(outcomes).items()]
    return lines


def _line(task: str, agent: str, outcomes: Outcomes) -> str:
    count = len(outcomes)
    measured = sum(one.measured for one in outcomes)
    right = f"{sum(one.grounded for one in outcomes)}/{measured}" if measured else "-"
    return (
        f"{task:<30}{agent:<9}{count:>9}"
        f"{sum(one.reward for one in outcomes) / count:>8.2f}"
        f"{sum(one.raw for one in outcomes) / count:>7.2f}"
        f"{100 * sum(one.success for one in outcomes) / count:>8.0f}%{right:>10}"
        f"{sum(one.steps for one in outcomes) / count:>7.1f}"
        f"{sum(one.seconds for one in outcomes) / count:>9.1f}"
        f"{sum(one.prompt_tokens for one in outcomes) // count:>9,}"
    )
