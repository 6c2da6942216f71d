"""Extraction from a live page: what counts as interactive, what can be seen, which words it has."""

import pytest

from domprune.page.browser import Browser
from domprune.page.live import extract
from domprune.types import Element, Reason, Snapshot

pytestmark = pytest.mark.chromium


def snapshot_of(browser: Browser, html: str) -> Snapshot:
    page = browser.open(html=html)
    try:
        return extract(page)
    finally:
        browser.close(page)


def said(snapshot: Snapshot) -> list[str]:
    return [element.name or element.text for element in snapshot.elements]


def only(snapshot: Snapshot) -> Element:
    assert len(snapshot.elements) == 1, said(snapshot)
    return snapshot.elements[0]


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<a href=/x>go</a>", Reason.TAG),
        ("<button>go</button>", Reason.TAG),
        ("<details><summary>go</summary>hidden</details>", Reason.TAG),
        ("<div role=button>go</div>", Reason.ROLE),
        ("<li role=menuitem>go</li>", Reason.ROLE),
        ("<div onclick='1'>go</div>", Reason.ATTRIBUTE),
        ("<div tabindex=0>go</div>", Reason.ATTRIBUTE),
        ("<p contenteditable>go</p>", Reason.ATTRIBUTE),
        ("<div draggable=true>go</div>", Reason.ATTRIBUTE),
        ("<div style='cursor:pointer'>go</div>", Reason.CURSOR),
    ],
)
def test_each_sign_makes_an_element_interactive(
    browser: Browser, html: str, reason: Reason
) -> None:
    element = only(snapshot_of(browser, html))
    assert reason in element.reasons
    assert element.text == "go"


@pytest.mark.parametrize(
    "html",
    [
        "<div tabindex=-1>no</div>",
        "<div draggable=false>no</div>",
        "<input type=hidden value=no>",
        "<a name=top>no</a>",
        "<p>no</p>",
        "<button style='display:none'>no</button>",
        "<button style='visibility:hidden'>no</button>",
        "<button style='opacity:0'>no</button>",
        "<div style='height:0;overflow:hidden'><button>no</button></div>",
        "<details><summary role=none tabindex=-1 style='display:none'></summary>"
        "<button>no</button></details>",
        "<button style='position:absolute;left:-9999px'>no</button>",
        "<div hidden=until-found><button>no</button></div>",
    ],
)
def test_what_is_not_interactive_or_not_to_be_seen_is_left_out(browser: Browser, html: str) -> None:
    assert said(snapshot_of(browser, html)) == []


def test_a_visible_child_of_a_hidden_parent_is_kept(browser: Browser) -> None:
    html = "<div style='visibility:hidden'>x<button style='visibility:visible'>go</button></div>"
    assert said(snapshot_of(browser, html)) == ["go"]


def test_an_inherited_pointer_is_no_sign_of_its_own(browser: Browser) -> None:
    html = (
        "<div style='cursor:pointer' id=card><p>Title</p><p>More</p></div>"
        "<div style='cursor:pointer'><p style='cursor:default'>a<b style='cursor:pointer'>b</b></p>"
        "</div>"
    )
    elements = snapshot_of(browser, html).elements
    assert [(e.tag, e.text) for e in elements] == [
        ("div", "Title More"), ("div", "ab"), ("b", "b"),
    ]  # fmt: skip


def test_listeners_count_and_delegates_do_not(browser: Browser) -> None:
    html = (
        "<div id=a>mine</div><ul id=list><li>one<li>two</ul><div id=s>scrolls</div><script>"
        "document.getElementById('a').addEventListener('click', () => 1);"
        "document.getElementById('s').addEventListener('scroll', () => 1);"
        "document.body.addEventListener('click', () => 1);"
        "document.addEventListener('click', () => 1);"
        "</script>"
    )
    element = only(snapshot_of(browser, html))
    assert (element.text, element.reasons) == ("mine", (Reason.LISTENER,))


def test_a_listener_on_a_container_of_many_controls_is_a_delegate(browser: Browser) -> None:
    items = "".join(f"<li><a href=/{n}>item {n}</a>" for n in range(8))
    html = f"<ul id=u>{items}</ul><script>u.addEventListener('click', () => 1)</script>"
    assert {element.tag for element in snapshot_of(browser, html).elements} == {"a"}


def test_a_wrapper_around_one_control_with_the_same_words_is_dropped(browser: Browser) -> None:
    html = (
        "<div style='cursor:pointer'><a href=/x>Buy</a></div>"
        "<div style='cursor:pointer'>Details of <a href=/y>Shoe</a></div>"
        "<button>Send <span style='cursor:pointer'>now</span></button>"
    )
    elements = snapshot_of(browser, html).elements
    assert [(e.tag, e.text) for e in elements] == [
        ("a", "Buy"), ("div", "Details of Shoe"), ("a", "Shoe"), ("button", "Send now"),
    ]  # fmt: skip


def test_a_dialog_covers_what_lies_behind_it_and_below_the_fold(browser: Browser) -> None:
    html = (
        "<button>behind</button><div style='height:3000px'></div><button>far behind</button>"
        "<div style='position:fixed;inset:0;background:#0008'><button>OK</button></div>"
    )
    snapshot = snapshot_of(browser, html)
    assert said(snapshot) == ["OK"]
    assert snapshot.notes == ("left out: 2 covered",)


def test_what_lies_below_the_fold_is_kept_and_says_so(browser: Browser) -> None:
    html = (
        "<button>near</button><div style='height:3000px'></div><button>far</button>"
        "<div style='height:50px;overflow:auto'><p style='height:500px'><button>scrolled</button>"
    )
    snapshot = snapshot_of(browser, html)
    assert [(e.name, e.in_viewport) for e in snapshot.elements] == [
        ("near", True), ("far", False), ("scrolled", False),
    ]  # fmt: skip
    far = snapshot.elements[1].box
    assert far is not None
    assert far.top > 3000


def test_content_scrolled_away_inside_a_scroller_is_kept(browser: Browser) -> None:
    html = (
        "<div style='height:60px;overflow:auto'><div style='height:300px'></div>"
        "<button>inner</button></div><div style='height:300px;background:red'></div>"
    )
    element = only(snapshot_of(browser, html))
    assert (element.name, element.in_viewport) == ("inner", False)


def test_a_sticky_header_that_hides_a_part_hides_nothing(browser: Browser) -> None:
    html = (
        "<div style='position:fixed;top:0;left:0;right:0;height:25px;background:#fff'></div>"
        "<button style='position:absolute;top:5px;height:60px'>half</button>"
    )
    assert said(snapshot_of(browser, html)) == ["half"]


def test_a_checkbox_drawn_by_its_label_stays_the_control(browser: Browser) -> None:
    html = (
        "<label><input type=checkbox style='display:none'><span>Remember me</span></label>"
        "<input type=radio id=r style='position:absolute;opacity:0;width:0;height:0'>"
        "<label for=r>Express</label>"
        "<input type=radio id=h hidden><label for=h>Hidden</label>"
    )
    snapshot = snapshot_of(browser, html)
    assert [(e.tag, e.name) for e in snapshot.elements] == [
        ("input", "Remember me"), ("input", "Express"), ("input", "Hidden"),
    ]  # fmt: skip
    for element in snapshot.elements:
        assert Reason.LABEL in element.reasons
        assert element.box is not None
        assert element.box.width > 30


def test_a_transparent_file_field_under_its_picture_is_the_control(browser: Browser) -> None:
    html = (
        "<div style='position:relative;width:200px;height:50px'>"
        "<input type=file aria-label='Upload photo' style='opacity:0;width:200px;height:50px'>"
        "<span style='position:absolute;inset:0;background:#eee'>Choose</span></div>"
    )
    element = only(snapshot_of(browser, html))
    assert (element.tag, element.name, element.in_viewport) == ("input", "Upload photo", True)


def test_a_label_is_no_element_beside_its_control(browser: Browser) -> None:
    html = "<label for=q>Query</label><input id=q><label>City <input></label>"
    assert [(e.tag, e.name) for e in snapshot_of(browser, html).elements] == [
        ("input", "Query"), ("input", "City"),
    ]  # fmt: skip


def test_values_and_options_are_read_and_passwords_are_not(browser: Browser) -> None:
    html = (
        "<input value=Paris><input type=password value=secret><textarea>hello</textarea>"
        "<select><option>Red<option selected>Green</select><input type=checkbox checked>"
        "<input autocomplete=one-time-code value=123456>"
    )
    snapshot = snapshot_of(browser, html)
    assert [e.value for e in snapshot.elements] == ["Paris", "", "hello", "Green", "checked", ""]
    assert snapshot.elements[3].options == ("Red", "Green")
    assert "value" not in snapshot.elements[1].attributes
    assert "secret" not in repr(snapshot)
    assert "123456" not in repr(snapshot)


def test_a_row_tells_its_buttons_apart(browser: Browser) -> None:
    html = (
        "<table><tr><th>Name<th>Plan<th>Action</tr>"
        "<tr><td>Ann<td>Free<td><button>Edit</button></tr>"
        "<tr><td>Bob<td>Paid<td><button>Edit</button></tr></table>"
    )
    first, second = snapshot_of(browser, html).elements
    assert "Ann" in first.context
    assert "Action" in first.context
    assert "Bob" in second.context
    assert "Bob" not in first.context


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<fieldset><legend>Ship to</legend><input aria-label=Street></fieldset>", "Ship to"),
        ("<section><h2>Billing</h2><div><button>Edit</button></div></section>", "Billing"),
        ("<ul><li><h3>Blue shoe</h3><p>9 EUR</p><button>Add</button></li></ul>", "Blue shoe"),
        ("<figure><button>Zoom</button><figcaption>Map</figcaption></figure>", "Map"),
        ("<div role=group aria-label=Alignment><button>Left</button></div>", "Alignment"),
    ],
)
def test_words_around_an_element_are_its_context(browser: Browser, html: str, words: str) -> None:
    assert words in only(snapshot_of(browser, html)).context


@pytest.mark.parametrize(
    ("html", "label"),
    [
        ("<p>Your e-mail</p><input>", "Your e-mail"),
        ("<div><input type=radio name=a> Express</div>", "Express"),
        ("<table><tr><th>Qty<tr><td><input></table>", "Qty"),
        ("<label>Named <input></label>", ""),
        ("<p>Words</p><input type=submit>", ""),
    ],
)
def test_words_beside_a_field_act_as_its_label(browser: Browser, html: str, label: str) -> None:
    assert only(snapshot_of(browser, html)).label == label


def test_context_is_bounded(browser: Browser) -> None:
    html = f"<ul><li>{'word ' * 5000}<button>Add</button></li></ul>"
    assert len(only(snapshot_of(browser, html)).context) <= 200


@pytest.mark.parametrize(
    ("html", "clue"),
    [
        ("<button><svg width=9 height=9><title>Trash</title></svg></button>", None),
        ("<button><svg width=9 height=9><use href='/i.svg#trash'/></svg></button>", "trash"),
        ("<a href=/c><img src='/img/cart-full.png?v=1' width=9 height=9></a>", "cart-full"),
        ("<button><i class='fa fa-cog'></i></button>", "fa-cog"),
        (
            "<button style='background-image:url(/i/close.png);width:9px;height:9px'></button>",
            "close",
        ),
    ],
)
def test_nameless_controls_tell_what_their_icon_is(
    browser: Browser, html: str, clue: str | None
) -> None:
    element = only(snapshot_of(browser, html))
    if clue is None:
        assert element.name == "Trash"
    else:
        assert clue in element.attributes["icon"]


def test_attributes_are_as_written_and_bounded(browser: Browser) -> None:
    html = f"<button ID=Go Data-X='{'y' * 100_000}'>go</button>"
    attributes = only(snapshot_of(browser, html)).attributes
    assert attributes["id"] == "Go"
    assert len(attributes["data-x"]) == 500


def test_ids_are_ranks_and_paths_lead_back_to_the_element(browser: Browser) -> None:
    html = "<div><p>x</p><p><a href=/1>one</a><a href=/2>two</a></p></div><button>three</button>"
    page = browser.open(html=html)
    snapshot = extract(page)
    assert [element.id for element in snapshot.elements] == [0, 1, 2]
    assert snapshot.elements[1].xpath == "/html/body[1]/div[1]/p[2]/a[2]"
    texts = [page.locator(f"xpath={element.xpath}").inner_text() for element in snapshot.elements]
    assert texts == ["one", "two", "three"]
    browser.close(page)


def test_reading_a_page_leaves_no_trace(browser: Browser) -> None:
    page = browser.open(html="<body><div style='height:3000px'></div><button>far</button>")
    page.evaluate("() => { window.changes = 0; new MutationObserver((m) => { changes += m.length })"
                  ".observe(document, {subtree: true, childList: true, attributes: true});"
                  "addEventListener('scroll', () => changes++);"
                  "addEventListener('resize', () => changes++); }")  # fmt: skip
    before = page.evaluate("Object.getOwnPropertyNames(window).length")
    extract(page)
    page.wait_for_timeout(100)
    assert page.evaluate("changes") == 0
    assert page.evaluate("Object.getOwnPropertyNames(window).length") == before
    browser.close(page)


def test_the_snapshot_knows_what_the_page_weighs(browser: Browser) -> None:
    page = browser.open(html="<title>Weigh me</title><button>go</button>")
    snapshot = extract(page)
    assert snapshot.title == "Weigh me"
    assert snapshot.url == "about:blank"
    assert abs(snapshot.html_chars - len(page.content())) < 40
    browser.close(page)
