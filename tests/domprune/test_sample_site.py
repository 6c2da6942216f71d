"""The sample site is what its README says: complete, silent, and with reachable right answers."""

import functools
import json
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from domprune.page.browser import Browser, Page
from domprune.sample import CASES, PAGES
from domprune.sample.build.site import write_site
from domprune.types import ActionType

ROWS = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
FILES = sorted(path.name for path in PAGES.glob("*.html"))
WITH_CASES = sorted({row["page"] for row in ROWS})

# A hit counts where it is the element, inside it, one of its labels, or text slotted into it.
TOPMOST = """elements => elements.map(element => {
  element.scrollIntoView({block: "center", inline: "center", behavior: "instant"});
  // A link that fonts break over two lines has nothing of its own in the middle of its box.
  const box = element.getClientRects()[0] || element.getBoundingClientRect();
  const root = element.getRootNode();
  const hit = root.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const own = hit && (element.contains(hit)
    || (hit === root.host && element.querySelector("slot"))
    || [...(element.labels || [])].some(label => label.contains(hit)));
  return {
    seen: box.width > 0 && box.height > 0 && getComputedStyle(element).visibility === "visible",
    top: Boolean(own),
    covered_by: hit ? hit.outerHTML.slice(0, 120) : "nothing",
    text: (element.innerText || "").trim(),
  };
})"""


class Quiet(SimpleHTTPRequestHandler):
    """Serves the pages without a line of log for each request."""

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    handler = functools.partial(Quiet, directory=PAGES)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser(seconds=60, network=True) as started:
        yield started


@pytest.fixture(scope="module")
def facts(browser: Browser, origin: str) -> dict[str, list[dict[str, Any]]]:
    """For each case what the browser says about the elements that its selector matches."""
    found: dict[str, list[dict[str, Any]]] = {}
    for name in WITH_CASES:
        page = browser.open(url=f"{origin}/{name}")
        for row in (row for row in ROWS if row["page"] == name):
            look = _closed if "closed_shadow" in row else _open
            found[row["id"]] = look(page, row)
        browser.close(page)
    return found


def _open(page: Any, row: dict[str, Any]) -> list[dict[str, Any]]:
    place = page
    for selector in row["frame"]:
        (frame,) = place.locator(selector).evaluate_all(TOPMOST)
        assert frame["top"], (row["id"], selector)
        place = place.frame_locator(selector)
    return place.locator(row["gold"]).evaluate_all(TOPMOST)


def _closed(page: Any, row: dict[str, Any]) -> list[dict[str, Any]]:
    """As `_open` for a gold element in closed shadow roots, which only the protocol enters."""
    session = page.context.new_cdp_session(page)
    root = session.send("DOM.getDocument", {"depth": -1, "pierce": True})["root"]
    for selector in row["closed_shadow"]:
        host = session.send("DOM.querySelector", {"nodeId": root["nodeId"], "selector": selector})
        root = next(node for node in _nodes(root) if node["nodeId"] == host["nodeId"])
        (root,) = root["shadowRoots"]
        assert root["shadowRootType"] == "closed"
    query = {"nodeId": root["nodeId"], "selector": row["gold"]}
    found = session.send("DOM.querySelectorAll", query)["nodeIds"]
    return [_look(session, node) for node in found]


def _look(session: Any, node: int) -> dict[str, Any]:
    remote = session.send("DOM.resolveNode", {"nodeId": node})["object"]["objectId"]
    body = f"function () {{ return ({TOPMOST})([this])[0]; }}"
    call = {"objectId": remote, "functionDeclaration": body, "returnByValue": True}
    return session.send("Runtime.callFunctionOn", call)["result"]["value"]


def _nodes(tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield tree
    for child in (*tree.get("children", ()), *tree.get("shadowRoots", ())):
        yield from _nodes(child)


def _visit(browser: Browser, page: Page, url: str) -> None:
    """Open a page with all that it asks for, be it after its load event as lazy pictures are."""
    browser.goto(page, url)
    page.wait_for_load_state("networkidle")


@pytest.mark.chromium
@pytest.mark.parametrize("name", FILES)
def test_a_page_loads_in_silence_and_asks_nobody_else(
    browser: Browser, origin: str, name: str
) -> None:
    page = browser.open(html="<title>blank</title>")
    noises: list[str] = []
    addresses: list[str] = []
    page.on("console", lambda line: noises.append(f"{line.type}: {line.text}"))
    page.on("pageerror", lambda error: noises.append(f"error: {error}"))
    page.on("requestfailed", lambda request: noises.append(f"failed: {request.url}"))
    page.on("request", lambda request: addresses.append(request.url))
    _visit(browser, page, f"{origin}/{name}")
    browser.close(page)
    assert [noise for noise in noises if not noise.startswith("verbose:")] == []
    assert addresses
    assert [url for url in addresses if not url.startswith((origin, "data:", "about:"))] == []


@pytest.mark.chromium
def test_pages_also_open_straight_from_disk(browser: Browser) -> None:
    page = browser.open(html="<title>blank</title>")
    failed: list[str] = []
    addresses: list[str] = []
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.on("request", lambda request: addresses.append(request.url))
    for name in FILES:
        _visit(browser, page, (PAGES / name).as_uri())
    browser.close(page)
    assert failed == []
    outside = [url for url in addresses if not url.startswith((PAGES.as_uri(), "data:", "about:"))]
    assert outside == []


@pytest.mark.chromium
def test_every_gold_selector_means_one_visible_element_on_top(
    facts: dict[str, list[dict[str, Any]]],
) -> None:
    wrong = {
        case: fact
        for case, fact in facts.items()
        if not (len(fact) == 1 and fact[0]["seen"] and fact[0]["top"])
    }
    assert wrong == {}


@pytest.mark.chromium
def test_instructions_seldom_repeat_the_visible_text(
    facts: dict[str, list[dict[str, Any]]],
) -> None:
    texts = {case: fact[0]["text"].casefold() for case, fact in facts.items()}
    said = {row["id"]: row["instruction"].casefold() for row in ROWS}
    repeated = [case for case, text in texts.items() if len(text) > 1 and text in said[case]]
    assert len(repeated) / len(ROWS) < 0.25


def test_a_case_says_all_a_planner_says() -> None:
    for row in ROWS:
        action = ActionType(row["action"])
        assert action.needs_element, row["id"]
        assert bool(row["value"]) == (action is not ActionType.CLICK), row["id"]
        assert row["instruction"], row["id"]
        assert row["target_text"], row["id"]
        assert row["gold"], row["id"]
        assert row["page"] in FILES, row["id"]
    assert len({row["id"] for row in ROWS}) == len(ROWS)
    assert len({(row["page"], row["instruction"]) for row in ROWS}) == len(ROWS)


def test_there_are_as_many_pages_and_cases_as_the_readme_says() -> None:
    assert len(WITH_CASES) == 19
    assert len(ROWS) == 471
    tokens = {name: len((PAGES / name).read_text(encoding="utf-8")) // 4 for name in FILES}
    assert sum(count > 50_000 for count in tokens.values()) >= 2
    kinds = Counter(row["kind"] for row in ROWS)
    assert min(kinds.values()) >= 8
    assert max(kinds.values()) < len(ROWS) / 3


def test_a_page_is_wholly_in_one_half_and_the_halves_are_even() -> None:
    halves = {row["page"]: row["split"] for row in ROWS}
    assert all(halves[row["page"]] == row["split"] for row in ROWS)
    assert sorted(Counter(halves.values()).values()) == [9, 10]
    sizes = Counter(row["split"] for row in ROWS)
    assert abs(sizes["dev"] - sizes["test"]) < len(ROWS) / 10


def test_the_committed_pages_are_what_the_builder_writes(tmp_path: Any) -> None:
    written = write_site(tmp_path)
    assert sorted(written) == FILES
    for path in sorted(tmp_path.rglob("*.*")):
        relative = path.relative_to(tmp_path)
        assert path.read_bytes() == (PAGES / relative).read_bytes(), relative


def test_the_builder_runs_as_a_command(tmp_path: Any) -> None:
    command = [sys.executable, "-m", "domprune.sample.build", str(tmp_path)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert told.count("characters") == len(FILES)


def test_the_site_stays_small() -> None:
    files = (path for path in PAGES.parent.rglob("*") if path.is_file())
    size = sum(path.stat().st_size for path in files if path.suffix != ".pyc")
    assert size < 2_500_000
