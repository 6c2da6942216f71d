"""Three lines on any Playwright page: the page may be of a browser that is not ours."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, sync_playwright

from common.chromium import find_chromium
from common.secrets import Secrets
from domprune.guard.policy import PolicyGuard
from domprune.guard.settings import GuardSettings
from domprune.interfaces import InvalidAction
from domprune.plugin import act, ground, prune
from domprune.prune import prompt
from domprune.types import ActionType, Failure

SHOP = """
<title>Shop</title><a href=#home>Home</a>
<button onclick="document.title='in'">Add to basket</button>
<label>Search <input type=search id=q></label><label>Password <input type=password id=p></label>
<select aria-label=Size><option>Small</option><option>Large</option></select>
<a href=http://evil.test/>Win a prize</a>
"""

pytestmark = pytest.mark.chromium


@pytest.fixture(scope="module")
def foreign_page() -> Iterator[Page]:
    """A page of a plain Playwright browser, as any other agent would have it."""
    args = ["--no-sandbox"] if os.geteuid() == 0 else []
    with (
        sync_playwright() as driver,
        driver.chromium.launch(executable_path=find_chromium(), args=args) as browser,
    ):
        yield browser.new_page()


@pytest.fixture
def page(foreign_page: Page) -> Page:
    foreign_page.route(
        "http://shop.test/", lambda route: route.fulfill(body=SHOP, content_type="text/html")
    )
    foreign_page.goto("http://shop.test/")
    return foreign_page


def test_the_elements_that_a_step_means_come_first(page: Page) -> None:
    pruned = prune(page, "click on 'Add to basket'", keep=2)
    assert pruned.ranked == 6
    assert prompt(pruned).splitlines()[0] == "[1]<button>Add to basket</button>"


def test_a_thought_becomes_an_action_and_is_carried_out(page: Page) -> None:
    found = ground(page, "Click the add to basket button")
    assert (found.action.action_type, found.element and found.element.text) == (
        ActionType.CLICK,
        "Add to basket",
    )
    assert page.title() == "Shop"  # grounding does nothing
    assert act(page, found).ok
    assert page.title() == "in"


def test_a_thought_types_and_chooses(page: Page) -> None:
    assert act(page, ground(page, "Type 'mugs' in the search field")).ok
    assert page.input_value("#q") == "mugs"
    assert act(page, ground(page, "Select 'Large' from the size drop-down")).ok
    assert page.input_value("select") == "Large"


def test_a_page_without_elements_has_nothing_to_act_on(page: Page) -> None:
    page.set_content("<p>Nothing here</p>")
    with pytest.raises(InvalidAction):
        ground(page, "Click the button")


def test_a_guard_refuses_and_fills_in_secrets(page: Page) -> None:
    guard = PolicyGuard(
        GuardSettings(allowed=["shop.test"]).rules(),
        Secrets({"shop": "canary-4711"}, {"shop": "http://shop.test"}),
    )
    refused = act(page, ground(page, "Click 'Win a prize'", guard=guard), guard=guard)
    assert (refused.failure, page.url) == (Failure.REFUSED, "http://shop.test/")
    typed = act(page, ground(page, "Type '{{secret:shop}}' in the password field"), guard=guard)
    assert typed.ok, typed.error
    assert page.input_value("#p") == "canary-4711"
    assert "canary" not in repr(typed)
    page.evaluate("document.querySelector('#p').type = 'text'")
    assert "canary" not in repr(ground(page, "Click the password field", guard=guard))


def test_a_secret_goes_into_its_field_whoever_takes_the_focus(page: Page) -> None:
    guard = PolicyGuard(
        GuardSettings(allowed=["shop.test"]).rules(),
        Secrets({"shop": "canary-4711"}, {"shop": "http://shop.test"}),
    )
    page.evaluate(
        "document.querySelector('#p').onfocus = () => document.querySelector('#q').focus()"
    )
    found = ground(page, "Type '{{secret:shop}}' in the password field", guard=guard)
    assert act(page, found, guard=guard).ok
    assert (page.input_value("#p"), page.input_value("#q")) == ("canary-4711", "")


def test_what_a_page_offers_as_an_option_is_asked_about(page: Page) -> None:
    guard = PolicyGuard(GuardSettings(allowed=["shop.test"]).rules(), Secrets({}, {}))
    page.set_content(
        "<button role=combobox onclick=\"list.innerHTML = '<a href=http://evil.test/>France</a>'\">"
        "Country</button><div id=list></div>"
    )
    found = ground(page, "Select 'France' from the country drop-down", guard=guard)
    refused = act(page, found, guard=guard)
    assert (refused.failure, refused.error.partition(":")[0]) == (Failure.REFUSED, "leads away")
    assert page.url == "http://shop.test/"
