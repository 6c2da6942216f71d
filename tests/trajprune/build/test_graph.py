from __future__ import annotations

from time import process_time

import pytest

from common.trajectory import Round, ToolCall, Trajectory
from trajprune.build.graph import GraphBuilder
from trajprune.build.terms import terms
from trajprune.mine.exact import ExactMiner
from trajprune.types import Mined, StateGraph

KAINE = "Timothy Kaine is an American politician, a Senator from Virginia since 2013."
BOOK = "Stronger Together is a 2016 book by Hillary Clinton and her running mate Tim Kaine."
SONG = "Tuna fishing in Peru declined when prices fell, according to a study by Jorge Luna."
QUESTION = "Stronger Together was used by a candidate whose running mate came from what state?"


def step(thought: str, query: str, observation: str | None, tool: str = "search") -> Round:
    call = ToolCall(tool=tool, arguments={"query": query}, observation=observation)
    return Round(number=0, thought=thought, calls=(call,))


def run(
    *rounds: Round, question: str = QUESTION, final: str = "", answer: str | None = "Virginia"
) -> Trajectory:
    numbered = tuple(
        Round(number=n, thought=one.thought, calls=one.calls) for n, one in enumerate(rounds, 1)
    )
    return Trajectory(
        id="r", question=question, rounds=numbered, final_thought=final, answer=answer
    )


def mined(trajectory: Trajectory) -> tuple[StateGraph, Mined]:
    graph = GraphBuilder().build(trajectory)
    return graph, ExactMiner().mine(graph, [1.0] * len(graph.actions))


def test_a_chain_of_names_is_kept_and_a_dead_end_dropped() -> None:
    graph, found = mined(
        run(
            step("I search the campaign.", "Stronger Together", BOOK),
            step("Maybe fish matter.", "running mate candidate tuna", SONG),
            step("The running mate is Tim Kaine.", "Tim Kaine", KAINE),
            final="Tim Kaine is a Senator from Virginia.",
        )
    )
    assert found.rounds == (1, 3, 4)
    assert dict(found.reasons) == {2: "nothing it showed is used later"}
    names = {fact.text: fact.id for fact in graph.facts}
    assert (names["tim kaine"], 3) in graph.supports
    assert (1, names["tim kaine"]) in graph.produces
    assert (3, names["virginia"]) in graph.produces


def test_what_the_question_gives_needs_no_round_and_what_the_agent_knew_neither() -> None:
    graph, _ = mined(
        run(
            step("It was Tim Kaine, I think.", "Tim Kaine", KAINE),
            step("Let me see.", "Stronger Together book", BOOK),
            step("Tim Kaine again.", "Tim Kaine wife", "Anne Holton is the wife of Tim Kaine."),
            final="Virginia.",
        )
    )
    used = {fact.text for fact in graph.facts for f, t in graph.supports if f == fact.id and t == 3}
    assert "tim kaine" not in used
    assert "stronger together" not in used


def test_failures_support_nothing() -> None:
    failed = "Could not find [Stronger Together]. Similar: ['Tim Kaine', 'Virginia']"
    _, found = mined(
        run(
            step("", "Stronger Together", failed),
            step("The running mate is Tim Kaine.", "Tim Kaine", KAINE),
            final="Virginia.",
        )
    )
    assert found.rounds == (2, 3)
    assert dict(found.reasons)[1].startswith("failed: Could not find")


def test_each_side_of_a_comparison_keeps_its_own_round() -> None:
    _, found = mined(
        run(
            step("", "Delmer Daves", "Delmer Daves directed films with Jean Roche and others."),
            step("", "Jean Roche", "Jean Roche was a French film director born in Paris."),
            question="Are both Delmer Daves and Jean Roche film directors?",
            final="Delmer Daves and Jean Roche are film directors.",
            answer="yes",
        )
    )
    assert found.rounds == (1, 2, 3)


@pytest.mark.parametrize("second", ["Ada Quince", "the Ada Quince"])
def test_each_side_of_a_comparison_is_needed_though_the_last_words_name_one(second: str) -> None:
    _, found = mined(
        run(
            step("", "Jean Roche nationality", "French"),
            step("", "Ada Quince nationality", "Canadian"),
            question=f"Are Jean Roche and {second} of the same nationality?",
            final="Ada Quince is Canadian. So they are not.",
            answer="no",
        )
    )
    assert found.rounds == (1, 2, 3)


def test_of_rounds_about_a_name_the_one_the_last_words_agree_with_is_kept() -> None:
    _, found = mined(
        run(
            step(
                "", "Is Ada Quince a pilot like Jean Roche?", "Jean Roche is a pilot of the navy."
            ),
            step("", "Is Ada Quince a pilot?", "She is a cook who owns a private kitchen in Lyon."),
            question="Are both Ada Quince and Jean Roche pilots?",
            final="Ada Quince is a cook with a private kitchen. So they are not.",
            answer="no",
        )
    )
    assert found.rounds == (1, 2, 3)


def test_a_name_the_agent_looked_up_is_needed_however_the_question_writes_it() -> None:
    _, found = mined(
        run(
            step("", "Arun Date", "Arun Date was a well known singer of Bhavageete."),
            step("", "songs of Marathi", "Shukratara is a song that many singers sang in Marathi."),
            question="whats the famous bavagheet by arun date?",
            final="The song is Shukratara.",
            answer="Shukratara",
        )
    )
    assert found.rounds == (1, 2, 3)


def test_a_name_of_one_word_at_the_start_of_a_call_was_learned_where_it_was_shown() -> None:
    _, found = mined(
        run(
            step("", "Hivange village country", "Hivange is a village in Luxembourg, west of it."),
            step(
                "Hivange is in Luxembourg.",
                "Luxembourg official languages",
                "It has three official languages.",
            ),
            question="Hivange is a village in a country that has how many official languages?",
            final="It has three.",
            answer="3",
        )
    )
    assert found.rounds == (1, 2, 3)


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ("16", "Typically there are sixteen rooms in these houses of Virginia."),
        ("sixteen", "Typically there are 16 rooms in these houses of Virginia."),
        ("Melbourne, Australia", "It is an Australian candidate of Melbourne, a state."),
        ("candidates and senators", "A candidate meets the senators of his state."),
    ],
)
def test_an_answer_is_traced_by_its_single_words_and_numbers(answer: str, shown: str) -> None:
    graph, found = mined(
        run(step("", "candidate state", shown), step("", "tuna state", SONG), answer=answer)
    )
    assert graph.abstained == ""
    assert found.rounds == (1, 3)


def test_a_refusal_is_no_answer() -> None:
    graph, _ = mined(run(step("", "fish", SONG), answer="I couldn't find fishing."))
    assert graph.abstained


def test_abstains_and_is_safe_when_the_answer_traces_to_nothing() -> None:
    trajectory = run(
        step("", "tuna", SONG),
        step("", "tuna", SONG),
        question="Who wrote it?",
        answer="Zebulon Quux",
    )
    graph, found = mined(trajectory)
    assert graph.abstained == "nothing that the answer says can be found in an observation"
    assert found.rounds == (1, 3)


def test_abstains_without_an_answer_unless_rounds_changed_the_world() -> None:
    read = step("", "tuna", SONG)
    graph, _ = mined(run(read, answer=None))
    assert graph.abstained == "the run has no answer to trace"
    other = step("", "whales", "Whales sing in the Pacific Ocean near Hawaii every winter season.")
    book = step("Book it for Jorge Luna.", "Jorge Luna", "booked", tool="book_trip")
    graph, found = mined(run(read, other, book, answer=None))
    assert graph.abstained == ""
    assert found.rounds == (1, 3, 4)


def test_a_repeat_supports_nothing_of_its_own() -> None:
    _, found = mined(
        run(
            step("", "Stronger Together", BOOK),
            step("Once more.", "Stronger Together", BOOK),
            step("The running mate is Tim Kaine.", "Tim Kaine", KAINE),
            final="Tim Kaine is from Virginia.",
        )
    )
    assert found.rounds == (1, 3, 4)
    assert dict(found.reasons) == {2: "repeats what round 1 had shown"}


def test_a_name_shared_by_chance_is_not_the_source() -> None:
    chance = "The Virginia creeper is a vine, and its berries feed birds in winter gardens."
    _, found = mined(
        run(
            step("", "creeper", chance),
            step("The running mate was Tim Kaine.", "Tim Kaine", KAINE),
            final="Tim Kaine is a Senator from Virginia.",
        )
    )
    assert found.rounds == (2, 3)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I need to search University of Montana next.", ["university of montana"]),
        ("Origin: Paris\n- Passenger: Ann Lee", ["ann lee"]),
        ("book HAT056 for omar_rossi_1241 on 2024-05-13",
         ["hat056", "2024 05 13", "omar_rossi_1241"]),
        ("see /mnt/data/report.md", ["mnt data report md"]),
        ("St Kilda's Lighthouse", ["st kilda lighthouse"]),
        ("the 10 best", []),
        ("ÉCOLE Polytechnique ﬁn", ["ecole polytechnique"]),
        ("", []),
    ],
)  # fmt: skip
def test_terms_of_a_text(text: str, expected: list[str]) -> None:
    assert list(terms(text)) == expected


def test_an_answer_of_common_words_is_traced_all_the_same() -> None:
    cannon = "Cannon began as a teenager on All That before he hosted other shows of his own."
    _, found = mined(
        run(
            step("", "tuna", SONG),
            step("", "Nick Cannon debut show", cannon),
            question="What show did Nick Cannon debut on?",
            final="The show is All That.",
            answer="All That",
        )
    )
    assert found.rounds == (2, 3)


def test_a_run_without_rounds_is_its_answer() -> None:
    graph, found = mined(run())
    assert graph.abstained
    assert found.rounds == (1,)


def test_bounded_time_with_huge_texts_strange_signs_and_many_rounds() -> None:
    words = " ".join(f"w{n}x" for n in range(300_000))
    many = [step(f"Now Delta{n} matters.", f"q{n}", f"About Delta{n + 1} {n}") for n in range(800)]
    began = process_time()
    mined(
        run(
            step(words, "a", words * 2),
            step("\ud800 \x00 ١٢٣ 東京", "東京", "東京タワー は 高い " * 100),
            *many,
            final=words,
            answer="Delta9",
        )
    )
    assert process_time() - began < 25


@pytest.mark.usefixtures("own_garbage")
@pytest.mark.parametrize(
    "part", ["x", "X", "a_", "a.", "a-", "a@", "/a", "'a", '"', "1,", "A ", " "]
)
def test_terms_of_monotonous_text_take_linear_time(part: str) -> None:
    began = process_time()
    terms(part * 20_000)
    assert process_time() - began < 1
