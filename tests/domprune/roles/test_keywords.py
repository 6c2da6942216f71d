import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domprune.roles.keywords import KeywordError, clean_keyword_weights


def test_weights_are_rounded_clamped_and_sorted():
    raw = {"low": -3, "half": 10.6, "text": " 30 ", "high": 10**400, "exponent": "2e1"}
    assert clean_keyword_weights(raw) == {
        "high": 50,
        "text": 30,
        "exponent": 20,
        "half": 11,
        "low": 1,
    }


@pytest.mark.parametrize(
    "weight", [True, None, float("nan"), float("inf"), "many", "", "9" * 1000, [3], {"a": 1}]
)
def test_what_is_no_number_is_dropped(weight):
    assert clean_keyword_weights({"good": 5, "bad": weight}) == {"good": 5}


def test_invisible_characters_leave_the_keyword():
    raw = {"\u202epass\u200bword\x00\ud800": 9, "two\n\t words ": 8}
    assert clean_keyword_weights(raw) == {"password": 9, "two words": 8}


def test_symbols_of_pagers_are_keywords():
    assert clean_keyword_weights({"»": 9, "+": 8, ">": 7}) == {"»": 9, "+": 8, ">": 7}


def test_of_equal_keywords_the_heavier_stays():
    assert clean_keyword_weights({"save ": 3, "save": 40, " save": 7}) == {"save": 40}


def test_ten_thousand_keys_leave_the_64_heaviest_in_order():
    kept = clean_keyword_weights({f"word{i}": i % 50 + 1 for i in range(10_000)})
    assert list(kept) == [f"word{50 * i + 49}" for i in range(64)]


def test_huge_keywords_are_cut():
    kept = clean_keyword_weights({"x" * 10_000_000: 3, 7: 50})
    assert list(kept) == ["x" * 80]


@pytest.mark.parametrize("raw", [None, [], "save", 3, [["save", 3]]])
def test_anything_but_a_mapping_is_refused(raw):
    with pytest.raises(KeywordError, match=r"must map keywords to weights in 1\.\.50"):
        clean_keyword_weights(raw)


@pytest.mark.parametrize("raw", [{}, {"save": None}, {"": 3}, {"\u200b\x07": 3}, {3: 3}])
def test_nothing_usable_is_refused(raw):
    with pytest.raises(KeywordError, match="none of the"):
        clean_keyword_weights(raw)


@pytest.mark.usefixtures("own_garbage")
def test_ten_thousand_invisible_keywords_take_less_than_a_second():
    started = time.process_time()
    with pytest.raises(KeywordError):
        clean_keyword_weights({"\u202e" * 1000 + str(i): 3 for i in range(10_000)} | {"a": None})
    assert time.process_time() - started < 1


characters = st.text(st.characters(codec=None, categories=None), max_size=120)
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=True), characters, st.binary()
)
anything = st.one_of(
    scalars,
    st.lists(scalars, max_size=4),
    st.dictionaries(st.one_of(characters, st.integers(), st.none()), scalars, max_size=100),
    st.dictionaries(characters, st.integers() | st.floats() | st.just("7"), max_size=100),
)


@pytest.mark.usefixtures("own_garbage")
@settings(
    max_examples=5000, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
@given(anything)
def test_fuzzed_input_is_cleaned_or_refused_within_a_second(raw):
    started = time.process_time()
    try:
        kept = clean_keyword_weights(raw)
    except KeywordError:
        return
    finally:
        assert time.process_time() - started < 1
    assert 1 <= len(kept) <= 64
    assert all(type(weight) is int and 1 <= weight <= 50 for weight in kept.values())
    assert all(0 < len(keyword) <= 80 for keyword in kept)
    assert all(keyword.isprintable() for keyword in kept)
    assert list(kept.values()) == sorted(kept.values(), reverse=True)
    assert clean_keyword_weights(kept) == kept
