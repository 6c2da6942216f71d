"""The processes below this one: which are Chromium's, and how much memory all of them hold."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path


def family() -> dict[int, str]:
    """Return the processes that this one started, directly or not, with their command lines."""
    parents, lines = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError):  # it has ended since it was listed
            number = int(folder.name)
            parents[number] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            lines[number] = (folder / "cmdline").read_text()
    mine = {os.getpid()}
    while more := {one for one, parent in parents.items() if parent in mine} - mine:
        mine |= more
    return {one: lines.get(one, "") for one in mine - {os.getpid()}}


def chromiums() -> dict[int, str]:
    """Return Chromium's processes among them."""
    return {number: line for number, line in family().items() if "--type=" in line or _main(line)}


def browsers() -> list[int]:
    """Return Chromium's main processes: one a browser."""
    return [number for number, line in chromiums().items() if "--type=" not in line]


def renderers() -> list[int]:
    """Return the processes that show pages."""
    return [number for number, line in chromiums().items() if "--type=renderer" in line]


def megabytes(number: int) -> float:
    """Return the memory that one process has for itself, in MB; 0 once it ended.

    What processes share is left out: a share of it changes with other programs on the machine.
    """
    with suppress(OSError):
        lines = Path(f"/proc/{number}/smaps_rollup").read_text().splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024
    return 0.0


def processor_ticks() -> dict[int, int]:
    """Return the processor time that this process and each below it has used so far, in ticks."""
    return {number: _ticks(number) for number in [os.getpid(), *family()]}


def milliseconds_since(before: Mapping[int, int]) -> float:
    """Return the processor time used since, without that of processes that have ended meanwhile."""
    used = sum(ticks - before.get(number, 0) for number, ticks in processor_ticks().items())
    return 1e3 * used / os.sysconf("SC_CLK_TCK")


def _ticks(number: int) -> int:
    with suppress(OSError):
        user, system = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[11:13]
        return int(user) + int(system)
    return 0


def _main(line: str) -> bool:
    return "chrom" in line.split("\0")[0] and "--headless" in line
