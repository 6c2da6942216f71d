"""Which rounds have nothing to do with the rest of their run: trajectory -> rounds."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from common.trajectory import Round, Trajectory
from trajprune.build.skeleton import pins
from trajprune.build.terms import COMMON, terms
from trajprune.text import asked, last_words, observed, said, words

FOREIGN = "nothing joins it to the question, the answer or any other round"

HALF = 0.5
"""Least share of a call's words that another text must hold, and of a run's rounds that must be
joined to its task before the others stand out."""

LONGEST_CALL = 100
"""Telling words of a call that are compared; longer calls carry code or documents."""


def foreign(trajectory: Trajectory) -> frozenset[int]:
    """The rounds that no chain of shared words joins to the question or to the answer.

    A round takes up a text that holds all telling words of its call, or half of them and more than
    one, for a single word of several is shared by chance unless it is a name. It is joined to the
    task where it takes up the question or the last words, shows what the answer adds to the
    question, or changed the world; to another round where one takes up what the other says or had
    shown; to several where they had shown all of its words between them. So a round that asks for
    nothing is never foreign. Where less than half of a run is joined to its task its words do not
    tell (a question in another language), and none is.
    """
    run = _Joining(trajectory)
    while run.fresh:
        run.join_what_reaches(run.fresh.pop())
    if len(run.joined) < HALF * len(trajectory.rounds):
        return frozenset()
    return frozenset(range(1, len(trajectory.rounds) + 1)) - run.joined


@dataclass(frozen=True, slots=True)
class _Words:
    """The telling words of a round's call, of all the agent wrote in it, of what came back."""

    asked: frozenset[str]
    said: frozenset[str]
    shown: frozenset[str]

    @classmethod
    def of(cls, round_: Round) -> _Words:
        call = (word for word in dict.fromkeys(words(asked(round_))) if word not in COMMON)
        return cls(
            frozenset(islice(call, LONGEST_CALL)),
            _telling(said(round_)),
            _telling(observed(round_)),
        )


class _Joining:
    """A run whose rounds are joined one after the other, from those about the task on."""

    def __init__(self, trajectory: Trajectory) -> None:
        self._words = {t: _Words.of(one) for t, one in enumerate(trajectory.rounds, start=1)}
        self._first_known: dict[str, int] = {}
        task = _telling(f"{trajectory.question}\n{last_words(trajectory)}")
        answer = _telling(trajectory.answer or "") - _telling(trajectory.question)
        names = frozenset(name for name in terms(trajectory.question) if " " not in name)
        self.joined = {
            t
            for t, (one, round_) in enumerate(
                zip(self._words.values(), trajectory.rounds, strict=True), start=1
            )
            if pins(round_)
            or _takes_up(one.asked, task)
            or _takes_up(one.said, task)
            or (answer and _takes_up(answer, one.shown))
            or len(one.asked & names) >= HALF * len(one.asked)
        }
        self.fresh = sorted(self.joined)

    def join_what_reaches(self, place: int) -> None:
        """Join the rounds that the joined round `place` is joined to."""
        one = self._words[place]
        for word in one.said | one.shown:
            self._first_known[word] = min(place, self._first_known.get(word, place))
        found = [
            t
            for t in self._words
            if t not in self.joined and (self._are_joined(t, place) or self._knew_all(t))
        ]
        self.joined.update(found)
        self.fresh += found

    def _are_joined(self, one: int, other: int) -> bool:
        first, second = self._words[min(one, other)], self._words[max(one, other)]
        return (
            _takes_up(second.asked, first.said)
            or _takes_up(second.asked, first.shown)
            or _takes_up(first.asked, second.said)
        )

    def _knew_all(self, place: int) -> bool:
        return all(self._first_known.get(w, place) < place for w in self._words[place].asked)


def _telling(text: str) -> frozenset[str]:
    return frozenset(words(text)) - COMMON


def _takes_up(mine: frozenset[str], text: frozenset[str]) -> bool:
    shared = len(mine & text)
    return shared == len(mine) or (shared > 1 and shared >= HALF * len(mine))
