import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domprune.scoring import needles as module
from domprune.scoring.needles import find_needles

LETTERS = st.text("abс", max_size=6)


@pytest.mark.parametrize("many", [0, module._MANY])
@pytest.mark.parametrize("piece", [1, 5, module._PIECE])
@settings(max_examples=500, deadline=None)
@given(
    strings=st.lists(LETTERS, max_size=8),
    needles=st.lists(LETTERS.filter(bool), max_size=5),
)
def test_each_string_that_has_a_needle_is_told_by_a_place_of_it(piece, many, strings, needles):
    letters, asked = "\0".join(["", *strings, ""]).encode(), [one.encode() for one in needles]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_PIECE", piece)
        patch.setattr(module, "_MANY", many)
        numbers, places = find_needles(asked, letters)
    found = [set() for _ in asked]
    for number, place in zip(numbers.tolist(), places.tolist(), strict=True):
        assert letters.startswith(asked[number], place)
        found[number].add(letters.count(b"\0", 0, place) - 1)
    assert found == [{row for row, text in enumerate(strings) if one in text} for one in needles]


def test_needles_that_may_hide_each_other_are_looked_for_apart():
    needles = [b"settings", b"set", b"cart", b"artist", b"menu", b"cart"]
    assert module._apart(needles) == [[0, 2, 4], [1, 3], [5]]
