"""What the vectors play in: an allowed site, and canaries that hear whatever reaches them."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from string import Template

from benchmarks.security_vectors import Answer, Vector

from common.egress.addresses import Address

SITE, INNER, OUTER = "127.0.0.1", "127.0.0.2", "127.0.0.3"
"""The allowed site's address; one that is not allowed; one that plays the public internet."""
NAMES = {
    "shop.test": SITE, "evil.test": OUTER, "evil.test.": OUTER, "shop.test.evil.test": OUTER,
    "notshop.test": OUTER, "inner.test": INNER, "xn--hop-ehd.test": OUTER,
}  # fmt: skip
_CANARY = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nAccess-Control-Allow-Origin: *\r\n"
    b"Access-Control-Allow-Methods: *\r\nAccess-Control-Allow-Headers: *\r\n"
    b"Content-Length: 6\r\nConnection: close\r\n\r\ncanary"
)


@dataclass(slots=True)
class Stage:
    """One vector with the port of its canaries, what reached them and what said something there.

    A connection that is opened and never used tells at least that there is somebody to talk to.
    """

    vector: Vector
    port: int
    connections: int = 0
    requests: int = 0
    sockets: list[socket.socket] = field(default_factory=list)

    @property
    def here(self) -> str:
        """The path of the vector's pages on the allowed site."""
        return "" if self.vector.rebinds else f"/{self.port}"


class Datagrams(asyncio.DatagramProtocol):
    """Counts the datagrams that reach a canary."""

    def __init__(self, stage: Stage) -> None:
        """Count for one stage."""
        self._stage = stage

    def datagram_received(self, data: bytes, addr: object) -> None:
        """Count one."""
        self._stage.connections += 1
        self._stage.requests += 1


class World:
    """All stages, served from one thread."""

    def __init__(self, vectors: Sequence[Vector]) -> None:
        """Take ports for all vectors; `open_world` starts listening."""
        self.stages = [_stage(vector) for vector in vectors]
        self.site_port = 0
        self._lookups = 0
        self._loop = asyncio.new_event_loop()

    @property
    def allowed(self) -> list[str]:
        """The patterns of the sites that the task allows."""
        rebinding = [f"rebind.test:{one.port}" for one in self.stages if one.vector.rebinds]
        return [f"{SITE}:{self.site_port}", f"*.shop.test:{self.site_port}", *rebinding]

    def address(self, stage: Stage) -> str:
        """Return what the browser opens first."""
        return self._filled(stage.vector.start, stage)

    async def resolve(self, host: str) -> list[Address]:
        """Look up names of this world; `rebind.test` is the allowed site's once, then inner."""
        if host == "rebind.test":
            self._lookups += 1
            return [ip_address(SITE if self._lookups == 1 else INNER)]
        if host not in NAMES:
            raise OSError("no such name")
        return [ip_address(NAMES[host])]

    def _filled(self, text: str, stage: Stage) -> str:
        here = f"http://{SITE}:{self.site_port}{stage.here}"
        words = {
            "OUT": f"http://evil.test:{stage.port}", "HOST": f"evil.test:{stage.port}",
            "PORT": str(stage.port), "HERE": here,
        }  # fmt: skip
        return Template(text).safe_substitute(words)

    async def listen(self) -> None:
        """Start the site and all canaries."""
        server = await asyncio.start_server(self._answer, SITE, 0)
        self.site_port = server.sockets[0].getsockname()[1]
        for stage in self.stages:
            for one in stage.sockets:
                await self._open(stage, one)

    async def _open(self, stage: Stage, listening: socket.socket) -> None:
        host = listening.getsockname()[0]
        if listening.type == socket.SOCK_DGRAM:
            await self._loop.create_datagram_endpoint(lambda: Datagrams(stage), sock=listening)
        elif stage.vector.rebinds and host == SITE:
            await asyncio.start_server(self._answer, sock=listening)
        else:
            await asyncio.start_server(lambda r, w: self._hit(stage, r, w), sock=listening)

    async def _hit(
        self, stage: Stage, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        stage.connections += 1
        with suppress(OSError):
            async with asyncio.timeout(10):
                stage.requests += bool(await reader.read(65_536))
            writer.write(_CANARY)
            await writer.drain()
        writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            async with asyncio.timeout(10):
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            host = head.lower().partition("\r\nhost: ")[2].partition("\r\n")[0]
            writer.write(self._page(host, head.split(" ")[1]))
            await writer.drain()
        writer.close()

    def _page(self, host: str, path: str) -> bytes:
        """Return the answer of the vector that a path, or the port of `rebind.test`, names."""
        first, _, rest = path.lstrip("/").partition("?")[0].partition("/")
        rebinding = host.startswith("rebind.test:")
        port, rest = (host.rpartition(":")[2], first) if rebinding else (first, rest)
        stage = next((one for one in self.stages if str(one.port) == port), None)
        answer = stage.vector.answers.get(rest) if stage else None
        if stage is None or answer is None:
            return _written(Answer(status=404), Answer().headers)
        headers = {name: self._filled(value, stage) for name, value in answer.headers.items()}
        body = self._filled(answer.body, stage)
        return _written(Answer(body=body, kind=answer.kind, status=answer.status), headers)


def _written(answer: Answer, headers: Mapping[str, str]) -> bytes:
    body = answer.body.encode()
    told = {
        "Content-Type": answer.kind, "Content-Length": str(len(body)), "Connection": "close",
        "Cache-Control": "no-store", **headers,
    }  # fmt: skip
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"HTTP/1.1 {answer.status} X\r\n{lines}\r\n".encode() + body


def _stage(vector: Vector) -> Stage:
    """Bind one port on all loopback addresses, TCP and UDP; another where one of them is taken."""
    for _ in range(20):
        stage = Stage(vector, 0)
        with suppress(OSError):
            for host in (SITE, INNER, OUTER, "::1"):
                for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                    stage.sockets.append(_bound(host, kind, stage.port))
                    stage.port = stage.sockets[0].getsockname()[1]
            return stage
        for one in stage.sockets:
            one.close()
    raise OSError("no port is free on 127.0.0.1, 127.0.0.2, 127.0.0.3 and ::1 at once")


def _bound(host: str, kind: int, port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, kind)
    made.setblocking(False)
    try:
        made.bind((host, port))
    except OSError:
        made.close()
        raise
    return made


@contextmanager
def open_world(vectors: Sequence[Vector]) -> Iterator[World]:
    """Serve the site and the canaries of these vectors until the end of the `with`."""
    world = World(vectors)
    loop = world._loop
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(world.listen(), loop).result()
    try:
        yield world
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        for stage in world.stages:
            for one in stage.sockets:
                one.close()
