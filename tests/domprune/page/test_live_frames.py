"""Frames and shadow roots of a live page, and where a labelled element went."""

from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from domprune.page.attached import attach
from domprune.page.browser import Browser
from domprune.page.errors import PageError
from domprune.page.gold import resolve_gold
from domprune.page.live import extract
from domprune.types import Reason, Snapshot

pytestmark = pytest.mark.chromium

CLOSED = (
    "<script>for (const host of document.querySelectorAll('.host')) {"
    "const root = host.attachShadow({mode: host.dataset.mode || 'closed'});"
    "root.innerHTML = host.dataset.html; }</script>"
)
GO = """address => new Promise(done => {
    const frame = document.querySelector('iframe');
    frame.onload = done;
    frame.src = address;
})"""


class Pages(BaseHTTPRequestHandler):
    """Serves the given pages by path."""

    def __init__(self, pages: dict[str, str], *arguments: object) -> None:
        self.pages = pages
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(self.pages.get(self.path, "").encode())

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def serve() -> Iterator[object]:
    servers = []

    def start(pages: dict[str, str]) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Pages, pages))
        Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return str(server.server_port)

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def named(snapshot: Snapshot) -> list[tuple[str, str]]:
    return [(element.name or element.text, element.frame) for element in snapshot.elements]


def test_nested_frames_stand_in_the_place_of_their_iframe(browser: Browser) -> None:
    inner = "<button>deep</button>"
    outer = f"<button>one</button><iframe srcdoc='{inner}'></iframe><button>two</button>"
    html = (
        "<button>first</button><iframe srcdoc='<a href=/z>alone</a>'></iframe>"
        f'<iframe srcdoc="{outer}"></iframe><button>last</button>'
    )
    page = browser.open(html=html)
    snapshot = extract(page)
    assert named(snapshot) == [
        ("first", ""), ("alone", "0"), ("one", "1"), ("deep", "1/0"), ("two", "1"), ("last", ""),
    ]  # fmt: skip
    assert snapshot.elements[3].xpath == "/html/body[1]/button[1]"
    browser.close(page)


def test_boxes_inside_frames_are_those_of_the_top_page(browser: Browser) -> None:
    html = (
        "<body style='margin:0;height:3000px'>"
        "<iframe style='position:absolute;left:100px;top:200px;"
        "border:5px solid;padding:10px;width:300px;height:200px' srcdoc=\"<body style='margin:0'>"
        "<button style='position:absolute;left:20px;top:30px;width:40px;height:10px'></button>\">"
    )
    page = browser.open(html=html)
    page.evaluate("scrollTo(0, 50)")
    box = extract(page).elements[0].box
    assert box is not None
    assert (box.left, box.top, box.width, box.height) == (135, 245, 40, 10)
    browser.close(page)


def test_covered_and_hidden_frames_hide_their_content(browser: Browser) -> None:
    html = (
        "<iframe style='display:none' srcdoc='<button>unrendered</button>'></iframe>"
        "<iframe style='opacity:0' srcdoc='<button>transparent</button>'></iframe>"
        "<div style='position:relative'><iframe srcdoc='<button>covered</button>'></iframe>"
        "<div style='position:absolute;inset:0;background:#fff'></div></div>"
        "<iframe srcdoc='<button>seen</button>'></iframe>"
    )
    page = browser.open(html=html)
    assert named(extract(page)) == [("seen", "3")]
    browser.close(page)


def test_frames_of_another_origin_are_read_in_place(browser: Browser, serve: object) -> None:
    other = serve({"/": "<div id=d>heard</div><button>theirs</button><script>"  # type: ignore[operator]
                        "d.addEventListener('click', () => 1)</script>"})  # fmt: skip
    html = (
        "<button>before</button>"
        f"<iframe style='margin-left:50px' src='http://localhost:{other}/'></iframe>"
        "<iframe sandbox srcdoc='<button>sandboxed</button>'></iframe><button>after</button>"
    )
    own = serve({"/": html})  # type: ignore[operator]
    page = browser.open(url=f"http://127.0.0.1:{own}/")
    snapshot = extract(page)
    assert named(snapshot) == [
        ("before", ""), ("heard", "0"), ("theirs", "0"), ("sandboxed", "1"), ("after", ""),
    ]  # fmt: skip
    heard = snapshot.elements[1]
    assert heard.reasons == (Reason.LISTENER,)
    assert heard.box is not None
    assert heard.box.left > 50
    gold = resolve_gold(page, snapshot, "button", [f"iframe[src*='{other}']"])
    assert gold.exact == {2}
    browser.close(page)


def test_a_frame_is_read_in_whatever_process_it_is(browser: Browser, serve: object) -> None:
    pages = {"/home": "<button>home</button>", "/away": "<button>away</button>"}
    port = serve({**pages, "/": "<iframe></iframe>"})  # type: ignore[operator]
    page = browser.open(url=f"http://127.0.0.1:{port}/")
    home, away = f"http://127.0.0.1:{port}/home", f"http://localhost:{port}/away"
    data = "data:text/html,<button>data"  # no script of the page's reaches into it
    for address in (away, home, away, data, away, home, data):
        page.evaluate(GO, address)
        assert named(extract(page)) == [(address[-4:], "0")]
    browser.close(page)


def test_a_frame_keeps_its_one_session_when_others_come(browser: Browser, serve: object) -> None:
    port = serve({"/": "<iframe></iframe>", "/away": "<button>away</button>"})  # type: ignore[operator]
    page = browser.open(url=f"http://127.0.0.1:{port}/")
    page.evaluate(GO, f"http://localhost:{port}/away")
    extract(page)
    (first,) = attach(page).sessions.values()
    page.evaluate("document.body.prepend(document.createElement('iframe'))")
    page.evaluate(GO, f"http://localhost:{port}/away")
    assert named(extract(page)) == [("away", "0"), ("away", "1")]
    assert len(attach(page).sessions) == 2
    assert first in attach(page).sessions.values()
    browser.close(page)


def test_listeners_in_frames_are_heard(browser: Browser) -> None:
    script = "<script>d.addEventListener('click', () => 1)</script>"
    page = browser.open(html=f'<p>x</p><iframe srcdoc="<div id=d>go</div>{script}"></iframe>')
    assert named(extract(page)) == [("go", "0")]
    browser.close(page)


def test_a_frame_out_of_reach_that_navigates_is_read_beside_listeners(browser: Browser) -> None:
    page = browser.open(html="<button onclick=1>own</button><iframe></iframe>")
    for number in range(3):
        page.evaluate(GO, f"data:text/html,<button onclick=1>{number}")
        assert named(extract(page)) == [("own", ""), (str(number), "0")]
    browser.close(page)


def test_open_shadow_roots_are_read_in_flat_order(browser: Browser) -> None:
    html = (
        "<button>before</button><x-card><template shadowrootmode=open><button>top</button>"
        "<slot></slot><x-in><template shadowrootmode=open><a href=/d>deep</a></template></x-in>"
        "</template><button>slotted</button></x-card><button>after</button>"
    )
    page = browser.open(url="http://shadow.test/", html=html)
    snapshot = extract(page)
    assert [e.name for e in snapshot.elements] == ["before", "top", "slotted", "deep", "after"]
    assert snapshot.elements[3].xpath == (
        "/html/body[1]/x-card[1]/shadow-root/x-in[1]/shadow-root/a[1]"
    )
    assert snapshot.elements[2].xpath == "/html/body[1]/x-card[1]/button[1]"
    browser.close(page)


def test_closed_shadow_roots_are_read_with_their_listeners(browser: Browser) -> None:
    html = (
        "<button>before</button><div class=host data-html='<button>secret</button>"
        "<div id=d>heard</div><slot></slot>'>"
        "<a href=/x>slotted</a></div><button>after</button>" + CLOSED.replace(
            "}</script>", "root.getElementById('d').addEventListener('click', () => 1) }</script>")
    )  # fmt: skip
    page = browser.open(html=html)
    for _ in range(2):
        snapshot = extract(page)
        assert [e.name or e.text for e in snapshot.elements] == [
            "before", "secret", "heard", "slotted", "after",
        ]  # fmt: skip
    gold = resolve_gold(page, snapshot, "button", [".host"])
    assert gold.exact == {1}
    browser.close(page)


def test_what_the_page_lets_go_of_is_not_held_by_having_been_read(browser: Browser) -> None:
    page = browser.open(html=(
        "<div id=host></div><iframe src='data:text/html,<button>framed'></iframe><script>{"
        "const inner = document.createElement('button'); inner.append('in');"
        "host.attachShadow({mode: 'closed'}).append(inner);"
        "inner.addEventListener('click', () => 1);"
        "globalThis.gone = [inner, document.querySelector('iframe')].map(one => new WeakRef(one));"
        "}</script>"))  # fmt: skip
    assert {element.name for element in extract(page).elements} == {"in", "framed"}
    page.evaluate("document.querySelectorAll('#host, iframe').forEach(one => one.remove())")
    extract(page)
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    assert page.evaluate("gone.filter(one => one.deref()).length") == 0
    browser.close(page)


def test_a_text_with_a_less_than_sign_is_no_closed_root(browser: Browser) -> None:
    page = browser.open(html="<button>a &lt; b</button><p>1 &lt; 2</p><!-- < -->")
    assert [e.name for e in extract(page).elements] == ["a < b"]
    browser.close(page)


@pytest.mark.parametrize("hidden", [0, 3, 25])
def test_a_closed_root_is_found_beside_hidden_frames_also_when_it_comes_later(
    browser: Browser, hidden: int
) -> None:
    """Frames out of reach and out of sight weigh in the search that tells of closed roots."""
    frame = (
        "<iframe sandbox srcdoc='<p>1 &lt; 2<b>unseen</b><iframe></iframe>' "
        "style='display:none'></iframe>"
    )
    page = browser.open(html=f"<button>open</button><div id=late></div>{frame * hidden}")
    assert [e.name for e in extract(page).elements] == ["open"]
    page.evaluate(
        "() => { document.getElementById('late').attachShadow({mode: 'closed'})"
        ".innerHTML = '<button>late</button>' }"
    )
    assert [e.name for e in extract(page).elements] == ["open", "late"]
    assert [e.name for e in extract(page).elements] == ["open", "late"]
    browser.close(page)


def test_gold_is_the_element_or_what_acts_as_it(browser: Browser) -> None:
    html = (
        "<button id=b><span id=s>Save</span></button><label id=l for=f>Mail</label><input id=f>"
        "<p id=p>none</p><div id=w><a href=/x>only</a></div>"
        "<div id=two><a href=/1>1</a><a href=/2>2</a></div>"
    )
    page = browser.open(html=html)
    snapshot = extract(page)
    found = {
        selector: resolve_gold(page, snapshot, selector)
        for selector in ("#b", "#s", "#l", "#p", "#w", "#two")
    }
    exact = {selector: sorted(gold.exact) for selector, gold in found.items()}
    same = {selector: sorted(gold.same_control) for selector, gold in found.items()}
    assert exact == {"#b": [0], "#s": [], "#l": [], "#p": [], "#w": [], "#two": []}
    assert same == {"#b": [0], "#s": [0], "#l": [1], "#p": [], "#w": [2], "#two": []}
    browser.close(page)


def test_gold_selectors_pierce_open_shadow_roots(browser: Browser) -> None:
    html = (
        "<x-a class=outer><template shadowrootmode=open><div><button>one</button></div></template>"
        "</x-a><x-a><template shadowrootmode=open><button>two</button></template></x-a>"
    )
    page = browser.open(url="http://shadow.test/", html=html)
    snapshot = extract(page)
    for selector in ("button", ".outer button", ".outer > div > button", "x-a:not(.outer) button"):
        expected = {page.locator(selector).nth(n).inner_text()
                    for n in range(page.locator(selector).count())}  # fmt: skip
        gold = resolve_gold(page, snapshot, selector)
        assert {snapshot.elements[n].name for n in gold.exact} == expected
    browser.close(page)


def test_gold_says_what_is_wrong_with_a_selector(browser: Browser) -> None:
    page = browser.open(html="<button>x</button>")
    with pytest.raises(PageError, match="not the page's latest"):
        resolve_gold(page, Snapshot("", "", (), 0), "button")
    snapshot = extract(page)
    with pytest.raises(PageError, match="no element matches '#nothing'"):
        resolve_gold(page, snapshot, "#nothing")
    with pytest.raises(PageError, match="no iframe or shadow host matches '#frame'"):
        resolve_gold(page, snapshot, "button", ["#frame"])
    browser.close(page)
