"""A folder or file of documents -> the documents, each with an id of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from trajprune.rollout.backends.types import Document

PLAIN = (".txt", ".md")


def read_documents(place: Path) -> list[Document]:
    """The documents of a file of JSON lines, or of a folder of text files and such files.

    A line is {"text", and "id" or "url" or "title"}; a text file's id is its path within the
    folder, its title its name.

    Raises:
        FileNotFoundError: there is no such place, or no document in it.
        ValueError: a line is no document, or two have one id; the message names file and line.
    """
    if not place.exists():
        raise FileNotFoundError(f"corpus: there is no file or folder {place}")
    files = sorted(one for one in place.rglob("*") if one.is_file()) if place.is_dir() else [place]
    found: dict[str, Document] = {}
    for file in files:
        for where, document in _documents(file, place):
            if document.id in found:
                raise ValueError(f"{where}: a second document has the id {document.id!r}")
            found[document.id] = document
    if not found:
        raise FileNotFoundError(f"corpus: {place} holds no .jsonl, .txt or .md file with documents")
    return list(found.values())


def _documents(file: Path, place: Path) -> Iterator[tuple[str, Document]]:
    if file.suffix in PLAIN:
        name = file.name if file == place else file.relative_to(place).as_posix()
        text = file.read_text(encoding="utf-8", errors="replace")
        yield str(file), Document(id=name, title=file.stem, text=text)
    elif file.suffix == ".jsonl":
        with file.open(encoding="utf-8", errors="replace") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield f"{file}:{number}", _document(line, f"{file}:{number}")


def _document(line: str, where: str) -> Document:
    try:
        value = json.loads(line)
    except ValueError as error:
        raise ValueError(f"{where}: {error}; correct the line") from None
    fields = value if isinstance(value, dict) else {}
    text, title = fields.get("text"), fields.get("title") or ""
    id_ = fields.get("id") or fields.get("url") or title
    if not (isinstance(text, str) and isinstance(title, str) and isinstance(id_, str) and id_):
        raise ValueError(f'{where}: a document needs "text" and one of "id", "url", "title"')
    return Document(id=id_, title=title or id_, text=text)
