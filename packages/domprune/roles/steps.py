"""A task in plain words -> the steps it names, in order, by rules; no page is looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from domprune.instruction import parse_instruction
from domprune.roles.clause_steps import SUBMIT, PlannedStep, clause_steps
from domprune.roles.message_steps import message_steps
from domprune.roles.split import split_steps
from domprune.types import ActionType

_ASIDES = {
    r"\bfind\s+and\s+(?=(?:click|pick|press|select|open)\b)": "",
    r",?\s*\b(?:and\s+)?wait\s+\d+\s+seconds?": "",
    r",?\s+when\s+(?:you\s+are\s+)?(?:done|finished)\b": "",
    r"^(?:close|dismiss)\s+the\s+[\w ]+?\s+by\s+(?:clicking|pressing)\s+": "Click ",
}
"""What is left out: looking for something is no step, and waiting is no action."""
_COPY = re.compile(
    r"^copy\s+the\s+text\s+(?:in|of|from)\s+(the\s+.+?)(?:\s+below)?$", re.IGNORECASE
)
_PASTE = re.compile(r"^paste\s+(?:it|that|this)\s+(?:in|into)\s+(.+)$", re.IGNORECASE)
_OWNER = re.compile(
    r"^(?:for\s+the\s+\w+\s+(@?[\w-]+)|(?:find|locate)\s+([A-Z][\w'-]*)\s+in\s+the\b.*)$",
    re.IGNORECASE,
)
_THEIRS = re.compile(r"\b(?:their|his|her|its)\s+", re.IGNORECASE)


def steps_of(task: str) -> tuple[PlannedStep, ...]:
    """Return the steps that a task names; the task itself where it names but one.

    >>> [step.words for step in steps_of('Enter "Bo" into the text field and press Submit.')]
    ['Enter "Bo" into the text field', 'Click the "Submit" button']
    """
    said = " ".join(task.split())
    if steps := message_steps(said):
        return tuple(PlannedStep(words=words) for words in steps)
    clauses = _clauses(said)
    planned = list(_read_all(clauses))
    if not planned or [step.words for step in planned] == [said.rstrip(" .!")]:
        return (PlannedStep(words=said),)
    return (*planned, *_sent(planned))


def _clauses(said: str) -> list[str]:
    """Return the parts of a task that are steps of their own."""
    for aside, instead in _ASIDES.items():
        said = re.sub(aside, instead, said, flags=re.IGNORECASE)
    return split_steps(said)


def _read_all(clauses: Sequence[str]) -> Iterator[PlannedStep]:
    """Yield the steps of all clauses; what one names, the next may mean by "it" or "their"."""
    copied = owner = ""
    for place, clause in enumerate(clauses):
        last = place + 1 == len(clauses)
        if found := _COPY.match(clause):
            copied = found[1]
        elif copied and (found := _PASTE.match(clause)):
            yield PlannedStep(words=f"Type the text of {copied} into {found[1]}")
        elif not last and (found := _OWNER.match(clause)):
            owner = found[1] or f'"{found[2]}"'
        elif owner:
            yield PlannedStep(words=f"{_THEIRS.sub('the ', clause)} of {owner}")
            owner = ""
        else:
            yield from clause_steps(clause)


def _sent(steps: Sequence[PlannedStep]) -> tuple[PlannedStep, ...]:
    """Return the step that sends a form off where the task does not say so: filled, it is to go."""
    kinds = [parse_instruction(step.words).action_type for step in steps]
    filled = any(kind in (ActionType.TYPE, ActionType.SELECT_OPTION) for kind in kinds)
    return (SUBMIT,) if filled and kinds[-1] is not ActionType.CLICK else ()
