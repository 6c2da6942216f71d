"""Ordinals, quoted words, surroundings, kinds and looks single out one of several alike."""

from __future__ import annotations

import pytest

from domprune.instruction import parse_instruction
from domprune.interfaces import InvalidAction
from domprune.page.html import load_html
from domprune.prune import prune
from domprune.roles.grounder_rules import RulesGrounder
from domprune.types import Element, Snapshot


def chosen(html: str, step: str) -> Element:
    page: Snapshot = load_html(html)
    subtask = parse_instruction(step)
    action = RulesGrounder().ground(subtask, prune(page, subtask))
    assert action.element_id is not None
    return page.elements[action.element_id]


FIELDS = "<form><input id=a><input id=b><input id=c><textarea id=d></textarea></form>"
BOXES = "<p><input type=checkbox id=a> <input type=checkbox id=b> <input type=checkbox id=c></p>"
ROWS = """<ul>
  <li>Ann <button>Like</button><button>Share</button></li>
  <li>Bo <button>Like</button><button>Share</button></li>
</ul>"""


@pytest.mark.parametrize(
    ("step", "id"),
    [
        ("Click the 2nd checkbox", "b"),
        ("Tick the third checkbox", "c"),
        ("Tick the last checkbox", "c"),
    ],
)
def test_a_place_in_a_row_is_counted_in_document_order(step: str, id: str) -> None:
    assert chosen(BOXES, step).attributes["id"] == id


def test_counting_further_than_there_are_is_refused() -> None:
    with pytest.raises(InvalidAction, match="there are 3 such elements, not 4"):
        chosen(BOXES, "Click the 4th checkbox")


def test_a_first_name_is_no_place_in_a_row() -> None:
    page = "<label>Nickname <input id=n></label><label>First name <input id=f></label>"
    assert chosen(page, "Type 'Ann' in the first name field").attributes["id"] == "f"


def test_a_text_field_is_no_text_area() -> None:
    assert chosen(FIELDS, "Type 'x' into the 3rd text field").attributes["id"] == "c"
    assert chosen(FIELDS, "Type 'x' into the text area").attributes["id"] == "d"


def test_quoted_words_are_taken_to_the_letter_where_that_helps() -> None:
    page = "<a id=a href=#>eget</a> <a id=b href=#>Eget</a>"
    assert chosen(page, 'Click the link "Eget"').attributes["id"] == "b"
    assert chosen(page, 'Click the link "EGET"').attributes["id"] == "a"


def test_signs_are_words_too() -> None:
    page = "<ul><li>Bread <b onclick=1 id=a>-</b><b onclick=1 id=b>+</b></li></ul>"
    assert chosen(page, 'Click the "+" of "Bread"').attributes["id"] == "b"


def test_surroundings_tell_rows_apart() -> None:
    assert chosen(ROWS, 'Click "Like" in the row of "Bo"').xpath.endswith("li[2]/button[1]")


def test_what_nothing_on_the_page_says_is_refused() -> None:
    with pytest.raises(InvalidAction, match='nothing on the page says "Cid"'):
        chosen(ROWS, 'Click "Like" in the row of "Cid"')


def test_a_synonym_is_not_refused() -> None:
    assert chosen("<button id=a>Sign in</button><a href=#>x</a>", 'Click "Log in"').tag == "button"


def test_the_cheapest_is_the_one_with_the_least_number() -> None:
    page = "<button id=a>Book for $1,200</button><button id=b>Book for $90.50</button>"
    assert chosen(page, "Book the cheapest one").attributes["id"] == "b"
    assert chosen(page, "Book the most expensive one").attributes["id"] == "a"


def test_words_may_be_known_by_how_they_begin_and_end() -> None:
    page = "<ul><li role=option id=a>Samoa</li><li role=option id=b>San Marino</li></ul>"
    step = 'Click the item in the list that starts with "Sa" and ends with "ino"'
    assert chosen(page, step).attributes["id"] == "b"


def test_looks_are_taken_where_they_are_known() -> None:
    shapes = ["circle shape red small", "circle shape red large"]
    elements = [
        Element(id=n, tag="circle", attributes={"icon": look}, xpath=f"/svg/circle[{n}]")
        for n, look in enumerate(shapes)
    ]
    subtask = parse_instruction("Click on a big circle")
    page = Snapshot("", "", elements, 0)
    assert RulesGrounder().ground(subtask, prune(page, subtask)).element_id == 1


def test_a_text_is_copied_from_where_the_step_says() -> None:
    page = "<textarea id=a>one</textarea><textarea id=b>two</textarea><input id=c>"
    subtask = parse_instruction("Type the text of the 2nd text area into the text field")
    action = RulesGrounder().ground(subtask, prune(load_html(page), subtask))
    assert (action.element_id, action.value) == (2, "two")


def test_parts_of_a_page_are_opened_in_turn_and_the_next_page_again_and_again() -> None:
    page = "<p role=tab id=a>A</p><p role=tab id=b>B</p><a href=# id=n>next</a>"
    opened = [
        chosen(page, f"Open the {nth} tab, section, menu, folder or next page").attributes["id"]
        for nth in ("1st", "2nd", "3rd", "4th")
    ]
    assert opened == ["a", "b", "n", "n"]


LETTERS = """<ul>
  <li><a href=#>Lumen</a> <button class=trash>.</button><button class=star>.</button></li>
  <li><a href=#>Dad</a> <button class=trash>.</button><button class=star>.</button></li>
</ul>"""


@pytest.mark.parametrize(
    "step",
    [
        "Click the star in the row of the letter from Dad",
        "Click the star in the row Dad",
        "Click the star of 'Dad'",
        'Click the star beside "Dad"',
    ],
)
def test_what_names_the_row_is_not_what_is_clicked(step: str) -> None:
    element = chosen(LETTERS, step)
    assert element.attributes["class"] == "star"
    assert element.context.startswith("Dad")


def test_a_thing_of_a_named_kind_may_be_called_by_the_words_beside_it() -> None:
    page = "<p><label><input type=checkbox id=a> Dad</label> <button id=b>Dad</button></p>"
    assert chosen(page, "Tick the checkbox of 'Dad'").attributes["id"] == "a"
    assert chosen(page, "Tick 'Dad'").attributes["id"] == "a"
