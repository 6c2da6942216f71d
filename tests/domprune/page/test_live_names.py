"""Accessible names and descriptions, held against Chromium's own accessibility tree."""

import pytest

from domprune.page.attached import attach
from domprune.page.browser import Browser, Page
from domprune.page.live import extract

pytestmark = pytest.mark.chromium

NAMED = [
    ("<button>Save <b>all</b></button>", "Save all"),
    ("<button aria-label='Close dialog'>x</button>", "Close dialog"),
    ("<span id=a>Delete</span><span id=b>row 3</span>"
     "<button aria-labelledby='a b'>x</button>", "Delete row 3"),
    ("<span id=a hidden>Hidden words</span><button aria-labelledby=a>x</button>", "Hidden words"),
    ("<button id=me aria-label=Delete aria-labelledby='me file'>x</button><i id=file>a.txt</i>",
     "Delete a.txt"),
    ("<button aria-labelledby=gone>Own words</button>", "Own words"),
    ("<label for=f>E-mail</label><input id=f>", "E-mail"),
    ("<label>City <input></label>", "City"),
    ("<label for=f>One</label><label for=f>Two</label><input id=f>", "One Two"),
    ("<label><input type=checkbox> Flash the screen <select><option>3<option selected>5</select>"
     " times</label>", "Flash the screen 5 times"),
    ("<input placeholder=Search>", "Search"),
    ("<input title=Tip placeholder=Search>", "Tip"),
    ("<input type=submit>", "Submit"),
    ("<input type=reset>", "Reset"),
    ("<input type=submit value='Sign in'>", "Sign in"),
    ("<input type=button value=Go>", "Go"),
    ("<input type=image alt=Find src=x>", "Find"),
    ("<a href=/><img alt=Home src=x></a>", "Home"),
    ("<a href=/><img alt='' src=x> Start</a>", "Start"),
    ("<a href=/><svg width=9 height=9><title>Basket</title></svg></a>", "Basket"),
    ("<a href=/ title='Tip only' style='padding:9px'></a>", "Tip only"),
    ("<style>a::before{content:'New: '}a::after{content:' \\2192'}</style><a href=/>Offers</a>",
     "New: Offers \u2192"),
    ("<button>Seen <span style='display:none'>unseen</span></button>", "Seen"),
    ("<button>Seen <span style='visibility:hidden'>unseen</span></button>", "Seen"),
    ("<button>Seen <span aria-hidden=true>unseen</span></button>", "Seen"),
    ("<button><div>One</div><div>Two</div></button>", "One Two"),
    ("<button>One<br>Two</button>", "One Two"),
    ("<button>a<b>b</b>c</button>", "abc"),
    ("<div role=button tabindex=0>Custom <i>one</i></div>", "Custom one"),
    ("<div role=checkbox aria-checked=true tabindex=0>Agree</div>", "Agree"),
    ("<div role=tab tabindex=0>Details</div>", "Details"),
    ("<div role=textbox contenteditable>typed</div>", ""),
    ("<div role=textbox contenteditable aria-label=Note>typed</div>", "Note"),
    ("<details><summary>More <b>info</b></summary>x</details>", "More info"),
    ("<select aria-label=Size><option>S<option>M</select>", "Size"),
    ("<textarea placeholder='Your message'>typed</textarea>", "Your message"),
    ("<button aria-label='  '>Kept</button>", "Kept"),
    ("<button>  spread \n over\tlines </button>", "spread over lines"),
    ("<x-b><template shadowrootmode=open><button><slot></slot></button></template>Slotted</x-b>",
     "Slotted"),
]  # fmt: skip


def chromium_names(page: Page) -> list[str]:
    """The names that Chromium's accessibility tree gives the elements of the last extraction."""
    world = attach(page).main
    last = attach(page).last
    assert last is not None
    names = []
    for rank in last.ids:
        node = {"objectId": world.handle(f"secateurs.node({rank})")}
        tree = world.session.send(
            "Accessibility.getPartialAXTree", {**node, "fetchRelatives": False}
        )
        names.append(" ".join(tree["nodes"][0].get("name", {}).get("value", "").split()))
    return names


@pytest.mark.parametrize(("html", "name"), NAMED, ids=[name or "no name" for _, name in NAMED])
def test_names_follow_the_rules_and_chromium_agrees(browser: Browser, html: str, name: str) -> None:
    page = browser.open(url="http://names.test/", html=f"<body>{html}</body>")
    elements = extract(page).elements
    ours = [element.name for element in elements]
    assert name in ours
    assert chromium_names(page) == ours
    browser.close(page)


@pytest.mark.parametrize(
    ("html", "description"),
    [
        ("<p id=d>At least 8 characters</p><input aria-describedby=d>", "At least 8 characters"),
        ("<button title='Saves the draft'>Save</button>", "Saves the draft"),
        ("<button aria-description='for good'>Delete</button>", "for good"),
        ("<button title='Only this'></button>", ""),
    ],
)
def test_descriptions_add_what_the_name_does_not_say(
    browser: Browser, html: str, description: str
) -> None:
    page = browser.open(html=html)
    assert extract(page).elements[0].description == description
    browser.close(page)


def test_icon_fonts_leave_the_title_as_the_name(browser: Browser) -> None:
    """Chromium names such a link by the font's private character, which says nothing to anyone."""
    html = "<style>a::before{content:'\\e922'}</style><a href=/ title=Facebook></a>"
    page = browser.open(html=html)
    assert extract(page).elements[0].name == "Facebook"
    browser.close(page)


def test_an_area_of_a_picture_is_an_element_with_its_part_of_the_picture(browser: Browser) -> None:
    html = (
        "<map name=m><area href=/n shape=rect coords='0,0,20,30' alt=North></map>"
        "<img usemap='#m' width=60 height=60 alt=Map src='data:image/gif;base64,"
        "R0lGODlhAQABAAAAACw='>"
    )
    page = browser.open(html=html)
    area = extract(page).elements[0]
    assert (area.tag, area.name) == ("area", "North")
    assert area.box is not None
    assert (area.box.width, area.box.height) == (20, 30)
    browser.close(page)
