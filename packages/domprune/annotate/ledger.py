"""Which steps are done, on disk while the batch is worked off, so that a kill costs one step."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from common.files import JsonLines, write_text
from domprune.annotate.rows import Row, read_row
from domprune.types import Dropped


class Ledger:
    """One JSON line a step that is annotated or dropped; the first line says for which settings."""

    def __init__(self, path: Path, fingerprint: str) -> None:
        """Open the file; begin anew where it belongs to other settings.

        `resumed` counts the steps that an earlier attempt has done, `failed` those that `fail` was
        told of. Lines that a kill cut short are taken out, so that their steps are done again.
        """
        opening = json.dumps({"fingerprint": fingerprint})
        found = path.read_text("utf-8", errors="replace").splitlines() if path.is_file() else []
        kept = [line for line in found[1:] if _entry(line)] if found[:1] == [opening] else []
        if [opening, *kept] != found:
            write_text(path, "".join(f"{line}\n" for line in (opening, *kept)))
        self._lines = JsonLines(path)
        self._done = {id for line in kept for id, _ in [_entry(line) or ("", None)]}
        self.resumed = len(self._done)
        self.failed = 0

    def __contains__(self, case_id: str) -> bool:
        """Whether the step is done."""
        return case_id in self._done

    def add(self, done: Row | Dropped) -> None:
        """Note an annotated or a dropped step."""
        if isinstance(done, Dropped):
            self._lines.append({"id": done.case_id, "dropped": done.reason})
            self._done.add(done.case_id)
        else:
            self._lines.append({"id": done.id, "annotated": done})
            self._done.add(done.id)

    def fail(self) -> None:
        """Count a step that raised; nothing is written, so that the next attempt tries it again."""
        self.failed += 1

    def entries(self) -> Iterator[Row | Dropped]:
        """All that is done, in the order in which it was."""
        with self._lines.path.open(encoding="utf-8") as lines:
            for line in lines:
                if entry := _entry(line):
                    yield entry[1]


def _entry(line: str) -> tuple[str, Row | Dropped] | None:
    """The step of a line and what became of it; None where the line is none."""
    try:
        raw = json.loads(line)
        if "dropped" in raw:
            return raw["id"], Dropped(raw["id"], raw["dropped"])
        return raw["id"], read_row(raw["annotated"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
