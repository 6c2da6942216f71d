"""What live tasks came to: episode and checks -> outcome -> metrics and table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from common.eval import Interval, mean_interval
from common.tokens import estimated_tokens
from domprune.episode import Episode
from domprune.trace.page import overhead


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveOutcome:
    """One task, `said` in words, as one planner did it.

    `done` says whether the task was done, by the final state or by the judge; None where nobody
    can say. `reason` says what is missing. `overheads` are the milliseconds of each step without
    its models.
    """

    task: str
    said: str
    told: str
    planner: str
    ending: str
    done: bool | None
    reason: str
    steps: int
    failed_steps: int
    seconds: float
    prompt_tokens: int
    overheads: tuple[float, ...]
    trace: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells the outcome from all others of a run."""
        return self.planner, self.task, self.said


def outcome_of(
    episode: Episode, *, task: str, told: str, planner: str, done: bool | None, reason: str,
    trace: str,
) -> LiveOutcome:  # fmt: skip
    """Return what an episode came to."""
    return LiveOutcome(
        task=task,
        said=episode.task,
        told=told,
        planner=planner,
        ending=str(episode.ending),
        done=done,
        reason=reason,
        steps=len(episode.steps),
        failed_steps=sum(not step.ok for step in episode.steps),
        seconds=episode.seconds,
        prompt_tokens=estimated_tokens(sum(s.prompt_characters for s in episode.steps)),
        overheads=tuple(overhead(step) for step in episode.steps if step.action is not None),
        trace=trace,
    )


def metrics_of(outcomes: Sequence[LiveOutcome], seed: int) -> dict[str, object]:
    """Return the metrics by planner; `success` where it is known, with its 95 % interval."""
    planners = dict.fromkeys(outcome.planner for outcome in outcomes)
    return {
        planner: _metrics([one for one in outcomes if one.planner == planner], seed)
        for planner in planners
    }


def _metrics(outcomes: Sequence[LiveOutcome], seed: int) -> dict[str, object]:
    overheads = [spent for one in outcomes for spent in one.overheads]
    told = sorted({one.told for one in outcomes})
    return {
        "tasks": len(outcomes),
        **_success("success", outcomes, seed),
        **{
            key: value
            for kind in told if len(told) > 1
            for key, value in _success(
                f"success_{kind}", [one for one in outcomes if one.told == kind], seed
            ).items()
        },
        "steps": sum(one.steps for one in outcomes),
        "failed_steps": sum(one.failed_steps for one in outcomes),
        "seconds": sum(one.seconds for one in outcomes),
        "prompt_tokens": sum(one.prompt_tokens for one in outcomes),
        "overhead_ms": median(overheads) if overheads else 0.0,
    }  # fmt: skip


def _success(name: str, outcomes: Sequence[LiveOutcome], seed: int) -> dict[str, Interval]:
    known = [float(one.done) for one in outcomes if one.done is not None]
    return {name: mean_interval(known, seed)} if known else {}


def table_of(metrics: Mapping[str, object]) -> list[str]:
    """Return the metrics of all planners as lines of text, shares in per cent."""
    shares = ("success", "success_steps", "success_goal")
    amounts = ("tasks", "steps", "failed_steps", "seconds", "prompt_tokens", "overhead_ms")
    lines = ["planner   " + "".join(f"{title:>15}" for title in (*shares, *amounts))]
    for planner, own in metrics.items():
        assert isinstance(own, Mapping)
        cells = [f"{100 * own[m].mean:.1f}" if m in own else "-" for m in shares]
        cells += [f"{own[m]:,.0f}" for m in amounts]
        lines.append(f"{planner:<10}" + "".join(f"{cell:>15}" for cell in cells))
    return lines
