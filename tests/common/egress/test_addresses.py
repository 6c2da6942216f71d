from __future__ import annotations

from ipaddress import ip_address

import pytest

from common.egress.addresses import is_public, literal
from common.egress.types import EgressRefused

INNER = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.254 127.0.0.1 127.255.255.254
169.254.1.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.2.1 192.88.99.1 192.168.0.1
198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1
255.255.255.255 168.63.129.16
:: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 64:ff9b::127.0.0.1
64:ff9b::a9fe:a9fe 64:ff9b:1::1 100::1 2001::1 2001:db8::1 2002:7f00:1::1 2002:101:101::1
fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 fec0::1 ff02::1 ff0e::1 3fff::1 4000::1 ::ffff:0:7f00:1
""".split()
OUTER = """
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0
169.253.255.255 172.15.255.255 172.32.0.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0
223.255.255.255 ::ffff:1.1.1.1 64:ff9b::1.1.1.1 2606:4700:4700::1111 2a00:1450:4001::1
""".split()


@pytest.mark.parametrize("text", INNER)
def test_what_is_not_of_the_public_internet_is_not_public(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("text", OUTER)
def test_neighbours_of_the_special_blocks_are_public(text: str) -> None:
    assert is_public(ip_address(text))


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f000001",
        "0X7F.0.0.1",
        "0177.0.0.1",
        "0177.0x0.1",
        "127.0.0.1.",
    ],
)
def test_every_way_of_writing_an_address_is_that_address(text: str) -> None:
    assert literal(text) == ip_address("127.0.0.1")


@pytest.mark.parametrize("text", ["example.org", "1and1.com", "0x.example", "127.0.0.1.nip.io"])
def test_names_are_no_addresses(text: str) -> None:
    assert literal(text) is None


@pytest.mark.parametrize("text", ["1.2.3.4.5", "256.1.1.1", "99999999999", "example.0x7f", "::g"])
def test_numbers_that_are_no_address_are_refused(text: str) -> None:
    with pytest.raises(EgressRefused):
        literal(text)
