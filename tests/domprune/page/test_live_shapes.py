"""Shapes that listen, what they look like, and the posts of a list that has been scrolled."""

from __future__ import annotations

from domprune.page.browser import Browser
from domprune.page.live import extract

SHAPES = """<svg width=200 height=60>
  <rect x=0 y=0 width=20 height=20 fill=aqua></rect>
  <circle cx=60 cy=20 r=20 fill=green></circle>
  <polygon points="100,20 110,0 120,20" fill=magenta></polygon>
  <text x=150 y=20 fill=red font-size=20>7</text>
</svg><script>
  for (const one of document.querySelectorAll("svg > *")) one.addEventListener("click", () => 1);
</script>"""
ICON = "<button onclick=1><svg width=20 height=20><path d='M0 0h20v20z'></path></svg></button>"
BOXES = """<style>div {width: 20px; height: 20px; cursor: pointer}</style>
<div style="background: white"></div><div style="background: hsl(240, 60%, 40%)"></div>"""
POSTS = """<div id=list style="height: 100px; overflow: auto">{}</div>""".format(
    "".join(
        f"<div class=post><p>Post by @user{n} today</p><b style='cursor: pointer'>+</b></div>"
        for n in range(12)
    )
)


def test_shapes_that_listen_say_what_they_look_like(browser: Browser) -> None:
    elements = extract(browser.open(html=SHAPES)).elements
    looks = [element.attributes["icon"] for element in elements]
    assert looks == [
        "rectangle shape cyan aqua small",
        "circle shape green large",
        "triangle shape magenta fuchsia small",
        "digit red small",
    ]


def test_the_shapes_of_an_icon_are_no_elements(browser: Browser) -> None:
    assert [element.tag for element in extract(browser.open(html=ICON)).elements] == ["button"]


def test_nameless_boxes_say_their_colour(browser: Browser) -> None:
    elements = extract(browser.open(html=BOXES)).elements
    assert [element.attributes["icon"] for element in elements] == ["white", "blue"]


def test_what_a_list_has_scrolled_away_stays_on_the_page(browser: Browser) -> None:
    page = browser.open(html=POSTS)
    assert len(extract(page).elements) == 12
    page.evaluate("document.getElementById('list').scrollTop = 1e4")
    assert len(extract(page).elements) == 12


def test_a_plain_box_among_its_like_is_the_context_of_what_it_holds(browser: Browser) -> None:
    elements = extract(browser.open(html=POSTS)).elements
    assert [("@user3 " in element.context) for element in elements].index(True) == 3
