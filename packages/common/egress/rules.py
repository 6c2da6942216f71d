"""Which hosts a task may reach: patterns in words -> rules that judge targets and addresses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Self

import idna

from common.egress.addresses import Address, is_public, literal
from common.egress.types import EgressRefused, Target

WEB_PORTS = frozenset({80, 443})
"""The ports of a pattern that names none."""
_PATTERN = re.compile(
    r"(?P<wild>\*\.)?(?P<host>\[[0-9a-fA-F:.]+\]|[^\s/:@*\[\]]+)(:(?P<port>\d+))?"
)
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")


@dataclass(frozen=True, slots=True)
class Site:
    """A host, with its subdomains where `wild`, on one port, on 80 and 443 where it is None."""

    host: str
    port: int | None = None
    wild: bool = False

    def covers(self, target: Target) -> bool:
        """Whether the target is this site."""
        ports = WEB_PORTS if self.port is None else {self.port}
        below = self.wild and target.host.endswith("." + self.host)
        return target.port in ports and (target.host == self.host or below)


@dataclass(frozen=True, slots=True, kw_only=True)
class EgressRules:
    """The sites of a task and the addresses beyond the public internet that it may reach."""

    sites: tuple[Site, ...]
    local: tuple[IPv4Network | IPv6Network, ...] = field(default=())

    @classmethod
    def read(cls, allowed: Sequence[str], local: Sequence[str] = ()) -> Self:
        """Read patterns: `shop.example`, `*.shop.example`, `shop.example:8443`, `127.0.0.1:8000`.

        `*.shop.example` covers shop.example, too. An address among `allowed` is its own permission;
        a name that leads to a private or loopback address needs that address or network in
        `local`. Raises ValueError where a pattern cannot be read.
        """
        sites = tuple(site_of(pattern) for pattern in allowed)
        named = [address for site in sites if (address := literal(site.host)) is not None]
        try:
            networks = [ip_network(block, strict=False) for block in local]
        except ValueError as error:
            raise ValueError(
                f"local must hold addresses or networks such as 127.0.0.1 or 10.0.0.0/8: {error}"
            ) from None
        return cls(sites=sites, local=(*networks, *map(ip_network, named)))

    def check_target(self, target: Target) -> None:
        """Raise EgressRefused unless a site covers the target."""
        if not any(site.covers(target) for site in self.sites):
            raise EgressRefused(f"{target} is not among the task's allowed sites")

    def check_address(self, address: Address) -> None:
        """Raise EgressRefused unless the address is public or expressly allowed."""
        if not is_public(address) and not any(address in network for network in self.local):
            raise EgressRefused(f"{address} is not a public address and not allowed in local")


def site_of(pattern: str) -> Site:
    """Read one pattern; raises ValueError where it cannot be read.

    >>> site_of("*.Bücher.example:8443")
    Site(host='xn--bcher-kva.example', port=8443, wild=True)
    """
    found = _PATTERN.fullmatch(pattern.strip())
    port = int(found["port"]) if found and found["port"] else None
    try:
        host = plain_host(found["host"]) if found else ""
        is_address = bool(host) and literal(host) is not None
    except EgressRefused:
        host, is_address = "", False
    if not found or not host or port == 0 or (port or 0) > 65535 or (found["wild"] and is_address):
        raise ValueError(
            f"allowed must hold hosts such as shop.example, *.shop.example or 127.0.0.1:8000, not "
            f"{pattern!r}; write no scheme, user or path"
        )
    return Site(host, port, bool(found["wild"]))


def plain_host(host: str) -> str:
    """Return a host as names are compared: ASCII (IDNA, UTS 46), lower case, no final dot.

    Addresses come in their one canonical form. Raises EgressRefused for what is no host.
    """
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    try:
        ascii_host = bare if bare.isascii() else idna.encode(bare, uts46=True).decode("ascii")
    except idna.IDNAError:
        raise EgressRefused(f"{host!r} is no host name") from None
    ascii_host = ascii_host.lower().removesuffix(".")
    address = literal(ascii_host)
    if address is not None:
        return str(address)
    if len(ascii_host) > 253 or not all(map(_LABEL.fullmatch, ascii_host.split("."))):
        raise EgressRefused(f"{host!r} is no host name")
    return ascii_host
