"""A file of JSON lines <-> training rows; a bad line is told with its file, line and remedy."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from common.files import growing
from common.training.errors import BadRow, Misfit
from common.training.types import ROLES, TrainingMessage, TrainingRow


def read_rows(file: Path) -> Iterator[TrainingRow | BadRow]:
    """The rows of `file`, and in place of a line that is no row the error that says why.

    A line is {"id", "messages": [{"role", "content", "tool_calls"}], "tools", "images"}; id,
    tool_calls, tools and images may be missing. Images are paths relative to the file's folder.

    Raises:
        FileNotFoundError: there is no such file.
    """
    with file.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                yield _row(json.loads(line), str(number), file.parent)
            except ValueError as error:
                yield BadRow(Misfit.unreadable, f"{file}:{number}: {error}; correct the line")


def write_rows(file: Path, rows: Iterable[TrainingRow]) -> int:
    """Write the rows as `read_rows` reads them, in one step; returns how many."""
    count = 0
    with growing(file) as stream:
        for row in rows:
            line = json.dumps(_plain(row, file.parent), ensure_ascii=False, allow_nan=False)
            stream.write(line.encode("utf-8", errors="replace") + b"\n")
            count += 1
    return count


def _plain(row: TrainingRow, folder: Path) -> dict[str, object]:
    messages = [
        {"role": it.role, "content": it.content}
        | ({"tool_calls": list(it.tool_calls)} if it.tool_calls else {})
        for it in row.messages
    ]
    plain: dict[str, object] = {"id": row.id, "messages": messages}
    if row.tools:
        plain["tools"] = list(row.tools)
    if row.images:
        plain["images"] = [_relative(image, folder) for image in row.images]
    return plain


def _relative(image: Path, folder: Path) -> str:
    return Path(os.path.relpath(image.resolve(), folder.resolve())).as_posix()


def _row(value: object, name: str, folder: Path) -> TrainingRow:
    if not isinstance(value, dict):
        raise ValueError("a row must be an object")
    images = _list(value, "images")
    if not all(isinstance(image, str) for image in images):
        raise ValueError("images must be paths")
    return TrainingRow(
        id=str(value.get("id", name)),
        messages=tuple(_message(it, place) for place, it in enumerate(_list(value, "messages"))),
        tools=_objects(value, "tools"),
        images=tuple(folder / str(image) for image in images),
    )


def _message(value: object, place: int) -> TrainingMessage:
    if not isinstance(value, dict):
        raise ValueError(f"messages[{place}] must be an object")
    role, content = value.get("role"), value.get("content")
    if role not in ROLES:
        raise ValueError(f"messages[{place}].role must be one of {', '.join(ROLES)}, not {role!r}")
    calls = _objects(value, "tool_calls")
    # OpenAI writes null beside a tool call.
    content = "" if content is None and calls else content
    if not isinstance(content, str):
        raise ValueError(f"messages[{place}].content must be text, not {type(content).__name__}")
    return TrainingMessage(role, content, calls)


def _objects(value: Mapping[str, object], key: str) -> tuple[Mapping[str, object], ...]:
    items = _list(value, key)
    if not all(isinstance(item, dict) for item in items):
        raise ValueError(f"{key} must be a list of objects")
    return tuple(item for item in items if isinstance(item, dict))


def _list(value: Mapping[str, object], key: str) -> list[object]:
    items = value.get(key)
    if items is None:
        return []
    if not isinstance(items, list):
        raise ValueError(f"{key} must be a list, not {type(items).__name__}")
    return items
