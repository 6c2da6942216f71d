"""The invented world's pages and questions -> documents.jsonl and questions.jsonl."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from trajprune.sample.build.runs import CONTENT


def documents() -> Iterator[bytes]:
    """The lines of documents.jsonl: every page once, in the order in which questions name it."""
    seen: dict[str, str] = {}
    for one in json.loads(CONTENT.read_text("utf-8")):
        for title, text in (one["first"], one["second"], one["dead"]):
            if seen.setdefault(title, text) != text:
                raise ValueError(f"content.json: two pages are called {title!r}")
    return (_line({"title": title, "text": text}) for title, text in seen.items())


def questions() -> Iterator[bytes]:
    """The lines of questions.jsonl."""
    for number, one in enumerate(json.loads(CONTENT.read_text("utf-8")), 1):
        yield _line({"id": f"q{number:02}", "question": one["question"], "answer": one["answer"]})


def _line(value: Mapping[str, str]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"
