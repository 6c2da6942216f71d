"""The ledger and the findings -> the files of the run's folder."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from common.files import growing, to_plain, write_json
from common.trajectory import Json
from trajprune.dataset import Counted, Row, SetName, State, write_sets
from trajprune.experiment.findings import Findings, hints_of, miner_of
from trajprune.experiment.views import view_from
from trajprune.formats import written
from trajprune.report import (
    FileFigures,
    LengthBand,
    Scored,
    SetFigures,
    Summary,
    page_name,
    write_batch_report,
    write_run_page,
)

if TYPE_CHECKING:
    from trajprune.experiment.batch import OpenBatch

SETS = {
    SetName.EFF: "pruned runs alone",
    SetName.HYBRID: "pruned runs, and whole runs of other questions",
    SetName.UNPRUNED_DISTILL: "every taken run as it was: the baseline",
}


def write_training_sets(batch: OpenBatch) -> dict[SetName, Counted]:
    """Write datasets/eff.jsonl, hybrid.jsonl and unpruned_distill.jsonl; return what they hold."""
    return write_sets(_rows(batch), batch.run.path("datasets"))


def _rows(batch: OpenBatch) -> Iterator[Row]:
    for entry in batch.ledger.results():
        outcome = json.loads(entry.outcome)
        yield Row(
            state=State(entry.state),
            question_pruned=entry.question_pruned,
            pruned=entry.pruned,
            unpruned=entry.unpruned,
            rounds=outcome.get("rounds", 0),
            rounds_kept=len(outcome.get("kept", ())),
            tokens=outcome.get("tokens", 0),
            tokens_kept=outcome.get("tokens_kept", 0),
        )


def write_runs(batch: OpenBatch) -> None:
    """Write trajectories.jsonl: a line for every record, in the order of the files.

    State: refused, left out, pruned, whole or discarded, with the reason; for those that were
    mined the kept rounds, and why each of the others was dropped.
    """
    names = batch.names
    results = batch.ledger.results()
    entry = next(results, None)
    with growing(batch.run.path("trajectories.jsonl")) as stream:
        for row in batch.ledger.survey():
            if entry is not None and (entry.file, entry.item) == (row.file, row.item):
                line, entry = entry.outcome, next(results, None)
            else:
                state = "left out" if row.refused is None else "refused"
                told: dict[str, Json] = {
                    "id": row.id, "file": names[row.file], "place": row.item + 1, "state": state,
                    "reason": row.left_out if row.refused is None else row.refused,
                }  # fmt: skip
                line = written(told)
            stream.write(line.encode() + b"\n")


def write_manifest(batch: OpenBatch, found: Findings) -> None:
    """Write datasets/manifest.json: what the sets hold, where it came from, what was left out."""
    settings = batch.settings
    write_json(
        batch.run.path("datasets", "manifest.json"),
        {
            "sets": {
                name.value: {"file": f"{name.value}.jsonl", "about": SETS[name], **asdict(counted)}
                for name, counted in found.sets.items()
            },
            "format": "one JSON object a line: id, messages, tools (TRL conversational)",
            "files": [asdict(one) for one in _files(batch, found)],
            "renamed_copies": found.copies,
            "left_out": found.left_out,
            "taken": found.taken,
            "states": found.states,
            "discards": found.discards,
            "filter": to_plain(settings.filter),
            "pruner": to_plain(settings.pruner),
            "dataset": to_plain(settings.dataset),
        },
    )


def write_report(batch: OpenBatch, found: Findings) -> None:
    """Write report.html, its charts, and a page for every run that has one.

    Those of an earlier batch in the same folder are taken away.
    """
    run = batch.run
    for old in [*run.folder.glob("pages/*.html"), *run.folder.glob("charts/*.png")]:
        old.unlink()
    pages: dict[str, str] = {}
    rows: list[tuple[str, str, str]] = []
    for text in batch.ledger.pages():
        view = view_from(text)
        name = page_name(len(rows), view.id)
        pages[view.id] = f"pages/{name}"
        rows.append((view.id, view.question, view.about))
        run.artifact(write_run_page(run.path("pages", name), view))
    summary = _summary(batch, found, pages, rows)
    for path in write_batch_report(summary, run.folder):
        run.artifact(path)


def _summary(
    batch: OpenBatch, found: Findings, pages: Mapping[str, str], rows: list[tuple[str, str, str]]
) -> Summary:
    files = list(_files(batch, found))
    return Summary(
        title=f"WebClipper: {files[0].name if len(files) == 1 else f'{len(files)} files'}",
        max_rounds=batch.settings.score.max_rounds,
        files=files,
        left_out=dict(found.left_out.most_common()),
        taken=found.taken,
        states={state.value: found.states[state] for state in State},
        discards=dict(found.discards.most_common()),
        rounds_before=found.before,
        rounds_after=found.after,
        tokens_before=found.tokens_before,
        tokens_after=found.tokens_after,
        bands=[
            LengthBand(name=name, runs=band[0], accepted=band[1], pruned=band[2], rounds=band[3],
                       kept=band[4])
            for name, band in sorted(found.bands.items(), key=lambda one: _lowest(one[0]))
        ],
        sets=[
            SetFigures(name=name.value, about=SETS[name], **asdict(counted))
            for name, counted in found.sets.items()
        ],
        scores=list(_scored(found)),
        solver=miner_of(found),
        pages=pages,
        page_rows=rows,
        settings=_settings(batch),
        notes=[*_explained(found), *hints_of(found), *_costs(batch)],
    )  # fmt: skip


def _lowest(band: str) -> int:
    return int(band.replace("-", " ").split()[0])


def _scored(found: Findings) -> Iterator[Scored]:
    about = {"before": "all judged runs as they are", "after": "the same, pruned runs shortened"}
    for name, one in found.scores.items():
        yield Scored(
            name=name, about=about[name], runs=one.runs, questions=one.questions,
            accuracy=one.accuracy, rounds=one.rounds, tokens=one.tokens, efficiency=one.efficiency,
            f_ae=one.f_ae, by_budget=one.by_budget,
        )  # fmt: skip


def _files(batch: OpenBatch, found: Findings) -> Iterator[FileFigures]:
    for number, name in enumerate(batch.names):
        yield FileFigures(
            name=name,
            records=found.records[number],
            refused=found.refused[number],
            reasons=found.reasons.get(number, []),
        )


def _settings(batch: OpenBatch) -> dict[str, str]:
    flat = {"seed": str(batch.run.seed)}
    for key, value in asdict(batch.settings).items():
        if key in ("engine", "input"):  # they change nothing in what is written
            continue
        if isinstance(value, dict):
            flat |= {f"{key}.{name}": str(to_plain(inner)) for name, inner in value.items()}
        else:
            flat[key] = str(to_plain(value))
    return flat


def _explained(found: Findings) -> Iterator[str]:
    if found.scores:
        yield (
            "“After” counts the pruned runs with their shorter rounds and the same answers: what a"
            " perfect imitation of the training data would score, not what a trained agent does."
        )


def _costs(batch: OpenBatch) -> Iterator[str]:
    """What the language model was asked and what it cost, where one was asked."""
    counts = {name: value for name, value in batch.run.counts().items() if value}
    if counts:
        yield "Language model: " + ", ".join(
            f"{name} {value:,.6g}" for name, value in counts.items()
        )
