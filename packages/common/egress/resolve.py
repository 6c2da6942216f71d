"""Target -> the addresses that a connection may use, looked up once and each one checked."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import ip_address

from common.egress.addresses import Address, literal
from common.egress.rules import EgressRules
from common.egress.types import EgressRefused, Target

Resolve = Callable[[str], Awaitable[Sequence[Address]]]
"""Looks a host name up; raises OSError where there is no answer."""


async def ask_system(host: str) -> list[Address]:
    """Look a name up the way every program of this machine does."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(ip_address(entry[4][0]) for entry in found))


async def admit(target: Target, rules: EgressRules, resolve: Resolve) -> list[Address]:
    """Return the addresses to connect to, in the order of the answer.

    The name is looked up only where its site is allowed, so that no lookup tells anything to
    anyone, and once. One forbidden address among the answers refuses them all: that is how a
    rebinding name looks. Raises EgressRefused.
    """
    rules.check_target(target)
    address = literal(target.host)
    if address is not None:
        addresses: Sequence[Address] = [address]
    else:
        try:
            addresses = await resolve(target.host)
        except OSError as error:
            raise EgressRefused(f"{target.host} has no address ({error})") from error
    if not addresses:
        raise EgressRefused(f"{target.host} has no address")
    for one in addresses:
        rules.check_address(one)
    return list(addresses)
