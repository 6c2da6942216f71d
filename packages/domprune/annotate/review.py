"""A sample of the annotated steps on a sheet for a person, and the person's verdicts (B.2)."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from io import StringIO
from pathlib import Path

from common.files import write_text
from domprune.annotate.labels import gold_element
from domprune.interfaces import Render
from domprune.types import Annotated

VERDICTS = {"good": True, "bad": False}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class BrokenSheet(ValueError):
    """A sheet that cannot be read; the message names file, line, rule and remedy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """One step as the person reads it; `verdict` and `remark` are the person's to fill in."""

    id: str
    page: str
    picture: str
    step: str
    action: str
    value: str
    target: str
    right_element: str
    thought: str
    keywords: str
    verdict: str = ""
    remark: str = ""


def drawn(ids: Sequence[str], count: int, seed: int) -> set[str]:
    """Return at most `count` ids; which, depends on the seed and on the ids alone."""
    order = sorted(ids, key=lambda id: sha256(f"{seed}/{id}".encode()).digest())
    return set(order[:count])


def sheet_row(step: Annotated, render: Render, folder: Path) -> SheetRow:
    """The step as a row of the sheet; `render` writes the right element as a line."""
    element = gold_element(step.case)
    weights = step.program.keyword_weights
    shown = step.screenshot
    return SheetRow(
        id=step.case.id,
        page=step.case.page,
        picture=shown.relative_to(folder).as_posix() if shown else "",
        step=step.subtask.next_steps,
        action=str(step.action.action_type),
        value=step.action.value,
        target=step.subtask.target_text,
        right_element=render([element]) if element else "",
        thought=step.thought,
        keywords=", ".join(f"{keyword}: {weight}" for keyword, weight in weights.items()),
    )


def write_sheet(path: Path, rows: Sequence[SheetRow]) -> Path:
    """Write the sheet as CSV, which every spreadsheet opens; returns `path`.

    Texts that a spreadsheet would run as a formula get an apostrophe before them: they come from
    pages.
    """
    written = StringIO()
    sheet = csv.writer(written, lineterminator="\n")
    sheet.writerow([field.name for field in fields(SheetRow)])
    for row in rows:
        sheet.writerow([_harmless(str(cell)) for cell in asdict(row).values()])
    return write_text(path, written.getvalue())


def read_verdicts(path: Path) -> Mapping[str, bool]:
    """Return whether the person found each judged step good; steps without a verdict are left out.

    Raises BrokenSheet for a sheet without the two columns and for a verdict that is neither.
    """
    verdicts: dict[str, bool] = {}
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        sheet = csv.DictReader(lines)
        if not {"id", "verdict"} <= set(sheet.fieldnames or ()):
            raise BrokenSheet(f"{path}, line 1: a sheet has the columns id and verdict; keep them")
        for row in sheet:
            said = (row["verdict"] or "").strip().lower()
            if said and said not in VERDICTS:
                raise BrokenSheet(
                    f"{path}, line {sheet.line_num}: a verdict is good or bad, not {said[:40]!r}; "
                    "correct it, or leave the cell empty"
                )
            if said:
                verdicts[(row["id"] or "").removeprefix("'")] = VERDICTS[said]
    return verdicts


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
