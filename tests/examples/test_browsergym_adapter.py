"""Our half of the BrowserGym example, on a page that is marked as BrowserGym marks it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from examples.browsergym_adapter import browsergym_action
from playwright.sync_api import Browser, Page, sync_playwright

from common.chromium import find_chromium

SHOP = """<button bid=12 onclick="document.title='in'">Add to basket</button>
<label>Search <input bid=a7></label><a href=#>Help</a>
<select bid=9 aria-label=Size><option>Small</option><option>Large</option></select>"""
SANDBOX = ["--no-sandbox"] if os.geteuid() == 0 else []


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with sync_playwright() as driver:
        browser: Browser = driver.chromium.launch(executable_path=find_chromium(), args=SANDBOX)
        page = browser.new_page()
        page.set_content(SHOP)
        yield page
        browser.close()


@pytest.mark.chromium
@pytest.mark.parametrize(
    ("thought", "action"),
    [
        ("Click the add to basket button", "click('12')"),
        ('Type "it\'s" in the search field', "fill('a7', \"it's\")"),
        ("Type 'mugs' in the search field", "fill('a7', 'mugs')"),
        ("Select 'Large' from the size drop-down", "select_option('9', 'Large')"),
        ("Go to https://shop.example/help", "goto('https://shop.example/help')"),
        ("Scroll down", "scroll(0, 600)"),
    ],
)
def test_browsergym(page: Page, thought: str, action: str) -> None:
    assert browsergym_action(page, thought) == action


@pytest.mark.chromium
def test_an_element_that_browsergym_has_not_marked_is_told(page: Page) -> None:
    with pytest.raises(ValueError, match="without a bid"):
        browsergym_action(page, "Click the help link")
