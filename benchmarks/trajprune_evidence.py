"""Gold evidence that pruning keeps, on Reflexion's HotpotQA runs: builders -> rows.

A round reaches a gold paragraph when it brought something and searched for exactly its title, or
for the title without its parentheses and at least 40 % of the paragraph's telling words came back,
or when it opens with the title and at least 60 % of them came back (the runs saw other years'
Wikipedia). Evidence is kept when one round that reaches the paragraph is kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from benchmarks.trajprune_redundancy import Pruner
from benchmarks.trajprune_runs import gold_titles, half, paragraphs, runs, task

from common.trajectory import Round, ToolCall, Trajectory
from trajprune.build.failure import failure
from trajprune.build.graph import GraphBuilder
from trajprune.build.safe import SafeBuilder
from trajprune.build.terms import COMMON
from trajprune.text import argument_values, words

GOALS = {"safe": (1.0, 0.25), "graph": (0.95, 0.30)}
"""Least share of evidence kept, least share of rounds dropped, on successful runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """`evidence` paragraphs were reached by the runs, `kept` still are after pruning."""

    builder: str
    half: str
    runs_that: str
    runs: int = 0
    abstained: int = 0
    evidence: int = 0
    kept: int = 0
    rounds: int = 0
    dropped: int = 0


def rows() -> list[Kept]:
    """Both builders on both halves and all, on successful runs and on all runs."""
    titles, texts = gold_titles(), paragraphs()
    cases = [run for run in runs("reflexion_hotpot") if task(run) in titles]
    table = []
    for name, pruner in (("safe", Pruner(SafeBuilder())), ("graph", Pruner(GraphBuilder()))):
        measured = [(run, one(pruner, run, titles, texts)) for run in cases]
        for part in ("work", "report", "all"):
            for which in ("succeeded", "all"):
                chosen = [
                    kept
                    for run, kept in measured
                    if part in ("all", half(run)) and (run.success or which == "all")
                ]
                table.append(summed(chosen, name, part, which))
    return table


def one(
    pruner: Pruner, run: Trajectory, titles: dict[str, list[str]], texts: dict[str, str]
) -> Kept:
    """The counts of one run."""
    gone = pruner.dropped(run)
    kept = evidence = 0
    for title in titles[task(run)]:
        reached = {
            place
            for place, round_ in enumerate(run.rounds, start=1)
            if reaches(round_, title, texts.get(title, ""))
        }
        evidence += bool(reached)
        kept += bool(reached - gone.places)
    return Kept(
        builder="",
        half="",
        runs_that="",
        runs=1,
        abstained=int(gone.abstained),
        evidence=evidence,
        kept=kept,
        rounds=len(run.rounds),
        dropped=len(gone.places),
    )


def summed(parts: list[Kept], builder: str, part: str, which: str) -> Kept:
    """The counts of several runs."""
    names = ("runs", "abstained", "evidence", "kept", "rounds", "dropped")
    sums = {name: sum(getattr(one, name) for one in parts) for name in names}
    return replace(Kept(builder=builder, half=part, runs_that=which), **sums)


def reaches(round_: Round, title: str, text: str) -> bool:
    """Whether one of the round's calls brought the paragraph."""
    return any(brought(call, title, text) for call in round_.calls)


def brought(call: ToolCall, title: str, text: str) -> bool:
    """As the module says."""
    if failure(call):
        return False
    query = " ".join(argument_values(call.arguments))
    observation = call.observation or ""
    if call.tool == "search" and words(query) == words(title):
        return True
    telling = set(words(text)) - COMMON
    share = len(telling.intersection(words(observation))) / len(telling) if telling else 0.0
    named = call.tool == "search" and bare(query) == bare(title)
    opens = bare(title) in " ".join(words(observation[:400]))
    return (named and share >= 0.4) or (opens and share >= 0.6)


def bare(title: str) -> str:
    """The title's words without what stands in parentheses."""
    return " ".join(words(re.sub(r"\(.*?\)", "", title)))
