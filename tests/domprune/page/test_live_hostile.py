"""Pages that lie, hang, crash or are far too big."""

import time

import pytest

from domprune.page.browser import Browser, Page
from domprune.page.errors import BrowserMissing, PageError, PageGone, PageTimeout
from domprune.page.live import extract

pytestmark = pytest.mark.chromium


IN_TIME = 10.0
"""Seconds in which every page, whatever it does, gets an answer or one clear error."""


def test_poisoned_prototypes_do_not_reach_the_script(browser: Browser) -> None:
    html = (
        "<button>true</button><div id=d>heard</div><script>"
        "d.addEventListener('click', () => 1);"
        "Array.prototype.map = Array.prototype.push = () => { throw 1 };"
        "Array.prototype[Symbol.iterator] = () => { throw 1 };"
        "JSON.stringify = () => '{}'; Object.prototype.click = 1;"
        "Element.prototype.getAttribute = () => 'fooled'; window.getComputedStyle = null;"
        "Element.prototype.checkVisibility = () => false; Map = Set = WeakMap = null;"
        "Document.prototype.querySelectorAll = () => [];"
        "Object.defineProperty(Node.prototype, 'firstChild', { get() { throw 1 } });"
        "window.secateurs = { extract: () => 'fooled' }; window.$$ = () => [];"
        "window.getEventListeners = () => ({});"
        "</script>"
    )
    page = browser.open(html=html)
    assert [e.name or e.text for e in extract(page).elements] == ["true", "heard"]
    browser.close(page)


def test_asking_for_listeners_keeps_the_page_s_objects_out_of_our_world(browser: Browser) -> None:
    html = (
        "<a href=/x onclick='1'>one</a><div>two</div><script>"
        "for (const e of document.querySelectorAll('a, div')) e.addEventListener('click', () => 1)"
        "</script>"
    )
    page = browser.open(html=html)
    # Short-lived garbage makes the page's own objects of these nodes go; their listeners stay.
    page.evaluate("() => { for (let n = 0; n < 5e6; n++) window.last = [n, {n}] }")
    assert [e.text for e in extract(page).elements] == ["one", "two"]
    browser.close(page)


def test_a_form_whose_fields_shadow_its_properties_is_read(browser: Browser) -> None:
    names = ("role", "attributes", "parentNode", "children", "localName", "firstChild", "nodeType")
    fields = "".join(f"<input name={name}>" for name in names)
    page = browser.open(html=f"<form tabindex=0 aria-label=f>{fields}<button>go</button></form>")
    assert len(extract(page).elements) == len(names) + 2
    browser.close(page)


def test_an_endless_script_is_one_typed_error_in_time(browser: Browser) -> None:
    page = browser.open(
        html="<button>x</button><script>setTimeout(() => { for(;;); }, 200)</script>"
    )
    time.sleep(0.5)
    start = time.perf_counter()
    with pytest.raises(PageTimeout, match="did not answer within 2 s"):
        extract(page, seconds=2)
    assert time.perf_counter() - start < IN_TIME
    browser.close(page)


def test_a_page_that_never_loads_is_one_typed_error_and_the_next_one_opens() -> None:
    with Browser(seconds=3) as started:
        with pytest.raises(PageTimeout):
            started.open(html="<script>for(;;);</script>")
        started.seconds = IN_TIME
        page = started.open(html="<button>fine</button>")
        assert [e.name for e in extract(page).elements] == ["fine"]


def test_scripts_can_be_kept_from_running(browser: Browser) -> None:
    html = "<button>still</button><script>for(;;);</script>"
    page = browser.open(html=html, scripts=False)
    assert [e.name for e in extract(page).elements] == ["still"]
    browser.close(page)


def test_dialogs_do_not_block(browser: Browser) -> None:
    html = "<button>x</button><script>setInterval(() => alert('again'), 20)</script>"
    page = browser.open(html=html)
    for _ in range(5):
        assert [e.name for e in extract(page).elements] == ["x"]
    browser.close(page)


def test_a_crashed_page_and_a_closed_page_are_one_typed_error_each(browser: Browser) -> None:
    page = browser.open(html="<button>x</button>")
    extract(page)
    with pytest.raises(PageError):
        browser.goto(page, "chrome://crash")
    start = time.perf_counter()
    with pytest.raises((PageGone, PageTimeout)):
        extract(page, seconds=3)
    assert time.perf_counter() - start < IN_TIME
    browser.close(page)
    with pytest.raises(PageGone):
        extract(page)


def test_a_page_is_read_again_after_it_navigated(browser: Browser) -> None:
    page = browser.open(html="<button>one</button>")
    assert [e.name for e in extract(page).elements] == ["one"]
    browser.goto(page, "data:text/html,<button>two</button>")
    assert [e.name for e in extract(page).elements] == ["two"]
    browser.close(page)


def test_an_empty_page_has_no_elements(browser: Browser) -> None:
    page = browser.open(url="about:blank")
    assert list(extract(page).elements) == []
    browser.close(page)


def test_a_page_that_changes_all_the_time_is_read(browser: Browser) -> None:
    html = (
        "<ul id=u></ul><button>fixed</button><script>setInterval(() => { u.innerHTML = "
        "'<li><a href=/>x</a>'.repeat(1 + Math.random() * 50) }, 1)</script>"
    )
    page = browser.open(html=html)
    for _ in range(5):
        assert extract(page).elements[-1].name == "fixed"
    browser.close(page)


def test_hostile_attributes_stay_bounded(browser: Browser) -> None:
    page = browser.open(html="<button id=b>x</button>")
    page.evaluate("b.setAttribute('data-x', 'y'.repeat(1e7)); b.title = '\\u202e'.repeat(1e6);"
                  "for (let i = 0; i < 1e4; i++) b.setAttribute('a' + i, i)")  # fmt: skip
    element = extract(page).elements[0]
    assert sum(map(len, element.attributes.values())) < 40_000
    assert len(element.attributes) <= 61
    browser.close(page)


@pytest.mark.parametrize(
    "html",
    [
        "<a href=/x>item</a> <i>y</i>" * 20_000,
        "<div>" * 20_000 + "<button>deep</button>",
        "<button>" + "x" * 10_000_000 + "</button>",
    ],
    ids=["40k elements", "20k levels", "10 MB text"],
)
def test_big_pages_give_an_answer_in_time(browser: Browser, html: str) -> None:
    page = browser.open(html=html, scripts=False)
    start = time.perf_counter()
    snapshot = extract(page, seconds=IN_TIME)
    assert time.perf_counter() - start < IN_TIME
    assert snapshot.elements
    assert max(len(e.text) + len(e.name) for e in snapshot.elements) < 2000
    browser.close(page)


def test_nesting_that_chromium_cannot_load_in_time_is_one_typed_error() -> None:
    with Browser(seconds=3) as impatient:
        start = time.perf_counter()
        with pytest.raises(PageTimeout, match="never finish loading"):
            impatient.open(html="<div>" * 100_000 + "<button>deep</button>", scripts=False)
        assert time.perf_counter() - start < IN_TIME


def deepen(browser: Browser, levels: int) -> Page:
    page = browser.open(html="<button>x</button>")
    page.evaluate("(levels) => { let e = document.body; for (let i = 0; i < levels; i++) "
                  "e = e.appendChild(document.createElement('div')); e.tabIndex = 0;"
                  "e.textContent = 'deep' }", levels)  # fmt: skip
    return page


def test_deep_trees_built_by_scripts_give_an_answer(browser: Browser) -> None:
    page = deepen(browser, 1000)
    assert [e.name or e.text for e in extract(page).elements] == ["x", "deep"]
    browser.close(page)


def test_a_page_that_crashes_while_it_is_read_is_one_typed_error_at_once(browser: Browser) -> None:
    page = deepen(browser, 20_000)  # Chromium's own layout runs out of stack
    start = time.perf_counter()
    with pytest.raises(PageGone, match="crashed"):
        extract(page)
    assert time.perf_counter() - start < IN_TIME
    browser.close(page)


def test_a_wrong_path_to_chromium_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM_PATH", "/nowhere/chromium")
    with pytest.raises(BrowserMissing, match="CHROMIUM_PATH=/nowhere/chromium"), Browser():
        pass


def test_nothing_to_open_is_refused(browser: Browser) -> None:
    with pytest.raises(PageError, match="nothing to open"):
        browser.open()
    with pytest.raises(PageError, match=r"inside .with"):
        Browser().open(html="x")


def test_saved_pages_reach_no_network(browser: Browser) -> None:
    page = browser.open(html="<img src='http://127.0.0.1:9/x.png' id=i>")
    assert page.evaluate("fetch('http://127.0.0.1:9/').catch(e => 'refused')") == "refused"
    assert page.evaluate("navigator.onLine") is False
    browser.close(page)
