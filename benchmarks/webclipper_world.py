"""A small world in which every question takes two searches, and a teacher that makes more of them.

who of how many villages -> facts (documents), questions, and runs of the teacher
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from common.files import write_text
from common.trajectory import ToolCall, Trajectory
from trajprune.rollout import Question, Said

PEOPLE = "Anna Bela Carl Dora Emil Gus Ivo Jana Kurt Lena Milo Nora Otto Rosa Ugo Vera".split()
VILLAGES = "Ashby Barton Colby Denby Elton Grafton".split()
TIES = "boss cousin friend tutor".split()


@dataclass(frozen=True, slots=True)
class World:
    """Who is whose boss, cousin, friend and tutor, in every village; `facts` by (tie, who, where).

    `training` and `held_out` are questions of two steps; no question is in both.
    """

    facts: dict[tuple[str, str, str], str]
    training: Sequence[Question]
    held_out: Sequence[Question]


def make_world(training: int, held_out: int, seed: int) -> World:
    """The world of a seed, with so many questions drawn from the thousand that there are."""
    chance = random.Random(seed)
    facts = {
        (tie, who, where): chance.choice([one for one in PEOPLE if one != who])
        for where in VILLAGES
        for who in PEOPLE
        for tie in TIES
    }
    asked = [
        (second, first, who, where)
        for where in VILLAGES
        for who in PEOPLE
        for first in TIES
        for second in TIES
        # A question that names its own answer would need no second search.
        if first != second and facts[second, facts[first, who, where], where] != who
    ]
    chance.shuffle(asked)
    questions = [_question(facts, number, *one) for number, one in enumerate(asked)]
    return World(facts, questions[:training], questions[training : training + held_out])


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
    """Finds every answer, and on the way searches again, looks aside and checks what it knows.

    `habit` is the share of steps after which it does one thing more that the answer does not need.
    """

    def __init__(self, habit: float, seed: int) -> None:
        """Equal arguments give equal runs."""
        self._habit = habit
        self._seed = seed

    def speak(self, run: Trajectory, *, must_answer: bool) -> Said:
        """The next step, decided by the run so far and the seed."""
        chance = random.Random(f"{self._seed}:{run.id}:{len(run.rounds)}")
        second, first, who, where = _parts(run.question)
        asked = [str(call.arguments["query"]) for one in run.rounds for call in one.calls]
        seen = {query: self._found(run, place) for place, query in enumerate(asked)}
        bridge = seen.get(f"{first} {who} {where}")
        answer = seen.get(f"{second} {bridge} {where}") if bridge else None
        idle = sum(asked.count(query) - 1 for query in set(asked)) + sum(
            query.split()[0] not in (first, second) for query in set(asked)
        )
        known = answer or bridge
        if known and idle < 4 and chance.random() < self._habit:
            return self._needless(chance, asked[-1], (first, second), known, where)
        if answer:
            return Said(thought=f"{answer} done", answer=answer)
        if bridge:
            return _search(f"{bridge} then", f"{second} {bridge} {where}")
        return _search("first", f"{first} {who} {where}")

    def _needless(
        self, chance: random.Random, last: str, ties: tuple[str, str], known: str, where: str
    ) -> Said:
        if chance.random() < 0.5:
            return _search(f"{known} again", last)
        aside = chance.choice([tie for tie in TIES if tie not in ties])
        return _search(f"{known} maybe", f"{aside} {known} {where}")

    def _found(self, run: Trajectory, place: int) -> str:
        calls = [call for one in run.rounds for call in one.calls]
        return (calls[place].observation or "").rpartition(": ")[2]


def _search(thought: str, query: str) -> Said:
    return Said(thought=thought, calls=(ToolCall(tool="search", arguments={"query": query}),))


def _parts(question: str) -> tuple[str, str, str, str]:
    """Second tie, first tie, who and where of "boss of friend of Anna in Ashby?"."""
    second, _, first, _, who, _, where = question.rstrip("?").split()
    return second, first, who, where


def _question(
    facts: dict[tuple[str, str, str], str], number: int, second: str, first: str, who: str,
    where: str,
) -> Question:  # fmt: skip
    bridge = facts[first, who, where]
    text = f"{second} of {first} of {who} in {where}?"
    return Question(id=f"q{number:04}", text=text, gold=(facts[second, bridge, where],))


def _row(one: Question) -> dict[str, object]:
    return {"id": one.id, "question": one.text, "answer": list(one.gold)}


def _write(path: Path, rows: Sequence[dict[str, object]] | Sequence[dict[str, str]]) -> Path:
    return write_text(path, "".join(json.dumps(row) + "\n" for row in rows))
