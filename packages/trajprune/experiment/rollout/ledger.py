"""Runs that are there already, on disk while others are under way: a killed batch goes on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from common.files import JsonLines, growing, write_text
from common.trajectory import Trajectory
from trajprune.formats import WRITERS, Format, Record, Refused, decode, written


class RunLedger:
    """Finished runs by id, each a line of our own format as soon as it is there."""

    def __init__(self, file: Path, fingerprint: str) -> None:
        """Take up what `file` holds, where it belongs to the same settings and questions."""
        self._about = file.with_suffix(".about")
        self._lines = JsonLines(file)
        if not self._about.is_file() or self._about.read_text("utf-8") != fingerprint:
            file.unlink(missing_ok=True)
            write_text(self._about, fingerprint)
        self.runs: dict[str, Trajectory] = dict(_read(file))
        if file.is_file():  # without the line that a kill may have cut
            write_runs(file, self.runs)

    def add(self, run: Trajectory) -> None:
        """Keep a run; a later one of the same id replaces it."""
        self._lines.append(WRITERS[Format.own](run))
        self.runs[run.id] = run

    def remove(self) -> None:
        """Take the ledger away: everything it knew is written elsewhere."""
        self._about.unlink(missing_ok=True)
        self._lines.path.unlink(missing_ok=True)


def write_runs(file: Path, runs: Mapping[str, Trajectory]) -> Path:
    """Write the runs as JSON lines of our own format, in one step."""
    with growing(file) as stream:
        for run in runs.values():
            stream.write(written(WRITERS[Format.own](run)).encode() + b"\n")
    return file


def _read(file: Path) -> list[tuple[str, Trajectory]]:
    found = []
    for number, line in enumerate(file.read_bytes().splitlines() if file.is_file() else [], 1):
        try:
            run = decode(Record(place=f"line {number}", name="", value=line), Format.own)
        except (Refused, json.JSONDecodeError):
            continue
        found.append((run.id, run))
    return found
