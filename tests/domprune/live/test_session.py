"""A session always has a page to go on with: dialogs, tabs, downloads, crashes, a dead browser."""

import gc
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from domprune.act import execute
from domprune.episode import Observation
from domprune.live.session import TIDY_LOOKS, Session
from domprune.page.browser import Browser, BrowserContext, Page, ProtocolError
from domprune.page.errors import PageError, PageGone
from domprune.types import Action, ActionType, Executed

pytestmark = pytest.mark.chromium

PAGES = {
    "/": """<title>home</title>
<button onclick="alert('hello')">alert</button>
<button onclick="document.title = confirm('sure?')">confirm</button>
<button onclick="document.title = prompt('name?', 'Ada')">prompt</button>
<a href=/other target=_blank>tab</a><a href=/>again</a>
<a href=/late target=_blank rel=noopener>late</a>
<button onclick="window.open('/late')">window</button>
<a href=/file download>file</a><a href=/file>blob</a>
<button onclick="f.click()">upload</button><input type=file id=f hidden>
<button onclick="for (;;);">hang</button><a href=/empty>empty</a>
<button onclick="document.cookie = 'seen=1; path=/'; document.title = 'set'">cookie</button>""",
    "/other": "<title>other</title><button onclick='window.close()'>close</button>",
    "/pictures": "<title>pictures</title><a href=?>again</a>"
    + "<img src=/empty?1><img src=/empty?2>",
    "/late": "<title>late</title><p>text</p>",
    "/cookie": "<script>document.title = document.cookie</script><button>x</button>",
    "/file": "octets",
    "/hop": "<title>hop</title><script>setTimeout(() => location = '/other', 200)</script>",
    "/outer": """<div style='height: 1500px'></div><iframe width=300 height=90></iframe><script>
document.querySelector("iframe").src = location.search.slice(1) + "/inner"</script>""",
    "/inner": """<p>text</p><button onclick="this.textContent = event.isTrusted">inside</button>""",
    "/bye": "<script>onbeforeunload = () => 'stay'</script><a href=/other>leave</a><p>text</p>",
}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/late":
            time.sleep(1.2)
        body = PAGES.get(self.path.partition("?")[0], "").encode()
        self.send_response(200 if body else 204)
        kind = "application/octet-stream" if self.path == "/file" else "text/html"
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture
def session(browser: Browser, site: str) -> Iterator[Session]:
    with Session(browser, execute, screenshots=False) as opened:
        opened.open(site + "/")
        yield opened


def click(session: Session, name: str) -> Executed:
    snapshot = session.observe().snapshot
    element = next(e for e in snapshot.elements if e.name == name)
    action = Action(action_type=ActionType.CLICK, element_id=element.id)
    return session.act(snapshot, action, press_enter=False)


@pytest.mark.parametrize(
    ("name", "title", "note"),
    [
        ("alert", "home", "the page's alert 'hello' was accepted"),
        ("confirm", "true", "the page's confirm 'sure?' was accepted"),
        ("prompt", "Ada", "the page's prompt 'name?' was accepted"),
    ],
)
def test_dialogs_are_accepted_and_told(session: Session, name: str, title: str, note: str) -> None:
    assert click(session, name).ok
    after = session.observe()
    assert after.snapshot.title == title
    assert after.notes == (note,)
    assert session.observe().notes == ()


def test_a_new_tab_comes_to_the_front_and_the_old_one_when_it_closes(session: Session) -> None:
    assert click(session, "tab").ok
    there = session.observe()
    assert there.snapshot.title == "other"
    assert there.notes == ("a new tab was opened and is in front",)
    assert click(session, "close").ok
    back = session.observe()
    assert back.snapshot.title == "home"
    assert back.notes == ("the tab was closed; the one before it is in front",)


@pytest.mark.parametrize("name", ["late", "window"])
def test_a_tab_whose_page_is_slow_to_come_is_waited_for(session: Session, name: str) -> None:
    assert click(session, name).ok
    assert session.observe().snapshot.title == "late"


def requests_held() -> int:
    """How many requests this process holds an object of: Playwright's, kept until a tab closes."""
    gc.collect()  # those of closed tabs are garbage
    found = (type(one) for one in gc.get_objects())
    return sum(one.__name__ == "Request" and "playwright._impl" in one.__module__ for one in found)


def test_following_links_leaves_an_object_of_the_document_s_request_alone(
    session: Session, site: str
) -> None:
    session.open(site + "/pictures")
    before = requests_held()
    for _ in range(3):
        assert click(session, "again").ok
        assert session.observe().snapshot.title == "pictures"
    assert 0 < requests_held() - before <= 3


def test_garbage_is_collected_now_and_then(session: Session) -> None:
    session.page.evaluate("window.left = new WeakRef(window.kept = new Array(1000).fill(1)); 0")
    session.page.request_gc()  # it is old now: no small collection takes it
    session.page.evaluate("window.kept = 0")
    for _ in range(TIDY_LOOKS):
        assert session.page.evaluate("left.deref() !== undefined")
        session.observe()
    assert session.page.evaluate("left.deref() === undefined")


def comes(session: Session, wanted: Callable[[Observation], bool]) -> bool:
    """Whether the page is seen so; the browser tells of what happened when it gets to it."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if wanted(session.observe()):
            return True
    return False


@pytest.mark.parametrize("name", ["file", "blob"])
def test_downloads_are_refused_and_told(session: Session, name: str) -> None:
    assert click(session, name).ok
    assert comes(session, lambda seen: "a download was refused" in seen.notes)
    assert session.observe().snapshot.title == "home"


def test_an_upload_that_a_script_asks_for_is_refused_and_told(session: Session) -> None:
    assert click(session, "upload").ok
    assert comes(session, lambda seen: seen.notes == ("a file upload was refused",))


def test_a_link_that_leads_nowhere_ends_in_time(session: Session) -> None:
    assert click(session, "empty").ok
    assert session.observe().snapshot.title == "home"


def test_a_page_that_asks_before_it_is_left_is_left(session: Session, site: str) -> None:
    session.open(site + "/bye")
    assert click(session, "leave").ok
    assert session.observe().snapshot.title == "other"


def test_a_page_that_hangs_is_opened_again_with_its_cookies(session: Session, site: str) -> None:
    click(session, "cookie")
    snapshot = session.observe().snapshot
    hang = next(e for e in snapshot.elements if e.name == "hang")
    action = Action(action_type=ActionType.CLICK, element_id=hang.id)
    done = execute(session.page, snapshot, action, seconds=1.5)
    assert not done.ok
    assert session.recover(PageGone(done.error)) == "the page was opened again"
    assert session.observe().snapshot.title == "home"
    session.open(site + "/cookie")
    assert session.observe().snapshot.title == "seen=1"


def test_a_crashed_page_is_gone_and_then_opened_again(session: Session) -> None:
    session.observe()
    with suppress(ProtocolError):
        session.page.goto("chrome://crash", timeout=30_000)
    with pytest.raises(PageError) as crashed:
        session.observe()
    assert session.recover(crashed.value) == "the page was opened again"
    assert session.observe().snapshot.title == "home"


def chromiums() -> dict[int, str]:
    """The Chromium processes below this one, with their command lines."""
    parents, lines = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parents[int(folder.name)] = int(
                (folder / "stat").read_text().rpartition(")")[2].split()[1]
            )
            lines[int(folder.name)] = (folder / "cmdline").read_text()
    mine = {os.getpid()}
    while more := {one for one, parent in parents.items() if parent in mine} - mine:
        mine |= more
    return {one: lines.get(one, "") for one in mine if "chrom" in lines.get(one, "")}


def test_a_killed_browser_is_started_again_and_nothing_is_left_of_it(site: str) -> None:
    before = set(chromiums())
    with Browser(seconds=60) as browser, Session(browser, execute, screenshots=False) as session:
        session.open(site + "/")
        click(session, "cookie")
        session.observe()
        started = {k: line for k, line in chromiums().items() if k not in before}
        os.kill(next(k for k, line in started.items() if "--type=" not in line), signal.SIGKILL)
        with pytest.raises(PageError) as killed:
            session.observe()
        assert session.recover(killed.value) == "the browser was started again"
        session.open(site + "/cookie")
        assert session.observe().snapshot.title == "seen=1"
    assert set(chromiums()) <= before


def test_a_page_whose_process_dies_before_it_is_there_is_asked_for_again(site: str) -> None:
    before = set(chromiums())
    with Browser(seconds=60) as browser, Session(browser, execute, screenshots=False) as session:
        session.open(site + "/")
        session.observe()
        started = {k: line for k, line in chromiums().items() if k not in before}
        renderers = [k for k, line in started.items() if "--type=renderer" in line]
        for number in renderers:  # one of them waits for the next page, which waits for it
            os.kill(number, signal.SIGSTOP)
        death = threading.Timer(0.5, lambda: [os.kill(k, signal.SIGKILL) for k in renderers])
        death.start()
        start = time.monotonic()
        assert session.recover(PageGone("killed")) == "the page was opened again"
        assert time.monotonic() - start < 30
        death.join()
        seen = session.observe()
        assert (seen.snapshot.title, seen.notes) == ("home", ())


class BrowserOfPairs(Browser):
    """A page comes with each that is asked for, as a tab does that the page in front opens late."""

    def new_page(self, profile: BrowserContext) -> Page:
        super().new_page(profile)
        return super().new_page(profile)


def test_a_tab_that_comes_while_the_page_is_opened_again_is_closed(site: str) -> None:
    with BrowserOfPairs(seconds=60) as browser, Session(browser, execute) as session:
        session.open(site + "/")
        pages = session.page.context.pages
        session.recover(PageGone("killed"))
        assert len(session.page.context.pages) == len(pages) == 2
        assert session.observe().snapshot.title == "home"


def test_an_address_that_answers_nobody_is_a_typed_error(session: Session) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    with pytest.raises(PageError, match="ERR_CONNECTION_REFUSED"):
        session.open(f"http://127.0.0.1:{port}/")


def test_a_page_that_goes_on_by_itself_is_read_where_it_ends(session: Session, site: str) -> None:
    session.open(site + "/hop")
    titles = {session.observe().snapshot.title for _ in range(6)}
    assert titles <= {"hop", "other"}
    session.page.wait_for_url("**/other")
    assert session.observe().snapshot.title == "other"


def test_frames_of_other_sites_are_acted_on(browser: Browser, session: Session, site: str) -> None:
    session.open(site + "/outer?" + site.replace("127.0.0.1", "localhost"))
    session.page.wait_for_timeout(300)  # its frame is drawn by a process of its own
    snapshot = session.observe().snapshot
    (inner,) = [e for e in snapshot.elements if e.name == "inside"]
    assert inner.frame == "0"
    done = session.act(
        snapshot, Action(action_type=ActionType.CLICK, element_id=inner.id), press_enter=False
    )
    assert done.ok
    assert [attempt.error for attempt in done.attempts] == [
        "its frame is covered or out of view", "",
    ]  # fmt: skip
    assert [e.name for e in session.observe().snapshot.elements] == ["true"]


def test_a_viewport_taller_than_a_picture_may_be_is_refused(browser: Browser) -> None:
    with pytest.raises(ValueError, match="at most 1080"):
        Session(browser, execute, viewport=(1280, 2000))
