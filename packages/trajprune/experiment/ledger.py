"""What is known about every run of a batch, on disk while it is worked off.

survey (every record) -> settled (duplicates, pass rates: who is taken) -> results (who was taken)

Rows are keyed by file and place, and everything is decided over them in that order, so it does not
matter in which order they arrive; what was committed is there after a kill. Memory stays small
whatever the number of runs.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from trajprune.engine import Done, Marks
from trajprune.filter import FilterSettings, why_left

SCHEMA = """
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE survey (
    file INTEGER, item INTEGER, refused TEXT, id TEXT, content TEXT, question TEXT, source TEXT,
    correct INTEGER, rounds INTEGER, tokens INTEGER, copy INTEGER DEFAULT 0, left_out TEXT,
    PRIMARY KEY (file, item)
);
CREATE TABLE results (
    file INTEGER, item INTEGER, question TEXT, state TEXT, outcome TEXT, pruned TEXT, unpruned TEXT,
    PRIMARY KEY (file, item)
);
CREATE TABLE pages (
    file INTEGER, item INTEGER, pruned INTEGER, rounds INTEGER, page TEXT, PRIMARY KEY (file, item)
);
"""
DUPLICATES = """
WITH again AS (
    SELECT file, item,
           ROW_NUMBER() OVER (PARTITION BY id, content ORDER BY file, item) AS nth
    FROM survey WHERE refused IS NULL
)
UPDATE survey SET left_out = 'duplicate' FROM again
WHERE again.nth > 1 AND survey.file = again.file AND survey.item = again.item
"""
COPIES = """
WITH again AS (
    SELECT file, item, ROW_NUMBER() OVER (PARTITION BY id ORDER BY file, item) - 1 AS copy
    FROM survey WHERE refused IS NULL AND left_out IS NULL
)
UPDATE survey SET copy = again.copy FROM again
WHERE again.copy > 0 AND survey.file = again.file AND survey.item = again.item
"""
TAKEN = """
WITH rates AS (
    SELECT question, SUM(correct) AS right, COUNT(correct) AS judged
    FROM survey WHERE refused IS NULL AND left_out IS NULL GROUP BY question
)
UPDATE survey SET left_out = why_left(survey.correct, rates.right, rates.judged) FROM rates
WHERE refused IS NULL AND left_out IS NULL AND rates.question = survey.question
"""
ADD_SURVEYED = """
INSERT INTO survey (file, item, refused, id, content, question, source, correct, rounds, tokens)
VALUES (:file, :item, :refused, :id, :content, :question, :source, :correct, :rounds, :tokens)
"""
ADD_RESULT = """
INSERT INTO results (file, item, question, state, outcome, pruned, unpruned)
SELECT :file, :item, question, :state, :outcome, :pruned, :unpruned
FROM survey WHERE file = :file AND item = :item
"""
ADD_PAGE = """
INSERT INTO pages SELECT :file, :item, :state = 'pruned', rounds, :page
FROM survey WHERE file = :file AND item = :item
"""
BEST_PAGES = """
DELETE FROM pages WHERE (file, item) NOT IN
    (SELECT file, item FROM pages ORDER BY pruned DESC, rounds DESC, file, item LIMIT ?)
"""
RESULTS = """
SELECT file, item, state, outcome, pruned, unpruned,
       EXISTS (SELECT 1 FROM results AS other
               WHERE other.question = results.question AND other.state = 'pruned')
FROM results ORDER BY file, item
"""
NO_VERDICT = "no verdict"
"""How the refusal of a run begins whose judge failed: a resumed batch asks again."""

COMMIT_EVERY = 64
"""Rows that a kill may cost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surveyed:
    """What was found out about one record: `refused` says why it is no run, else the rest holds.

    `question` and `content` are digests. `copy` counts the earlier runs of the same id;
    `left_out` says why the run is not taken, "" for one that is.
    """

    file: int
    item: int
    refused: str | None
    id: str
    source: str
    question: str
    correct: bool | None
    rounds: int
    tokens: int
    copy: int
    left_out: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What came of one run that was taken; texts are JSON."""

    file: int
    item: int
    state: str
    question_pruned: bool
    outcome: str
    pruned: str
    unpruned: str


class Ledger:
    """The rows of one batch in one SQLite file."""

    def __init__(self, path: Path, fingerprint: str) -> None:
        """Open the file; begin anew where it belongs to other inputs or settings.

        `resumed` says whether it holds rows of an earlier, interrupted attempt.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        if not _belongs(path, fingerprint):
            path.unlink(missing_ok=True)
        self._path = path
        self._sql = sqlite3.connect(path)
        # A killed process loses nothing that was committed; only a power cut could.
        self._sql.execute("PRAGMA synchronous = OFF")
        if not self._sql.execute("SELECT 1 FROM sqlite_master").fetchone():
            self._sql.executescript(SCHEMA)
            self._note("fingerprint", fingerprint)
        with self._sql:
            self._sql.execute("DELETE FROM survey WHERE refused LIKE ? || '%'", (NO_VERDICT,))
        self.resumed = bool(self._sql.execute("SELECT 1 FROM survey LIMIT 1").fetchone())

    def close(self, *, remove: bool) -> None:
        """Close the file; `remove` it where its batch is done."""
        self._sql.close()
        if remove:
            self._path.unlink(missing_ok=True)

    def surveyed(self) -> Marks:
        """The records that the survey has seen."""
        return Marks(self._sql.execute("SELECT file, item FROM survey"))

    def add_survey(self, found: Iterable[Done]) -> Iterator[None]:
        """Keep what the survey finds, one step a record."""
        for number, done in enumerate(found, 1):
            key = {"file": done.file, "item": done.item}
            self._sql.execute(ADD_SURVEYED, {**key, **json.loads(done.value)})
            if number % COMMIT_EVERY == 0:
                self._sql.commit()
            yield
        self._sql.commit()

    def settle(self, settings: FilterSettings) -> None:
        """Decide over the whole survey which runs are taken.

        The same run twice (one id, one content) is left out from the second time on; another run
        of the same id is a `copy` and gets a number to its id.
        """
        self._sql.create_function(
            "why_left", 3, lambda right, correct, judged: why_left(
                None if right is None else bool(right), correct or 0, judged, settings
            ),
        )  # fmt: skip
        with self._sql:
            self._sql.execute("UPDATE survey SET left_out = NULL, copy = 0")
            for statement in (DUPLICATES, COPIES, TAKEN):
                self._sql.execute(statement)

    def taken(self) -> Marks:
        """The runs that are taken."""
        return Marks(
            self._sql.execute(
                "SELECT file, item FROM survey WHERE refused IS NULL AND left_out = ''"
            )
        )

    def copies(self) -> dict[tuple[int, int], int]:
        """Runs whose id an earlier run has, with how many have it before them."""
        rows = self._sql.execute("SELECT file, item, copy FROM survey WHERE copy > 0")
        return {(file, item): copy for file, item, copy in rows}

    def finished(self) -> Marks:
        """The runs whose results are there."""
        return Marks(self._sql.execute("SELECT file, item FROM results"))

    def add_results(self, found: Iterable[Done], pages: int) -> Iterator[None]:
        """Keep the results of runs, and `pages` pages: of pruned runs first, of long ones first."""
        for number, done in enumerate(found, 1):
            result = json.loads(done.value)
            key = {"file": done.file, "item": done.item}
            self._sql.execute(ADD_RESULT, {**key, **result})
            if result["page"]:
                self._sql.execute(ADD_PAGE, {**key, **result})
                self._sql.execute(BEST_PAGES, (pages,))
            if number % COMMIT_EVERY == 0:
                self._sql.commit()
            yield
        self._sql.execute("CREATE INDEX IF NOT EXISTS asked ON results (question, state)")
        self._sql.commit()

    def survey(self) -> Iterator[Surveyed]:
        """The settled survey, in order."""
        rows = self._sql.execute(
            "SELECT file, item, refused, id, source, question, correct, rounds, tokens, copy,"
            " left_out FROM survey ORDER BY file, item"
        )
        for file, item, refused, id_, source, question, correct, rounds, tokens, copy, left in rows:
            yield Surveyed(
                file=file, item=item, refused=refused, id=id_ or "", source=source or "",
                question=question or "", correct=None if correct is None else bool(correct),
                rounds=rounds or 0, tokens=tokens or 0, copy=copy, left_out=left or "",
            )  # fmt: skip

    def results(self) -> Iterator[Entry]:
        """The results, in order."""
        rows = self._sql.execute(RESULTS)
        for file, item, state, outcome, pruned, unpruned, asked in rows:
            yield Entry(file=file, item=item, state=state, question_pruned=bool(asked),
                        outcome=outcome, pruned=pruned, unpruned=unpruned)  # fmt: skip

    def pages(self) -> Iterator[str]:
        """The pages that were kept, as JSON, of pruned and long runs first."""
        rows = self._sql.execute(
            "SELECT page FROM pages ORDER BY pruned DESC, rounds DESC, file, item"
        )
        return (page for (page,) in rows)

    def _note(self, key: str, value: str) -> None:
        with self._sql:
            self._sql.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (key, value))


def _belongs(path: Path, fingerprint: str) -> bool:
    """Whether the file is a ledger of this very batch."""
    if not path.is_file():
        return False
    connection = sqlite3.connect(path)
    try:
        row = connection.execute("SELECT value FROM about WHERE key = 'fingerprint'").fetchone()
    except sqlite3.DatabaseError:
        return False
    finally:
        connection.close()
    return row is not None and row[0] == fingerprint
