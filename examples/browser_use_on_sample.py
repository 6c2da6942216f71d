"""The browser-use example at work: an order on the sample site, planned by a script.

    pip install browser-use && python -m examples.browser_use_on_sample

A real `Agent` with a real browser; only its language model is a list of steps. Prints what each
step landed on and the order that the shop got. Exit code 1 where that is not the right one.
"""

# No `from __future__ import annotations`: browser-use compares the annotations of tools themselves.
import asyncio
import os
import sys
from collections.abc import Sequence
from typing import Any

from browser_use import ActionResult, Agent, BrowserProfile, BrowserSession, Tools
from browser_use.llm.views import ChatInvokeCompletion
from examples.browser_use_adapter import act_over_cdp

from common.chromium import find_chromium
from domprune.sample import PAGES
from domprune.sample_live.database import Database
from domprune.sample_live.server import serving

STEPS = (
    "Type 'Ada' in the First name field",
    "Select 'Norway' in the Country list",
    "Tick the checkbox 'I have read the terms of sale'",
    "Click 'Pay £298.00'",
)
WANTED = {"first": "Ada", "country": "Norway", "terms": "on"}


class Script:
    """Stands where browser-use expects a chat model: says the steps one after the other."""

    model = name = model_name = provider = "script"
    _verified_api_keys = True

    def __init__(self, steps: Sequence[str]) -> None:
        """`steps`: in plain words."""
        self._actions: list[dict[str, object]] = [{"act_on": {"step": step}} for step in steps]
        self._actions.append({"done": {"text": "ordered", "success": True}})

    async def ainvoke(
        self, messages: object, output_format: Any = None, **more: object
    ) -> ChatInvokeCompletion[Any]:
        """The next step, in the form that the agent asks for."""
        said = {"evaluation_previous_goal": "", "memory": "", "next_goal": "", "thinking": ""}
        answer = output_format.model_validate({**said, "action": [self._actions.pop(0)]})
        return ChatInvokeCompletion(completion=answer, usage=None)


async def order(address: str) -> list[str]:
    """Let the agent order what is in the basket; returns what each step came to."""
    told: list[str] = []
    tools = Tools()

    @tools.action("Find the element that a step in plain words means, and act on it")
    async def act_on(step: str, browser_session: BrowserSession) -> ActionResult:
        told.append(await act_over_cdp(str(browser_session.cdp_url), step))
        return ActionResult(extracted_content=told[-1])

    profile = BrowserProfile(
        headless=True, executable_path=find_chromium(), user_data_dir=None,
        chromium_sandbox=not (hasattr(os, "geteuid") and os.geteuid() == 0),
        enable_default_extensions=False,
    )  # fmt: skip
    agent = Agent(
        task="Order what is in the basket", llm=Script(STEPS), tools=tools, use_vision=False,
        use_judge=False, browser_session=BrowserSession(browser_profile=profile),
        initial_actions=[{"navigate": {"url": f"{address}/checkout.html", "new_tab": False}}],
    )  # fmt: skip
    await agent.run(max_steps=2 * len(STEPS))
    return told


def main() -> int:
    """Serve the sample site, order, and compare the order with the wanted one."""
    database = Database()
    with serving(PAGES, database) as address:
        print(*asyncio.run(order(address)), sep="\n")
        orders = [fields for page, fields in database.forms() if page == "done.html"]
    print(f"the shop got {orders}")
    return 0 if len(orders) == 1 and WANTED.items() <= orders[0].items() else 1


if __name__ == "__main__":
    sys.exit(main())
