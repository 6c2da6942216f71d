"""Documents of our own; Serper and Jina against a real server that speaks as they do."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from trajprune.rollout import ToolFailed
from trajprune.rollout.backends.documents import read_documents
from trajprune.rollout.backends.http import ServiceFailed, ServiceRefused
from trajprune.rollout.backends.jina import Jina, JinaSettings
from trajprune.rollout.backends.local import LocalCorpus
from trajprune.rollout.backends.serper import Serper, SerperSettings
from trajprune.rollout.backends.types import Document
from trajprune.rollout.tools.visit import VisitTool

KEY = "key-0123456789"
Sent = tuple[int, str, dict[str, str]]


class Web:
    """Answers each request with the next of `answers`; the last one goes on."""

    def __init__(self) -> None:
        self.answers: list[Sent] = []
        self.asked: list[tuple[str, str, dict[str, str], Any]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                outer.asked.append(
                    (self.command, self.path, dict(self.headers), json.loads(body or b"null"))
                )
                kept = len(outer.answers) > 1
                status, text, headers = outer.answers.pop(0) if kept else outer.answers[0]
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text.encode())

            do_GET = do_POST

            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.http.server_port}"

    def sends(self, text: str, status: int = 200, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers.append((status, text, named))


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    monkeypatch.setenv("TEST_WEB_KEY", KEY)
    running = Web()
    yield running
    running.http.shutdown()
    running.http.server_close()


def serper(web: Web, **more: Any) -> Serper:
    quick = {"timeout": 5.0, "deadline": 20.0, "retries": 1, **more}
    return Serper(SerperSettings(url=f"{web.url}/search", key_variable="TEST_WEB_KEY", **quick))


def jina(web: Web) -> Jina:
    return Jina(JinaSettings(url=web.url, key_variable="TEST_WEB_KEY", retries=0))


def test_words_find_documents_and_ids_and_titles_open_them() -> None:
    corpus = LocalCorpus(
        [
            Document(id="http://a/tea", title="Tea", text="Tea is a drink. It comes from China."),
            Document(id="http://a/rome", title="Rome", text="Rome lies on the Tiber."),
            Document(id="http://a/china", title="China", text="A country."),
        ],
        results=2,
    )
    assert [hit.title for hit in corpus.search("Where does tea come from, China?")] == [
        "Tea",
        "China",
    ]
    assert corpus.search("zebra") == []
    assert corpus.search("!?") == []
    assert corpus.read("HTTP://A/ROME").title == "Rome"
    assert corpus.read("rome").id == "http://a/rome"
    with pytest.raises(ToolFailed, match="there is no page"):
        corpus.read("Venice")


def test_a_word_of_the_title_outweighs_the_same_word_of_the_text() -> None:
    pages = [
        Document(id="1", title="boss fina denby", text="vera"),
        Document(id="2", title="boss vera denby", text="otto"),
    ]
    assert [hit.id for hit in LocalCorpus(pages, 1).search("boss vera denby")] == ["2"]


def test_documents_come_from_lines_and_from_folders(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "note.md").write_text("About tea.")
    (tmp_path / "more.jsonl").write_text(
        '{"url": "http://x/1", "title": "One", "text": "first"}\n\n{"title": "Two", "text": "b"}\n'
    )
    found = read_documents(tmp_path)
    assert [(one.id, one.title) for one in found] == [
        ("deep/note.md", "note"), ("http://x/1", "One"), ("Two", "Two"),
    ]  # fmt: skip
    assert read_documents(tmp_path / "deep" / "note.md")[0].id == "note.md"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"title": "x"}', 'bad.jsonl:2: a document needs "text"'),
        ('{"text": "x"}', 'bad.jsonl:2: a document needs "text" and one of'),
        ("{", "bad.jsonl:2: "),
        ('{"id": "a", "text": ""}', "bad.jsonl:2: a second document has the id 'a'"),
    ],
)
def test_a_line_that_is_no_document_is_named(tmp_path: Path, line: str, told: str) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text('{"id": "a", "text": "x"}\n' + line + "\n")
    with pytest.raises(ValueError, match=told.replace("[", r"\[")):
        read_documents(file)


def test_no_documents_is_an_error_with_the_place(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="holds no"):
        read_documents(tmp_path)
    with pytest.raises(FileNotFoundError, match="there is no file"):
        read_documents(tmp_path / "none")


def test_serper_is_asked_with_the_key_and_its_results_are_read(web: Web) -> None:
    rows = [
        {"title": "Ann", "link": "http://x/ann", "snippet": "Built it.", "date": "2020"},
        {"title": "no link"},
        {"link": "http://x/bare"},
    ]
    web.sends(json.dumps({"organic": rows}))
    found = serper(web).search("who built it")
    assert [(one.id, one.title, one.excerpt) for one in found] == [
        ("http://x/ann", "Ann", "2020: Built it."), ("http://x/bare", "http://x/bare", ""),
    ]  # fmt: skip
    method, path, headers, body = web.asked[0]
    assert (method, path, body) == ("POST", "/search", {"q": "who built it", "num": 10})
    assert {name.lower(): value for name, value in headers.items()}["x-api-key"] == KEY


@pytest.mark.parametrize("text", ['{"organic": []}', "{}", "[]", '{"organic": null}'])
def test_no_results_are_no_error(web: Web, text: str) -> None:
    web.sends(text)
    assert serper(web).search("x") == []


def test_what_may_pass_is_asked_again(web: Web) -> None:
    web.sends("", 500)
    web.sends('{"organic": []}')
    assert serper(web).search("x") == []
    assert len(web.asked) == 2


def test_what_goes_on_failing_is_an_observation_that_names_the_status(web: Web) -> None:
    web.sends("overloaded", 429, Retry_After="0")
    with pytest.raises(ServiceFailed, match="answered 429: overloaded") as caught:
        serper(web).search("x")
    assert caught.value.transient
    assert len(web.asked) == 2


def test_a_wrong_request_is_not_repeated(web: Web) -> None:
    web.sends("bad", 400)
    with pytest.raises(ServiceFailed, match="400"):
        serper(web).search("x")
    assert len(web.asked) == 1


def test_a_refused_key_is_no_observation_and_is_never_shown(web: Web) -> None:
    web.sends(f"wrong key {KEY}", 403)
    with pytest.raises(ServiceRefused, match="TEST_WEB_KEY") as caught:
        serper(web).search("x")
    assert not isinstance(caught.value, ToolFailed)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("text", ["<html>", ""])
def test_an_answer_that_is_no_json_is_a_failure(web: Web, text: str) -> None:
    web.sends(text)
    with pytest.raises(ServiceFailed, match="no JSON"):
        serper(web).search("x")


def test_a_service_that_is_not_there_is_a_failure(web: Web) -> None:
    gone = SerperSettings(url="http://127.0.0.1:9/s", key_variable="TEST_WEB_KEY", retries=0)
    with pytest.raises(ServiceFailed, match="cannot be reached"):
        Serper(gone).search("x")


def test_a_missing_key_is_told_before_anything_is_asked() -> None:
    with pytest.raises(ValueError, match="NOT_SET_ANYWHERE holds no key"):
        Serper(SerperSettings(key_variable="NOT_SET_ANYWHERE"))


def test_jina_reads_a_page(web: Web) -> None:
    web.sends("Title: A page\n\nURL Source: http://x/a b\n\nMarkdown Content:\n# Hello\nworld")
    page = jina(web).read("http://x/a b?c=d")
    assert (page.title, page.text) == ("A page", "# Hello\nworld")
    assert web.asked[0][1] == "/http://x/a%20b?c=d"
    assert {k.lower(): v for k, v in web.asked[0][2].items()}["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("address", ["file:///etc/passwd", "bridge", "ftp://x/y", "http://"])
def test_jina_is_asked_for_web_addresses_only(web: Web, address: str) -> None:
    with pytest.raises(ToolFailed, match="is no address of a web page"):
        jina(web).read(address)
    assert web.asked == []


def test_one_page_of_several_that_fails_does_not_take_the_others_with_it(web: Web) -> None:
    web.sends("Title: Good\n\nMarkdown Content:\nfine")
    seen = VisitTool(jina(web))({"url": ["http://x/1", "nonsense"]})
    assert "fine" in seen
    assert "Error: 'nonsense' is no address" in seen


def test_a_body_without_end_is_cut(web: Web) -> None:
    web.sends("x" * (9 * 1024 * 1024))
    assert len(jina(web).read("http://x/big").text) == 8 * 1024 * 1024


def test_an_answer_that_drips_is_given_up_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connection, _ = server.accept()
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            with connection, contextlib.suppress(OSError):
                for _ in range(100):
                    connection.sendall(b"x")
                    time.sleep(0.1)

        threading.Thread(target=drip, daemon=True).start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        slow = SerperSettings(url=url, key_variable="", timeout=1.0, deadline=2.0, retries=0)
        start = time.monotonic()
        with pytest.raises(ServiceFailed, match="no whole answer in time"):
            Serper(slow).search("x")
        assert time.monotonic() - start < 6
