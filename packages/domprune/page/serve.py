"""A folder of pages on loopback: folder -> address, for as long as it is needed."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

from common.loopback import listening


def serving(folder: Path) -> AbstractContextManager[str]:
    """Serve the files of a folder on a free port of 127.0.0.1; yields the address without a slash.

    Frames of pages from `file:` URLs are foreign to one another; served, they share an origin.
    """
    return listening(partial(_Quiet, directory=str(folder)))


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: requests of a test site are of no interest."""
