"""Our half of the browser-use example, in another process's browser with a DevTools address."""

from __future__ import annotations

import asyncio
import os
import socket
import sys

import pytest
from examples.browser_use_adapter import act_over_cdp

from common.chromium import find_chromium

SHOP = """<button onclick="document.title='in'">Add to basket</button><a href=#>Help</a>"""
SANDBOX = ["--no-sandbox"] if os.geteuid() == 0 else []


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as made:
        return int(made.getsockname()[1])


@pytest.mark.chromium
def test_browser_use() -> None:
    """The agent's browser runs in a process of its own, found by its DevTools address."""
    port = free_port()
    code = (
        "import sys; from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as d:\n"
        f"    b = d.chromium.launch_persistent_context('', executable_path=sys.argv[1],"
        f" args={[*SANDBOX, f'--remote-debugging-port={port}']!r})\n"
        f"    p = b.pages[0]; p.set_content({SHOP!r}); print('ready', flush=True)\n"
        "    p.wait_for_function(\"document.title == 'in'\", timeout=60000)\n"
        "    print('clicked', flush=True)\n"
    )

    async def main() -> tuple[str, str]:
        agent = await asyncio.create_subprocess_exec(
            sys.executable, "-c", code, str(find_chromium()), stdout=asyncio.subprocess.PIPE
        )
        assert agent.stdout is not None
        assert (await agent.stdout.readline()).strip() == b"ready"
        said = await act_over_cdp(f"http://127.0.0.1:{port}", "Click the add to basket button")
        seen = (await agent.stdout.readline()).decode().strip()
        await agent.wait()
        return said, seen

    said, seen = asyncio.run(asyncio.wait_for(main(), 120))
    assert said == "CLICK on 'Add to basket': done"
    assert seen == "clicked"
