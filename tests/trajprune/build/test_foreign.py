from __future__ import annotations

import pytest

from common.trajectory import Round, ToolCall, Trajectory
from trajprune.build.foreign import foreign
from trajprune.build.graph import GraphBuilder
from trajprune.mine.exact import ExactMiner

QUESTION = "How many rooms has the building raised in 1883 at Garden City, New York?"
OTHER = ("I look for the series.", "Snatch television series service", "A hustler finds gold.")


def run(*rounds: tuple[str, str, str | None], answer: str | None = None) -> Trajectory:
    return Trajectory(
        id="r",
        question=QUESTION,
        rounds=tuple(
            Round(
                number=number,
                thought=thought,
                calls=(ToolCall(tool="search", arguments={"query": query}, observation=seen),),
            )
            for number, (thought, query, seen) in enumerate(rounds, start=1)
        ),
        answer=answer,
    )


@pytest.mark.parametrize(
    ("rounds", "expected"),
    [
        ([("", "rooms building Garden City", "An inn."), OTHER], {2}),
        # A failed search still tells what the run is about.
        ([OTHER, ("", "building raised in 1883", "None")], {1}),
        # One word of several is shared by chance, two are not, and a name of the question is not.
        ([("", "building raised in 1883", "An inn."), ("", "raised voices music", "x")], {2}),
        ([("", "building raised in 1883", "An inn."), ("", "1883 weather", "x")], set()),
        # A chain leads on: the inn is shown first, its owner afterwards.
        ([("", "building raised in 1883", "The Quux Inn."),
          ("", "Quux Inn", "Owned by Zed Quince."), ("", "Zed Quince", "A cook.")], set()),
        # The thought may say what the call does not.
        ([("", "building raised in 1883", "x"), ("A building of Garden City.", "hm", "x")], set()),
        # Two foreign rounds that speak of each other are foreign still.
        ([("", "rooms building Garden City", "x"), ("", "building 1883", "x"),
          OTHER, ("", "hustler finds gold", "A film.")], {3, 4}),
        # What it asks for was shown by two rounds together.
        ([("", "building raised in 1883", "north wing 17"), ("", "rooms in building", "south 25"),
          ("", "17 + 25", "42")], set()),
        # Where most rounds are not joined to the task, words do not tell.
        ([OTHER, ("", "鳥の名前", "鳥"), ("", "building raised in 1883", "x")], set()),
        # It shows the answer, whatever it asked for.
        ([("", "building raised in 1883", "An inn."), ("", "Mineola", "It has 16.")], set()),
        ([], set()),
    ],
)  # fmt: skip
def test_foreign_rounds(rounds: list[tuple[str, str, str | None]], expected: set[int]) -> None:
    assert foreign(run(*rounds, answer="16")) == expected


def test_what_changed_the_world_or_asked_for_nothing_is_never_foreign() -> None:
    first = run(("", "building raised in 1883", "An inn."), ("", "rooms in building", "x"))
    booked = ToolCall(tool="book_trip", arguments={"to": "Mars"}, observation="booked")
    listed = ToolCall(tool="list_files", arguments={}, observation="notes.txt")
    rounds = (
        *first.rounds,
        Round(number=3, thought="", calls=(booked,)),
        Round(number=4, thought="", calls=(listed,)),
    )
    whole = Trajectory(id="r", question=QUESTION, rounds=rounds)
    assert foreign(whole) == set()


def test_a_builder_that_abstains_lets_go_of_foreign_rounds_alone() -> None:
    graph = GraphBuilder().build(
        run(("", "building raised in 1883", "An inn."), OTHER, ("", "rooms in building", "Many."))
    )
    assert graph.abstained == "the run has no answer to trace"
    found = ExactMiner().mine(graph, [1.0] * 4)
    assert found.rounds == (1, 3, 4)
    assert dict(found.reasons) == {
        2: "nothing joins it to the question, the answer or any other round"
    }
