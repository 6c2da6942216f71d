"""Runs that are there already, on disk while others are under way: a killed batch goes on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from common.files import JsonLines, growing, write_text
from common.trajectory import Trajectory
from trajprune.formats import WRITERS, Format, Record, Refused, decode, written


class RunLedger:
    """Finished runs by id, each on disk as soon as it is there.

    They grow in FILE.part.jsonl and become FILE when the batch is through; FILE.about says what
    batch they belong to, so that neither is taken up by another one.
    """

    def __init__(self, file: Path, fingerprint: str) -> None:
        """Take up what is there, where it belongs to the same settings and questions."""
        part, about = file.with_suffix(".part.jsonl"), file.with_suffix(".about")
        if not about.is_file() or about.read_text("utf-8") != fingerprint:
            for old in (file, part):
                old.unlink(missing_ok=True)
            write_text(about, fingerprint)
        self._file = file
        self._part = JsonLines(part)
        self.runs = {run.id: run for path in (file, part) for run in _read(path)}
        if part.is_file():  # without the line that a kill may have cut
            _write(part, self.runs.values())

    def add(self, run: Trajectory) -> None:
        """Keep a run; a later one of the same id replaces it."""
        self._part.append(WRITERS[Format.own](run))
        self.runs[run.id] = run

    def finish(self, ids: Iterable[str]) -> list[Trajectory]:
        """Write the runs that are there, in the order of the ids, as the file; return them."""
        found = [self.runs[id_] for id_ in ids if id_ in self.runs]
        _write(self._file, found)
        self._part.path.unlink(missing_ok=True)
        return found


def _write(file: Path, runs: Iterable[Trajectory]) -> None:
    with growing(file) as stream:
        for run in runs:
            stream.write(written(WRITERS[Format.own](run)).encode() + b"\n")


def _read(file: Path) -> Iterator[Trajectory]:
    lines = file.read_bytes().splitlines() if file.is_file() else []
    for number, line in enumerate(lines, 1):
        try:
            yield decode(Record(place=f"line {number}", name="", value=line), Format.own)
        except Refused:
            continue
