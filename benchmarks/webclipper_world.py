"""A small world in which every question takes two searches, and a teacher that makes more of them.

who is whose boss, cousin, friend, tutor in which village -> facts (documents), questions, and
runs of the teacher
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from common.files import write_text
from common.trajectory import ToolCall, Trajectory
from trajprune.rollout import Question, Said

PEOPLE = "Anna Bela Carl Dora Emil Gus Ivo Jana Kurt Lena Milo Nora Otto Rosa Ugo Vera".split()
VILLAGES = "Ashby Barton Colby Denby Elton Grafton".split()
TIES = "boss cousin friend tutor".split()
MOST_NEEDLESS = 3
"""Needless steps of one run, so that runs end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """`facts`: (tie, who, where) -> whom; `training` and `held_out` share facts, no question."""

    facts: Mapping[tuple[str, str, str], str]
    training: Sequence[Question]
    held_out: Sequence[Question]


def make_world(training: int, held_out: int, seed: int) -> World:
    """The world of a seed: 384 facts, and so many of the thousand questions about two of them."""
    chance = random.Random(seed)
    facts = {
        (tie, who, where): chance.choice([one for one in PEOPLE if one != who])
        for where in VILLAGES
        for who in PEOPLE
        for tie in TIES
    }
    asked = [
        (second, first, who, where)
        for _, who, where in facts
        for first in TIES
        for second in TIES
        # A question that names its own answer would need no second search.
        if first != second and facts[second, facts[first, who, where], where] != who
    ]
    asked = chance.sample(sorted(set(asked)), training + held_out)
    questions = [
        Question(
            id=f"q{number:03}",
            text=f"{second} of {first} of {who} in {where}?",
            gold=(facts[second, facts[first, who, where], where],),
        )
        for number, (second, first, who, where) in enumerate(asked)
    ]
    return World(facts=facts, training=questions[held_out:], held_out=questions[:held_out])


def write_world(world: World, folder: Path) -> tuple[Path, Path, Path]:
    """Write documents, training and held-out questions as JSON lines; their paths."""
    documents = [
        {"title": f"{tie} {who} {where}", "text": whom}
        for (tie, who, where), whom in world.facts.items()
    ]
    return (
        _write(folder / "documents.jsonl", documents),
        _write(folder / "training.jsonl", [_row(one) for one in world.training]),
        _write(folder / "held_out.jsonl", [_row(one) for one in world.held_out]),
    )


class Teacher:
    """Finds every answer, and on the way searches again, or for what nobody asked.

    Its thoughts say what it has found so far. `habit` is the share of steps, once it has found
    something, at which it does what the answer does not need.
    """

    def __init__(self, habit: float, seed: int, take: int) -> None:
        """Equal arguments give equal runs."""
        self._habit = habit
        self._key = f"{seed}:{take}"

    def speak(self, run: Trajectory, *, must_answer: bool) -> Said:
        """The next step, decided by the run so far, the seed and the take."""
        chance = random.Random(f"{self._key}:{run.question}:{len(run.rounds)}")
        second, _, first, _, who, _, where = run.question.rstrip("?").split()
        calls = [call for one in run.rounds for call in one.calls]
        seen = {
            str(call.arguments["query"]): (call.observation or "").rpartition(": ")[2]
            for call in calls
        }
        bridge = seen.get(f"{first} {who} {where}")
        answer = seen.get(f"{second} {bridge} {where}")
        known = answer or bridge
        # Each of the two needed searches is made once; all else is needless.
        needless = len(calls) - bool(bridge) - bool(answer)
        if known and needless < MOST_NEEDLESS and chance.random() < self._habit:
            if chance.random() < 0.5:
                return _search(f"{known} again", str(calls[-1].arguments["query"]))
            aside = chance.choice([tie for tie in TIES if tie not in (first, second)])
            return _search(f"{known} maybe", f"{aside} {known} {where}")
        if answer:
            return Said(thought=f"{answer} done", answer=answer)
        if bridge:
            return _search(f"{bridge} then", f"{second} {bridge} {where}")
        return _search("first", f"{first} {who} {where}")


def _search(thought: str, query: str) -> Said:
    return Said(thought=thought, calls=(ToolCall(tool="search", arguments={"query": query}),))


def _row(one: Question) -> dict[str, object]:
    return {"id": one.id, "question": one.text, "answer": list(one.gold)}


def _write(path: Path, rows: Sequence[Mapping[str, object]]) -> Path:
    return write_text(path, "".join(json.dumps(row) + "\n" for row in rows))
