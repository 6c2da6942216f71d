"""Page text and keywords brought to one form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domprune.text import (
    find_words,
    fold,
    identifier_words,
    is_unspaced,
    split_camel,
    squeeze,
    stem,
    stems,
    words,
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Sign IN", "sign in"),
        ("Café ÉTÉ", "cafe ete"),
        ("STRASSE Straße", "strasse strasse"),
        ("\uff33\uff49\uff47\uff4e", "sign"),  # full-width letters
        ("\ufb01eld", "field"),  # one character for f and i
        ("soft\u00adhyphen zero\u200bwidth", "softhyphen zerowidth"),
        ("\u202egnp.exe\u202c", "gnp.exe"),  # shown backwards
        ("Поиск", "поиск"),
        ("İstanbul", "istanbul"),
        ("", ""),
    ],
)
def test_folding_takes_away_what_readers_do_not_tell_apart(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Sign-in to Café24", ["sign", "in", "to", "cafe", "24"]),
        ("snake_case", ["snake", "case"]),
        ("  ,.;  ", []),
        ("3rd", ["3", "rd"]),
    ],
)
def test_words_stand_apart_from_digits_and_signs(text: str, found: list[str]) -> None:
    assert words(text) == found
    assert find_words(fold(text)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("txtFirstName_2", ["txt", "first", "name", "2"]),
        ("HTMLParser", ["html", "parser"]),
        ("firstname", ["firstname"]),
        ("FIRSTNAME", ["firstname"]),
        ("btn-primary.large", ["btn", "primary", "large"]),
    ],
)
def test_identifiers_are_taken_apart(text: str, found: list[str]) -> None:
    assert identifier_words(text) == found


@given(st.text(alphabet=st.characters(max_codepoint=127), max_size=20))
def test_identifiers_are_the_words_of_their_camel_case_split(text: str) -> None:
    assert identifier_words(text) == words(split_camel(text))


def test_stems_are_equal_for_forms_of_one_word() -> None:
    assert stem("booking") == stem("books") == stem("book") == "book"
    assert stems(["bookings", "settings"]) == ["book", "set"]


def test_scripts_without_blanks_are_known() -> None:
    assert is_unspaced("検索")
    assert is_unspaced("ค้นหา")
    assert not is_unspaced("поиск search")


def test_squeezing_cuts_and_never_reads_far_beyond() -> None:
    assert squeeze("  a \n b\tc ", 3) == "a b"
    assert squeeze("x" * 10_000_000, 5) == "xxxxx"
    assert squeeze("", 5) == ""


@given(st.text())
def test_folding_twice_changes_nothing_and_words_hold_no_blank(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert all(word and not word.isspace() for word in words(text))
    assert split_camel(text).replace(" ", "") == text.replace(" ", "")
