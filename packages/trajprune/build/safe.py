"""Trajectory -> state graph that only lets go of what was empty, failed or already there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from common.trajectory import ToolCall, Trajectory
from trajprune.build.failure import failure
from trajprune.build.foreign import FOREIGN
from trajprune.build.novelty import Look, Novelty
from trajprune.build.skeleton import actions_of
from trajprune.build.tools import is_note
from trajprune.text import argument_values, excerpt, name_rounds
from trajprune.types import Action, Fact, StateGraph


class SafeBuilder:
    """Every text that was new when it came is a fact that all later rounds rely on.

    A round is therefore only superfluous when all its calls failed, came back empty, or showed
    nothing but text that had been shown before. Deterministic; time grows with the length of the
    observations, of which `text.READ_LIMIT` characters each are taken apart.
    """

    def build(self, trajectory: Trajectory, without: Collection[int] = ()) -> StateGraph:
        """The graph; never abstains, for a run without an answer is judged the same way.

        Rounds in `without` are taken to be foreign: they show nothing.
        """
        shown = Shown(trajectory, without)
        actions = remarked(actions_of(trajectory), shown)
        return StateGraph(
            actions=actions,
            facts=(Fact(id=0, text=excerpt(trajectory.question)), *shown.facts),
            produces=frozenset(shown.produces),
            supports=frozenset(_chain(actions, shown)),
        )


def remarked(actions: Sequence[Action], shown: Shown) -> tuple[Action, ...]:
    """The actions, with a remark on those that showed nothing new."""
    return tuple(
        replace(action, remark=action.remark or shown.nothing_new.get(action.round, ""))
        for action in actions
    )


class Shown:
    """What the observations of a trajectory showed, in order: facts, and who shows which again."""

    def __init__(self, trajectory: Trajectory, without: Collection[int] = ()) -> None:
        """`nothing_new`: why a round whose calls did not fail showed nothing, in words.

        Rounds in `without` are foreign.
        """
        self.facts: list[Fact] = []
        self.produces: set[tuple[int, int]] = set()
        self.nothing_new: dict[int, str] = dict.fromkeys(without, FOREIGN)
        self._novelty = Novelty()
        for place, round_ in enumerate(trajectory.rounds, start=1):
            if place not in without:
                self._take(place, [call for call in round_.calls if not failure(call)])

    def _take(self, place: int, calls: list[ToolCall]) -> None:
        looks = [self._look(call, place) for call in calls]
        self.produces |= {(place, look.fact) for look in looks if look.fact}
        if looks and not any(look.new for look in looks):
            earlier = {source for look in looks for source in look.rounds if source < place}
            self.nothing_new[place] = f"repeats what {name_rounds(earlier)} had shown"

    def _look(self, call: ToolCall, place: int) -> Look:
        text = _information(call)
        look = self._novelty.look(call, text, place)
        if look.new:
            self.facts.append(Fact(id=look.fact, text=excerpt(text)))
        return look


def _information(call: ToolCall) -> str:
    """The text that a call brought; a note's text is what the agent wrote into it."""
    if is_note(call):
        return "\n".join(argument_values(call.arguments))
    return call.observation or ""


def _chain(actions: Sequence[Action], shown: Shown) -> Iterator[tuple[int, int]]:
    """Supports (fact, t): the answer relies on all facts, and facts keep their order.

    Nothing is known about who used what, so each round may have relied on all that was there
    before it. One edge a round says so: whoever shows fact f relies on the fact before it, and so
    do rounds that are kept for what they did.
    """
    newest: dict[int, int] = {}
    for place, fact in sorted(shown.produces):
        newest[place] = max(fact, newest.get(place, 0))
    known = 0
    for action in actions[:-1]:
        here = newest.get(action.round, 0)
        relied = known if action.pinned or here > known else here - 1
        if relied > 0 and (here or action.pinned):
            yield relied, action.round
        known = max(known, here)
    yield from ((fact.id, len(actions)) for fact in shown.facts)
