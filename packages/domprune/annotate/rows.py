"""Annotated steps on disk: annotated.jsonl <-> steps, each page's snapshot in a file of its own.

A line names the snapshot and the screenshot by their paths beside the file; many steps of one page
share one snapshot, which is named after its content.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from common.files import growing, to_plain, write_bytes
from domprune.types import Action, Annotated, Case, Gold, Program, Snapshot, SubTask

SNAPSHOTS = "snapshots"
LARGEST_SNAPSHOT = 256_000_000
"""Most bytes of a snapshot once it is unpacked: no page is as large."""
PAGES_HELD = 4
"""Snapshots that are held while steps are read; steps of one page stand together."""
PROBLEMS_SHOWN = 3


class BrokenAnnotation(ValueError):
    """A line that is no annotated step; the message names file, line, rule and remedy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line: an annotated step whose snapshot and screenshot are paths beside the file."""

    id: str
    page: str
    snapshot: str
    given: SubTask
    gold: Gold
    task: str
    history: tuple[str, ...]
    data_split: str
    subtask: SubTask
    program: Program
    thought: str
    action: Action
    split: str = ""
    screenshot: str | None = None


_ROW = TypeAdapter(Row)
_SNAPSHOT = TypeAdapter(Snapshot)


class SnapshotFiles:
    """Writes snapshots into a folder; one that many steps share, as those of a page do, once."""

    def __init__(self, folder: Path) -> None:
        """`folder`: the one of annotated.jsonl."""
        self.folder = folder
        # The snapshot beside its file's name stays alive, so that no other can take its id.
        self._held: dict[int, tuple[Snapshot, str]] = {}

    def write(self, snapshot: Snapshot) -> str:
        """The path beside annotated.jsonl; equal snapshots have the same."""
        held = self._held.get(id(snapshot))
        name = held[1] if held else _write_snapshot(snapshot, self.folder)
        newest = [*self._held.items()][-PAGES_HELD:]
        self._held = {**dict(newest), id(snapshot): (snapshot, name)}
        return name


def write_row(annotated: Annotated, files: SnapshotFiles) -> Row:
    """The step as a row; its snapshot is written to the folder where it is not there yet."""
    case, shown = annotated.case, annotated.screenshot
    return Row(
        id=case.id,
        page=case.page,
        snapshot=files.write(case.snapshot),
        given=case.subtask,
        gold=case.gold,
        task=case.task,
        history=case.history,
        data_split=case.split,
        subtask=annotated.subtask,
        program=annotated.program,
        thought=annotated.thought,
        action=annotated.action,
        split=annotated.split,
        screenshot=shown.relative_to(files.folder).as_posix() if shown else None,
    )


def read_row(raw: object) -> Row:
    """What `json.loads` made of a line, as a row; raises ValueError that says what is wrong."""
    try:
        return _ROW.validate_python(raw)
    except ValidationError as error:
        problems = error.errors()[:PROBLEMS_SHOWN]
        said = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in problems)
        raise ValueError(said) from error


def write_annotated(file: Path, rows: Iterable[Row]) -> Path:
    """Write the rows as JSON lines, in one step; returns `file`."""
    with growing(file) as stream:
        for row in rows:
            line = json.dumps(to_plain(row), allow_nan=False) + "\n"
            stream.write(line.encode("ascii"))
    return file


def raise_it(error: BrokenAnnotation) -> None:
    """End the reading at the first broken line."""
    raise error


def read_annotated(
    file: Path, refused: Callable[[BrokenAnnotation], None] = raise_it
) -> Iterator[Annotated]:
    """Yield the annotated steps of a file, in its order.

    What is broken is handed to `refused` and left out: a line that is no row, a snapshot that is
    missing or damaged, gold or action on an element that the page does not have, a screenshot that
    is not there, a path out of the file's folder. Raises FileNotFoundError where there is no file.
    """
    folder = file.parent
    snapshot_of = lru_cache(maxsize=PAGES_HELD)(lambda name: _read_snapshot(folder, name))
    with file.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            try:
                row = read_row(json.loads(line))
                step = _step(row, snapshot_of(row.snapshot), folder)
            except (OSError, EOFError, ValueError, RecursionError, zlib.error) as error:
                refused(BrokenAnnotation(
                    f"{file}, line {number}: {error}; every line is a step as prune4web_annotate "
                    "writes it, beside its folders of snapshots and pages: annotate anew"
                ))  # fmt: skip
                continue
            yield step


def _step(row: Row, snapshot: Snapshot, folder: Path) -> Annotated:
    named = {*row.gold.exact, *row.gold.same_control}
    named |= set() if row.action.element_id is None else {row.action.element_id}
    if outside := [one for one in named if not 0 <= one < len(snapshot.elements)]:
        raise ValueError(f"element {outside[0]} is not among the page's {len(snapshot.elements)}")
    return Annotated(
        case=Case(
            id=row.id,
            page=row.page,
            subtask=row.given,
            snapshot=snapshot,
            gold=row.gold,
            task=row.task,
            history=row.history,
            split=row.data_split,
        ),
        subtask=row.subtask,
        program=row.program,
        thought=row.thought,
        action=row.action,
        split=row.split,
        screenshot=_inside(folder, row.screenshot) if row.screenshot else None,
    )


def _write_snapshot(snapshot: Snapshot, folder: Path) -> str:
    data = json.dumps(to_plain(snapshot), allow_nan=False).encode("ascii")
    name = f"{SNAPSHOTS}/{sha256(data).hexdigest()[:20]}.json.gz"
    if not (folder / name).is_file():
        write_bytes(folder / name, gzip.compress(data, mtime=0))
    return name


def _read_snapshot(folder: Path, name: str) -> Snapshot:
    with gzip.open(_inside(folder, name)) as stream:
        data = stream.read(LARGEST_SNAPSHOT + 1)
    if len(data) > LARGEST_SNAPSHOT:
        raise ValueError(f"snapshot {name} holds more than {LARGEST_SNAPSHOT:,} bytes")
    raw = json.loads(data)
    if not isinstance(raw, Mapping):
        raise ValueError(f"snapshot {name} is no object")
    snapshot = _SNAPSHOT.validate_python(raw)
    return replace(snapshot, elements=tuple(snapshot.elements))


def _inside(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ValueError(f"{name} leads out of the folder")
    if not path.is_file():
        raise ValueError(f"{name} is not in the folder")
    return path
