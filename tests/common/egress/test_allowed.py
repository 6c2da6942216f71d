"""Real Chromium behind the proxy reaches what the task allows: pages, posts, WebSockets."""

from __future__ import annotations

import base64
import hashlib
import os
import socket
import threading
from collections.abc import Iterator
from ipaddress import ip_address

import pytest
from playwright.sync_api import sync_playwright

from common.chromium import find_chromium
from common.egress.addresses import Address
from common.egress.chromium import chromium_flags
from common.egress.proxy import EgressProxy
from common.egress.rules import EgressRules

PAGE = "<!doctype html><title>Shop</title><body>welcome"
SECRET_OF_RFC_6455 = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Shop:
    """Answers GET with a page, POST with what was posted, an upgrade with one frame of text."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                link, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(link,), daemon=True).start()

    def _answer(self, link: socket.socket) -> None:
        with link, link.makefile("rb") as lines:
            first = lines.readline().decode()
            headers = {}
            while line := lines.readline().decode().strip():
                name, _, value = line.partition(":")
                headers[name.lower()] = value.strip()
            body = lines.read(int(headers.get("content-length", 0))).decode()
            if key := headers.get("sec-websocket-key"):
                digest = hashlib.sha1((key + SECRET_OF_RFC_6455).encode()).digest()
                link.sendall(
                    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade"
                    b"\r\nSec-WebSocket-Accept: "
                    + base64.b64encode(digest)
                    + b"\r\n\r\n\x81\x05hello"
                )
                lines.read(1)
                return
            answer = (f"posted {body}" if first.startswith("POST") else PAGE).encode()
            length = f"Content-Length: {len(answer)}\r\n\r\n".encode()
            link.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + length + answer)

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def shop() -> Iterator[Shop]:
    server = Shop()
    yield server
    server.close()


@pytest.mark.chromium
def test_pages_posts_and_web_sockets_pass(shop: Shop) -> None:
    asked: list[str] = []

    async def resolve(host: str) -> list[Address]:
        asked.append(host)
        return [ip_address("127.0.0.1")]

    rules = EgressRules.read([f"*.shop.test:{shop.port}"], ["127.0.0.1"])
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with EgressProxy(rules, resolve=resolve) as proxy, sync_playwright() as driver:
        args = [*chromium_flags(proxy.address), *sandbox]
        with driver.chromium.launch(executable_path=find_chromium(), args=args) as browser:
            page = browser.new_page()
            page.goto(f"http://www.shop.test:{shop.port}/")
            assert page.title() == "Shop"
            posted = page.evaluate("fetch('/x', {method: 'POST', body: 'abc'}).then(r => r.text())")
            assert posted == "posted abc"
            heard = page.evaluate(
                "new Promise(done => { const s = new WebSocket('ws://' + location.host);"
                "s.onmessage = event => done(event.data); s.onerror = () => done('error') })"
            )
            assert heard == "hello"
            # Chromium goes past proxies to link-local addresses, too, unless it is told not to.
            for address in ("http://evil.test/", "http://169.254.169.254/", "http://[fe80::1]/"):
                refused = page.goto(address)
                assert refused is not None
                assert (refused.status, "not among" in refused.text()) == (403, True)
    assert set(asked) == {"www.shop.test"}
    # The browser's own calls to its maker are among the refused.
    carried = {one.target for one in proxy.decisions() if not one.refused}
    assert carried == {f"www.shop.test:{shop.port}"}
