"""Outcomes that a run's folder holds already: file of one JSON object a line -> outcomes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

Outcome = TypeVar("Outcome")


def read_kept(path: Path, kind: type[Outcome]) -> Iterator[Outcome]:
    """Yield the outcomes in a file's order; a line that was cut off by a crash is passed over."""
    adapter = TypeAdapter(kind)
    for line in path.read_bytes().splitlines() if path.is_file() else ():
        with suppress(ValidationError):
            yield adapter.validate_json(line)
