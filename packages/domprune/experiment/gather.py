"""Bring the cases: data set -> page -> elements and gold, one case after another."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from common.files import write_bytes
from common.run import Run
from domprune import sample
from domprune.data.labelled import find_sets
from domprune.data.labelled import load as load_labelled
from domprune.data.mind2web import TEST_SPLITS, Mind2WebSettings
from domprune.data.mind2web import load as load_mind2web
from domprune.data.sample import SampleCase, read_cases
from domprune.data.settings import DataSettings, Source
from domprune.page.html import read_html
from domprune.types import NO_GOLD, Case, Gold, Snapshot

if TYPE_CHECKING:
    from domprune.page.browser import Browser

PROJECT = Path(__file__).resolve().parents[3]


def gather(data: DataSettings, run: Run) -> Iterator[Case]:
    """Yield the cases of the chosen data; screenshots go to the run's folder `pages`.

    What cannot be used is counted in the run under "data/..." or "mind2web/...".
    """
    if data.source is Source.sample:
        return _sample(data, run)
    if data.source is Source.labelled:
        return _labelled(data, run)
    return _mind2web(data, run)


def screenshot_path(run: Run, page: str) -> Path:
    """Return where the screenshot of a page lies, if there is one."""
    return run.path("pages", file_name(page)[-100:] + ".png")


def picture_of(run: Run, case: Case) -> Path | None:
    """Return the screenshot of a case: that of a step added to its page, else of the page itself.

    None where there is neither.
    """
    places = (screenshot_path(run, case.id), screenshot_path(run, case.page))
    return next((place for place in places if place.is_file()), None)


def file_name(text: str) -> str:
    """Return a case's or page's name with nothing in it that a file's name cannot hold."""
    return re.sub(r"[^\w.-]+", "_", text)


def measurement_data() -> Path:
    """Return the folder of the measurement data: $PRUNE_DATA, else shared/data beside the project.

    The data never ship with the project.
    """
    named = os.environ.get("PRUNE_DATA")
    return Path(named) if named else PROJECT.parent / "shared" / "data"


def _labelled(data: DataSettings, run: Run) -> Iterator[Case]:
    root = Path(data.root).expanduser() if data.root else measurement_data() / "pages"
    if not root.is_dir():
        raise FileNotFoundError(
            f"there is no folder {root}: point data.root at a folder of labelled pages, or "
            "PRUNE_DATA at the measurement data"
        )
    for name, folder in find_sets(root, data.sets).items():
        yield from load_labelled(name, folder, data.keywords, data.limit, read_html, run)


def _mind2web(data: DataSettings, run: Run) -> Iterator[Case]:
    splits = list(data.sets) or list(TEST_SPLITS)
    settings = Mind2WebSettings(
        root=data.root, splits=splits, html=data.html, limit=data.limit,
        added_steps=data.added_steps,
    )  # fmt: skip
    for step in load_mind2web(settings, _resolve, run):
        if step.screenshot is not None:
            shows_gold = bool(step.case.gold.same_control)
            shown = step.case.page if shows_gold else step.case.id
            write_bytes(screenshot_path(run, shown), step.screenshot)
        yield step.case


def _resolve(html: str, nodes: Sequence[str]) -> tuple[Snapshot, Gold]:
    document = read_html(html)
    columns = enumerate(document.attributes)
    return document.snapshot, document.gold(
        [place for place, attributes in columns if attributes.get("backend_node_id") in nodes]
    )


def _sample(data: DataSettings, run: Run) -> Iterator[Case]:
    """Yield the sample site's cases, each page opened once in Chromium."""
    from domprune.page.browser import Browser
    from domprune.page.errors import PageError
    from domprune.page.serve import serving

    root = Path(data.root).expanduser() if data.root else Path(sample.__file__).parent
    cases = read_cases(root, data.sets, data.limit, run)
    with serving(root / "pages") as address, Browser() as browser:
        for page, asked in groupby(cases, key=lambda case: case.page):
            rows = list(asked)
            try:
                snapshot, golds = _visit(
                    browser, f"{address}/{page}", rows, screenshot_path(run, page)
                )
            except PageError as error:
                run.count("data/unreadable_pages")
                run.say(f"{page} cannot be read: {error}")
                snapshot, golds = Snapshot("", "", (), 0), [NO_GOLD] * len(rows)
            yield from _sample_cases(rows, snapshot, golds, run)


def _visit(
    browser: Browser, url: str, asked: Sequence[SampleCase], picture: Path
) -> tuple[Snapshot, list[Gold]]:
    """Open one page of the site; return its elements, and the gold of each case on it."""
    from domprune.page.gold import resolve_gold
    from domprune.page.live import extract

    page = browser.open(url=url)
    try:
        snapshot = extract(page)
        golds = [resolve_gold(page, snapshot, case.gold, case.inside) for case in asked]
        write_bytes(picture, browser.screenshot(page))
    finally:
        browser.close(page)
    return snapshot, golds


def _sample_cases(
    asked: Sequence[SampleCase], snapshot: Snapshot, golds: Sequence[Gold], run: Run
) -> Iterator[Case]:
    for case, gold in zip(asked, golds, strict=True):
        run.count("data/cases")
        if not gold.same_control:
            run.count("data/lost_labels")
        yield Case(
            id=case.id, page=case.page, subtask=case.subtask, snapshot=snapshot, gold=gold,
            split=case.split,
        )  # fmt: skip
