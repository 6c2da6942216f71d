"""Https through the proxy: the browser speaks TLS with the site itself, and checks who it is."""

from __future__ import annotations

import base64
import hashlib
import http.client
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from common.egress.addresses import Address
from common.egress.chromium import chromium_flags
from common.egress.proxy import EgressProxy
from common.egress.rules import EgressRules
from domprune.page.browser import Browser
from domprune.page.errors import PageError

SHOP, OTHER = "shop.test", "other.test"
PAGE = b"""<!doctype html><title>secure</title><button onclick="fetch('https://%s:%d/told', {mode:
'no-cors'}).then(() => document.title = 'told', () => document.title = 'held back')">Tell</button>
"""


def _signed(
    subject: str, issuer: str, key: ec.EllipticCurvePrivateKey, by: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    """Return a certificate for a day; an authority's where it is its own issuer."""
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, one)]) for one in (subject, issuer)]
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(names[0])
        .issuer_name(names[1])
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(subject == issuer, None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(subject)]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False
        )
        .sign(by, hashes.SHA256())
    )


@dataclass(slots=True)
class Shop:
    """A site with a certificate of our own authority, and the requests that it was sent."""

    authority: Path
    certificate: Path
    fingerprint: str
    port: int = 0
    asked: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("tls")
    root, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    pem = serialization.Encoding.PEM
    (folder / "ca.pem").write_bytes(
        _signed("Our own CA", "Our own CA", root, root).public_bytes(pem)
    )
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "shop.pem").write_bytes(
        private + _signed(SHOP, "Our own CA", key, root).public_bytes(pem)
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    fingerprint = base64.b64encode(hashlib.sha256(public).digest()).decode()
    made = Shop(folder / "ca.pem", folder / "shop.pem", fingerprint)
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(made)) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(made.certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        made.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield made
        server.shutdown()


def _handler(shop: Shop) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            shop.asked.append(f"{self.headers['Host']}{self.path}")
            body = PAGE % (OTHER.encode(), shop.port)
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None: ...

    return Handler


async def resolve(host: str) -> list[Address]:
    """Both names lead to loopback."""
    return [ip_address("127.0.0.1")]


@pytest.fixture
def proxy(shop: Shop) -> Iterator[EgressProxy]:
    rules = EgressRules.read([f"{SHOP}:{shop.port}"], ["127.0.0.1"])
    with EgressProxy(rules, resolve=resolve) as running:
        yield running


def fetch(proxy: EgressProxy, shop: Shop, host: str) -> str:
    """What a client that trusts our authority alone gets of a page through the proxy."""
    trusting = ssl.create_default_context(cafile=str(shop.authority))
    link = http.client.HTTPSConnection("127.0.0.1", proxy.port, context=trusting, timeout=10)
    link.set_tunnel(host, shop.port)
    try:
        link.request("GET", "/page")
        return link.getresponse().read().decode()
    finally:
        link.close()


def test_the_sites_own_certificate_comes_through(proxy: EgressProxy, shop: Shop) -> None:
    assert "secure" in fetch(proxy, shop, SHOP)
    assert shop.asked[-1] == f"{SHOP}:{shop.port}/page"


def test_a_site_that_is_not_allowed_gets_not_even_a_hello(proxy: EgressProxy, shop: Shop) -> None:
    before = list(shop.asked)
    with pytest.raises(OSError, match="403"):
        fetch(proxy, shop, OTHER)
    assert shop.asked == before


def test_another_sites_certificate_is_no_good(shop: Shop) -> None:
    rules = EgressRules.read([f"{OTHER}:{shop.port}"], ["127.0.0.1"])
    with (
        EgressProxy(rules, resolve=resolve) as proxy,
        pytest.raises(ssl.SSLCertVerificationError, match=r"other\.test"),
    ):
        fetch(proxy, shop, OTHER)


@pytest.mark.chromium
def test_chromium_trusts_a_key_that_it_is_told_and_stays_inside(
    proxy: EgressProxy, shop: Shop
) -> None:
    # Chromium reads authorities from a store of the user's; the key alone can be named by a switch.
    trusted = f"--ignore-certificate-errors-spki-list={shop.fingerprint}"
    flags = (*chromium_flags(proxy.address), trusted)
    with Browser(seconds=60, flags=flags, network=True) as browser:
        page = browser.open(url=f"https://{SHOP}:{shop.port}/")
        assert page.title() == "secure"
        assert page.evaluate("isSecureContext") is True
        page.get_by_text("Tell").click()
        page.wait_for_function("document.title !== 'secure'")
        assert page.title() == "held back"
    assert not any(asked.startswith(OTHER) for asked in shop.asked)
    assert f"{OTHER}:{shop.port}" in {one.target for one in proxy.decisions() if one.refused}


@pytest.mark.chromium
def test_chromium_refuses_a_certificate_of_an_authority_it_does_not_know(
    proxy: EgressProxy, shop: Shop
) -> None:
    with (
        Browser(seconds=60, flags=chromium_flags(proxy.address), network=True) as browser,
        pytest.raises(PageError, match="ERR_CERT_AUTHORITY_INVALID"),
    ):
        browser.open(url=f"https://{SHOP}:{shop.port}/")
