"""What is covered and what is not, where boxes overlap or something is drawn outside its box."""

from __future__ import annotations

import pytest

from domprune.page.browser import Browser
from domprune.page.live import extract

BUTTONS = "<button>One</button><br><button>Two</button>"
CARD = (
    "<style>.card {position: relative; width: 300px; height: 100px}"
    ".card a.all::after {content: ''; POSITION; inset: 0}</style>"
    "<div class=card><a href=/book>Book</a> <b><a class=all href=/card>All of it</a></b></div>"
)
STRETCHED, IN_FLOW = CARD.replace("POSITION", "position: absolute"), CARD.replace("POSITION;", "")
SHEET = "<div style='position: absolute; left: 0; top: 0; width: 500px; height: 500px'></div>"
LAYER = SHEET.replace("absolute", "fixed").replace("500px", "100%")
FAR = "<div style='height: 5000px'></div><div>At the bottom {}</div>"
MODAL = BUTTONS + "<dialog id=d><button>Close</button></dialog><script>d.showModal()</script>"
TICK = (
    "<label style='position: relative'><input type=checkbox style='position: absolute; opacity: 0;"
    "width: 18px; height: 18px'><span style='display: inline-block; width: 18px; height: 18px'>"
    "</span>Kettles</label>"
)


@pytest.mark.parametrize(
    ("html", "names"),
    [
        (BUTTONS, ["One", "Two"]),
        (SHEET + "<button style='position: relative'>On it</button>", ["On it"]),
        (BUTTONS + SHEET, []),
        (BUTTONS + SHEET.replace("'>", "; visibility: hidden'>"), ["One", "Two"]),
        (BUTTONS + SHEET.replace("'>", "; pointer-events: none'>"), ["One", "Two"]),
        (STRETCHED, ["All of it"]),
        (IN_FLOW, ["Book", "All of it"]),
        (BUTTONS + FAR.format(SHEET), []),
        (BUTTONS + FAR.format(LAYER), []),
        (MODAL, ["Close"]),
        (TICK, ["Kettles"]),
    ],
    ids=(
        "apart raised under-a-sheet under-an-unseen-one under-one-let-through stretched-link "
        "in-flow sheet-from-below fixed-from-below modal tick"
    ).split(),
)  # fmt: skip
def test_what_is_touched_at_its_place_is_in_view(
    browser: Browser, html: str, names: list[str]
) -> None:
    page = browser.open(html=html)
    assert [element.name for element in extract(page).elements if element.in_viewport] == names
    page.close()
