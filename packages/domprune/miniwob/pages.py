"""Where the pages are: the installed package `miniwob`, of which nothing but its files is read."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from domprune.miniwob.beyond import BEYOND
from domprune.miniwob.types import Task

WINDOW = (500, 320)
FLIGHT_WINDOW = (600, 800)
"""Sizes of the window, as the package opens it."""


class PagesMissing(FileNotFoundError):
    """The package with the pages is not installed."""


def pages_folder() -> Path:
    """Return the folder to be served; raises PagesMissing where the package is not installed."""
    found = find_spec("miniwob")
    for place in (found.submodule_search_locations or ()) if found else ():
        folder = Path(place) / "html"
        if folder.is_dir():
            return folder
    raise PagesMissing("MiniWoB++'s pages are missing: pip install 'secateurs[miniwob]'")


def all_tasks(folder: Path) -> tuple[Task, ...]:
    """Return every task of the package in the order of their names.

    That is one a page of `miniwob/`, and one a wrapped airline site of `flight/`.
    """
    small = [
        _task(page.stem, f"miniwob/{page.name}", WINDOW)
        for page in (folder / "miniwob").glob("*.html")
    ]
    flights = [
        _task(f"flight.{page.parent.name}", f"flight/{page.parent.name}/{page.name}", FLIGHT_WINDOW)
        for page in (folder / "flight").glob("*/wrapper.html")
    ]
    return tuple(sorted([*small, *flights], key=lambda task: task.name))


def _task(name: str, path: str, window: tuple[int, int]) -> Task:
    return Task(name=name, path=path, window=window, beyond=BEYOND.get(name, ""))
