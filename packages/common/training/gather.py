"""Rows -> encoded rows; those that cannot be used are named, counted and left out, or end it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from common.run import Run
from common.training.errors import BadRow, TrainingError
from common.training.settings import BadRows

Row = TypeVar("Row")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Gathered(Generic[Made]):
    """What became of the rows."""

    made: list[Made]
    rows: int
    dropped: int


def gather(
    rows: Iterable[Row | BadRow],
    make: Callable[[Row], Sequence[Made]],
    run: Run,
    policy: BadRows,
    name: str,
) -> Gathered[Made]:
    """What `make` makes of every row; each that raises `BadRow`, or is one, counts as dropped.

    Raises:
        TrainingError: no row is left.
        BadRow: the first bad row, where `policy` is to refuse.
    """
    made: list[Made] = []
    used = dropped = 0
    for row in run.progress(rows, f"{name}: rows"):
        try:
            if isinstance(row, BadRow):
                raise row
            made += make(row)
            used += 1
        except BadRow as error:
            if policy is BadRows.refuse:
                raise
            dropped += 1
            run.count(f"{name}.dropped.{error.misfit.name}")
            run.note(f"{name}: dropped: {error}")
    if dropped:
        run.say(f"{name}: {dropped} of {used + dropped} rows dropped; log.txt names each")
    if not made:
        raise TrainingError(f"{name}: no row is left of {dropped}; log.txt says what each lacks")
    run.count(f"{name}.rows", used)
    return Gathered(made, used, dropped)


def gather_held_out(
    rows: Sequence[Row | BadRow],
    make: Callable[[Row], Sequence[Made]],
    run: Run,
    policy: BadRows,
    name: str,
) -> list[Made]:
    """The same of rows that are only measured, of which there may be none; counted apart."""
    return gather(rows, make, run, policy, f"{name}.held_out").made if rows else []
