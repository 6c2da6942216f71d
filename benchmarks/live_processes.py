"""The processes below this one: which are Chromium's, and how much memory all of them hold."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

PARTS = ("python", "driver", "pages", "browser")
"""What a live agent consists of: Python, Playwright's driver, the renderers, Chromium's others."""
_WRITTEN = ("Private_Dirty", "Swap:")


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
    """Return the memory that one process has written for itself, in MB; 0 once it ended.

    Pages of files are left out: whether they count as shared changes with other programs on the
    machine, by 50 MB a browser.
    """
    with suppress(OSError):
        lines = Path(f"/proc/{number}/smaps_rollup").read_text().splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith(_WRITTEN)) / 1024
    return 0.0


def megabytes_by_part() -> dict[str, float]:
    """Return the memory of Python, of Playwright's driver, of the pages and of all else."""
    running = {os.getpid(): "python"}
    for number, line in family().items():
        running[number] = _part(line)
    spent = dict.fromkeys(PARTS, 0.0)
    for number, part in running.items():
        spent[part] += megabytes(number)
    return spent


def _part(line: str) -> str:
    if "--type=renderer" in line:
        return "pages"
    return "driver" if Path(line.split("\0")[0]).name == "node" else "browser"


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
