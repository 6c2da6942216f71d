"""Keywords from anywhere: never a crash, and bounded time."""

import time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domprune.roles.keywords import KeywordError, clean_keyword_weights
from domprune.scoring.haystack import Haystack
from domprune.scoring.hits import MOST_GRADED, Grader
from domprune.scoring.index import Index, score
from domprune.scoring.match import as_keyword
from domprune.scoring.settings import ScoringSettings
from domprune.types import ActionType, Element, Program

SETTINGS = ScoringSettings()
SAID = "Search Log in Next page » Add to cart 次へ поиск été Settings password aaaaaaaa".split()


def page(size):
    return [
        Element(
            n, "button", ("button", "link", "textbox")[n % 3],
            text=f"{SAID[n % len(SAID)]} {n}", name=f"{SAID[n % 7]} item{n}",
            context=" ".join(SAID[n % 5 :]), shown=n % 11 > 0,
            attributes={"id": f"elementId{n}", "class": "btn btn-main", "href": f"/a/b?{n}=aaaa"},
        )
        for n in range(size)
    ]  # fmt: skip


THOUSAND = page(1_000)
INDEX = Index(THOUSAND)
RAW_KEYWORDS = st.one_of(
    st.text(max_size=120), st.sampled_from([*SAID, ".*(a+)+$", "[", "\\", "a" * 80, "\0", "(?i)"])
)
RAW = st.dictionaries(
    RAW_KEYWORDS | st.integers() | st.none(),
    st.integers() | st.floats() | st.text(max_size=5) | st.booleans() | st.none(),
    max_size=4,
)


@pytest.mark.usefixtures("own_garbage")
@settings(max_examples=5_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(RAW, st.sampled_from(ActionType))
def test_fuzzed_keywords_never_crash_the_scorer_nor_take_a_second(raw, action):
    try:
        weights = clean_keyword_weights(raw)
    except KeywordError:
        return
    started = time.process_time()
    scores = INDEX.score(Program(keyword_weights=weights, action_type=action), SETTINGS)
    assert time.process_time() - started < 1
    assert len(scores) == len(THOUSAND)
    assert all(0.0 <= value < 10_000 for value in scores.tolist())


@pytest.mark.parametrize(
    "weights",
    [
        {"a" * 80: 50},
        {("a " * 40).strip(): 50},
        {".*(a+)+$ [^" + "\\" * 60: 50, "(" * 80: 3},
        {f"keyword {n} missing": n % 50 + 1 for n in range(64)},
        {f"{SAID[n % len(SAID)]} {n}": 1 for n in range(64)},
        {f"{'次' * 60}{n}": 1 for n in range(64)},
        dict.fromkeys("abcdefghijklmnopqrstuvwxyz0123456789", 5),
    ],
    ids=["a", "a a a", "metacharacters", "absent", "present", "unspaced", "letters"],
)
def test_hostile_keywords_on_twenty_thousand_elements_are_bounded(weights):
    elements = page(20_000)
    started = time.process_time()
    found = score(elements, Program(keyword_weights=clean_keyword_weights(weights)), SETTINGS)
    assert len(found) == 20_000
    assert time.process_time() - started < 10


def test_a_program_is_graded_in_a_bounded_number_of_places_the_first_ones():
    grader, everywhere = Grader(SETTINGS), Haystack(b"\0" + b"go\0" * (MOST_GRADED // 2 + 10))
    of, cells = grader.find(everywhere, [as_keyword("go")] * 3)
    assert np.bincount(of).tolist() == [MOST_GRADED // 2 + 10, MOST_GRADED // 2 - 10]
    assert cells[of == 1].tolist() == [*range(MOST_GRADED // 2 - 10)]
    of, cells = grader.find(everywhere, [as_keyword("go")])
    assert not of.size
    assert not cells.size


def test_a_keyword_of_ten_megabytes_and_a_text_of_ten_megabytes():
    huge = Element(0, "button", "button", text="ab " * 3_000_000, attributes={"id": "aB" * 10**6})
    started = time.process_time()
    assert len(score([huge, *THOUSAND], Program(keyword_weights={"ab" * 10**6: 9}), SETTINGS))
    assert len(score([huge, *THOUSAND], Program(keyword_weights={"ab": 9}), SETTINGS))
    assert time.process_time() - started < 10
