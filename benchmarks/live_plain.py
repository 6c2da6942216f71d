"""The steps of the long run by Playwright alone: what it and Chromium take without our code."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from domprune.page.browser import Browser, Page


@contextmanager
def page_on(url: str) -> Iterator[Page]:
    """A page in a browser of its own, at an address, without a session of ours."""
    with Browser(seconds=30) as browser:
        page = browser.profile().new_page()
        page.goto(url, wait_until="load")
        yield page


def plain_steps(page: Page) -> Sequence[Callable[[], object]]:
    """What `live_agent.LONG_STEPS` do, one after the other."""

    def follow(selector: str, to: str) -> None:
        page.click(selector)
        page.wait_for_url(f"**/{to}")

    return (
        lambda: page.fill("#ck-fn", "Ada"),
        lambda: page.select_option("select[name=country]", "Norway"),
        lambda: page.click("label:has(input[name=leave])"),
        lambda: follow("text=Back to the basket", "cart.html"),
        lambda: follow("text=Go to checkout", "checkout.html"),
    )
