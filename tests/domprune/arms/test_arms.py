import json
import random
from dataclasses import replace

import pytest

from common.llm import BadReply
from common.llm.scripted import ScriptedLLM
from domprune.arms.bm25 import BM25, bm25
from domprune.arms.choice import ArmParts, build_arm
from domprune.arms.llm_topn import LLMTopN
from domprune.arms.name import ArmName
from domprune.arms.ours import Ours
from domprune.arms.paper import PaperScheme, as_keyword, as_text, match, paper_scores
from domprune.arms.plain import NoPruning, Oracle, RandomOrder
from domprune.types import ActionType, Case, Element, Gold, Program, Snapshot, SubTask

PAGE = (
    Element(0, "a", text="Home", attributes={"href": "/"}),
    Element(1, "input", name="Destination", attributes={"placeholder": "Where to?", "id": "dest"}),
    Element(2, "button", text="Search flights", attributes={"class": "btn-primary"}),
    Element(3, "a", text="Flights", attributes={"href": "/flights"}),
    Element(4, "button", attributes={"icon": "magnifier search"}),
)


def case(elements=PAGE, gold=(2,), weights=None, id="c1", words="click 'Search flights'"):
    return Case(
        id=id,
        page="p",
        subtask=SubTask(next_steps=words, action_type=ActionType.CLICK),
        snapshot=Snapshot("", "", tuple(elements), html_chars=1000),
        gold=Gold(frozenset(gold), frozenset(gold)),
        keyword_weights=weights,
    )


def wide(count=50):
    return tuple(Element(i, "a", text=f"link {i}") for i in range(count))


def lines(elements):
    return "\n".join(f"[{e.id}]<{e.tag}>{e.text or e.name}</{e.tag}>" for e in elements)


class GivenFilter:
    """A filter that always has the same keywords."""

    def __init__(self, **weights):
        self.weights = weights

    def program(self, subtask):
        return Program(keyword_weights=self.weights, action_type=subtask.action_type)


def test_no_pruning_keeps_the_document_order_and_everything():
    ranking = NoPruning().rank(case())
    assert ranking.ids == (0, 1, 2, 3, 4)
    assert not ranking.prunes


def test_random_order_depends_on_seed_and_case_alone():
    first = RandomOrder(1).rank(case(wide())).ids
    random.seed(5)
    assert RandomOrder(1).rank(case(wide())).ids == first
    assert sorted(first) == list(range(50))
    assert RandomOrder(2).rank(case(wide())).ids != first
    assert RandomOrder(1).rank(case(wide(), id="c2")).ids != first


def test_oracle_puts_a_late_gold_among_the_kept_and_nowhere_else():
    places = set()
    for number in range(60):
        ids = Oracle(NoPruning(), 5, seed=0).rank(case(wide(), gold={44}, id=f"c{number}")).ids
        assert sorted(ids) == list(range(50))
        assert [i for i in ids if i != 44] == [i for i in range(50) if i != 44]
        places.add(ids.index(44))
    assert places == {0, 1, 2, 3, 4}


def test_oracle_takes_the_same_control_where_the_gold_itself_was_lost():
    lost = replace(case(wide()), gold=Gold(frozenset(), frozenset({40})))
    assert 40 in Oracle(NoPruning(), 5, seed=0).rank(lost).ids[:5]


def test_oracle_leaves_a_ranking_that_keeps_the_gold_and_one_that_lost_it():
    assert Oracle(NoPruning(), 5, 0).rank(case(wide(), gold={4, 30})).ids == tuple(range(50))
    assert Oracle(NoPruning(), 5, 0).rank(case(wide(), gold=())).ids == tuple(range(50))


def test_bm25_agrees_with_a_count_by_hand():
    scores = bm25([["a", "b"], ["a", "a", "c"], ["d"]], ["a", "c", "x", "a"])
    # Lengths 2 3 1, mean 2. Rarity: a ln(1 + 1.5 / 2.5) = .4700, c ln(1 + 2.5 / 1.5) = .9808.
    # First: 1 * 2.5 / (1 + 1.5) * .4700. Second, damping 1.5 * (.25 + .75 * 1.5) = 2.0625:
    # 2 * 2.5 / (2 + 2.0625) * .4700 + 1 * 2.5 / (1 + 2.0625) * .9808.
    assert scores.round(4).tolist() == [0.47, 1.3791, 0.0]


@pytest.mark.parametrize(("documents", "query"), [([], ["a"]), ([[], []], ["a"]), ([["a"]], [])])
def test_bm25_of_nothing_is_zero(documents, query):
    assert bm25(documents, query).tolist() == [0.0] * len(documents)


def test_bm25_finds_the_s_of_a_genitive_of_which_no_stem_is_left():
    page = (Element(0, "a", text="Home"), Element(1, "a", text="Men's"))
    assert BM25().rank(case(page, words="the women's page")).ids == (1, 0)


def test_bm25_ranks_by_words_and_ties_by_document_order():
    ranking = BM25().rank(case(words="search for flights"))
    assert ranking.ids[0] == 2
    assert BM25().rank(case(words="zzz")).ids == (0, 1, 2, 3, 4)


@pytest.mark.parametrize(
    ("keyword", "field", "value"),
    [
        ("Search", " search ", 1.0),
        ("search", "Search flights", 0.8),
        ("flights search", "search all flights", 0.6),
        ("searching flight", "search all flights", 0.5),
        ("happiness", "so happy", 0.5),
        ("hoping", "one hopes", 0.5),
        ("readability", "readable pages", 0.5),
        ("destination", "destinaton", 0.4 * 0.9524),
        ("search", "quit", 0.0),
        ("first name", "txtFirstName", 0.6),
    ],
)
def test_the_papers_grades_of_matching(keyword, field, value):
    assert match(as_keyword(keyword), as_text(field)) == pytest.approx(value, abs=1e-4)


def test_the_papers_score_sums_weights_over_tiers():
    scores = paper_scores(PAGE, {"search": 10, "flights": 5})
    text_phrase = 0.8 * 1.2
    assert scores[2] == pytest.approx(15 * text_phrase + 5 * text_phrase)
    assert scores[3] == pytest.approx(5 * 1.2)
    assert scores[4] == pytest.approx(15 * 0.8 * 0.5)
    assert scores[0] == 0


def test_the_papers_scheme_uses_given_keywords_before_the_filter():
    arm = PaperScheme(GivenFilter(home=10))
    assert arm.rank(case()).ids[0] == 0
    ranking = arm.rank(case(weights={"destination": 9}))
    assert ranking.ids[0] == 1
    assert ranking.program.keyword_weights == {"destination": 9}
    assert arm.rank(case(weights={})).ids == (0, 1, 2, 3, 4)


@pytest.mark.parametrize("keyword", ["", " ", "(a+)+$", "x" * 80, "»", "\u0300"])
def test_the_papers_scheme_takes_any_keyword(keyword):
    assert len(PaperScheme(GivenFilter()).rank(case(weights={keyword: 5})).ids) == 5


def test_ours_ranks_by_the_given_score():
    arm = Ours(GivenFilter(a=1), lambda elements, program: [0.0, 2.0, 2.0, 5.0, 1.0])
    ranking = arm.rank(case())
    assert ranking.ids == (3, 1, 2, 4, 0)
    assert [one.score for one in ranking.scored] == [5.0, 2.0, 2.0, 1.0, 0.0]
    assert ranking.program.keyword_weights == {"a": 1}


def test_llm_topn_keeps_what_was_shown_once_and_at_most_n():
    llm = ScriptedLLM([json.dumps({"ids": [3, 99, 3, 2, 0, 1]})])
    assert LLMTopN(llm, lines, keep=3).rank(case()).ids == (3, 2, 0)
    (call,) = llm.calls
    assert "[2]<button>Search flights</button>" in call.messages[-1].content


def test_llm_topn_reads_a_long_page_in_parts_and_then_the_winners():
    seen = []

    def choose(messages):
        shown = [int(line[1:].split("]")[0]) for line in messages[-1].content.splitlines()
                 if line.startswith("[")]  # fmt: skip
        seen.append(len(shown))
        return json.dumps({"ids": sorted(shown, reverse=True)[:2]})

    ranking = LLMTopN(ScriptedLLM(choose), lines, keep=2, part_chars=420).rank(case(wide(60)))
    assert ranking.ids == (59, 58)
    assert sum(seen[:-1]) == 60
    assert seen[-1] == 2 * (len(seen) - 1)


def test_llm_topn_ends_where_one_element_fills_a_part():
    def choose(messages):
        return json.dumps({"ids": [0, 1, 2, 3, 4]})

    assert LLMTopN(ScriptedLLM(choose), lines, keep=2, part_chars=1).rank(case()).ids == (0, 1)


def test_llm_topn_asks_nothing_about_an_empty_page():
    assert LLMTopN(ScriptedLLM([]), lines, keep=2).rank(case(())).ids == ()


def test_llm_topn_raises_what_the_model_cannot_say():
    with pytest.raises(BadReply):
        LLMTopN(ScriptedLLM(["none", '{"ids": "all"}']), lines, keep=2).rank(case())


def parts(**more):
    return ArmParts(
        keyword_filter=GivenFilter(search=5),
        score=lambda elements, program: [0.0] * len(elements),
        render=lines,
        keep=20,
        seed=0,
        **more,
    )


@pytest.mark.parametrize("name", list(ArmName))
def test_every_named_arm_ranks_a_page_and_an_empty_one(name):
    arm = build_arm(
        name,
        parts(
            llm=lambda: ScriptedLLM(lambda messages: '{"ids": [2]}'),
            score_pairs=lambda: lambda question, texts: [0.0] * len(texts),
        ),
    )
    assert set(arm.rank(case()).ids) <= {0, 1, 2, 3, 4}
    assert arm.rank(case(())).ids == ()


@pytest.mark.parametrize(
    ("name", "part"), [("llm_topn", "language model"), ("cross_encoder", "ranking model")]
)
def test_an_arm_without_its_part_says_what_it_needs(name, part):
    with pytest.raises(ValueError, match=f"{name} needs a {part}"):
        build_arm(ArmName[name], parts())
