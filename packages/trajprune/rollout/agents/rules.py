"""An agent of plain rules that follows names from page to page: needs no model, same every time.

It searches what the question names, reads the best page, follows the name on it that stands nearest
to the question's words, and answers with the words that the question's kind asks for. With
`wander` above 0 it also does what real agents do without need: it searches again, reads pages that
lead nowhere, or answers too early.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from common.trajectory import ToolCall, Trajectory
from trajprune.rollout.agents.extract import best_answer, names, nearest_name
from trajprune.rollout.types import Said
from trajprune.text import words

PAGES = 2
"""Pages that it reads on the straight way: a question of two steps."""

GIVES_UP = 12
"""Rounds after which it answers with what it has."""

RESULT = re.compile(r"\d+\. (?P<title>.+?)(?: \((?P<address>[^()]+)\))?: ")


@dataclass(frozen=True, slots=True)
class Listed:
    """A search result as the observation shows it."""

    title: str
    address: str


class RulesAgent:
    """Plays one run; `take` makes runs of one question differ where it wanders."""

    def __init__(self, wander: float = 0.0, seed: int = 0, take: int = 0) -> None:
        """`wander`: share of rounds that the answer does not need, 0..1."""
        self._wander = wander
        self._key = f"{seed}:{take}"

    def speak(self, run: Trajectory, *, must_answer: bool) -> Said:
        """The next step of the plan, or a step aside, decided by run and seed alone."""
        chance = random.Random(f"{self._key}:{run.question}:{len(run.rounds)}")
        pages = _pages(run)
        enough = len(pages) >= PAGES or len(run.rounds) >= GIVES_UP
        hasty = bool(pages) and chance.random() < self._wander / 4
        if must_answer or enough or hasty:
            return _answer(run, pages)
        if run.rounds and chance.random() < self._wander:
            return _aside(run, chance)
        return _plan(run, pages)


def _plan(run: Trajectory, pages: list[str]) -> Said:
    """The next page of the straight way: searched for first, then read."""
    subject = _subject(run, pages)
    page = _fitting(subject, _listed(run), first=not pages and _searched(run, subject))
    if page is not None and page.address not in _visited(run):
        return _call(f"The page about {page.title} should say more.", "visit", "url", page.address)
    if _searched(run, subject):
        return _answer(run, pages)
    return _call(f"I look for {subject}.", "search", "query", subject)


def _aside(run: Trajectory, chance: random.Random) -> Said:
    """A step that leads nowhere: the last search again, or a result that nobody asked for."""
    dead = [one for one in _listed(run) if one.address not in _visited(run)][1:]
    if dead and chance.random() < 0.5:
        page = chance.choice(dead)
        return _call(f"{page.title} may help too.", "visit", "url", page.address)
    subject = _subject(run, [])
    return _call("I want to be sure that I missed nothing.", "search", "query", subject)


def _answer(run: Trajectory, pages: list[str]) -> Said:
    seen = pages or [call.observation or "" for call in _calls(run)]
    answer = best_answer(run.question, seen)
    return Said(thought=f"I have what I need: {answer}." if answer else "", answer=answer)


def _subject(run: Trajectory, pages: list[str]) -> str:
    """What the plan is after: the name that the last page leads to, else one of the question."""
    leading = nearest_name(run.question, pages[-1]) if pages else ""
    named = max(names(run.question), key=len, default="")
    return leading or named or " ".join(words(run.question))


def _pages(run: Trajectory) -> list[str]:
    """The pages of the straight way that were read, in order."""
    pages: list[str] = []
    listed: list[Listed] = []
    for call in _calls(run):
        seen = call.observation or ""
        if call.tool == "search":
            listed += [one for one in _results(seen) if one not in listed]
        elif call.tool == "visit" and not seen.startswith("Error") and seen not in pages:
            page = _fitting(_subject(run, pages), listed, first=not pages)
            if page is not None and page.address == call.arguments.get("url"):
                pages.append(seen)
    return pages


def _fitting(subject: str, listed: Sequence[Listed], *, first: bool) -> Listed | None:
    """The result whose title the subject is or holds; `first`: else the best result at all."""
    wanted = set(words(subject))
    for one in listed:
        if wanted and wanted == set(words(one.title)) - {"the"}:
            return one
    for one in listed:
        if set(words(one.title)) <= wanted:
            return one
    return listed[0] if first and listed else None


def _listed(run: Trajectory) -> list[Listed]:
    """All results so far, in order."""
    found = (_results(call.observation or "") for call in _calls(run) if call.tool == "search")
    return list(dict.fromkeys(one for results in found for one in results))


def _results(observation: str) -> list[Listed]:
    lines = (RESULT.match(line) for line in observation.splitlines())
    return [Listed(line["title"], line["address"] or line["title"]) for line in lines if line]


def _searched(run: Trajectory, subject: str) -> bool:
    asked = (call.arguments.get("query") for call in _calls(run) if call.tool == "search")
    return subject in asked


def _visited(run: Trajectory) -> set[str]:
    return {str(call.arguments.get("url")) for call in _calls(run) if call.tool == "visit"}


def _calls(run: Trajectory) -> Iterator[ToolCall]:
    return (call for one in run.rounds for call in one.calls)


def _call(thought: str, tool: str, name: str, value: str) -> Said:
    return Said(thought=thought, calls=(ToolCall(tool=tool, arguments={name: value}),))
