from __future__ import annotations

from time import process_time

from hypothesis import given, settings
from hypothesis import strategies as st

from common.trajectory import Round, ToolCall, Trajectory
from trajprune.build.safe import SafeBuilder
from trajprune.mine.costs import Cost, costs_of
from trajprune.mine.exact import ExactMiner
from trajprune.types import Mined

ALPS = (
    "The Alps are the highest and most extensive mountain range that is entirely in Europe, "
    "stretching about 1,200 km across eight countries."
)
MONT_BLANC = (
    "Mont Blanc is the highest mountain in the Alps, rising 4,806 m above sea level, and lies "
    "between Italy and France."
)


def run(*calls: ToolCall | tuple[ToolCall, ...], answer: str | None = "Mont Blanc") -> Trajectory:
    rounds = tuple(
        Round(number=n, thought="", calls=some if isinstance(some, tuple) else (some,))
        for n, some in enumerate(calls, start=1)
    )
    return Trajectory(id="r", question="Which is the highest?", rounds=rounds, answer=answer)


def search(query: str, observation: str | None) -> ToolCall:
    return ToolCall(tool="search", arguments={"query": query}, observation=observation)


def pruned(trajectory: Trajectory, cost: Cost = Cost.rounds) -> Mined:
    return ExactMiner().mine(SafeBuilder().build(trajectory), costs_of(trajectory, cost))


def dropped(trajectory: Trajectory, cost: Cost = Cost.rounds) -> dict[int, str]:
    return dict(pruned(trajectory, cost).reasons)


def test_failures_and_repeats_go_and_the_reasons_say_so() -> None:
    trajectory = run(
        search("alps", ALPS),
        search("highest", "Could not find [highest]. Similar: []"),
        search("alps", ALPS),
        search("mont blanc", MONT_BLANC),
    )
    assert dropped(trajectory) == {
        2: "failed: Could not find [highest]. Similar: []",
        3: "repeats what round 1 had shown",
    }


def test_white_space_case_and_accents_do_not_make_news() -> None:
    trajectory = run(search("alps", ALPS), search("the alps", ALPS.upper().replace(" ", "\n ")))
    assert list(dropped(trajectory)) == [2]


def test_a_part_of_what_was_shown_is_no_news_but_one_changed_word_is() -> None:
    part = ALPS[:100].rsplit(" ", 1)[0]
    assert list(dropped(run(search("alps", ALPS), search("a", part)))) == [2]
    changed = ALPS.replace("eight", "nine")
    assert dropped(run(search("alps", ALPS), search("alps", changed))) == {}


def test_the_place_among_several_results_is_no_news_unless_it_is_all_there_is() -> None:
    looked_up = ToolCall(
        tool="lookup", arguments={"word": "eight"}, observation=f"(Result 1/4) {ALPS}"
    )
    assert dropped(run(search("alps", ALPS), looked_up)) == {2: "repeats what round 1 had shown"}
    turned = [search("next page", f"Page {n} of 9") for n in (2, 3)]
    assert dropped(run(*turned)) == {}


def test_a_short_result_counts_only_beside_its_call() -> None:
    ten = ToolCall(tool="calculate", arguments={"expression": "5 + 5"}, observation="10")
    other = ToolCall(tool="calculate", arguments={"expression": "2 * 5"}, observation="10")
    assert dropped(run(ten, other)) == {}
    assert list(dropped(run(ten, other, ten))) == [3]


def test_a_state_that_changed_and_changed_back_is_news_each_time() -> None:
    seen = [search("alps", ALPS), search("alps", MONT_BLANC), search("alps", ALPS)]
    assert dropped(run(*seen)) == {}


def test_the_echo_of_another_query_is_no_news_in_a_long_text() -> None:
    results = " ".join(f"result number {n} speaks of mountain {n * n}" for n in range(20))
    first = search("tall mountains", f"A search for 'tall mountains' found: {results}")
    again = search("high mountains", f"A search for 'high mountains' found: {results}")
    assert list(dropped(run(first, again))) == [2]
    warm = search("Rome weather", "Weather in Rome weather: sunny, 20 degrees, wind 5 from north")
    cold = search("Oslo weather", "Weather in Oslo weather: sunny, 20 degrees, wind 5 from north")
    assert dropped(run(warm, cold)) == {}


def test_what_changed_the_world_stays_even_when_it_repeats() -> None:
    send = ToolCall(tool="send_email", arguments={"to": "a"}, observation="sent")
    assert dropped(run(send, send)) == {}
    failed = ToolCall(tool="send_email", arguments={"to": "a"}, observation="Error: no such user")
    assert list(dropped(run(failed, send))) == [1]


def test_a_round_goes_only_when_all_its_calls_are_superfluous() -> None:
    trajectory = run(
        search("alps", ALPS),
        (search("alps", ALPS), search("mont blanc", MONT_BLANC)),
        (search("alps", ALPS), search("nothing", "")),
    )
    assert list(dropped(trajectory)) == [3]


def test_a_cheaper_repeat_never_replaces_what_rounds_between_relied_on() -> None:
    first = Round(number=1, thought="x " * 500, calls=(search("alps", ALPS),))
    trajectory = run(search("alps", ALPS), search("mont blanc", MONT_BLANC), search("alps", ALPS))
    costly = Trajectory(
        id="r", question="q", rounds=(first, *trajectory.rounds[1:]), answer="Mont Blanc"
    )
    assert pruned(costly, Cost.tokens).rounds == (1, 2, 4)


def test_unfinished_runs_and_rounds_without_observation_are_judged_the_same_way() -> None:
    trajectory = run(search("alps", ALPS), search("mont blanc", None), answer=None)
    graph = SafeBuilder().build(trajectory)
    assert graph.abstained == ""
    assert "no answer" in graph.actions[-1].remark
    assert dropped(trajectory) == {2: "an empty result"}
    empty = run(answer=None)
    assert pruned(empty).rounds == (1,)


def test_huge_strange_and_many_observations_take_bounded_time() -> None:
    huge = " ".join(str(n) for n in range(700_000))  # 5 MB
    strange = "\ud800 \x00 é ﬁ ١٢٣ 東京タワー " * 200
    many = [search(f"q{n}", f"{ALPS} {n}") for n in range(2_000)]
    began = process_time()
    trajectory = run(
        search("a", huge), search("b", huge), search("c", huge + "!"), search("d", strange), *many
    )
    assert list(dropped(trajectory)) == [2]
    assert process_time() - began < 15


def test_numbering_of_facts_is_dense_and_every_support_was_shown_before() -> None:
    graph = SafeBuilder().build(run(search("alps", ALPS), search("b", MONT_BLANC)))
    assert [fact.id for fact in graph.facts] == [0, 1, 2]
    assert graph.produces == {(1, 1), (2, 2)}
    assert graph.supports == {(1, 2), (1, 3), (2, 3)}


TEXTS = st.sampled_from([ALPS, MONT_BLANC, f"{ALPS} {MONT_BLANC}", "10", "", "Error: no", None])
CALLS = st.builds(
    ToolCall,
    tool=st.sampled_from(["search", "think", "send_email", "respond"]),
    arguments=st.sampled_from([{"query": "a"}, {"query": "b"}, {}]),
    observation=TEXTS,
)


@given(st.lists(st.lists(CALLS, max_size=3).map(tuple), max_size=8))
@settings(max_examples=150, deadline=None)
def test_of_any_run_no_text_is_lost_and_nothing_is_left_without_support(
    rounds: list[tuple[ToolCall, ...]],
) -> None:
    trajectory = run(*rounds)
    found = pruned(trajectory)
    assert found.given == ()
    kept = [rounds[place - 1] for place in found.rounds[:-1]]
    for text in (ALPS, MONT_BLANC):
        assert shows(text, kept) == shows(text, rounds)


def shows(text: str, rounds: list[tuple[ToolCall, ...]]) -> bool:
    calls = [call for calls in rounds for call in calls if call.tool != "think"]
    return any(text in (call.observation or "") for call in calls)
