"""Redundancy put into real runs: trajectory -> the same with rounds nobody needs.

Three kinds, up to a third of a run's rounds each time, at seeded random places:
- duplicates: a round that read something, again later, with its observation's white space or
  letters' case, its arguments' order or its thought changed (one of these, or none);
- foreign: rounds of runs on other questions of the same set;
- same question: into a run that succeeded, dead ends of failed runs on the same question.
Only rounds that brought something and changed nothing are planted. A dead end shows nothing that
this run shows, no gold paragraph, and neither its answer nor any other name or number that its
agent took up; where the answer is a verdict or stands in the question, nobody can tell a dead end,
and none is planted.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from benchmarks.trajprune_runs import gold_titles, task

from common.trajectory import Round, ToolCall, Trajectory
from trajprune.build.failure import failure
from trajprune.build.skeleton import pins
from trajprune.build.terms import COMMON
from trajprune.text import normalised, said, signature, words

Plant = Callable[[Trajectory, random.Random], "Planted | None"]


@dataclass(frozen=True, slots=True)
class Planted:
    """A run with superfluous rounds; `places` are theirs in `trajectory`, from 1."""

    original: Trajectory
    trajectory: Trajectory
    places: frozenset[int]


def planters(runs: Sequence[Trajectory]) -> dict[str, Plant]:
    """The three kinds for one set of runs; each gives None where it finds nothing to plant."""
    by_question: dict[str, list[Trajectory]] = defaultdict(list)
    for run in runs:
        by_question[task(run)].append(run)
    titles = gold_titles()

    def foreign(run: Trajectory, draw: random.Random) -> Planted | None:
        others = [
            round_
            for other in draw.sample(runs, min(20, len(runs)))
            if task(other) != task(run)
            for round_ in other.rounds
            if reads(round_)
        ]
        return inserted(run, draw.sample(others, min(number(run), len(others))), draw)

    def same_question(run: Trajectory, draw: random.Random) -> Planted | None:
        question = task(run)
        if not run.success or is_verdict(run):
            return None
        ends = [
            round_
            for other in by_question[question]
            if other.success is False
            for round_ in other.rounds
            if reads(round_) and is_dead_end(round_, run, titles.get(question, []))
        ]
        return inserted(run, draw.sample(ends, min(number(run), len(ends))), draw)

    return {"duplicates": duplicates, "foreign": foreign, "same question": same_question}


def duplicates(run: Trajectory, draw: random.Random) -> Planted | None:
    """Rounds of the run itself again, later, before the same call brought something else."""
    own = [place for place, round_ in enumerate(run.rounds) if reads(round_)]
    chosen = draw.sample(own, min(number(run), len(own)))
    ahead: dict[int, list[Round]] = defaultdict(list)
    for place in chosen:
        until = next(
            (later for later in range(place + 1, len(run.rounds))
             if same_call(run.rounds[later], run.rounds[place])),
            len(run.rounds),
        )  # fmt: skip
        ahead[draw.randint(place + 1, until)].append(varied(run.rounds[place], draw))
    return rebuilt(run, ahead)


def inserted(run: Trajectory, extra: Sequence[Round], draw: random.Random) -> Planted | None:
    """The rounds at random places, none behind the last round."""
    ahead: dict[int, list[Round]] = defaultdict(list)
    for round_ in extra:
        ahead[draw.randint(0, len(run.rounds) - 1)].append(round_)
    return rebuilt(run, ahead)


def rebuilt(run: Trajectory, ahead: dict[int, list[Round]]) -> Planted | None:
    """The run with rounds put ahead of its round of that index; None without any."""
    rounds: list[Round] = []
    places = set()
    for index in range(len(run.rounds) + 1):
        for extra in ahead.get(index, ()):
            rounds.append(extra)
            places.add(len(rounds))
        rounds += run.rounds[index : index + 1]
    numbered = tuple(replace(round_, number=n) for n, round_ in enumerate(rounds, start=1))
    planted = replace(run, rounds=numbered)
    return Planted(run, planted, frozenset(places)) if places else None


def number(run: Trajectory) -> int:
    """How many rounds are planted."""
    return max(1, len(run.rounds) // 3)


def reads(round_: Round) -> bool:
    """Whether the round brought something and changed nothing."""
    return not pins(round_) and not any(failure(call) for call in round_.calls)


def same_call(one: Round, other: Round) -> bool:
    """Whether both ask for the same, whatever they got."""
    return [signature(call) for call in one.calls] == [signature(call) for call in other.calls]


def is_dead_end(round_: Round, run: Trajectory, titles: Sequence[str]) -> bool:
    """Whether the round shows nothing of what the run shows, uses, or should have found."""
    text = observed(round_)
    shown = {normalised(observed(own)) for own in run.rounds}
    if normalised(text) in shown or any(same_call(round_, own) for own in run.rounds):
        return False
    line = f" {' '.join(words(text))} "
    wanted = [run.answer or "", *(title.split(" (")[0] for title in titles), *used(run)]
    return not any(f" {' '.join(words(one))} " in line for one in wanted if words(one))


def used(run: Trajectory) -> set[str]:
    """Names and numbers that the agent wrote and that were not in the question."""
    texts = [said(round_) for round_ in run.rounds] + [run.final_thought, run.answer or ""]
    found = {match for text in texts for match in re.findall(r"[^\W\d_a-z]\w+|\d{2,}", text)}
    return {one for one in found if normalised(one) not in {*words(run.question), *COMMON}}


def is_verdict(run: Trajectory) -> bool:
    """Whether the answer's words, where there is an answer, say nothing about what shows it."""
    if run.answer is None:
        return False
    return {"yes", "no", *words(run.question)}.issuperset(words(run.answer))


def observed(round_: Round) -> str:
    """All that came back in a round."""
    return "\n".join(call.observation or "" for call in round_.calls)


def varied(round_: Round, draw: random.Random) -> Round:
    """The round, changed in one way that changes nothing of what it shows."""
    call = round_.calls[0]
    ways: list[Round] = [
        round_,
        replace(round_, thought="Let me check this again."),
        with_call(round_, replace(call, arguments=dict(list(call.arguments.items())[::-1]))),
        with_call(round_, replace(call, observation=" ".join((call.observation or "").split()))),
        with_call(round_, replace(call, observation=(call.observation or "").upper())),
    ]
    return draw.choice(ways)


def with_call(round_: Round, call: ToolCall) -> Round:
    """The round with its first call replaced."""
    return replace(round_, calls=(call, *round_.calls[1:]))
