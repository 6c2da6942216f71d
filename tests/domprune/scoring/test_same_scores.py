"""The indexed scorer, the template and the emitted program give the same scores, bit for bit."""

import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domprune.page.html import load_html
from domprune.scoring import template
from domprune.scoring.emit import emit
from domprune.scoring.index import Index
from domprune.scoring.settings import ScoringSettings
from domprune.scoring.signs import SIGNS
from domprune.types import ActionType, Box, Element, Program

SETTINGS = ScoringSettings()
WORDS = (
    "tie ties happy happiness hoping hope daily dailies s is search suche serch Suchen sign in log "
    "login firstName first_name FIRST name txtFirstname2 next » « × 次へ 次のページ 検索 日本 café "
    "cafe\u0301 naïve STRAẞE strasse don't e-mail o'clock 24/7 a.b ½ ② ﬁle ＦＩＬＥ İstanbul σς "
    "поиск ПОИСК بحث บัญชี 한국 ㅎㅏㄴ が か゛ ｶﾞ \u200bzero\u00adwidth \u202ebidi \0 \ud800 "
    "ﬁ» …next ٣ 3٣ ٣кот кот7 🔍 ❤\ufe0f "
    "password passwrod feasible feasibility usble usbility button textbox add to cart basket"
).split(" ")
SAID = st.one_of(
    st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=3).map("".join),
    st.text(max_size=8),
)
KEYWORDS = st.dictionaries(SAID, st.integers(1, 50), max_size=5)
ATTRIBUTES = st.dictionaries(
    st.sampled_from(
        "id name class href type placeholder title alt icon form autocomplete contenteditable "
        "data-test".split()
    ),
    st.one_of(SAID, st.sampled_from(["password", "email", ""])),
    max_size=5,
)
ELEMENTS = st.builds(
    Element,
    st.just(0),
    st.sampled_from(["a", "button", "input", "select", "div"]),
    st.sampled_from(["", "link", "button", "textbox", "combobox", "listbox", "radio", "search"]),
    name=SAID, description=SAID, text=SAID, label=SAID, context=SAID, value=SAID,
    options=st.lists(SAID, max_size=3).map(tuple),
    attributes=ATTRIBUTES,
    xpath=st.sampled_from(["", "/html/body/footer/a", "/html/body/nav/a"]),
    box=st.none() | st.builds(Box, *[st.floats(-500, 5000)] * 2, *[st.floats(0, 900)] * 2),
    shown=st.booleans(),
)  # fmt: skip
PROGRAMS = st.builds(
    Program,
    keyword_weights=KEYWORDS,
    action_type=st.sampled_from(ActionType),
    value=SAID,
    places=st.lists(
        st.sampled_from(["top", "left", "footer", "navigation", "odd"]), max_size=3
    ).map(tuple),
)


def emitted(elements, program, subtask=""):
    source = emit(program, SETTINGS, subtask)
    space = {"__name__": "emitted"}
    exec(compile(source, "program.py", "exec"), space)
    assert space["PROGRAM"] == program
    return space["score"](elements)


def hexes(scores):
    return [float(score).hex() for score in scores]


def agree(elements, program):
    written = hexes(template.score(elements, program, SETTINGS))
    assert hexes(Index(elements).score(program, SETTINGS)) == written
    assert hexes(emitted(elements, program)) == written


STRAYS = {
    "text": "next\0page", "name": "\0", "label": "\0next", "value": "next\0", "role": "li\0nk",
    "description": "ne\0xt", "context": "\0\0page",
    "attributes": {"title": "next\0", "id": "\0page"},
}  # fmt: skip


@pytest.mark.parametrize("field", STRAYS)
def test_a_nul_is_a_blank(field):
    def page(said):
        elements = [Element(n, "a", "link", text=f"next page {n}", name="»") for n in range(3)]
        odd = Element(3, "a", **{"role": "link", "text": "»\0", "name": "next"} | {field: said})
        return [*elements[:2], odd, elements[2]]

    program = Program(keyword_weights={"next page": 20, "link": 10, "previous": 5})
    agree(page(STRAYS[field]), program)
    spaced = (
        {name: one.replace("\0", " ") for name, one in STRAYS[field].items()}
        if field == "attributes"
        else STRAYS[field].replace("\0", " ")
    )
    assert hexes(Index(page(STRAYS[field])).score(program, SETTINGS)) == hexes(
        Index(page(spaced)).score(program, SETTINGS)
    )


@settings(max_examples=400, deadline=None)
@given(st.lists(ELEMENTS, max_size=6), PROGRAMS)
def test_on_any_elements_and_any_program(elements, program):
    # Strings that occur twice share their place in the index.
    agree([*elements, *elements[:2]], program)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(WORDS), st.sampled_from(WORDS), st.sampled_from(["", " ", "-", "2", "X"]))
def test_on_every_pair_of_words(one, other, between):
    elements = [
        Element(0, "button", "button", text=said, attributes={"id": said})
        for said in (one, other, one + between + other)
    ]
    agree(elements, Program(keyword_weights={other: 9, one + between + other: 3}))


def test_without_elements_or_keywords():
    agree([], Program(keyword_weights={"a": 1}))
    agree([Element(0, "a")], Program(keyword_weights={}))
    agree([Element(0, "a")], Program(keyword_weights={"": 1}, places=("top",)))


@pytest.mark.data
def test_on_real_pages(data_root):
    keywords = {"search": 40, "log in": 30, "next page": 20, "pasword": 10, "e-mail": 5, "»": 2}
    pages = [
        sorted((data_root / "pages" / name / "pages").glob("*.html.gz"))[:2]
        for name in ("russ", "forms", "pager", "real")
    ]
    for path in (path for some in pages for path in some):
        elements = load_html(gzip.decompress(path.read_bytes())).elements[:400]
        assert elements
        for action in (ActionType.CLICK, ActionType.TYPE):
            agree(elements, Program(keyword_weights=keywords, action_type=action, places=("top",)))


@pytest.mark.parametrize("around", ["{}", "{} next", "older {}", "ﬁ {}", "{}ﬁ", "|{}|", "\u200b{}"])
def test_signs_are_met_wherever_they_open_or_end_a_text(around):
    signs = [sign for own in SIGNS.values() for sign in own.split()]
    elements = [Element(0, "a", text=around.format(sign)) for sign in signs]
    elements += [Element(0, "a", name=around.format(sign)) for sign in signs]
    for said in SIGNS:
        agree(elements, Program(keyword_weights={said: 9}))
