"""The loopback proxy that a browser is started with: its every request passes here or nowhere."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter, deque
from contextlib import suppress
from types import TracebackType
from typing import Self

import h11

from common.egress.connect import Stream, connect
from common.egress.forward import forward, next_event, tunnel_target
from common.egress.resolve import Resolve, admit, ask_system
from common.egress.rules import EgressRules
from common.egress.tunnel import tunnel
from common.egress.types import Decision, EgressRefused, Target

KEPT = 10_000
"""Decisions that are remembered, the newest; all are counted."""
HEAD_SECONDS = 60.0
"""How long a browser may leave an idle connection open, or take for a request's head."""
_HEAD_LIMIT = 65_536
_BROKEN = (h11.ProtocolError, OSError, asyncio.IncompleteReadError)


class EgressProxy:
    """An http proxy on loopback, in a thread of its own, as long as its `with` lasts.

    It carries plain http and CONNECT tunnels (https, WebSocket) to the sites of `rules`. A name is
    looked up once a connection, by `resolve`, every answer is checked, and the connection goes to
    a checked address.
    """

    def __init__(self, rules: EgressRules, *, resolve: Resolve = ask_system) -> None:
        """Note the rules; `with` starts the proxy."""
        self._rules = rules
        self._resolve = resolve
        self._decisions: deque[Decision] = deque(maxlen=KEPT)
        self._counts: Counter[str] = Counter()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._server: asyncio.Server | None = None
        self.port = 0

    def __enter__(self) -> Self:
        """Start listening on a free port of 127.0.0.1."""
        self._thread.start()
        starting = asyncio.start_server(self._serve, "127.0.0.1", 0, limit=_HEAD_LIMIT)
        self._server = asyncio.run_coroutine_threadsafe(starting, self._loop).result()
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Drop all connections and stop the thread."""
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def address(self) -> str:
        """What a browser is given: `http://127.0.0.1:PORT`."""
        return f"http://127.0.0.1:{self.port}"

    def decisions(self) -> tuple[Decision, ...]:
        """Return the newest decisions, the oldest first."""
        return tuple(self._decisions)

    def counts(self) -> dict[str, int]:
        """Return how many requests were `carried`, `refused` and `failed`."""
        return dict(self._counts)

    async def _stop(self) -> None:
        if self._server is not None:
            self._server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = Stream(reader, writer)
        try:
            await self._converse(link)
        except _BROKEN:
            self._counts["failed"] += 1
        finally:
            with suppress(OSError):
                link.close()

    async def _converse(self, link: Stream) -> None:
        """Answer the requests of one connection, one after the other, until it closes."""
        browser = h11.Connection(h11.SERVER, max_incomplete_event_size=_HEAD_LIMIT)
        while True:
            async with asyncio.timeout(HEAD_SECONDS):
                event = await next_event(browser, link)
            if not isinstance(event, h11.Request):
                return
            try:
                await self._answer(browser, link, event)
            except EgressRefused as error:
                self._note(event.target.decode("latin-1"), str(error))
                await _refuse(browser, link, str(error))
            if browser.our_state is not h11.DONE or browser.their_state is not h11.DONE:
                return
            browser.start_next_cycle()

    async def _answer(self, browser: h11.Connection, link: Stream, request: h11.Request) -> None:
        if request.method == b"CONNECT":
            await self._tunnel(browser, link, request)
        else:
            self._note(await forward(browser, link, request, self._enter))

    async def _tunnel(self, browser: h11.Connection, link: Stream, request: h11.Request) -> None:
        target = tunnel_target(request)
        if not isinstance(await next_event(browser, link), h11.EndOfMessage):
            raise EgressRefused(f"CONNECT {target} with a body")
        site = await self._enter(target)
        self._note(str(target))
        await link.send(browser.send(h11.Response(status_code=200, headers=[])) or b"")
        early, _ = browser.trailing_data
        await site.send(early)
        await tunnel(link, site)

    async def _enter(self, target: Target) -> Stream:
        return await connect(target, await admit(target, self._rules, self._resolve))

    def _note(self, target: str, refused: str = "") -> None:
        self._counts["refused" if refused else "carried"] += 1
        self._decisions.append(Decision(target, refused))


async def _refuse(browser: h11.Connection, link: Stream, why: str) -> None:
    """Answer 403 with the reason as plain text, and close."""
    body = f"Refused by the task's egress rules: {why}\n".encode()
    headers = [
        ("content-type", "text/plain; charset=utf-8"),
        ("content-length", str(len(body))),
        ("connection", "close"),
    ]
    answer = h11.Response(status_code=403, headers=headers, reason=b"Refused")
    await link.send(browser.send(answer) or b"")
    await link.send(browser.send(h11.Data(data=body)) or b"")
    await link.send(browser.send(h11.EndOfMessage()) or b"")
