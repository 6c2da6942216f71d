"""Addresses -> one open connection, to an address that was checked and to no other."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from common.egress.addresses import Address
from common.egress.types import EgressRefused, Target

SECONDS = 10.0
"""How long one address may take to answer."""
CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Stream:
    """The two ends of one TCP connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        """Write and wait until the other side keeps up."""
        self.writer.write(data)
        await self.writer.drain()

    def close(self) -> None:
        """Drop the connection."""
        self.writer.close()


async def connect(target: Target, addresses: Sequence[Address]) -> Stream:
    """Connect to the first address that answers; raises EgressRefused where none does."""
    for address in addresses:
        try:
            async with asyncio.timeout(SECONDS):
                # An address is given, so nothing is looked up again.
                reader, writer = await asyncio.open_connection(str(address), target.port)
        except OSError:  # TimeoutError included
            continue
        return Stream(reader, writer)
    raise EgressRefused(f"{target} does not answer")
