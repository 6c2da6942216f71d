"""A stale element is found again by its fingerprint, or not at all."""

from domprune.act.refind import refind
from domprune.types import Element


def row(number: int, name: str, context: str = "", xpath: str = "") -> Element:
    return Element(
        id=number,
        tag="button",
        role="button",
        name=name,
        context=context,
        xpath=xpath or f"/{number}",
    )


def test_the_only_one_with_the_same_words_is_found_wherever_it_went() -> None:
    old = row(0, "Book", xpath="/a")
    assert refind(old, [row(0, "Wait"), row(1, "Book", xpath="/b")]) == row(1, "Book", xpath="/b")


def test_of_twins_the_one_in_the_same_row_is_found() -> None:
    old = row(4, "Book", "Wed 25", "/a")
    new = [row(0, "Book", "Tue 24", "/a"), row(1, "Book", "Wed 25", "/b")]
    found = refind(old, new)
    assert found is not None
    assert found.context == "Wed 25"


def test_of_twins_in_the_same_surroundings_the_one_in_the_same_place_is_found() -> None:
    old = row(1, "Book", "Wed 25", "/2")
    new = [row(0, "Book", "Wed 25", "/1"), row(1, "Book", "Wed 25", "/2")]
    assert refind(old, new) == new[1]


def test_of_twins_that_nothing_tells_apart_none_is_found() -> None:
    old = row(7, "Book", "Thu 26", "/9")
    assert refind(old, [row(0, "Book", "Tue 24"), row(1, "Book", "Wed 25")]) is None


def test_another_element_in_the_same_place_is_not_taken_for_it() -> None:
    assert refind(row(0, "Keep", xpath="/a"), [row(0, "Delete", xpath="/a")]) is None
