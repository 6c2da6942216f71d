import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domprune.scoring.fields import FIELD_OF, NAMING, READ
from domprune.scoring.fuzzy import misspelt
from domprune.scoring.haystack import Haystack
from domprune.scoring.letters import find_borders, fold_run, join, letters_of
from domprune.scoring.match import Keywords, as_keyword
from domprune.scoring.places import Rank
from domprune.scoring.reading import BLOCK, HINTS, SPOKEN, Reading
from domprune.scoring.vocabulary import Vocabulary
from domprune.text import identifier_words, stem, words
from domprune.types import Element

TEXTS = st.text(
    st.one_of(
        st.characters(exclude_characters="\0"),
        st.sampled_from("aZ9 _-.ßﬁ½²éе́й検カﾞが゛ᄒ\u1161ᆫ한كं™…İıſΣςᎠꭰ٣３"),
        st.sampled_from("\u0301\u3099\u200b\u202e\ud800"),
    ),
    max_size=12,
)


def run_of(texts):
    return fold_run("\0" + join(texts))


def vocabulary_of(texts):
    return Vocabulary(find_borders(run_of(texts)))


def haystack_of(texts):
    return Haystack(letters_of(run_of(texts)))


def having(strings, *keywords):
    """The cells that can match each keyword, looked up together."""
    found = {which: [] for which in range(len(keywords))}
    for of, cells in strings.having([*map(as_keyword, keywords)]):
        for which, cell in zip(of.tolist(), cells.tolist(), strict=True):
            found[which].append(cell)
    return [*found.values()]


@pytest.mark.parametrize("reader", [words, identifier_words])
@settings(max_examples=1000, deadline=None)
@given(texts=st.lists(TEXTS, min_size=1, max_size=6))
def test_strings_read_as_folded_one_by_one(reader, texts):
    read = [letters.decode() for letters in letters_of(run_of(texts)).split(b"\0")[1:-1]]
    assert read == ["".join(reader(text)) for text in texts]


@settings(max_examples=1000, deadline=None)
@given(texts=st.lists(TEXTS, min_size=1, max_size=6))
def test_words_begin_where_they_do_read_one_by_one(texts):
    run = run_of(texts)
    borders = find_borders(run)
    letters, marks = borders.letters, borders.places.tolist()[1:]
    found = [letters[start:end] for start, end in zip(marks, [*marks[1:], None], strict=True)]
    expected = [[word.encode() for word in words(text)] for text in texts]
    assert found == [one for own in expected for one in (*own, b"\0")]
    vocabulary = vocabulary_of(texts)
    said = {word for text in texts for word in words(text)}
    assert set(vocabulary.alike("x", 0.0)) == said
    assert all(word in vocabulary for word in said)
    assert "unheardof" not in vocabulary


@settings(max_examples=300, deadline=None)
@given(first=st.lists(TEXTS, max_size=4), second=st.lists(TEXTS, max_size=4))
def test_borders_of_two_runs_are_those_of_one(first, second):
    joined = find_borders(run_of(first)).then(find_borders(run_of(second)))
    whole = find_borders(run_of([*first, *second]))
    assert joined.letters == whole.letters
    for part in ("in_run", "places", "are_ends"):
        assert getattr(joined, part).tolist() == getattr(whole, part).tolist()


@settings(max_examples=300, deadline=None)
@given(marks=st.lists(st.booleans(), max_size=300))
def test_the_rank_of_a_place_is_the_number_of_marks_before_it(marks):
    rank = Rank(np.array(marks, np.bool_))
    places = np.arange(len(marks) + 1)
    assert rank.of(places).tolist() == [sum(marks[:place]) for place in places]
    assert rank.total == sum(marks)


def test_long_texts_are_folded_part_by_part():
    texts = ["É" * 30_000, "", "plain" * 20_000, "Straße 24", "か\u3099"] * 3
    read = letters_of(run_of(texts)).decode().split("\0")[1:-1]
    assert read == ["".join(words(text)) for text in texts]


@pytest.mark.parametrize(
    ("said", "keyword", "is_found"),
    [
        ("log in", "login", True),
        ("lo gin", "login", True),
        ("logi n", "login", True),
        ("logins", "login", True),
        ("logging", "login", False),
        ("a login", "log in", True),
        ("blogin", "login", False),
        ("a add to cart", "addtocart", True),
        ("cart, to add", "add to cart", True),
        ("cart to", "add to cart", False),
        ("extraordinary things", "extraordinarythings", True),
        ("次のペー ジ", "ページ", True),
        ("次のペー", "ページ", False),
        ("", "login", False),
    ],
)
def test_which_strings_can_match_a_keyword(said, keyword, is_found):
    vocabulary = vocabulary_of(["other", said, "words"])
    assert having(vocabulary, keyword) == [[1] * is_found]


STEMS = (
    "log logs logged adds added adding cart carts page pages extraordinary extraordinarily "
    "pay pays paying paid happy happiness happily taxi taxis hope hoping feasible feasibility"
)


@settings(max_examples=500, deadline=None)
@given(
    texts=st.lists(st.lists(st.sampled_from(STEMS.split()), max_size=4).map(" ".join), max_size=6),
    keyword=st.lists(st.sampled_from(STEMS.split()), min_size=1, max_size=2),
)
def test_strings_with_all_stems_of_a_keyword_are_found(texts, keyword):
    (found,) = having(vocabulary_of(texts), " ".join(keyword))
    wanted = set(map(stem, keyword))
    holding = [row for row, text in enumerate(texts) if wanted <= set(map(stem, text.split()))]
    assert set(holding) <= set(found)
    assert found == sorted(set(found))


@settings(max_examples=300, deadline=None)
@given(
    texts=st.lists(st.lists(st.sampled_from(STEMS.split()), max_size=4).map(" ".join), max_size=6),
    keywords=st.lists(
        st.lists(st.sampled_from([*STEMS.split(), "d", "次", ""]), max_size=3).map(" ".join),
        max_size=5,
    ),
)
@pytest.mark.parametrize("kind", [vocabulary_of, haystack_of])
def test_keywords_are_found_together_as_one_by_one(kind, texts, keywords):
    strings = kind(texts)
    assert having(strings, *keywords) == [having(strings, one)[0] for one in keywords]


def test_held_are_words_and_letters_where_blanks_mean_nothing():
    vocabulary = vocabulary_of(["次のペー ジ", "next page", "été"])
    keywords = Keywords(map(as_keyword, ["page next", "次のページ", "nextpage", "ete", "検索"]))
    none, held = vocabulary.held([Keywords(), keywords])
    assert none == []
    assert [one.joined for one in held] == ["pagenext", "ete", "次のページ"]


@settings(max_examples=500, deadline=None)
@given(
    page=st.lists(st.text("abcé9", min_size=1, max_size=12), max_size=8),
    word=st.text("abcé", min_size=5, max_size=12),
    threshold=st.sampled_from([0.0, 50.0, 80.0, 88.0, 100.0]),
)
def test_all_words_that_may_be_spelt_alike_are_found(page, word, threshold):
    vocabulary = vocabulary_of(page)
    said = {one for text in page for one in words(text)}
    keyword = as_keyword(word)
    assert misspelt(keyword, vocabulary, vocabulary.alike, threshold) == misspelt(
        keyword, said, lambda *_: said, threshold
    )


@pytest.mark.parametrize("texts", [[], [""], ["", ""], ["é", "", "é"]])
def test_one_place_a_string_whatever_it_holds(texts):
    assert run_of(texts).count(b"\0") == len(texts) + 1


@pytest.mark.parametrize("count", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 3])
def test_a_page_is_read_element_after_element(count):
    elements = [
        Element(
            n, "a", name=f"n {n}" if n % 7 else "t", text="t" if n % 3 else "",
            context=f"c{n % 5}", attributes={"title": f"t{n}"} if n % 2 else {"id": ""},
        )
        for n in range(count)
    ]  # fmt: skip
    reading = Reading(elements)
    spoken = "".join(reading.spoken).split("\0")[:-1]
    for n, element in enumerate(elements):
        text, name, *others = (READ[field](element) for field in SPOKEN)
        read = spoken[n * len(SPOKEN) : (n + 1) * len(SPOKEN)]
        # A name that repeats the text may be left out.
        assert [read[0], *read[2:]] == [text, *others]
        assert read[1] == name or (read[1] == "" and name == text)
    assert len(spoken) == count * len(SPOKEN)
    assert reading.values.split("\0")[:-1] == [
        value for element in elements for value in element.attributes.values()
    ]
    assert reading.hints == [f"t{n}" for n in range(1, count, 2)]
    assert [rows.tolist() for rows in reading.hinted] == [[], [*range(1, count, 2)], []]
    assert [*reading.contexts.of] == [f"c{n}" for n in range(min(count, 5))]
    assert reading.contexts.rows.tolist() == [n % 5 for n in range(count)]


def test_every_naming_field_is_read_from_somewhere():
    assert {*SPOKEN, *HINTS, "sign"} == set(NAMING)
    assert all(FIELD_OF[hint] == hint for hint in HINTS)


@settings(max_examples=500, deadline=None)
@given(
    texts=st.lists(st.text("abкか", max_size=9), min_size=1, max_size=30),
    keyword=st.text("abкか", min_size=1, max_size=5),
)
def test_letters_are_found_wherever_they_stand(texts, keyword):
    (found,) = having(haystack_of(texts), keyword)
    opening = as_keyword(keyword).openings[0]
    assert found == [row for row, text in enumerate(texts) if opening in "".join(words(text))]
