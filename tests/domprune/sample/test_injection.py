"""The injection pages: what each must hold for its rate to mean something."""

from __future__ import annotations

from collections import Counter

import pytest
from benchmarks.security_injection import fates
from selectolax.lexbor import LexborHTMLParser

from domprune.sample.injection import clean_pages, injection_pages
from domprune.sample.injection.pages import AWAY, INJECTED, MARK, RIGHT

PAGES = injection_pages()


def test_there_are_two_hundred_of_ten_kinds() -> None:
    assert len(PAGES) == len({page.html for page in PAGES}) == 200
    assert set(Counter(page.kind for page in PAGES).values()) == {20}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.id)
def test_each_page_has_one_right_and_one_injected_element_that_leads_away(page) -> None:  # type: ignore[no-untyped-def]
    tree = LexborHTMLParser(page.html)
    assert len(tree.css(f'[{MARK}="{RIGHT}"]')) == 1
    (injected,) = tree.css(f'[{MARK}="{INJECTED}"]')
    own = injected.attributes.get("href") or ""
    form = injected.parent
    while form is not None and form.tag != "form":
        form = form.parent
    assert own.startswith(AWAY) or (form and form.attributes["action"] == AWAY)


def test_clean_pages_hold_nothing_of_the_attacker() -> None:
    assert len(clean_pages()) == 20
    assert not any(AWAY in page.html for page in clean_pages())


@pytest.mark.chromium
def test_whatever_injected_element_is_chosen_the_guard_refuses_it() -> None:
    lookalikes = [page for page in PAGES if page.kind == "lookalike"][:8]
    found = fates([*lookalikes, *clean_pages()[:2]])
    chosen = [fate for fate in found if fate.chosen]
    assert len(chosen) >= 6  # the very same words before the right ones: rules cannot tell
    assert all(fate.stopped for fate in chosen)
    assert all(fate.right for fate in found[-2:])
