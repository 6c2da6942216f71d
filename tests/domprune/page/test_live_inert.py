"""Nothing outside of an open modal dialog, or in an inert part, is offered as an element."""

from __future__ import annotations

import pytest

from domprune.page.browser import Browser
from domprune.page.live import extract

PAGE = "<button>near</button><div style='height: 3000px'></div><button>far</button>"
SMALL = "<dialog id=d style='width: 100px; height: 40px'><button>in</button></dialog>"
OPENED = SMALL + "<script>d.showModal()</script>"
FRAME = "<iframe srcdoc='<button>framed</button>'></iframe>"
INSIDE = '<iframe srcdoc="<button>out</button>{}"></iframe>'.format(OPENED.replace("'", ""))
ROOT = """<div id=h></div><script>h.attachShadow({mode: 'open'}).innerHTML =
'<div inert><button>shadowed</button></div><button>lit</button>'</script>"""
CLAIM = "<div role=dialog aria-modal=true style='position: fixed; top: 90px'>{}</div>".format(
    "<button>in</button>"
)


@pytest.mark.chromium
@pytest.mark.parametrize(
    ("html", "names"),
    [
        (PAGE + OPENED, ["in"]),
        (PAGE + FRAME + OPENED, ["in"]),
        (PAGE + SMALL.replace("id=d", "open"), ["near", "far", "in"]),
        (PAGE + OPENED.replace("</script>", "; d.close()</script>"), ["near", "far"]),
        (f"<main inert>{PAGE}</main><button>out</button>", ["out"]),
        (f"<main inert>{PAGE}{FRAME}</main>", []),
        (PAGE + INSIDE, ["near", "far", "in"]),
        (PAGE + CLAIM, ["near", "far", "in"]),
        (ROOT + "<p inert></p>", ["lit"]),
    ],
)
def test_what_is_inert_is_no_candidate(browser: Browser, html: str, names: list[str]) -> None:
    page = browser.open(html=html)
    page.wait_for_timeout(100)
    assert [element.name for element in extract(page).elements] == names
    browser.close(page)
