"""Steps to learn from, all of our own: the sample's dev half as it is, reworded and generated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random

from domprune.instruction import parse_instruction
from domprune.text import words
from domprune.types import Case, Element, Gold

CLICKS = (
    "Click '{name}'", "Click on {name}", "Press {name}", "Open {name}", "Go to {name}",
    "Click the {name} button", "Choose {name}", "Follow the link {name}", "View {name}",
)  # fmt: skip
TYPINGS = (
    "Type '{value}' in the {name} field", "Enter {value} in the {name} field",
    "Enter your {name}", "Fill in {name} with {value}", "Type '{value}' into {name}",
)  # fmt: skip
IN_ROWS = (
    "{name} for {around}", "Click {name} for {around}", "Press '{name}' in the row of {around}",
    "Click {name} under {around}", "{name} in the {around} row", "Choose {name} for the {around}",
)  # fmt: skip
VALUES = ("Marble", "hello there", "42", "Anna Reed", "7 March", "blue lamp")
A_PAGE = 60
"""Generated steps of each kind and page."""
TYPED = frozenset(("textbox", "searchbox", "spinbutton"))


def training_steps(cases: Sequence[Case], seed: int) -> list[Case]:
    """Return the cases, the same by their instruction alone, and generated ones on their pages."""
    draw = Random(seed)
    pages = {case.page: case for case in cases}
    generated = [step for case in pages.values() for step in _generated(case, draw)]
    return [*cases, *map(by_instruction, cases), *generated]


def by_instruction(case: Case) -> Case:
    """The case as somebody has it who only gives an instruction: no target's text."""
    subtask = parse_instruction(case.subtask.next_steps)
    return replace(case, id=f"{case.id}/instruction", subtask=subtask)


def _generated(case: Case, draw: Random) -> Iterator[Case]:
    elements = list(case.snapshot.elements)
    draw.shuffle(elements)
    shared = Counter(map(_name, elements))
    named = [one for one in elements if 2 <= len(_name(one)) <= 40]
    for element in named[:A_PAGE]:
        patterns = TYPINGS if element.role in TYPED else CLICKS
        said = draw.choice(patterns).format(name=_name(element), value=draw.choice(VALUES))
        yield _step(case, element, said, "")
    for element in [one for one in named if shared[_name(one)] > 1 and one.context][:A_PAGE]:
        around = _around(element, draw)
        said = draw.choice(IN_ROWS).format(name=_name(element), around=around)
        yield _step(case, element, said, around)


def _step(case: Case, element: Element, said: str, around: str) -> Case:
    """A step whose right answers are all elements of that name, with those words around them."""
    wanted = set(words(around))
    right = frozenset(
        one.id
        for one in case.snapshot.elements
        if _name(one) == _name(element) and wanted <= set(words(one.context))
    )
    id = f"{case.page}/{element.id}/{'row' if around else 'name'}"
    return replace(case, id=id, subtask=parse_instruction(said), gold=Gold(right, right))


def _name(element: Element) -> str:
    own = element.text or element.label or element.attributes.get("placeholder", "")
    return " ".join(own.split())


def _around(element: Element, draw: Random) -> str:
    near = [word for word in words(element.context) if len(word) > 2] or words(element.context)
    size = draw.choice((1, 2, 2, 3))
    start = draw.randrange(max(1, min(4, len(near) - size + 1)))
    return " ".join(near[start : start + size])
