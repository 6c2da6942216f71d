"""Plain http: one request read whole, written anew for the site it names, its answer carried back.

Both sides speak through h11, so what one side sends never reaches the other byte for byte: there is
nothing to smuggle a second request in.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from urllib.parse import urlsplit

import h11

from common.egress.connect import CHUNK, Stream
from common.egress.rules import plain_host
from common.egress.types import EgressRefused, Target

_HOP_BY_HOP = frozenset(
    (b"connection", b"keep-alive", b"proxy-connection", b"proxy-authorization",
     b"proxy-authenticate", b"te", b"trailer", b"transfer-encoding", b"upgrade", b"host",
     b"expect", b"http2-settings")
)  # fmt: skip
"""Headers between two neighbours, not for the site (RFC 9110, section 7.6.1); Host is set anew."""

Enter = Callable[[Target], Awaitable[Stream]]
"""Opens the connection to a target, or raises EgressRefused."""


def tunnel_target(request: h11.Request) -> Target:
    """Return what a CONNECT names; raises EgressRefused where that is no `host:port`."""
    text = request.target.decode("latin-1")
    host, colon, port = text.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise EgressRefused(f"CONNECT {text!r} names no host and port")
    if (":" in host) != (host.startswith("[") and host.endswith("]")):
        raise EgressRefused(f"CONNECT {text!r}: an IPv6 address stands in brackets")
    return Target(plain_host(host), int(port))


def forward_target(request: h11.Request) -> tuple[Target, bytes]:
    """Return whom a plain request is for, and its path with query.

    Raises EgressRefused unless the request line has the absolute form of http, names no user and
    agrees with the Host header (RFC 9112, section 3.2).
    """
    text = request.target.decode("latin-1")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise EgressRefused(f"{text!r} is no address") from None
    if parts.scheme != "http" or not parts.hostname:
        raise EgressRefused(f"{request.method.decode()} {text!r} is not http to a named site")
    if "@" in parts.netloc or "\\" in text:
        raise EgressRefused(f"{parts.hostname}: addresses with a user or a backslash")
    target = Target(plain_host(parts.hostname), port or 80)
    _check_host(request, target)
    path = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
    return target, path.encode("latin-1")


def _check_host(request: h11.Request, target: Target) -> None:
    said = [value.decode("latin-1") for name, value in request.headers if name == b"host"]
    for host in said:
        name, colon, port = host.rpartition(":")
        bracketed = host.endswith("]") or not colon
        name, number = (host, "80") if bracketed else (name, port)
        if plain_host(name) != target.host or number != str(target.port):
            raise EgressRefused(f"Host {host!r} is not {target}")


async def forward(browser: h11.Connection, link: Stream, request: h11.Request, enter: Enter) -> str:
    """Carry one request to its site and the answer back; returns the target.

    Raises EgressRefused before anything is sent, h11 errors where a side breaks the protocol.
    """
    target, path = forward_target(request)
    outgoing = h11.Request(method=request.method, target=path, headers=_headers(request, target))
    site = await enter(target)
    try:
        upstream = h11.Connection(h11.CLIENT)
        await site.send(upstream.send(outgoing) or b"")
        await _carry_body(browser, link, upstream, site)
        await _carry_answer(upstream, site, browser, link)
    finally:
        site.close()
    return str(target)


def _headers(request: h11.Request, target: Target) -> list[tuple[bytes, bytes]]:
    """Return what the site reads; raises EgressRefused where two headers give the body's length."""
    names = {name for name, _ in request.headers}
    if {b"transfer-encoding", b"content-length"} <= names:
        raise EgressRefused(f"{target}: a body of two lengths")
    chunked = [(b"transfer-encoding", b"chunked")] if b"transfer-encoding" in names else []
    own = [(b"host", _authority(target)), (b"connection", b"close"), *chunked]
    return own + _passed_on(request.headers)


def _authority(target: Target) -> bytes:
    text = str(target)
    return (text.removesuffix(":80") if target.port == 80 else text).encode("ascii")


def _passed_on(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return the headers that are for the far end."""
    named = (value for name, value in headers if name == b"connection")
    listed = {token.strip().lower() for value in named for token in value.split(b",")}
    return [(name, value) for name, value in headers if name not in _HOP_BY_HOP | listed]


async def next_event(side: h11.Connection, link: Stream) -> h11.Event | type[h11.PAUSED]:
    """Return the next event of one side, reading as much as it needs."""
    while (event := side.next_event()) is h11.NEED_DATA:
        if side.they_are_waiting_for_100_continue:
            await link.send(
                side.send(h11.InformationalResponse(status_code=100, headers=[])) or b""
            )
        side.receive_data(await link.reader.read(CHUNK))
    return event  # type: ignore[return-value]


async def _carry_body(
    browser: h11.Connection, link: Stream, upstream: h11.Connection, site: Stream
) -> None:
    while isinstance(event := await next_event(browser, link), h11.Data):
        await site.send(upstream.send(h11.Data(data=event.data)) or b"")
    await site.send(upstream.send(h11.EndOfMessage()) or b"")


async def _carry_answer(
    upstream: h11.Connection, site: Stream, browser: h11.Connection, link: Stream
) -> None:
    """Carry the final answer; early hints (103) are dropped."""
    while isinstance(event := await next_event(upstream, site), h11.InformationalResponse):
        continue
    if not isinstance(event, h11.Response):
        raise h11.RemoteProtocolError("the site closed without an answer")
    headers = _passed_on(event.headers)
    answer = h11.Response(status_code=event.status_code, headers=headers, reason=event.reason)
    await link.send(browser.send(answer) or b"")
    while isinstance(event := await next_event(upstream, site), h11.Data):
        await link.send(browser.send(h11.Data(data=event.data)) or b"")
    await link.send(browser.send(h11.EndOfMessage()) or b"")
