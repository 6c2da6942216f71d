"""What is done on the served pages ends up in the database, whether a form is sent or not."""

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator

import pytest

from domprune.page.browser import Browser
from domprune.sample import PAGES
from domprune.sample_live.database import Database
from domprune.sample_live.server import serving


@pytest.fixture
def database() -> Iterator[Database]:
    opened = Database()
    yield opened
    opened.close()


@pytest.fixture
def site(database: Database) -> Iterator[str]:
    with serving(PAGES, database) as address:
        yield address


def post(url: str, body: str) -> str:
    with urllib.request.urlopen(url, body.encode()) as answer:
        return str(answer.url)


def test_a_sent_form_is_kept_and_its_page_shown(site: str, database: Database) -> None:
    fields = {"first": "Ada", "note": "", "last": "Lovelace & Co"}
    assert post(f"{site}/done.html", urllib.parse.urlencode(fields)) == f"{site}/done.html"
    assert database.forms() == [("done.html", fields | {"": ""})]


def test_what_a_page_is_asked_for_is_kept(site: str, database: Database) -> None:
    urllib.request.urlopen(f"{site}/category.html?q=copper+pan").close()
    assert database.visits() == {("category.html", "q", "copper pan")}


def test_a_mark_is_kept_until_it_is_off_again(site: str, database: Database) -> None:
    told = {"page": "mail.html", "thing": "star Dad", "state": "on"}
    post(f"{site}/marks", json.dumps(told))
    assert database.marks() == {"mail.html star Dad": "on"}
    post(f"{site}/marks", json.dumps(told | {"state": ""}))
    assert database.marks() == {}


def test_a_reset_forgets_everything(site: str, database: Database) -> None:
    post(f"{site}/done.html", "first=Ada")
    database.mark("a.html", "b", "on")
    database.keep_visit("a.html", {"q": "x"})
    database.reset()
    assert (database.forms(), database.visits(), database.marks()) == ([], set(), {})


@pytest.mark.parametrize("body", ["no JSON", "[]", '{"page": "a"}'])
def test_a_broken_mark_is_refused_and_keeps_nothing(
    site: str, database: Database, body: str
) -> None:
    with pytest.raises(urllib.error.HTTPError, match="400"):
        post(f"{site}/marks", body)
    assert database.marks() == {}


@pytest.mark.parametrize("path", ["../__init__.py", "nothing.html", "%2e%2e/cases.jsonl"])
def test_only_the_pages_are_served(site: str, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{site}/{path}")


CLICKS = {
    "mail.html": (".lt .sx >> nth=1", "star Fernway", "on"),
    "timetable.html": ("tr[data-h='16:00'] td[data-d=wed] button", "wed 16:00", "Booked"),
    "settings.html": ("[data-set='quiet']", "quiet", "ticked"),
    "flight-results.html": ("text=Blue Heron >> nth=0", "Blue Heron", "unticked"),
}


@pytest.mark.chromium
def test_clicks_that_send_no_form_are_told(site: str, database: Database) -> None:
    with Browser(seconds=60) as browser:
        for name, (selector, thing, state) in CLICKS.items():
            page = browser.open(url=f"{site}/{name}")
            with page.expect_response("**/marks"):
                page.click(selector)
            assert database.marks()[f"{name} {thing}"] == state
