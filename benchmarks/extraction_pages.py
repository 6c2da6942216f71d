"""Real pages for the extraction benchmark, served from this machine so that every tool sees them.

MHTML archives are unpacked: each archived file gets an address on the server and the addresses in
the archive's texts are rewritten. A content policy keeps pages from loading anything else.
"""

from __future__ import annotations

import email
import gzip
import html
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from common.loopback import listening

POLICY = "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'"
_TAG = re.compile(rb"<[a-zA-Z]")


@dataclass(frozen=True, slots=True)
class File:
    """One served file: its media type and its bytes."""

    kind: str
    data: bytes


def big_pages(root: Path, fewest_tags: int, most_tags: int) -> list[Path]:
    """Return the saved pages under `root` with a number of tags in the range, by name."""
    sets = (root / "pages" / "real" / "pages", root / "pages" / "russ" / "pages")
    paths = sorted(path for folder in sets for path in folder.glob("*.gz"))
    return [path for path in paths if fewest_tags <= _tags(path) <= most_tags]


def unpack(path: Path) -> dict[str, File]:
    """Return the files of a saved page by their path on the server; the page itself is "/"."""
    data = gzip.decompress(path.read_bytes())
    if ".mhtml" not in path.name:
        return {"/": File("text/html; charset=utf-8", data)}
    parts = [part for part in email.message_from_bytes(data).walk() if not part.is_multipart()]
    places: dict[str, str] = {}
    for number, part in enumerate(parts):
        address = "/" if number == 0 else f"/part{number}"
        if part["Content-Location"]:
            places[part["Content-Location"]] = address
        if part["Content-ID"]:
            places["cid:" + part["Content-ID"].strip("<>")] = address
    files = {}
    for number, part in enumerate(parts):
        payload = part.get_payload(decode=True)
        body = payload if isinstance(payload, bytes) else b""
        kind = part.get_content_type()
        if kind in ("text/html", "text/css"):
            text = _rewritten(body.decode("utf-8", "replace"), places)
            files["/" if number == 0 else f"/part{number}"] = File(
                f"{kind}; charset=utf-8", text.encode()
            )
        else:
            files[f"/part{number}"] = File(kind, body)
    return files


@contextmanager
def served(files: Mapping[str, File]) -> Iterator[str]:
    """Serve the files on a free port of this machine; yields the page's URL."""
    with listening(partial(_Handler, files)) as address:
        yield f"{address}/"


def _tags(path: Path) -> int:
    return len(_TAG.findall(unpack(path)["/"].data))


def _rewritten(text: str, places: Mapping[str, str]) -> str:
    for place in sorted(places, key=len, reverse=True):
        text = text.replace(html.escape(place), places[place]).replace(place, places[place])
    return text


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, files: Mapping[str, File], *arguments: object) -> None:
        self.files = files
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        file = self.files.get(self.path)
        self.send_response(200 if file else 404)
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Content-Type", file.kind if file else "text/plain")
        self.end_headers()
        if file:
            self.wfile.write(file.data)

    def log_message(self, format: str, *arguments: object) -> None:
        pass
