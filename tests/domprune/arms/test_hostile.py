"""Pages made to be slow, and every arm: an answer within ten seconds of the processor."""

from time import process_time

import pytest

from common.llm.scripted import ScriptedLLM
from domprune.arms.bm25 import BM25
from domprune.arms.cross_encoder import MOST_READ, CrossEncoder
from domprune.arms.llm_topn import MOST_PARTS, LLMTopN
from domprune.arms.ours import Ours
from domprune.arms.paper import MOST_COMPARED, READING, PaperScheme, paper_scores
from domprune.arms.plain import NoPruning, Oracle, RandomOrder
from domprune.roles.filter_rules import RulesFilter
from domprune.scoring.index import score
from domprune.scoring.settings import ScoringSettings
from domprune.types import ActionType, Case, Element, Gold, Snapshot, SubTask

SECONDS = 10
MANY = 200_000
WORDS = "search settings add to cart next page checkout password first name subscribe"
KEYWORDS = {
    "search": 40, "add to cart": 30, "next page": 20, "checkout": 20, "passwrod": 15,
    "first name": 10, "settings": 10, "subscribe": 5,
}  # fmt: skip


def stuffed(count):
    """Links that carry every keyword, each in words of its own."""
    return tuple(
        Element(
            n, "a", "link", text=f"{WORDS} {n}", name=f"{WORDS} {n}",
            attributes={"href": f"/search/{n}", "title": f"settings {n}", "id": f"cart{n}"},
        )
        for n in range(count)
    )  # fmt: skip


@pytest.fixture(scope="module")
def case():
    step = SubTask(next_steps="Click the search button", action_type=ActionType.CLICK)
    snapshot = Snapshot("", "", stuffed(MANY), html_chars=30_000_000)
    gold = Gold(frozenset([MANY - 1]), frozenset([MANY - 1]))
    return Case(
        id="c", page="p", subtask=step, snapshot=snapshot, gold=gold, keyword_weights=KEYWORDS
    )


def scored(elements, program):
    return score(elements, program, ScoringSettings())


ARMS = {
    "none": NoPruning(),
    "oracle": Oracle(NoPruning(), 20, seed=0),
    "random": RandomOrder(seed=0),
    "bm25": BM25(),
    "paper": PaperScheme(RulesFilter()),
    "ours": Ours(RulesFilter(), scored),
}


@pytest.mark.parametrize("name", ARMS)
def test_200_000_elements_stuffed_with_the_keywords_are_all_ranked(name, case):
    started = process_time()
    ranking = ARMS[name].rank(case)
    assert process_time() - started < SECONDS
    assert len(set(ranking.ids)) == MANY


def test_the_papers_scheme_reads_a_page_up_to_its_bound_and_ranks_the_rest_last():
    elements = stuffed(MANY)
    scores = paper_scores(
        elements, dict.fromkeys((f"absent {n}" for n in range(63)), 1) | {"cart": 9}
    )
    read = MOST_COMPARED // (64 + READING) // 5  # texts an element: its text, name, href, title, id
    assert all(scores[:read])
    assert not any(scores[read:])


def test_a_model_is_asked_about_a_bounded_part_of_a_page(case):
    llm = ScriptedLLM(['{"ids": []}'] * MOST_PARTS)
    LLMTopN(llm, lambda elements: "x" * 100 * len(elements), keep=20).rank(case)
    assert len(llm.calls) == MOST_PARTS


def test_a_ranking_model_reads_a_bounded_part_of_a_page(case):
    asked = []

    def pairs(question, texts):
        asked.extend(texts)
        return [0.0] * len(texts)

    assert len(CrossEncoder(pairs).rank(case).ids) == len(asked) == MOST_READ
