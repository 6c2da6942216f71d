"""What people did on the served pages: forms sent, addresses asked for, things marked."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from threading import Lock

_TABLES = """
drop table if exists forms; drop table if exists visits; drop table if exists marks;
create table forms (form integer, page text, name text, value text);
create table visits (page text, name text, value text);
create table marks (page text, thing text, state text, unique (page, thing));
"""
OFF = ("", "off", "false")
"""States that are none: a thing that was marked and unmarked again is as it was."""


class Database:
    """An SQLite database in memory, for one task at a time; safe from several threads."""

    def __init__(self) -> None:
        """Make the tables, empty."""
        self._lock = Lock()
        self._connection = sqlite3.connect(":memory:", check_same_thread=False)
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        with self._lock:
            self._connection.executescript(_TABLES)

    def close(self) -> None:
        """Give the memory back."""
        self._connection.close()

    def keep_form(self, page: str, fields: Mapping[str, str]) -> None:
        """Keep a form that was sent from or to a page."""
        with self._lock, self._connection as connection:
            (number,) = connection.execute("select 1 + ifnull(max(form), 0) from forms").fetchone()
            rows = [
                (number, page, name, value) for name, value in ({"": ""} | dict(fields)).items()
            ]
            connection.executemany("insert into forms values (?, ?, ?, ?)", rows)

    def keep_visit(self, page: str, query: Mapping[str, str]) -> None:
        """Keep what a page was asked for (a search, a filter, a link's parameters)."""
        with self._lock, self._connection as connection:
            rows = [(page, name, value) for name, value in query.items()]
            connection.executemany("insert into visits values (?, ?, ?)", rows)

    def mark(self, page: str, thing: str, state: str) -> None:
        """Keep the state of a thing on a page, in the place of its last one."""
        with self._lock, self._connection as connection:
            connection.execute("delete from marks where page = ? and thing = ?", (page, thing))
            if state not in OFF:
                connection.execute("insert into marks values (?, ?, ?)", (page, thing, state))

    def forms(self) -> list[tuple[str, dict[str, str]]]:
        """The forms sent, in their order, each with its page."""
        with self._lock:
            rows = self._connection.execute("select * from forms order by form").fetchall()
        found: dict[int, tuple[str, dict[str, str]]] = {}
        for number, page, name, value in rows:
            found.setdefault(number, (page, {}))[1][name] = value
        return list(found.values())

    def visits(self) -> set[tuple[str, str, str]]:
        """What pages were asked for, as (page, name, value)."""
        with self._lock:
            return set(self._connection.execute("select * from visits").fetchall())

    def marks(self) -> dict[str, str]:
        """The state of all that is marked, by "page thing"."""
        with self._lock:
            rows = self._connection.execute("select * from marks").fetchall()
        return {f"{page} {thing}": state for page, thing, state in rows}
