"""Trajectory -> state graph by what the agent re-used of what observations had shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from common.trajectory import Round, Trajectory
from trajprune.build.answer import VERDICTS, single_words, telling
from trajprune.build.compared import compared
from trajprune.build.evidence import Evidence
from trajprune.build.failure import failure
from trajprune.build.foreign import foreign
from trajprune.build.links import Links
from trajprune.build.rejected import accepted, rejected
from trajprune.build.safe import SafeBuilder, Shown, remarked
from trajprune.build.skeleton import actions_of
from trajprune.build.terms import COMMON, capitalised, is_weak, spans, terms
from trajprune.build.tools import is_note
from trajprune.text import asked, called_with, excerpt, last_words, words
from trajprune.types import Fact, StateGraph

ONE_NAME = 60
"""Characters of an argument that may be a name as a whole."""


class GraphBuilder:
    """A round relies on earlier ones for the names, numbers and addresses that it did not have.

    Terms of the question are given; terms that the agent wrote before any observation showed them
    are its own knowledge. The answer relies on all its terms and on each facet of the question.
    What failed supports nothing, and neither do notes, which only repeat the agent. Where nothing
    the answer says can be found in an observation the builder abstains: the graph is then that of
    `SafeBuilder`, with the reason in `abstained`. Deterministic.
    """

    def build(self, trajectory: Trajectory) -> StateGraph:
        """The graph of a run.

        A run without an answer is judged by the rounds that changed the world, for these need
        their support whether or not the agent said a last word; without such rounds by nothing.
        """
        reading = _Reading(trajectory)
        actions = actions_of(trajectory)
        ends = trajectory.answer is not None or any(action.pinned for action in actions)
        reason = reading.untraced() if ends else "the run has no answer to trace"
        if reason:
            return replace(SafeBuilder().build(trajectory, reading.foreign), abstained=reason)
        return StateGraph(
            actions=remarked(actions, reading.shown),
            facts=(Fact(id=0, text=excerpt(trajectory.question)), *reading.links.facts()),
            produces=frozenset(reading.links.produces),
            supports=frozenset(reading.links.supports),
        )


class _Reading:
    """One trajectory read from its first round to its answer."""

    def __init__(self, trajectory: Trajectory) -> None:
        self._trajectory = trajectory
        self._last = len(trajectory.rounds) + 1
        self._question = f" {' '.join(words(trajectory.question))} "
        self._given = set(self._question.split())
        self._ending = f" {' '.join(words(last_words(trajectory)))} "
        self.foreign = foreign(trajectory)
        self.shown = Shown(trajectory, self.foreign)
        self._evidence = Evidence(
            shown=[
                "" if place in self.shown.nothing_new else _shown(round_)
                for place, round_ in enumerate(trajectory.rounds, start=1)
            ],
            asked=[asked(round_) for round_ in trajectory.rounds],
        )
        self._own: set[str] = set()
        self.links = Links(self._evidence)
        for place, round_ in enumerate(trajectory.rounds, start=1):
            self._read_round(place, round_)
        self._facets = self._read_facets()
        self._traced = self._read_answer()

    def untraced(self) -> str:
        """Why the answer cannot be traced, "" where it can.

        A verdict ("yes") or a choice among the question's own words stands in no observation; it
        is traced through the facets.
        """
        answer = self._trajectory.answer
        if answer is None or self._traced:
            return ""
        judged = {*VERDICTS, *COMMON, *self._question.split()}
        if self._facets and judged.issuperset(words(answer)):
            return ""
        return "nothing that the answer says can be found in an observation"

    def _read_round(self, place: int, round_: Round) -> None:
        call = asked(round_)
        thought = accepted(round_.thought)
        around = self._evidence.around(words(f"{thought}\n{call}"))
        wanted = terms(call) | capitalised(call) | spans(call) | _values(round_)
        for term in wanted | self._corroborated(terms(thought), place):
            if self._is_given(term) or term in self._own:
                continue
            earlier = [shown for shown in self._evidence.showing(term) if shown < place]
            if earlier:
                self.links.add(term, earlier, around, place)
            else:
                self._own.add(term)

    def _corroborated(self, some: dict[str, None], place: int) -> dict[str, None]:
        """The terms of a thought; weak ones only beside a strong one that the same round shows."""
        fresh = {
            term: {shown for shown in self._evidence.showing(term) if shown < place}
            for term in some
            if not self._is_given(term)
        }
        named = set().union(*(rounds for term, rounds in fresh.items() if not is_weak(term)))
        return {
            term: None
            for term, rounds in fresh.items()
            if not is_weak(term) or not rounds or rounds & named
        }

    def _read_facets(self) -> bool:
        """Names of the question support the answer.

        Those that the last words take up, that the agent looked up, or that the question compares;
        where there are none ("I have the answer"), every name. Each is met by a round that is
        about it; of names that are compared, by one that asked for it, if any did; of several, by
        those that agree best with the last words.
        """
        if self._trajectory.answer is None:
            return False
        question = self._trajectory.question
        looked_up = self._looked_up()
        every = terms(question) | looked_up
        sides = compared(question, every)
        needed = {name: None for name in every if self._is_last(name) or name in sides} | looked_up
        found = False
        last = self._evidence.around(words(last_words(self._trajectory)))
        for name in needed or every:
            rounds = self._evidence.about(name)
            if name in sides:
                rounds = [place for place in rounds if self._asks_for(place, name)] or rounds
            meant = self._evidence.meant(rounds, name, last) or rounds
            kept = tuple(place for place in meant if not self._turned_down(place, name))
            found |= self.links.join(name, kept, self._last)
        return found

    def _looked_up(self) -> dict[str, None]:
        """What the question has, in any letters' case, and a call asks for as a name alone."""
        asked_for = (raw for round_ in self._trajectory.rounds for raw in called_with(round_))
        names = (raw for raw in asked_for if len(raw) <= ONE_NAME and raw[:1].isupper())
        values = (" ".join(words(raw)) for raw in names)
        return {
            value: None for value in values if f" {value} " in self._question and telling(value)
        }

    def _asks_for(self, place: int, name: str) -> bool:
        return set(name.split()).issubset(words(asked(self._trajectory.rounds[place - 1])))

    def _turned_down(self, place: int, name: str) -> bool:
        """Whether the agent, having seen round `place`, rejected the name and never came back."""
        if place + 1 == self._last or self._is_last(name):
            return False
        following = words(rejected(self._trajectory.rounds[place].thought))
        return f" {name} " in f" {' '.join(following)} "

    def _read_answer(self) -> bool:
        """Whether anything the answer says is shown; then it rests on that.

        It may rest on a term that the agent had guessed before it was shown. Its single words count
        only where none of its terms is found, and not those of a refusal ("I could not find it").
        """
        answer = self._trajectory.answer or ""
        whole = " ".join(words(answer))
        named = terms(answer) | spans(answer)
        named |= self._corroborated(terms(self._trajectory.final_thought), self._last)
        wanted = [term for term in named if telling(term) and not self._is_given(term)]
        if telling(whole) or " " in whole:  # a film may be called "All That"
            wanted = [whole, *wanted]
        single = (word for word in single_words(answer) if not self._is_given(word))
        return self._rests_on(wanted) or self._rests_on(single)

    def _rests_on(self, wanted: Iterable[str]) -> bool:
        """Link the answer to what shows these terms; False where nothing does."""
        around = [
            self._evidence.around(words(last_words(self._trajectory))),
            self._evidence.around(self._question.split()),
        ]
        found = False
        for term in wanted:
            rounds = self._evidence.showing(term) or sorted(self._evidence.having(telling(term)))
            # A bare "I have the answer" agrees with nothing; then the question has to.
            found |= any(self.links.add(term, rounds, some, self._last) for some in around)
        return found

    def _is_given(self, term: str) -> bool:
        """Whether the question has all its words: a name may be shortened or turned round."""
        return self._given.issuperset(term.split())

    def _is_last(self, name: str) -> bool:
        """Whether the final thought or the answer names it."""
        return f" {name} " in self._ending


def _shown(round_: Round) -> str:
    return "\n".join(
        call.observation or "" for call in round_.calls if not failure(call) and not is_note(call)
    )


def _values(round_: Round) -> dict[str, None]:
    """Arguments short enough to be one name ("Enigma"), whatever their letters' case."""
    tokens = [words(value) for value in called_with(round_) if len(value) <= ONE_NAME]
    return {" ".join(some): None for some in tokens if len("".join(some)) > 2}
