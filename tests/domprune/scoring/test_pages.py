"""A page that is scored several times is laid out once, and scores do not change by that."""

from domprune.scoring.index import score
from domprune.scoring.pages import Indices, PageScorer
from domprune.scoring.settings import ScoringSettings
from domprune.types import Element, Program

HOME = (Element(0, "a", "link", text="Home"), Element(1, "button", "button", text="Search"))
CART = (Element(0, "button", "button", text="Search the cart"),)
PROGRAM = Program(keyword_weights={"search": 9})


def test_a_page_is_laid_out_once_until_another_takes_its_place():
    indices = Indices()
    first = indices.of(HOME)
    assert indices.of(HOME) is first
    indices.of(CART)
    assert indices.of(HOME) is not first


def test_as_many_pages_are_held_as_asked_for():
    indices = Indices(pages=2)
    first = indices.of(HOME)
    indices.of(CART)
    assert indices.of(HOME) is first


def test_equal_pages_are_not_the_same_page():
    indices = Indices(pages=2)
    assert indices.of(HOME) is not indices.of([*HOME])


def test_scorers_of_other_settings_share_a_page_and_score_as_alone():
    indices = Indices()
    for settings in (ScoringSettings(), ScoringSettings(brevity=0.0)):
        shared = PageScorer(settings, indices)
        for elements in (HOME, CART, HOME):
            assert shared(elements, PROGRAM) == score(elements, PROGRAM, settings)
