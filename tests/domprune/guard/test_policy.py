"""The guard's rules, one by one, on elements and places that a person can check."""

from __future__ import annotations

import pytest

from common.secrets import Secrets
from domprune.guard.policy import PolicyGuard
from domprune.guard.settings import GuardSettings
from domprune.hide import hidden_snapshot
from domprune.interfaces import Place
from domprune.types import Action, ActionType, Element, Snapshot

SHOP = "https://shop.example"
GUARD = PolicyGuard(
    GuardSettings(allowed=["*.shop.example", "127.0.0.1:8000"]).rules(),
    Secrets({"password": "canary-4711"}, {"password": SHOP}),
)
AT_SHOP = Place(f"{SHOP}/login", f"{SHOP}/login")
LINK = Element(1, "a", "link", "Basket")
PASSWORD = Element(2, "input", "textbox", "Password", attributes={"type": "password"})


def rule(action: Action, element: Element | None = None, place: Place = AT_SHOP) -> str | None:
    refused = GUARD.allow(action, element, place)
    return refused.rule if refused else None


def click(element: Element = LINK, place: Place = AT_SHOP) -> str | None:
    return rule(Action(action_type=ActionType.CLICK, element_id=element.id), element, place)


def typing(value: str, element: Element = PASSWORD, place: Place = AT_SHOP) -> str | None:
    return rule(Action(action_type=ActionType.TYPE, element_id=2, value=value), element, place)


def visit(url: str) -> str | None:
    return rule(Action(action_type=ActionType.NAVIGATE, value=url))


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example",
        "https://www.shop.example/a?b#c",
        "http://shop.example/",
        "http://127.0.0.1:8000/x",
        "HTTPS://SHOP.EXAMPLE/",
    ],
)
def test_allowed_sites_may_be_visited(url: str) -> None:
    assert visit(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.test/",
        "https://shop.example.evil.test/",
        "https://evilshop.example/",
        "https://shop.example:8443/",
        "http://127.0.0.1:8001/",
        "http://127.0.0.1/",
        "http://2130706433:8001/",
        "https://shop.example@evil.test/",
        "https://user@shop.example/",
        "https://evil.test\\@shop.example/",
        "https://shop.example\\.evil.test/",
        "https://evil.test/\t",
        "ht\ntps://evil.test/",
        "https://ѕhop.example/",
        "//evil.test/",
        "/relative",
        "",
        "shop.example",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,x",
        "blob:https://shop.example/1",
        "view-source:https://shop.example/",
        "ftp://shop.example/",
        "chrome://settings",
        "about:blank",
        "https://[::1]/",
        "https://shop.example:99999/",
    ],
)
def test_no_other_address_may_be_visited(url: str) -> None:
    assert visit(url) == "navigate"


def test_a_click_may_lead_to_allowed_sites_or_nowhere() -> None:
    for leads_to in ("", f"{SHOP}/basket", "javascript:void(0)", f"{SHOP}/login#top"):
        assert click(place=Place(f"{SHOP}/login", f"{SHOP}/login", leads_to)) is None


@pytest.mark.parametrize(
    "leads_to",
    ["https://evil.test/", "mailto:a@b.c", "blob:https://shop.example/1", "data:text/html,x",
     "file:///etc/passwd", "intent://x", "https://shop.example@evil.test/"],
)  # fmt: skip
def test_a_link_or_form_that_leads_away_is_refused(leads_to: str) -> None:
    assert click(place=Place(f"{SHOP}/login", f"{SHOP}/login", leads_to)) == "leads away"


@pytest.mark.parametrize("frame", ["https://ads.test/", "data:text/html,x", "chrome-error://x/"])
def test_nothing_is_done_in_foreign_frames_or_pages(frame: str) -> None:
    assert click(place=Place(f"{SHOP}/", frame)) == "foreign frame"
    assert click(place=Place(frame, f"{SHOP}/")) == "foreign page"


def test_frames_without_an_address_are_their_pages() -> None:
    assert click(place=Place(f"{SHOP}/", "about:srcdoc")) is None
    assert click(place=Place("https://ads.test/", "about:blank")) == "foreign page"


def test_files_are_neither_uploaded_nor_downloaded() -> None:
    assert click(Element(3, "input", attributes={"type": "FILE"})) == "upload"
    assert click(Element(3, "a", attributes={"download": ""})) == "download"


def test_a_secret_is_typed_at_home() -> None:
    assert typing("{{secret:password}}") is None
    assert GUARD.reveal("{{secret:password}}", AT_SHOP) == "canary-4711"


@pytest.mark.parametrize(
    ("place", "why"),
    [
        (Place(f"{SHOP}/", "https://www.shop.example/"), "another allowed site"),
        (Place(f"{SHOP}/", "http://shop.example/"), "another scheme"),
        (Place(f"{SHOP}/", "about:srcdoc"), "a frame without an address"),
        (Place(f"{SHOP}/", f"{SHOP}/", "https://www.shop.example/take"), "a form that sends away"),
    ],
)
def test_a_secret_is_typed_nowhere_else(place: Place, why: str) -> None:
    assert typing("{{secret:password}}", place=place) == "secret", why


def test_a_secret_goes_into_one_line_of_text_and_is_typed_only() -> None:
    assert typing("{{secret:password}}", Element(2, "textarea")) == "secret"
    assert (
        typing("{{secret:password}}", Element(2, "input", attributes={"type": "date"})) == "secret"
    )
    asked = Action(action_type=ActionType.SELECT_OPTION, element_id=1, value="{{secret:password}}")
    assert rule(asked, LINK) == "secret"
    assert visit(f"{SHOP}/?q={{{{secret:password}}}}") == "secret"
    assert typing("{{secret:other}}") == "secret"


def test_what_a_page_shows_of_a_secret_is_concealed_and_the_rest_is_the_same() -> None:
    told = Element(
        5, "input", "textbox", "canary-4711", "canary-4711", "canary-4711", "canary-4711",
        "x canary-4711", "canary-4711", ("canary-4711", "b"), {"value": "canary-4711", "id": "k"},
    )  # fmt: skip
    page = Snapshot(f"{SHOP}/?p=canary-4711", "canary-4711", (LINK, told), 10)
    hidden = hidden_snapshot(page, GUARD.hide)
    assert "canary" not in repr(hidden)
    assert hidden.elements[0] is LINK
    assert hidden.elements[1].attributes == {"value": "{{secret:password}}", "id": "k"}
    plain = Snapshot(SHOP, "Shop", (LINK,), 10)
    assert hidden_snapshot(plain, GUARD.hide) is plain


def test_settings_that_cannot_be_read_are_refused() -> None:
    with pytest.raises(ValueError, match="allowed must hold hosts"):
        GuardSettings(allowed=["https://shop.example"])
