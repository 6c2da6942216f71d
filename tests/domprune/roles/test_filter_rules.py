"""Scoring programs written by rules: what is looked for and how much it weighs."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domprune.instruction import parse_instruction
from domprune.roles.filter_rules import TARGET_WEIGHT, RulesFilter, keyword_weights, places
from domprune.scoring.index import score
from domprune.scoring.settings import ScoringSettings
from domprune.types import ActionType, Element, SubTask

WORKED = [
    ("Click Sign in", {"sign in": 40, "sign": 14}),
    ("Click the Save button", {"save button": 40, "save": 40, "button": 6}),
    ("Type 'Paris' in the destination field", {"destination": 40}),
    ("Click the checkbox next to Remember me", {"remember me": 40, "remember": 14, "checkbox": 6}),
    ("Click Edit next to Address", {"edit": 40, "address": 12}),
    ("Select Norway from the Country list", {"country": 40, "list": 6, "norway": 5}),
    ("Click Account from the top menu", {"account": 40}),
    ("Click it", {"it": 40}),
    ("...", {}),
    ("", {}),
]


@pytest.mark.parametrize(("said", "weights"), WORKED, ids=[said for said, _ in WORKED])
def test_the_target_weighs_most_then_its_words_then_what_stands_around(
    said: str, weights: dict[str, int]
) -> None:
    assert keyword_weights(parse_instruction(said)) == weights


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Click Done at the top of the page", ("top",)),
        ("Click Help in the lower left corner", ("bottom", "left")),
        ("Click Home in the navigation menu", ("navigation",)),
        ("Click the link in the footer", ("footer",)),
        ("Click Top stories", ()),
        ("Turn left", ()),
    ],
)
def test_places_are_read_where_they_say_where(said: str, found: tuple[str, ...]) -> None:
    assert places(said) == found


def test_what_is_typed_literally_says_nothing_of_the_field() -> None:
    typed = SubTask(
        next_steps="type 'search' in the name field",
        action_type=ActionType.TYPE,
        target_text="name",
        value="search",
    )
    assert keyword_weights(typed) == {"name": 40}


def test_the_program_carries_action_value_and_places() -> None:
    program = RulesFilter().program(parse_instruction("Type 'Oslo' in the city box at the top"))
    assert (program.action_type, program.value, program.places) == (
        ActionType.TYPE, "Oslo", ("top",),
    )  # fmt: skip


SAID = st.one_of(
    st.text(max_size=400),
    st.lists(
        st.sampled_from(
            ["click", "the", "checkbox", "next to", "for", "in the top menu", "'", "\u201c", "\0",
             "\u202e", "\ud800", "\U0010ffff", "検索", "(", "[", "\\", "*", "x" * 200, "Save", "7"]
        ),
        max_size=30,
    ).map(" ".join),
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(SAID, SAID, SAID, st.sampled_from(ActionType))
def test_any_step_gives_a_program_that_scores(
    said: str, target: str, value: str, action: ActionType
) -> None:
    step = SubTask(next_steps=said, action_type=action, target_text=target, value=value)
    program = RulesFilter().program(step)
    assert program == RulesFilter().program(step)
    assert all(1 <= weight <= 50 for weight in program.keyword_weights.values())
    assert all(type(weight) is int for weight in program.keyword_weights.values())
    assert len(score([Element(id=0, tag="a", text="Save")], program, ScoringSettings())) == 1


@pytest.mark.parametrize(
    ("target", "keyword"),
    [
        ("Turn off all", "turn off all"),
        ("I understand", "i understand"),
        ("Special offers", "special offers"),
        ("bell in the row 'Fridge seal'", "bell"),
        ("three dots at the end of the row", "three dots"),
    ],
)
def test_a_word_that_only_begins_like_a_preposition_divides_nothing(
    target: str, keyword: str
) -> None:
    subtask = SubTask(next_steps="x", action_type=ActionType.CLICK, target_text=target)
    assert max(keyword_weights(subtask).items(), key=lambda item: item[1])[0] == keyword


def test_a_label_in_quotes_is_not_taken_apart() -> None:
    said = "Tick 'Keep me in the loop'"
    weights = keyword_weights(
        SubTask(next_steps=said, action_type=ActionType.CLICK, target_text="Keep me in the loop")
    )
    assert weights["keep me in the loop"] == TARGET_WEIGHT


def test_pictures_are_looked_for_by_what_icon_sets_call_them() -> None:
    step = SubTask(next_steps="Click the bin", action_type=ActionType.CLICK, target_text="bin")
    assert {"bin", "trash"} <= set(keyword_weights(step))
