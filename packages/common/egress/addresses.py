"""IP address -> whether it is public: what a browser may reach without being told so."""

from __future__ import annotations

import re
import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from common.egress.types import EgressRefused

Address = IPv4Address | IPv6Address

_NEVER_PUBLIC = tuple(
    ip_network(block)
    for block in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        # Cloud machines answer here although the addresses look public.
        "168.63.129.16/32",
    )
)  # fmt: skip
"""IPv4 blocks of the IANA special-purpose registry (RFC 6890 and updates), multicast, Azure's."""
_GLOBAL_UNICAST = ip_network("2000::/3")
_NOT_UNICAST = tuple(
    ip_network(block)
    for block in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)
"""Inside 2000::/3: Teredo and other protocols' own blocks, documentation, 6to4."""
_MAPPED = ip_network("::ffff:0:0/96")
_NAT64 = ip_network("64:ff9b::/96")
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")


def is_public(address: Address) -> bool:
    """Whether the address lies in the public internet's unicast space.

    IPv4-mapped and NAT64 addresses are as public as the IPv4 address inside; 6to4, Teredo, unique
    local, link-local, site-local, multicast, documentation and zoned addresses are not public.

    >>> [is_public(ip_address(a)) for a in ("1.1.1.1", "::ffff:127.0.0.1", "64:ff9b::a9fe:a9fe")]
    [True, False, False]
    """
    if isinstance(address, IPv4Address):
        return not any(address in block for block in _NEVER_PUBLIC)
    if address.scope_id:
        return False
    if address in _MAPPED or address in _NAT64:
        return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    return address in _GLOBAL_UNICAST and not any(address in block for block in _NOT_UNICAST)


def literal(host: str) -> Address | None:
    """Return the address that a host is in any way of writing, None for a name.

    Browsers and C libraries read 2130706433, 0177.1 and 0x7f.0.0.1 as 127.0.0.1: so does this.
    Raises EgressRefused where the last part is a number and the whole no address (WHATWG URL).

    >>> literal("0x7f.1"), literal("example.org")
    (IPv4Address('127.0.0.1'), None)
    """
    host = host.lower().removesuffix(".")
    if ":" in host:
        try:
            return ip_address(host)
        except ValueError:
            raise EgressRefused(f"{host} is no IPv6 address") from None
    if not _NUMBER.fullmatch(host.rpartition(".")[2]):
        return None
    try:
        return IPv4Address(socket.inet_aton(host))
    except (OSError, ValueError):
        raise EgressRefused(f"{host} ends in a number and is no IPv4 address") from None
