"""Score 8 keywords on 1,000 / 5,000 / 20,000 candidates, from elements to scores.

    python -m benchmarks.scoring [--repeats 9] [--plain 5000]

Three kinds of candidates: those of real pages; the same with every string made unique; and such
that have all of eleven attributes, 1 to 3 words each. "cold" is from elements to scores, with
nothing read before: this is what the bar is for. "warm" is scoring alone, as for the second and
each further program on one page. No word of a page or a program is kept from one repeat to the
next; the lexicon's own are read once a process. Beside them, in the same run, the template written
straight down (nltk and rapidfuzz, on up to --plain candidates) and what lexbor takes to parse a
page of that many candidates.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from benchmarks.record import Times, save
from benchmarks.saved_pages import Pages, load_pages
from benchmarks.scoring_plain import score_plainly
from selectolax.lexbor import LexborHTMLParser

from domprune import text
from domprune.page.html import read_html
from domprune.scoring import match
from domprune.scoring.fields import read_fields
from domprune.scoring.index import Index, score
from domprune.scoring.settings import ScoringSettings
from domprune.types import Element, Program

BARS = {1_000: 6.0, 5_000: 25.0, 20_000: 100.0}
"""Milliseconds that each number of candidates may take."""
KEYWORDS = {
    "search": 40, "add to cart": 30, "next page": 20, "checkout": 20, "passwrod": 15,
    "first name": 10, "settings": 10, "subscribe": 5,
}  # fmt: skip
"""Words that pages have, that they call otherwise, and a misspelt one that they lack."""


PROGRAM, SETTINGS = Program(keyword_weights=KEYWORDS), ScoringSettings()


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to time."""

    what: str
    kind: str
    size: int
    run: Callable[[], object]
    times: Times


def ours(elements: list[Element]) -> list[float]:
    """Score the elements; neither their words nor the program's were read before."""
    _forget()
    return score(elements, PROGRAM, SETTINGS)


def laid_out(index: Index) -> object:
    """Score elements whose fields are laid out, by a program that was not read before."""
    _forget()
    return index.score(PROGRAM, SETTINGS)


def _forget() -> None:
    text.stem.cache_clear()
    match.as_keyword.cache_clear()


def page_of(pages: Pages, candidates: int) -> str:
    """Return HTML with about so many candidates: bodies of the pages until there are enough."""
    low = pages.composed(10 * candidates)
    found = len(read_html(low).snapshot.elements)
    return pages.composed(int(10 * candidates * candidates / found))


def jobs(pages: Pages, plain: int) -> list[Job]:
    """Return everything that is timed."""
    found = []
    for size in BARS:
        kinds = {
            "real pages": pages.candidates(size, unique=False),
            "all strings unique": pages.candidates(size, unique=True),
            "11 attributes each": pages.filled(size),
        }
        html = page_of(pages, size)
        found.append(Job("lexbor parses", "", size, partial(LexborHTMLParser, html), Times()))
        for kind, elements in kinds.items():
            index = Index(elements)
            found.append(Job("cold", kind, size, partial(ours, elements), Times()))
            found.append(Job("warm", kind, size, partial(laid_out, index), Times()))
            if size <= plain:
                slow = partial(score_plainly, elements, KEYWORDS)
                found.append(Job("straight down", kind, size, slow, Times()))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--plain", type=int, default=5_000)
    asked = parser.parse_args()
    pages = load_pages()
    filled = sum(len(read_fields(element)) for element in pages.elements) / len(pages.elements)
    print(f"{pages.origin}: {len(pages.elements):,} candidates, {filled:.1f} filled fields each")
    todo = jobs(pages, asked.plain)
    draw = random.Random(0)
    for repeat in range(asked.repeats):
        for job in draw.sample(todo, len(todo)):
            if job.what != "straight down" or repeat < 3:
                job.times.add(job.run)
    rows = [row(job, todo) for job in todo]
    show(todo)
    path = save(
        "scoring",
        ("ahocorasick-rs", "nltk", "numpy", "PyStemmer", "rapidfuzz", "selectolax"),
        {"origin": pages.origin, "filled_fields": filled, "keywords": KEYWORDS, "rows": rows},
    )
    print(f"written to {path}")


def row(job: Job, todo: list[Job]) -> dict[str, object]:
    """Return a job's figures; those of the loops straight down have no ratio: fewer repeats."""
    parsing = of(todo, "lexbor parses", "", job.size)
    same = len(job.times.wall) == len(parsing.times.wall)
    return {
        "what": job.what,
        "kind": job.kind,
        "candidates": job.size,
        "ms": job.times.median,
        "processor_ms": job.times.processor_median,
        "least_processor_ms": min(job.times.processor),
        "bar_ms": BARS[job.size] if job.what == "cold" else None,
        "times_parsing": job.times.over(parsing.times) if same else None,
        "repeats": len(job.times.wall),
    }


def of(todo: list[Job], what: str, kind: str, size: int) -> Job:
    """Return the job that times this."""
    return next(job for job in todo if (job.what, job.kind, job.size) == (what, kind, size))


def show(todo: list[Job]) -> None:
    """Print the table: medians of the processor's milliseconds, in brackets the least."""
    print(
        f"{'candidates':>10}  {'':20}{'cold':>16}{'bar':>6}{'warm':>16}{'straight down':>15}"
        f"{'lexbor parses':>15}  cold x parsing"
    )
    measured = {(job.kind, job.size) for job in todo if job.what == "straight down"}
    for job in (job for job in todo if job.what == "cold"):
        parsing = of(todo, "lexbor parses", "", job.size).times
        warm, slow = of(todo, "warm", job.kind, job.size).times, "not measured"
        if (job.kind, job.size) in measured:
            times = of(todo, "straight down", job.kind, job.size).times
            slow = f"{times.processor_median:,.0f}"
        ratio = job.times.over(parsing)
        print(
            f"{job.size:>10,}  {job.kind:20}{_cell(job.times):>16}{BARS[job.size]:>6.0f}"
            f"{_cell(warm):>16}{slow:>15}{parsing.processor_median:>15.1f}"
            f"  {ratio.mean:.2f} [{ratio.low:.2f}, {ratio.high:.2f}]"
        )


def _cell(times: Times) -> str:
    return f"{times.processor_median:.1f} ({min(times.processor):.1f})"


if __name__ == "__main__":
    main()
