"""Actions on real pages: every strategy, every kind of field, and pages that misbehave."""

import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from domprune.act import execute
from domprune.hide import hidden_snapshot
from domprune.interfaces import Place, Refused
from domprune.page.browser import Browser, Page, ProtocolError
from domprune.page.live import extract
from domprune.types import Action, ActionType, Element, Executed, Failure, Snapshot, Strategy

pytestmark = pytest.mark.chromium
CLICK, TYPE, SELECT = ActionType.CLICK, ActionType.TYPE, ActionType.SELECT_OPTION


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    opened = browser.open(html=request.param)
    yield opened
    browser.close(opened)


def named(snapshot: Snapshot, name: str) -> Element:
    says = (
        lambda e: e.name == name,
        lambda e: e.text == name,
        lambda e: e.attributes.get("id") == name,
    )
    return next(e for says_so in says for e in snapshot.elements if says_so(e))


def do(page: Page, kind: ActionType, name: str = "", value: str = "", **how: bool) -> Executed:
    snapshot = extract(page)
    element_id = named(snapshot, name).id if name else None
    action = Action(action_type=kind, element_id=element_id, value=value)
    return execute(page, snapshot, action, **how)  # type: ignore[arg-type]


def strategies(done: Executed) -> list[Strategy]:
    return [attempt.strategy for attempt in done.attempts]


def html(*bodies: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("page", bodies, indirect=True)


@html("<button onclick='document.title = event.isTrusted'>go</button>")
def test_a_click_is_a_real_one(page: Page) -> None:
    done = do(page, CLICK, "go")
    assert done.ok
    assert strategies(done) == [Strategy.STANDARD]
    assert page.title() == "true"


@html("<div style='height: 3000px'></div><button onclick='document.title = 1'>far</button>")
def test_what_lies_below_the_fold_is_scrolled_to(page: Page) -> None:
    done = do(page, CLICK, "far")
    assert done.ok
    assert strategies(done) == [Strategy.STANDARD, Strategy.SCROLLED]
    assert done.attempts[0].error == "it is out of view"
    assert page.title() == "1"


COVER = """() => {
  const lid = document.createElement("div");
  lid.style = "position: fixed; inset: 0; background: #fff";
  document.body.append(lid);
}"""


@html("<button onclick=\"document.title = 'hit'\">under</button>")
def test_what_is_covered_since_it_was_read_is_told_by_events(page: Page) -> None:
    snapshot = extract(page)
    page.evaluate(COVER)
    done = execute(page, snapshot, Action(action_type=CLICK, element_id=0))
    assert done.ok
    assert strategies(done) == list(Strategy)
    assert "covered by <div>" in done.attempts[0].error
    assert page.title() == "hit"


FRAMES = """
<iframe srcdoc="<button onclick='parent.document.title += 1'>framed</button>"></iframe>
<x-open></x-open><x-closed></x-closed><script>
for (const mode of ["open", "closed"]) {
  customElements.define("x-" + mode, class extends HTMLElement {
    connectedCallback() {
      const root = this.attachShadow({ mode });
      root.innerHTML = `<button onclick="document.title += 2">${mode}</button>`;
    }
  });
}</script>"""


@html(FRAMES)
def test_frames_and_shadow_roots_closed_ones_too_are_reached(page: Page) -> None:
    for name in ("framed", "open", "closed"):
        assert do(page, CLICK, name).ok
    assert page.title() == "122"


@html("<label>Wool <input type=checkbox style='opacity: 0'></label>")
def test_a_hidden_checkbox_is_ticked_through_its_label(page: Page) -> None:
    assert do(page, CLICK, "Wool").ok
    assert named(extract(page), "Wool").value == "checked"


FIELDS = """<input aria-label=line value=old><textarea aria-label=area></textarea>
<div contenteditable role=textbox aria-label=rich>old</div>
<input type=password aria-label=secret><input type=number aria-label=number>
<input type=date aria-label=date><input type=time aria-label=time>
<input type=color aria-label=color><input type=range min=0 max=10 aria-label=range>
<input type=email aria-label=email><input aria-label=short maxlength=3>"""


@html(FIELDS)
def test_fields_of_all_kinds_take_what_is_typed(page: Page) -> None:
    said = {
        "line": "new",
        "area": "two\nlines",
        "rich": "new",
        "secret": "hush",
        "number": "12",
        "date": "30 November 2026",
        "time": "3:30 PM",
        "color": "red",
        "range": "7",
        "email": "a@b.example",
        "short": "abcdef",
    }
    for name, value in said.items():
        assert do(page, TYPE, name, value).ok, name
    read = {element.name: element.value for element in extract(page).elements}
    assert read == said | {
        "area": "two lines",
        "secret": "",
        "date": "2026-11-30",
        "time": "15:30",
        "color": "#ff0000",
        "short": "abc",
    }
    assert page.evaluate("document.querySelector('[type=password]').value") == "hush"


@html("<input aria-label=q onkeydown='keys = (window.keys || 0) + 1'>")
def test_short_texts_are_typed_key_by_key(page: Page) -> None:
    assert do(page, TYPE, "q", "four").ok
    assert page.evaluate("keys") == 4


@html("<form onsubmit='document.title = q.value; return false'><input id=q></form>")
def test_enter_is_pressed_where_it_is_asked_for(page: Page) -> None:
    assert do(page, TYPE, "q", "mugs").ok
    assert page.title() == ""
    assert do(page, TYPE, "q", "pans", press_enter=True).ok
    assert page.title() == "pans"


@html("<input aria-label=deaf onkeydown='event.preventDefault()'>")
def test_a_field_that_takes_no_keys_is_set_by_events(page: Page) -> None:
    done = do(page, TYPE, "deaf", "heard")
    assert done.ok
    assert strategies(done)[-1] is Strategy.EVENTS
    assert extract(page).elements[0].value == "heard"


@html(
    "<button disabled>off</button><input readonly aria-label=fixed value=1>"
    "<input type=file aria-label=upload><button>plain</button><input type=date aria-label=day>"
)
def test_what_cannot_be_done_is_a_typed_failure_at_once(page: Page) -> None:
    assert do(page, CLICK, "off").failure is Failure.DISABLED
    assert do(page, TYPE, "fixed", "2").failure is Failure.UNFIT
    assert do(page, CLICK, "upload").failure is Failure.REFUSED
    assert do(page, TYPE, "plain", "x").failure is Failure.UNFIT
    assert do(page, TYPE, "day", "soon").failure is Failure.NO_EFFECT


@html("<select aria-label=size><option>Small<option>Very large<option disabled>None</select>")
def test_a_native_select_takes_an_option_whatever_its_case(page: Page) -> None:
    assert do(page, SELECT, "size", "very large").ok
    assert extract(page).elements[0].value == "Very large"
    wrong = do(page, SELECT, "size", "Huge")
    assert wrong.failure is Failure.UNFIT
    assert "Small, Very large" in wrong.error


LISTBOX = """
<div role=combobox aria-label=Colour tabindex=0 onclick="list.hidden = false">choose</div>
<ul role=listbox id=list hidden><li role=option onclick="pick(this)">Red</li>
<li role=option onclick="pick(this)">Dark red</li></ul><a href='#x'>Red</a><script>
function pick(option) { document.title = option.textContent; list.hidden = true }</script>"""


@html(LISTBOX)
def test_a_list_that_the_page_makes_is_opened_and_the_option_clicked(page: Page) -> None:
    assert do(page, SELECT, "Colour", "Dark red").ok
    assert page.title() == "Dark red"
    assert do(page, SELECT, "Colour", "red").ok
    assert page.title() == "Red"
    assert do(page, SELECT, "Colour", "Blue").failure is Failure.UNFIT


@html("<div style='height: 4000px'></div>", "<p>short</p>")
def test_scrolling_goes_down_and_says_where_it_ends(page: Page) -> None:
    tall = page.evaluate("document.documentElement.scrollHeight > innerHeight")
    assert do(page, ActionType.SCROLL, value="down").ok is tall
    assert do(page, ActionType.SCROLL, value="up").ok is tall
    assert do(page, ActionType.SCROLL, value="up").failure is Failure.NO_EFFECT


def test_a_link_and_an_address_are_followed_until_they_have_loaded(browser: Browser) -> None:
    page = browser.open(html="<a href='data:text/html,x'>no</a>", url="http://shop.test/")
    page.route("http://shop.test/next", lambda route: route.fulfill(body="<title>next</title>"))
    page.evaluate("document.body.innerHTML = '<a href=/next>on</a>'")
    page.context.set_offline(False)
    assert do(page, CLICK, "on").ok
    assert page.title() == "next"
    gone = execute(
        page, extract(page), Action(action_type=ActionType.NAVIGATE, value="ftp://shop.test/")
    )
    assert gone.failure is Failure.INVALID
    browser.close(page)


REBUILT = """<div id=box></div><script>
const book = "<button onclick='document.title = 1'>Book</button>";
const fill = (before) => box.innerHTML = before + book;
fill("<button>Wait</button>")</script>"""


@html(REBUILT)
def test_an_element_that_the_page_made_anew_is_found_again(page: Page) -> None:
    snapshot = extract(page)
    page.evaluate("fill('<p>new</p>')")
    book, wait = named(snapshot, "Book"), named(snapshot, "Wait")
    done = execute(page, snapshot, Action(action_type=CLICK, element_id=book.id))
    assert done.ok
    assert done.refound
    assert done.element is not None
    assert done.element.id != book.id
    assert page.title() == "1"
    gone = execute(page, snapshot, Action(action_type=CLICK, element_id=wait.id))
    assert gone.failure is Failure.STALE


@html("<button>Keep</button>")
def test_a_reused_node_with_other_words_is_not_clicked(page: Page) -> None:
    snapshot = extract(page)
    page.evaluate("document.querySelector('button').textContent = 'Delete all'")
    done = execute(page, snapshot, Action(action_type=CLICK, element_id=0))
    assert done.failure is Failure.STALE


@html("<button>one</button>")
def test_an_id_that_the_page_never_had_is_invalid(page: Page) -> None:
    done = execute(page, extract(page), Action(action_type=CLICK, element_id=7))
    assert done.failure is Failure.INVALID


@html("<button onclick='for (;;);'>hang</button>")
def test_a_page_that_hangs_is_a_timeout_in_time(page: Page) -> None:
    start = time.monotonic()
    done = execute(page, extract(page), Action(action_type=CLICK, element_id=0), seconds=2)
    assert done.failure is Failure.TIMEOUT
    assert done.attempts[0].error == "interrupted"
    assert time.monotonic() - start < 10


@html("<a href='chrome://crash'>x</a><button onclick='1'>b</button>")
def test_a_page_that_crashes_is_gone(page: Page, browser: Browser) -> None:
    snapshot = extract(page)
    with suppress(ProtocolError):
        page.goto("chrome://crash", timeout=30_000)
    done = execute(page, snapshot, Action(action_type=CLICK, element_id=1), seconds=3)
    assert done.failure in (Failure.GONE, Failure.TIMEOUT, Failure.PAGE)


class NoTyping:
    """A guard against typing; it types capitals where a value is a secret's name."""

    asked: list[Place]

    def __init__(self) -> None:
        self.asked = []

    def allow(self, action: Action, element: Element | None, place: Place) -> Refused | None:
        self.asked.append(place)
        if action.action_type is CLICK:
            return Refused("no clicks", "this test forbids them")
        return None

    def reveal(self, value: str, place: Place) -> str:
        return value.upper()

    def hide(self, text: str) -> str:
        return text.replace("hush", "***")

    def shows(self, text: str) -> bool:
        return False


@html("<button onclick='document.title = 1'>go</button><input aria-label=name>")
def test_a_guard_refuses_and_reveals(page: Page) -> None:
    guard, snapshot = NoTyping(), extract(page)
    refused = execute(page, snapshot, Action(action_type=CLICK, element_id=0), guard=guard)
    assert refused.failure is Failure.REFUSED
    assert refused.error == "no clicks: this test forbids them"
    assert page.title() == ""
    typed = Action(action_type=TYPE, element_id=1, value="hush")
    done = execute(page, snapshot, typed, guard=guard)
    assert done.ok
    assert done.action.value == "hush"
    assert extract(page).elements[1].value == "HUSH"
    assert [place.page_url for place in guard.asked] == ["about:blank", "about:blank"]


@html("""<input aria-label=land autocomplete=off oninput="setTimeout(() => {
l.innerHTML = '<li onclick=1>Peru</li>'}, 300)"><ul id=l></ul>""")
def test_a_field_that_suggests_is_given_its_time(page: Page) -> None:
    assert do(page, TYPE, "land", "Pe").ok
    assert extract(page).elements[-1].text == "Peru"


@html("<select aria-label='choice of hush'><option>hush</option></select>")
def test_what_the_page_calls_by_a_secret_is_acted_on_and_told_without_it(page: Page) -> None:
    guard = NoTyping()
    snapshot = hidden_snapshot(extract(page), guard.hide)
    assert snapshot.elements[0].name == "choice of ***"
    asked = Action(action_type=SELECT, element_id=0, value="none such")
    done = execute(page, snapshot, asked, guard=guard)
    assert done.failure is Failure.UNFIT
    assert done.error == "there is no option 'none such'; there are ***"
    assert "hush" not in repr(done)
