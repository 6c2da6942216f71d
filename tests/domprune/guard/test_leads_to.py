"""What the guard is told of links and forms, as a real browser resolves them."""

from __future__ import annotations

import pytest

from domprune.page.browser import Browser
from domprune.page.hands import take
from domprune.page.live import extract

PAGE = """
<base href=http://other.test/x/>
<a href=y>link</a>
<a href=y><button>inside</button></a>
<form action=/z>
  <input name=action aria-label=field> <button>send</button>
  <button formaction=http://evil.test/q>send away</button> <button type=button>nothing</button>
  <input type=checkbox aria-label=tick> <label for=go>label</label> <input id=go type=submit>
</form>
<form><button>send here</button></form>
<svg height=30><a href=//svg.test/><text y=20>drawn</text></a></svg>
<a href=" java&#10;script:1">script</a>
"""
LEADS = {
    "link": "http://other.test/x/y",
    "inside": "http://other.test/x/y",
    "field": "http://other.test/z",
    "send": "http://other.test/z",
    "send away": "http://evil.test/q",
    "nothing": "",
    "tick": "",
    "label": "http://other.test/z",
    "send here": "http://shop.test/page",
    "drawn": "http://svg.test/",
    "script": "javascript:1",
}


@pytest.mark.chromium
def test_links_and_forms_are_resolved_by_the_browser() -> None:
    with Browser(seconds=60) as browser:
        page = browser.open(html=PAGE, url="http://shop.test/page")
        snapshot = extract(page)
        found = {}
        for element in snapshot.elements:
            hold = take(page, snapshot, element.id)
            state = hold.state() if hold else None
            assert state is not None
            found.setdefault(element.name or element.text, state.leads_to)
    assert {name: found.get(name) for name in LEADS} == LEADS
