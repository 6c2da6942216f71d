"""What a step must pass, and how the rest is split by site."""

from __future__ import annotations

import pytest

from domprune.annotate.labels import Labels
from domprune.annotate.quality import QualityControl, said_share
from domprune.annotate.split import TEST, TRAIN, split_sites
from domprune.instruction import parse_instruction
from domprune.roles.filter_llm import program_of
from domprune.scoring.index import score
from domprune.scoring.settings import ScoringSettings
from domprune.types import NO_GOLD, ActionType, Annotated, Case, Dropped, Element, Gold, Snapshot

ELEMENTS = tuple(
    Element(id=number, tag="a", role="link", text=f"Tea {name}", name=f"Tea {name}")
    for number, name in enumerate(("one", "two", "three", "four"))
)


def case(gold: Gold, html_chars: int = 400, instruction: str = "Click Tea three") -> Case:
    snapshot = Snapshot("", "", ELEMENTS, html_chars)
    subtask = parse_instruction(instruction)
    return Case(id="c1", page="p", subtask=subtask, snapshot=snapshot, gold=gold)


def control(keep: int, longest_html: int = 0) -> QualityControl:
    return QualityControl(
        score=lambda elements, program: score(elements, program, ScoringSettings()),
        program=lambda subtask, weights: program_of(subtask, dict(weights)),
        keep=keep,
        longest_html=longest_html,
    )


def labels(**weights: int) -> Labels:
    return Labels(
        subtask=parse_instruction("Click Tea three"), keyword_weights=weights, thought="Tea."
    )


THIRD = Gold(frozenset({2}), frozenset({2}))


def test_a_step_whose_keywords_find_the_right_element_is_kept_with_its_action() -> None:
    step = control(keep=1).check(case(THIRD), labels(three=50), None)
    assert isinstance(step, Annotated)
    assert step.action.element_id == 2
    assert step.action.action_type is ActionType.CLICK
    assert step.program.keyword_weights == {"three": 50}


def test_a_step_whose_keywords_prune_the_right_element_away_is_dropped() -> None:
    assert control(keep=1).check(case(THIRD), labels(one=50), None) == Dropped(
        "c1", "gold_pruned_away"
    )
    assert isinstance(control(keep=3).check(case(THIRD), labels(one=50), None), Annotated)


def test_the_labelled_element_is_the_answer_before_another_that_acts_as_the_same_control() -> None:
    both = Gold(exact=frozenset({2}), same_control=frozenset({1, 2}))
    step = control(keep=4).check(case(both), labels(two=50), None)
    assert isinstance(step, Annotated)
    assert step.action.element_id == 2
    step = control(keep=1).check(case(both), labels(two=50), None)
    assert isinstance(step, Annotated)
    assert step.action.element_id == 1


def test_lost_gold_and_long_pages_are_refused_before_anybody_is_asked() -> None:
    assert control(keep=4).refusal(case(NO_GOLD)) == Dropped("c1", "gold_lost")
    assert control(keep=4, longest_html=99).refusal(case(THIRD)) == Dropped("c1", "html_too_long")
    assert control(keep=4, longest_html=100).refusal(case(THIRD)) is None


def test_a_page_level_step_needs_neither_gold_nor_keywords() -> None:
    done = case(NO_GOLD, instruction="done")
    assert control(keep=1).refusal(done) is None
    step = control(keep=1).check(done, labels(), None)
    assert isinstance(step, Annotated)
    assert step.action.element_id is None


def test_no_site_is_in_both_parts_and_about_the_share_is_tested() -> None:
    sites = [f"site{number % 50}" for number in range(1000)]
    part = split_sites(sites, share=0.2, seed=0)
    tested = sum(part[site] == TEST for site in sites)
    assert tested == 200
    assert set(part.values()) == {TRAIN, TEST}
    assert part == split_sites(list(reversed(sites)), share=0.2, seed=0)
    assert part != split_sites(sites, share=0.2, seed=1)


@pytest.mark.parametrize("sites", [["a", "b"], ["a"] * 99 + ["b"], ["a"] * 50 + ["b"] * 50])
def test_two_sites_give_two_parts(sites: list[str]) -> None:
    assert sorted(split_sites(sites, share=0.2, seed=0).values()) == [TEST, TRAIN]


def test_one_site_is_trained_on_and_nothing_is_tested_without_a_share() -> None:
    assert split_sites(["a", "a"], share=0.2, seed=0) == {"a": TRAIN}
    assert split_sites(["a", "b"], share=0.0, seed=0) == {"a": TRAIN, "b": TRAIN}


def test_keywords_that_the_sub_task_does_not_say_are_seen() -> None:
    subtask = parse_instruction("Click the searching teas")
    weights = {"search": 50, "tea": 20, "btn-q": 10, "green tea": 5}
    assert said_share(subtask, program_of(subtask, weights)) == 0.5
    assert said_share(subtask, program_of(subtask, {})) is None
