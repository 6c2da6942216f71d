from __future__ import annotations

from http.server import BaseHTTPRequestHandler
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from common.loopback import listening


class Hello(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, format: str, *arguments: object) -> None:
        """Stay quiet."""


def test_a_handler_answers_until_the_block_ends() -> None:
    with listening(Hello) as address:
        assert address.startswith("http://127.0.0.1:")
        with urlopen(f"{address}/any") as answer:
            assert answer.read() == b"hello"
    with pytest.raises(URLError):
        urlopen(address, timeout=2)


def test_two_servers_have_ports_of_their_own() -> None:
    with listening(Hello) as one, listening(Hello) as other:
        assert one != other
