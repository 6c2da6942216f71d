"""What lies under a bar that stays in place while the page scrolls is not lost."""

from __future__ import annotations

import pytest

from domprune.page.browser import Browser
from domprune.page.live import extract

PAGE = """<body style="margin:0;height:3000px">
<div style="position:absolute;top:740px"><button>Under the bar</button></div>
<div style="position:absolute;top:300px"><button>In the open</button></div>
<div style="position:fixed;bottom:0;height:100px;width:100%;background:#fff">
<button>On the bar</button><div style="position:absolute;inset:0;background:#fff">over it</div>
</div></body>"""


@pytest.mark.chromium
def test_an_element_under_a_fixed_bar_is_kept_and_one_covered_on_the_bar_is_not() -> None:
    with Browser(seconds=60) as browser:
        page = browser.open(html=PAGE)
        names = [element.name for element in extract(page).elements]
    assert names == ["Under the bar", "In the open"]
