"""The two passes over the files: every record is surveyed, the runs that are taken are pruned."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from common.files import clear_unfinished, to_plain
from common.run import Run
from trajprune import sample
from trajprune.engine import Batch, stream
from trajprune.experiment.ledger import Ledger
from trajprune.experiment.pruning import PruneWork
from trajprune.experiment.survey import SurveyWork
from trajprune.experiment.wiring import judge_of, pruner_of
from trajprune.formats import find_files, read_records

if TYPE_CHECKING:
    from trajprune.experiment import WebClipper


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenBatch:
    """One batch under way."""

    settings: WebClipper
    run: Run
    files: list[Path]
    ledger: Ledger

    @property
    def names(self) -> tuple[str, ...]:
        """The files' names as they are reported: relative to the folder that holds them all."""
        return names_of(self.files)


def open_batch(settings: WebClipper, run: Run) -> OpenBatch:
    """Find the files and open the ledger; an interrupted attempt is taken up where it stopped."""
    files = find_files(settings.inputs or [sample.FOLDER])
    ledger = Ledger(run.path("work", "ledger.sqlite"), _fingerprint(settings, files))
    for folder in ("", "datasets", "pages", "charts"):
        clear_unfinished(run.folder / folder)
    if ledger.resumed:
        run.say(f"resumed: {len(ledger.finished()):,} runs are done already")
    return OpenBatch(settings=settings, run=run, files=files, ledger=ledger)


def survey(batch: OpenBatch) -> None:
    """Read and judge every record."""
    settings, run = batch.settings, batch.run
    work = SurveyWork(format=settings.format, judge=judge_of(settings, run))
    threads = settings.llm.concurrency if settings.asks_llm else 0
    todo = Batch(files=batch.files, read=read_records, work=work, skip=batch.ledger.surveyed(),
                 threads=threads)  # fmt: skip
    for _ in run.progress(batch.ledger.add_survey(stream(todo, settings.engine)), "surveyed"):
        pass


def prune(batch: OpenBatch) -> None:
    """Prune the runs that are taken."""
    settings, run, ledger = batch.settings, batch.run, batch.ledger
    taken, done = ledger.taken(), ledger.finished()
    work = PruneWork(
        format=settings.format,
        copies=ledger.copies(),
        dataset=settings.dataset,
        file_names=batch.names,
        paged=settings.report.pages > 0,
        prune=pruner_of(settings, run),
    )
    todo = Batch(files=batch.files, read=read_records, work=work, skip=done, only=taken,
                 threads=settings.llm.concurrency if settings.asks_llm else 0)  # fmt: skip
    results = ledger.add_results(stream(todo, settings.engine), settings.report.pages)
    for _ in run.progress(results, "pruned", total=len(taken) - len(done)):
        pass


def close(batch: OpenBatch) -> None:
    """Take the ledger away: everything it knew is written."""
    batch.ledger.close(remove=True)
    folder = batch.run.path("work")
    if not any(folder.iterdir()):
        folder.rmdir()


def names_of(files: list[Path]) -> tuple[str, ...]:
    """Names that tell the files apart, without the folders that all of them share."""
    if len(files) == 1:
        return (files[0].name,)
    parts = [file.absolute().parts for file in files]
    shared = 0
    while len({part[: shared + 1] for part in parts}) == 1:
        shared += 1
    return tuple(str(Path(*part[shared:])) for part in parts)


def _fingerprint(settings: WebClipper, files: list[Path]) -> str:
    """What must be the same for an interrupted attempt to be taken up again.

    How many workers there are, and where, changes nothing in the results.
    """
    plain = {name: value for name, value in asdict(settings).items() if name != "engine"}
    known = [(str(file.absolute()), file.stat().st_size, file.stat().st_mtime_ns) for file in files]
    return json.dumps([to_plain(plain), known, sys.version_info[:2]], sort_keys=True)
