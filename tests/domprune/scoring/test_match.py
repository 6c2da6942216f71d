import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domprune.scoring.fuzzy import misspelt
from domprune.scoring.lexicon import read_keyword, same_thing
from domprune.scoring.match import as_keyword, identifier, option_match, prose, quality
from domprune.scoring.settings import ScoringSettings
from domprune.scoring.signs import sign_words
from domprune.text import fold, stem, words

SETTINGS = ScoringSettings()
PLAIN = ScoringSettings(brevity=0.0)


def alike(keyword, page, threshold):
    return misspelt(keyword, page, lambda *_: page, threshold)


def in_prose(keyword, text, constants=SETTINGS):
    return quality(as_keyword(keyword), prose(text), True, constants)


def in_identifier(keyword, text):
    return quality(as_keyword(keyword), identifier(text), False, SETTINGS)


@pytest.mark.parametrize(
    ("keyword", "text", "expected"),
    [
        ("sign in", "Sign in", PLAIN.exact),
        ("sign in", "SIGN-IN!", PLAIN.exact),
        ("sign in", "Please sign in now", PLAIN.phrase),
        ("log in", "Login", PLAIN.phrase),
        ("login", "Please log in here", PLAIN.joined),
        ("red shoes", "shoes that are red", PLAIN.all_words),
        ("booking", "Books and booked rooms", PLAIN.stemmed),
        ("sign in", "design interior", 0.0),
        ("art", "Start cart", 0.0),
        ("cart", "", 0.0),
        ("", "Cart", 0.0),
        ("»", "»", 0.0),
    ],
)
def test_each_grade_of_match_in_prose(keyword, text, expected):
    assert in_prose(keyword, text, PLAIN) == expected


def test_grades_fall_in_the_order_of_the_paper():
    grades = [
        PLAIN.exact, PLAIN.phrase, PLAIN.joined, PLAIN.all_words, PLAIN.stemmed, PLAIN.fuzzy, 0.0,
    ]  # fmt: skip
    assert grades == sorted(set(grades), reverse=True)
    assert PLAIN.stemmed >= PLAIN.same_thing > PLAIN.fuzzy


def test_the_more_of_the_text_is_left_unsaid_the_less_a_hit_is_worth():
    worths = [
        in_prose("next", text)
        for text in ("Next", "Next page", "Next steps for your account", "The very next " * 9)
    ]
    assert worths == sorted(worths, reverse=True)
    # "next" is 4 of the 8 letters of "nextpage".
    assert worths[1] == pytest.approx(0.85 * (1 - 0.35 * 0.5))
    assert min(worths) > SETTINGS.phrase * (1 - SETTINGS.brevity)


@pytest.mark.parametrize(
    ("keyword", "name", "expected"),
    [
        ("first name", "firstName", SETTINGS.exact),
        ("first name", "first_name", SETTINGS.exact),
        ("first name", "txtFirstName2", SETTINGS.phrase),
        ("first name", "userfirstname", SETTINGS.joined),
        ("name", "surnamefield", SETTINGS.joined),
        ("in", "input-main", 0.0),
        ("bookings", "js-booking-list", SETTINGS.stemmed),
    ],
)
def test_identifiers_are_taken_apart_and_searched_inside(keyword, name, expected):
    assert in_identifier(keyword, name) == expected


def test_scripts_without_blanks_match_inside():
    assert in_prose("検索", "サイト内検索する", PLAIN) == PLAIN.joined
    assert in_prose("次", "次のページ", PLAIN) == PLAIN.joined


def test_accents_width_and_case_mean_nothing():
    assert in_prose("cafe ete", "ＣＡＦÉ été") == SETTINGS.exact


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ties", "ti"), ("happy", "happiness"), ("hoping", "hope"), ("daily", "dailies"),
        ("relational", "relate"), ("feasible", "feasibility"), ("usble", "usbility"),
        ("hopped", "hop"), ("falling", "fall"), ("valency", "valence"), ("s", "s"),
    ],
)  # fmt: skip
def test_all_words_of_a_stem_open_alike(one, other):
    assert stem(one) == stem(other)
    for keyword in map(as_keyword, (one, other)):
        assert all(word.startswith(keyword.openings[0]) for word in (one, other))
        assert keyword.openings[0]


ENDINGS = (
    "s es ies ed eed ing y ly ally ational tional enci anci izer bli alli entli eli ousli ization "
    "ation ator alism iveness fulness ousness aliti iviti biliti logi icate ative alize iciti ical "
    "ful ness al ance ence er ic able ible ant ement ment ent ou ism ate iti ous ive ize e ll bl "
    "at iz ility bility ability ities ition ying yed"
).split()


@settings(max_examples=500, deadline=None)
@given(
    st.text("abeilnosty", max_size=4),
    st.lists(st.sampled_from(ENDINGS), max_size=3),
    st.text("abcdefghijklmnopqrstuvwxyzéйß日", max_size=2),
)
def test_every_word_opens_as_its_stem_says(start, endings, middle):
    for word in words(start + middle + "".join(endings)):
        assert word.startswith(as_keyword(word).openings[0])


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("»", "next"), ("‹", "previous back"), (">|", "last"), ("|<", "first"), (">>", "next"),
        ("Older »", "next"), ("« Newer", "previous back"), ("×", "close dismiss remove"),
        ("🔍", "search"), ("⚙\ufe0f", "settings"), ("a × b", ""), ("Next", ""), ("", ""), ("?", ""),
    ],
)  # fmt: skip
def test_signs_are_said_in_words(text, meaning):
    assert sign_words(text) == meaning


def test_a_keyword_that_is_a_sign_means_its_words():
    assert read_keyword("»").words == ("next",)
    assert read_keyword("firstName").words == ("first", "name")
    assert read_keyword("?!").words == ()


def test_the_lexicon_knows_other_words_and_other_languages():
    said = [other.joined for other in same_thing("Next page")]
    assert {"forward", "weiter", "次へ"} <= set(said)
    assert "nextpage" not in said
    assert same_thing("no such word") == ()


def test_every_line_of_the_lexicon_has_an_english_word_and_no_empty_entry(project):
    lexicon = project / "packages" / "domprune" / "scoring" / "lexicon.txt"
    for number, line in enumerate(lexicon.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            english, _, foreign = line.partition("|")
            assert fold(english).isascii(), f"line {number}: not English before the bar"
            entries = [*english.split(","), *(foreign.split(",") if foreign.strip() else [])]
            assert all(map(str.strip, entries)), f"line {number}: an empty entry"
            assert re.search(r"[a-z]", english), f"line {number}: no word before the bar"


def test_misspelt_words_become_the_page_s_words():
    page = frozenset({"password", "passwords", "user", "name"})
    assert [k.words for k in alike(as_keyword("pasword"), page, 88.0)] == [("password",)]
    assert [k.words for k in alike(as_keyword("user pasword"), page, 88.0)] == [
        ("user", "password")
    ]
    assert alike(as_keyword("usr"), page, 50.0) == []  # Too short to be told from other words.
    assert alike(as_keyword("umbrella"), page, 88.0) == []


def test_equal_likeness_falls_to_the_word_that_sorts_first():
    for page in (["setting", "betting"], ["betting", "setting"]):
        found = alike(as_keyword("zetting"), frozenset(page), 80.0)
        assert [k.joined for k in found] == ["betting"]


def test_the_best_of_the_options_counts():
    options = ("Please choose", "Large (L)", "Large")
    assert option_match("large", options, SETTINGS) == SETTINGS.exact
    assert option_match("huge", options, SETTINGS) == 0.0
    assert option_match("large", (), SETTINGS) == 0.0
