"""The sample pages on loopback, with a database of what is done on them."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from pydantic import BaseModel, ValidationError

from common.loopback import listening
from domprune.sample_live.database import Database

MARKS = Path(__file__).with_name("marks.js")
MOST_OCTETS = 1_000_000
"""A form larger than this is refused."""
TELLER = b'<script src="/marks.js"></script></body>'


def serving(pages: Path, database: Database) -> AbstractContextManager[str]:
    """Serve the pages on a free port of 127.0.0.1 and keep what is done on them.

    Yields the address without a slash at its end. A form that is sent is kept and answered with
    the page that it names; what pages do without a form is told by a script of ours, `marks.js`.
    """
    return listening(partial(_Handler, directory=str(pages), database=database))


class _Mark(BaseModel):
    page: str
    thing: str
    state: str


class _Handler(SimpleHTTPRequestHandler):
    def __init__(self, *given: object, directory: str, database: Database) -> None:
        self._database = database
        super().__init__(*given, directory=directory)  # type: ignore[arg-type]

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: requests of a test site are of no interest."""

    def do_GET(self) -> None:
        """Answer with a page, with the script that tells of marks, or with a plain file."""
        parts = urlsplit(self.path)
        if parts.path == "/marks.js":
            return self._answer(MARKS.read_bytes(), "text/javascript")
        if not parts.path.endswith(".html"):
            return super().do_GET()
        file = Path(self.translate_path(self.path))
        if not file.is_file():
            return self.send_error(HTTPStatus.NOT_FOUND)
        if parts.query:
            self._database.keep_visit(parts.path.lstrip("/"), dict(parse_qsl(parts.query, True)))
        return self._answer(file.read_bytes().replace(b"</body>", TELLER, 1), "text/html")

    def do_POST(self) -> None:
        """Keep a mark, or a form whose page is then asked for anew."""
        length = int(self.headers.get("Content-Length") or 0)
        if not 0 <= length <= MOST_OCTETS:
            return self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        body = self.rfile.read(length).decode("utf-8", "replace")
        path = urlsplit(self.path).path
        if path == "/marks":
            return self._mark(body)
        self._database.keep_form(path.lstrip("/"), dict(parse_qsl(body, True)))
        self.send_response(HTTPStatus.SEE_OTHER)
        self.send_header("Location", path)
        self.send_header("Content-Length", "0")
        return self.end_headers()

    def _mark(self, body: str) -> None:
        try:
            mark = _Mark.model_validate_json(body)
        except ValidationError:
            return self.send_error(HTTPStatus.BAD_REQUEST)
        self._database.mark(mark.page, mark.thing, mark.state)
        return self._answer(b"{}", "application/json")

    def _answer(self, body: bytes, kind: str) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
