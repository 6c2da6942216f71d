"""The server as clients see it: a process of its own, spoken to by the official SDK over stdio."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from mcp import Client, StdioServerParameters
from mcp.types import CallToolResult, TextContent

from domprune.page.serve import serving

SHOP = """
<title>Shop</title><a href=two.html>Basket</a><label>Search <input type=search id=q></label>
<form><label>Password <input type=password></label></form><a href=http://evil.test/>Prize</a>
<button onclick="document.title=document.querySelector('input[type=password]').value">Show</button>
"""


def talk(address: str, conversation: Callable[[Client], Awaitable[None]]) -> None:
    host = address.removeprefix("http://")
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "domprune.mcp", "--allow", host, "--secret", "shop", address, "SHOP_PASSWORD"],
        env={"SHOP_PASSWORD": "canary-4711"},
    )

    async def main() -> None:
        async with Client(server) as client:
            await conversation(client)

    asyncio.run(asyncio.wait_for(main(), 120))


def text(result: CallToolResult) -> str:
    return "\n".join(one.text for one in result.content if isinstance(one, TextContent))


@pytest.mark.chromium
def test_the_tools_prune_ground_and_act(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(SHOP, "utf-8")
    (tmp_path / "two.html").write_text("<title>Two</title><a href=index.html>Back</a>", "utf-8")

    async def conversation(client: Client) -> None:
        tools = await client.list_tools()
        assert [tool.name for tool in tools.tools] == ["prune_page", "ground", "act"]
        shown = text(
            await client.call_tool("prune_page", {"step": "open the basket", "url": address})
        )
        assert "Shop (http://127.0.0.1" in shown
        assert "[0]<a>Basket</a>" in shown
        found = (
            await client.call_tool("ground", {"thought": "Open the basket"})
        ).structured_content
        assert found == {"action": "CLICK", "element": 0, "line": "[0]<a>Basket</a>", "value": ""}
        done = (await client.call_tool("act", {"action": "CLICK", "element": 0})).structured_content
        assert done == {"ok": True, "error": "", "url": f"{address}/two.html"}

    with serving(tmp_path) as address:
        talk(address, conversation)


@pytest.mark.chromium
def test_the_guard_holds_for_every_tool_and_no_answer_holds_a_secret(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(SHOP, "utf-8")
    said: list[str] = []

    async def conversation(client: Client) -> None:
        async def ask(tool: str, **arguments: object) -> CallToolResult:
            result = await client.call_tool(tool, arguments)
            said.append(f"{text(result)} {result.structured_content}")
            return result

        away = await ask("prune_page", step="x", url="http://evil.test/")
        assert away.is_error
        assert "evil.test:80 is not among the task's allowed sites" in text(away)
        await ask("prune_page", step="the password", url=address)
        prize = await ask("act", action="CLICK", element=3)
        assert "leads away" in text(prize)
        assert "navigate" in text(await ask("act", action="NAVIGATE", value="http://evil.test/"))
        typed = await ask("act", action="TYPE", element=2, value="{{secret:shop}}")
        assert "'ok': True" in str(typed.structured_content)
        await ask("act", action="CLICK", element=4)
        seen = text(await ask("prune_page", step="the password"))
        assert seen.startswith("{{secret:shop}} (http://127.0.0.1")
        assert (await ask("act", action="FLY")).is_error
        assert (await ask("prune_page", step="x", keep=0)).is_error

    with serving(tmp_path) as address:
        talk(address, conversation)
    assert "canary" not in "".join(said)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "--allow"),
        (["--allow", "http://shop.example"], "allowed must hold hosts"),
        (["--allow", "a.b", "--secret", "x", "https://a.b", "NOT_SET_AT_ALL"], "NOT_SET_AT_ALL is"),
    ],
)
def test_settings_that_cannot_work_are_told_before_any_browser(
    arguments: list[str], message: str
) -> None:
    command = [sys.executable, "-m", "domprune.mcp", *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=200)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert message in ran.stderr
