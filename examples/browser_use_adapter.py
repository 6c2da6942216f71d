"""browser-use: a tool that finds the element of a thought in the agent's own browser.

    tools = Tools()

    @tools.action("Find the element that a step in plain words means, and act on it")
    async def act_on(step: str, browser_session: BrowserSession) -> ActionResult:
        return ActionResult(extracted_content=await act_over_cdp(browser_session.cdp_url, step))

    agent = Agent(task="...", llm=llm, tools=tools)

(In a file without `from __future__ import annotations`: browser-use compares the annotations
themselves.) `browser_use_on_sample` is a whole agent with this tool. browser-use drives Chromium
over its DevTools address; a second client, Playwright's sync API in a thread of its own, reads and
acts on the same page.
"""

from __future__ import annotations

import asyncio

from playwright.sync_api import Page, sync_playwright

from domprune.interfaces import Guard
from domprune.plugin import act, ground


async def act_over_cdp(cdp_url: str, step: str, guard: Guard | None = None) -> str:
    """Ground the step on the newest page of the browser at `cdp_url`, do it, and say what was done.

    `guard`, a `PolicyGuard`, is asked first; without one only the agent's own rules hold.
    """
    return await asyncio.to_thread(_act, cdp_url, step, guard)


def _act(cdp_url: str, step: str, guard: Guard | None) -> str:
    with sync_playwright() as driver:
        browser = driver.chromium.connect_over_cdp(cdp_url)
        page: Page = browser.contexts[0].pages[-1]
        found = ground(page, step, guard=guard)
        done = act(page, found, guard=guard)
        landed = found.element.name or found.element.tag if found.element else "the page"
        return f"{found.action.action_type} on {landed!r}: {done.error or 'done'}"
