"""Every case once -> the ledger -> annotated.jsonl, split by site, and the review sheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from hashlib import sha256
from json import dumps
from typing import TYPE_CHECKING

from common.eval import mean_interval
from common.files import to_plain
from common.llm.client import open_llm
from common.parallel import map_ordered
from common.run import Run
from domprune.annotate.labels import Annotator
from domprune.annotate.ledger import Ledger
from domprune.annotate.llm import LLMAnnotator
from domprune.annotate.one import annotate_case
from domprune.annotate.quality import QualityControl, said_share
from domprune.annotate.review import drawn, read_verdicts, sheet_row, write_sheet
from domprune.annotate.rows import (
    Row,
    SnapshotFiles,
    read_annotated,
    write_annotated,
    write_row,
)
from domprune.annotate.rules import RulesAnnotator
from domprune.annotate.split import TEST, TRAIN, split_sites
from domprune.data.settings import Source
from domprune.experiment.gather import gather, picture_of
from domprune.render import render
from domprune.roles.filter_llm import program_of
from domprune.roles.filter_rules import RulesFilter
from domprune.roles.keywords import clean_keyword_weights
from domprune.scoring.pages import PageScorer
from domprune.types import Annotated, Case, Dropped, Program, SubTask

if TYPE_CHECKING:
    from domprune.experiment.annotation import Prune4WebAnnotate

ANNOTATED, SHEET, LEDGER = "annotated.jsonl", "review.csv", "ledger.jsonl"
FAILED, REFUSED = "failed", "refused_by_person"
FAILURES_SAID = 5
UNRELATED = ("review", "pictures", "test_share")
"""Settings that change nothing about single steps: a resumed run may change them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """What came of the batch: the rows with their split, the reviewed steps, what was dropped."""

    rows: Sequence[Row]
    sites: Sequence[str]
    reviewed: Sequence[Annotated]
    dropped: Mapping[str, int]
    verdicts: Mapping[str, bool]

    def metrics(self, seed: int) -> dict[str, object]:
        """The counts, and shares with intervals.

        Shares of the cases that are kept, of a step's keywords that its sub-task says, and of the
        judged steps that a person finds good.
        """
        dropped = sum(self.dropped.values())
        parts = Counter(row.split for row in self.rows)
        kept = [1.0] * len(self.rows) + [0.0] * dropped
        metrics: dict[str, object] = {
            "annotated": len(self.rows),
            "dropped": dropped,
            **{f"dropped/{reason}": count for reason, count in self.dropped.items()},
            TRAIN: parts[TRAIN],
            TEST: parts[TEST],
            "sites": len(set(self.sites)),
            "kept_share": mean_interval(kept, seed),
        }
        shares = [said_share(row.subtask, row.program) for row in self.rows]
        if said := [share for share in shares if share is not None]:
            metrics["keywords_said"] = mean_interval(said, seed)
        if self.verdicts:
            metrics["good_share"] = mean_interval(list(self.verdicts.values()), seed)
        return metrics


def annotate_all(settings: Prune4WebAnnotate, run: Run) -> Ledger:
    """Annotate the cases that the run's ledger does not hold yet; a failing one never ends it."""
    ledger = Ledger(run.path(LEDGER), _fingerprint(settings))
    if ledger.resumed:
        run.say(f"{ledger.resumed} steps are done already; going on")
    workers = settings.llm.concurrency if settings.annotator.name == "llm" else 1
    todo = (case for case in gather(settings.data, run) if case.id not in ledger)
    files = SnapshotFiles(run.folder)
    annotate = partial(_annotate, _annotator(settings, run), _control(settings), files, run)
    for outcome in run.progress(map_ordered(annotate, todo, workers), "steps"):
        if outcome.error is None:
            ledger.add(outcome.unwrap())
        else:
            _fail(outcome.item, outcome.error, ledger, run)
    return ledger


def finish(settings: Prune4WebAnnotate, ledger: Ledger, run: Run) -> Finished:
    """Split what is annotated by site and write it, and draw the sheet for a person."""
    sheet = run.path(SHEET)
    verdicts = read_verdicts(sheet) if sheet.is_file() else {}
    rows, dropped = _sorted_out(ledger, verdicts)
    for reason, count in dropped.items():
        run.count(f"dropped/{reason}", count)
    sites = [_site(settings.data.source, row.page) for row in rows]
    part = split_sites(sites, settings.test_share, run.seed) if rows else {}
    rows = [replace(row, split=part[site]) for row, site in zip(rows, sites, strict=True)]
    file = run.artifact(write_annotated(run.path(ANNOTATED), rows))
    chosen = drawn([row.id for row in rows], settings.review, run.seed)
    reviewed = [step for step in read_annotated(file) if step.case.id in chosen]
    if not verdicts:  # a sheet that somebody has begun to fill is not written over
        run.artifact(write_sheet(sheet, [sheet_row(one, render, run.folder) for one in reviewed]))
    return Finished(rows=rows, sites=sites, reviewed=reviewed, dropped=dropped, verdicts=verdicts)


def _annotate(
    annotator: Annotator, control: QualityControl, files: SnapshotFiles, run: Run, case: Case
) -> Row | Dropped:
    done = annotate_case(case, annotator, control, picture_of(run, case))
    return done if isinstance(done, Dropped) else write_row(done, files)


def _fail(case: Case, error: Exception, ledger: Ledger, run: Run) -> None:
    """Count a failed step; it is done again when the run is resumed."""
    ledger.fail()
    if ledger.failed <= FAILURES_SAID:
        run.say(f"{case.id} failed: {type(error).__name__}: {error}"[:300])


def _sorted_out(ledger: Ledger, verdicts: Mapping[str, bool]) -> tuple[list[Row], dict[str, int]]:
    rows: list[Row] = []
    dropped: Counter[str] = Counter()
    for entry in ledger.entries():
        if isinstance(entry, Dropped):
            dropped[entry.reason] += 1
        elif verdicts.get(entry.id, True):
            rows.append(entry)
        else:
            dropped[REFUSED] += 1
    if ledger.failed:
        dropped[FAILED] = ledger.failed
    return rows, dict(dropped)


def _annotator(settings: Prune4WebAnnotate, run: Run) -> Annotator:
    if settings.annotator.name == "llm":
        return LLMAnnotator(open_llm(settings.llm, run), render, clean_keyword_weights)
    return RulesAnnotator(RulesFilter(), PageScorer(settings.scoring))


def _control(settings: Prune4WebAnnotate) -> QualityControl:
    return QualityControl(
        score=PageScorer(settings.scoring),
        program=_program,
        keep=settings.keep,
        longest_html=settings.longest_html,
    )


def _program(subtask: SubTask, weights: Mapping[str, int]) -> Program:
    return program_of(subtask, dict(weights))


def _site(source: Source, page: str) -> str:
    """What a page's site is: Mind2Web's pages name theirs, elsewhere each page is its own."""
    return page.split("/", 1)[0] if source is Source.mind2web else page


def _fingerprint(settings: Prune4WebAnnotate) -> str:
    """A digest of all settings that decide about single steps."""
    told = {key: value for key, value in asdict(settings).items() if key not in UNRELATED}
    return sha256(dumps(to_plain(told), sort_keys=True).encode()).hexdigest()
