"""Each vector in Chromium with an open network, with `context.route` alone, and with our way out.

vectors -> pages in real Chromium -> canaries that were reached
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from benchmarks.security_vectors import Vector
from benchmarks.security_world import NAMES, OUTER, SITE, Stage, World, open_world
from playwright.sync_api import Browser, BrowserContext, Error, Route, sync_playwright

from common.chromium import find_chromium
from common.egress.chromium import chromium_flags
from common.egress.proxy import EgressProxy
from common.egress.rules import EgressRules

AT_ONCE = 32
SECONDS = 4.0
"""How long a batch of pages may take to reach its canaries."""


class Arm(StrEnum):
    """What stands between the pages and the network."""

    open = "open network"
    route = "context.route alone"
    ours = "egress proxy"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one vector: what reached its canaries, whether our proxy refused it."""

    name: str
    connections: int
    requests: int
    refused: bool


def play(arm: Arm, vectors: Sequence[Vector]) -> list[Outcome]:
    """Open every vector's page in a context of its own; returns what the canaries heard."""
    with open_world(vectors) as world, _browser(arm, world) as (browser, attempts):
        for first in range(0, len(world.stages), AT_ONCE):
            _batch(browser, arm, world, world.stages[first : first + AT_ONCE], attempts)
        time.sleep(1.0)
        refused = attempts()
        return [
            Outcome(stage.vector.name, stage.connections, stage.requests, stage.port in refused)
            for stage in world.stages
        ]


@contextmanager
def _browser(arm: Arm, world: World) -> Iterator[tuple[Browser, Callable[[], Collection[int]]]]:
    """Yield a browser of the arm, and how to ask for the ports that were refused so far."""
    always = ["--short-reporting-delay", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as driver:
        if arm is not Arm.ours:
            names = ", ".join(f"MAP {name} {address}" for name, address in _told().items())
            args = [*always, f"--host-resolver-rules={names}"]
            with driver.chromium.launch(executable_path=find_chromium(), args=args) as browser:
                yield browser, set
            return
        rules = EgressRules.read(world.allowed, [SITE, OUTER])
        with EgressProxy(rules, resolve=world.resolve) as proxy:
            args = [*always, *chromium_flags(proxy.address)]
            with driver.chromium.launch(executable_path=find_chromium(), args=args) as browser:
                yield browser, lambda: _refused_ports(proxy)


def _told() -> dict[str, str]:
    """Return how names are looked up without a proxy: the rebinding has happened already."""
    return {**NAMES, "rebind.test": "127.0.0.2"}


def _refused_ports(proxy: EgressProxy) -> set[int]:
    refused = (decision.target for decision in proxy.decisions() if decision.refused)
    return {urlsplit(target if "://" in target else f"//{target}").port or 0 for target in refused}


def _batch(
    browser: Browser,
    arm: Arm,
    world: World,
    stages: Sequence[Stage],
    attempts: Callable[[], Collection[int]],
) -> None:
    context = browser.new_context()
    if arm is Arm.route:
        context.route("**/*", _judging(world))
    for stage in stages:
        _visit(context, world.address(stage))
    deadline = time.monotonic() + SECONDS
    page = context.pages[0]
    while time.monotonic() < deadline:
        page.wait_for_timeout(100)  # the driver's loop must turn for routes to be answered
        tried = attempts()
        if all(stage.requests or stage.port in tried for stage in stages):
            break
    context.close()


def _judging(world: World) -> Callable[[Route], None]:
    """Return the usual handler: requests to allowed sites go on, all others are aborted."""
    allowed = {pattern.removeprefix("*.") for pattern in world.allowed}

    def judge(route: Route) -> None:
        if urlsplit(route.request.url).netloc in allowed:
            route.continue_()
        else:
            route.abort()

    return judge


def _visit(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    with suppress(Error):  # refused, or no page behind such an address: the canaries tell
        page.goto(address, wait_until="commit", timeout=2000)
