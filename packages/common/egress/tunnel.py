"""CONNECT: bytes both ways between the browser and the one address that was checked."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from common.egress.connect import CHUNK, Stream


async def tunnel(browser: Stream, site: Stream) -> None:
    """Carry bytes both ways until both sides have ended or one has failed."""
    ways = [
        asyncio.create_task(_carry(browser, site)),
        asyncio.create_task(_carry(site, browser)),
    ]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        site.close()


async def _carry(source: Stream, sink: Stream) -> None:
    while data := await source.reader.read(CHUNK):
        await sink.send(data)
    with suppress(OSError):  # the other side has closed wholly meanwhile
        sink.writer.write_eof()
