"""Outcomes -> report.html, the per-layer table, and what the console says about costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from common.files import to_plain
from common.run import Run
from weightprune.experiment.compare import Pruned
from weightprune.experiment.findings import (
    EVALUATIONS,
    GOALS,
    SELECTION,
    best_baseline,
    change,
    of_test,
    share,
    took,
)
from weightprune.experiment.outcome import Outcome
from weightprune.experiment.rounds import Loop
from weightprune.experiment.workshop import Workshop
from weightprune.report.page import write_pruning_report
from weightprune.report.summary import MethodFigures, PruningSummary, ScoreRow

SMALL_MODEL = 64e6
"""Bytes below which a process's own growth says nothing about the model's share of it."""


def write_report(
    workshop: Workshop, before: Outcome, pruned: Pruned, rivals: Sequence[Outcome], run: Run
) -> None:
    """Write report.html with its charts, and say what the rounds cost."""
    settings = workshop.settings
    costs = cost_notes(before, pruned)
    for note in costs:
        run.say(note)
    loop, ours = pruned.loop, pruned.outcome
    summary = PruningSummary(
        model=settings.model.path or "the sample model",
        policy=settings.policy.name,
        target=settings.target,
        methods=[_figures(one, before, ours, rivals) for one in (before, ours, *rivals)],
        layers=workshop.network().layers,
        allocation=pruned.allocation,
        rounds=loop.rounds if loop else (),
        ending=loop.ending.value if loop else "",
        seconds=ours.seconds,
        memory=pruned.memory,
        scores=_scores(before, ours),
        test=workshop.test,
        settings=_settings(workshop, run),
        notes=[*costs, *(f"{one.name}: {note}" for one in rivals for note in one.notes)],
    )
    for path in write_pruning_report(summary, run.folder):
        run.artifact(path)


def cost_notes(before: Outcome, pruned: Pruned) -> list[str]:
    """What rounds and goals cost beside the perplexity evaluations, and the memory."""
    notes = [] if pruned.loop is None else _round_notes(pruned.loop, before.test_seconds)
    memory = pruned.memory
    ratio = f"{memory.peak / memory.model:.2f} times the dense weights"
    if memory.model < SMALL_MODEL:
        ratio = "of which a model this small is a minor part"
    notes.append(
        f"Memory: weights {memory.model / 1e6:.1f} MB, at most {memory.peak / 1e6:.1f} MB "
        f"({memory.where}), {ratio}; largest checkpoint {memory.checkpoint / 1e6:.2f} MB."
    )
    return notes


def _round_notes(loop: Loop, test_seconds: float) -> list[str]:
    seconds = loop.seconds
    rounds = loop.evaluations - loop.goal_evaluations
    alone = _percent(share(seconds, SELECTION, ("evaluate",)))
    told = [
        f"Rounds: {rounds:.0f} perplexity evaluations on the search windows took "
        f"{took(seconds, ('evaluate',)):.1f} s; profiling, deciding and pruning "
        f"{took(seconds, SELECTION):.1f} s, {alone} of that and, a round, "
        f"{_percent(of_test(loop, SELECTION, test_seconds))} of one evaluation on the test windows."
    ]
    return [*told, *_goal_notes(loop, test_seconds)] if loop.goal_evaluations else told


def _goal_notes(loop: Loop, test_seconds: float) -> list[str]:
    seconds = loop.seconds
    chosen, everything = (*SELECTION, "goals"), (*SELECTION, *GOALS)
    return [
        f"Goals: measured once, before the first round, by a search as long as "
        f"{loop.goal_evaluations:.0f} evaluations; passes through the model took "
        f"{took(seconds, ('passes',)):.1f} s, choosing {took(seconds, ('goals',)):.1f} s.",
        f"Overhead: profiling, deciding, pruning and choosing goals took "
        f"{took(seconds, chosen):.1f} s, {_percent(share(seconds, chosen, EVALUATIONS))} of all "
        f"evaluations, the rounds' and the goals'. With the goals' passes counted as profiling it "
        f"is {_percent(share(seconds, everything, ('evaluate',)))} of the rounds' evaluations "
        f"alone, a round {_percent(of_test(loop, everything, test_seconds))} of one on the test "
        "windows.",
    ]


def _percent(part: float) -> str:
    return f"{100 * part:.0f} %"


def _figures(
    one: Outcome, before: Outcome, ours: Outcome, rivals: Sequence[Outcome]
) -> MethodFigures:
    best = best_baseline(rivals)
    return MethodFigures(
        name=one.name,
        about=one.about,
        sparsity=one.sparsity,
        perplexity=one.perplexity,
        change=None if one is before else change(one, best),
        seconds=sum(one.seconds.values()),
        evaluations=one.evaluations,
        ours=one is ours,
        dense=one is before,
    )


def _scores(before: Outcome, ours: Outcome) -> list[ScoreRow]:
    return [
        ScoreRow(task=task, scores={"dense": score, "ours": ours.scores[task]})
        for task, score in before.scores.items()
    ]


def _settings(workshop: Workshop, run: Run) -> dict[str, str]:
    flat = {"seed": str(run.seed)}
    for key, value in asdict(workshop.settings).items():
        if isinstance(value, dict):
            flat |= {f"{key}.{name}": str(to_plain(inner)) for name, inner in value.items()}
        else:
            flat[key] = str(to_plain(value))
    return flat
