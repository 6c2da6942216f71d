"""The proxy between raw sockets: what it carries, what it refuses, what reaches the other side."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from ipaddress import ip_address

import pytest

from common.egress.addresses import Address
from common.egress.proxy import EgressProxy
from common.egress.rules import EgressRules


class Site:
    """A server on loopback that answers each connection with fixed bytes and keeps what it read."""

    def __init__(self, answer: bytes, host: str = "127.0.0.1", port: int = 0) -> None:
        self.answer = answer
        self.read: list[bytes] = []
        self._socket = socket.create_server((host, port))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                link, _ = self._socket.accept()
            except OSError:
                return
            with link:
                link.settimeout(0.5)
                self.read.append(b"")
                try:
                    while not complete(self.read[-1]) and (data := link.recv(65536)):
                        self.read[-1] += data
                except TimeoutError:
                    pass
                link.sendall(self.answer)

    def close(self) -> None:
        self._socket.close()


def complete(read: bytes) -> bool:
    head, blank, body = read.partition(b"\r\n\r\n")
    if b"chunked" in head:
        return read.endswith(b"0\r\n\r\n")
    length = head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]
    return bool(blank) and len(body) >= int(length or 0)


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"


@contextmanager
def serving(answer: bytes = OK, host: str = "127.0.0.1", port: int = 0) -> Iterator[Site]:
    site = Site(answer, host, port)
    try:
        yield site
    finally:
        site.close()


class Names:
    """A resolver of our own: each name's answers, one after the other, the last for ever."""

    def __init__(self, **answers: Sequence[str]) -> None:
        self.answers = {name.replace("_", "."): list(told) for name, told in answers.items()}
        self.asked: list[str] = []

    async def __call__(self, host: str) -> list[Address]:
        self.asked.append(host)
        told = self.answers.get(host)
        if not told:
            raise OSError("no such name")
        answer = told.pop(0) if len(told) > 1 else told[0]
        return [ip_address(one) for one in answer.split()]


def get(host: str) -> bytes:
    return f"GET http://{host}/ HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()


def ask(proxy: EgressProxy, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=5) as link:
        link.sendall(request)
        link.shutdown(socket.SHUT_WR)
        answer = b""
        while data := link.recv(65536):
            answer += data
        return answer


def test_a_request_is_carried_with_its_host_path_and_body() -> None:
    with serving() as site:
        rules = EgressRules.read([f"shop.test:{site.port}"], ["127.0.0.1"])
        with EgressProxy(rules, resolve=Names(shop_test=["127.0.0.1"])) as proxy:
            address = f"shop.test:{site.port}"
            answer = ask(
                proxy,
                f"POST http://{address}/a?b=c HTTP/1.1\r\nHost: {address}\r\nX-Own: 1\r\n"
                "Proxy-Authorization: x\r\nConnection: x-hop\r\nX-Hop: 1\r\n"
                "Content-Length: 3\r\n\r\nabc".encode(),
            )
        assert answer.startswith(b"HTTP/1.1 200")
        assert answer.endswith(b"hi")
        head, _, body = site.read[0].partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        assert lines[0] == "POST /a?b=c HTTP/1.1"
        assert sorted(lines[1:]) == [
            "connection: close", "content-length: 3", f"host: {address}", "x-own: 1",
        ]  # fmt: skip
        assert body == b"abc"
        assert proxy.counts() == {"carried": 1}


def test_one_connection_may_carry_several_requests_and_each_is_judged() -> None:
    with serving() as site:
        rules = EgressRules.read([f"127.0.0.1:{site.port}"])
        with EgressProxy(rules) as proxy:
            good = get(f"127.0.0.1:{site.port}")
            answer = ask(proxy, good + good + get("127.0.0.2"))
        assert answer.count(b"HTTP/1.1 200") == 2
        assert answer.count(b"HTTP/1.1 403") == 1
        assert len(site.read) == 2
        assert [bool(one.refused) for one in proxy.decisions()] == [False, False, True]


def test_a_chunked_body_and_a_chunked_answer_pass() -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"
    with serving(chunked) as site:
        with EgressProxy(EgressRules.read([f"127.0.0.1:{site.port}"])) as proxy:
            answer = ask(
                proxy,
                f"POST http://127.0.0.1:{site.port}/ HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\n"
                "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n".encode(),
            )
        assert b"\r\n2\r\nhi\r\n0\r\n\r\n" in answer
        assert site.read[0].endswith(b"3\r\nabc\r\n0\r\n\r\n")


def test_early_hints_are_dropped() -> None:
    early = b"HTTP/1.1 103 Early Hints\r\nLink: <http://evil.test/x>; rel=preload\r\n\r\n"
    with serving(early + OK) as site:
        with EgressProxy(EgressRules.read([f"127.0.0.1:{site.port}"])) as proxy:
            answer = ask(proxy, get(f"127.0.0.1:{site.port}"))
        assert answer.startswith(b"HTTP/1.1 200")
        assert b"evil.test" not in answer


def test_a_tunnel_carries_bytes_both_ways() -> None:
    with serving(b"back") as site:
        with EgressProxy(EgressRules.read([f"127.0.0.1:{site.port}"])) as proxy:
            host = f"127.0.0.1:{site.port}"
            answer = ask(proxy, f"CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n\r\nearly".encode())
        assert answer.startswith(b"HTTP/1.1 200")
        assert answer.endswith(b"back")
        assert site.read == [b"early"]


def test_a_name_is_looked_up_once_a_connection_and_only_if_its_site_is_allowed() -> None:
    with serving() as site:
        names = Names(shop_test=["127.0.0.1"])
        rules = EgressRules.read([f"shop.test:{site.port}"], ["127.0.0.1"])
        with EgressProxy(rules, resolve=names) as proxy:
            for host in (f"shop.test:{site.port}", "secret.evil.test", "shop.test:1"):
                ask(proxy, get(host))
        assert names.asked == ["shop.test"]


def test_a_name_that_turns_to_an_inner_address_is_refused() -> None:
    with serving() as site, serving(host="127.0.0.2", port=site.port) as inner:
        names = Names(shop_test=["127.0.0.1", "127.0.0.2", "127.0.0.1 127.0.0.2"])
        rules = EgressRules.read([f"shop.test:{site.port}"], ["127.0.0.1"])
        address = f"shop.test:{site.port}"
        request = get(address)
        with EgressProxy(rules, resolve=names) as proxy:
            answers = [ask(proxy, request) for _ in range(3)]
        assert [answer.split()[1] for answer in answers] == [b"200", b"403", b"403"]
        assert b"127.0.0.2 is not a public address" in answers[1]
        assert (len(site.read), inner.read) == (1, [])


@pytest.mark.parametrize(
    "request_line",
    [
        "GET / HTTP/1.1",
        "GET https://{host}/ HTTP/1.1",
        "GET ftp://{host}/ HTTP/1.1",
        "GET file:///etc/passwd HTTP/1.1",
        "GET http://user@{host}/ HTTP/1.1",
        "GET http://user:pass@{host}/ HTTP/1.1",
        "GET http://127.0.0.2:{port}\\@{host}/ HTTP/1.1",
        "GET http:///x HTTP/1.1",
        "CONNECT {host}:1 HTTP/1.1",
        "CONNECT 127.0.0.1 HTTP/1.1",
        "CONNECT ::1:{port} HTTP/1.1",
        "CONNECT [::ffff:127.0.0.2]:{port} HTTP/1.1",
        "CONNECT user@127.0.0.1:{port} HTTP/1.1",
        "CONNECT 127.0.0.1:99999 HTTP/1.1",
    ],
)
def test_what_is_not_plainly_for_an_allowed_site_is_refused(request_line: str) -> None:
    with serving() as site:
        with EgressProxy(EgressRules.read([f"127.0.0.1:{site.port}"])) as proxy:
            host = f"127.0.0.1:{site.port}"
            line = request_line.format(host=host, port=site.port)
            answer = ask(proxy, f"{line}\r\nHost: {host}\r\n\r\n".encode())
        assert answer.startswith(b"HTTP/1.1 403")
        assert site.read == []


@pytest.mark.parametrize(
    "headers",
    [
        "Host: evil.test",
        "Host: {host}:1",
        "Host: {host}\r\nContent-Length: 3\r\nTransfer-Encoding: chunked",
        "Host: {host}\r\nHost: evil.test",
        "Host: {host}\r\nContent-Length: 3\r\nContent-Length: 4",
        "Host: {host}\r\nTransfer-Encoding: gzip, chunked",
        "Host: {host}\r\n folded: x",
        "Host: {host}\r\nX: a\rb",
    ],
)
def test_headers_that_two_readers_read_differently_reach_nobody(headers: str) -> None:
    with serving() as site:
        with EgressProxy(EgressRules.read([f"127.0.0.1:{site.port}"])) as proxy:
            host = f"127.0.0.1:{site.port}"
            told = headers.format(host=host)
            ask(proxy, f"POST http://{host}/ HTTP/1.1\r\n{told}\r\n\r\nabc".encode())
        assert site.read == [], headers


def test_a_head_without_end_is_not_kept() -> None:
    with EgressProxy(EgressRules.read(["shop.test"])) as proxy:
        with suppress(OSError):  # it is cut off while it is still sending
            ask(proxy, b"GET http://shop.test/ HTTP/1.1\r\nX: " + b"a" * 200_000)
        assert proxy.counts() == {"failed": 1}


def test_no_connection_outlives_the_proxy() -> None:
    with EgressProxy(EgressRules.read(["shop.test"])) as proxy:
        idle = socket.create_connection(("127.0.0.1", proxy.port), timeout=5)
    assert idle.recv(1) == b""
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", proxy.port), timeout=1)
