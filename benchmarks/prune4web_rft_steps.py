"""The sample site -> steps to learn from and steps on other pages; see prune4web_rft."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from common.run import Run
from domprune.annotate.one import annotate_case
from domprune.annotate.quality import QualityControl
from domprune.annotate.rules import RulesAnnotator
from domprune.data.settings import DataSettings
from domprune.experiment.gather import gather
from domprune.roles.filter_llm import program_of
from domprune.roles.filter_rules import RulesFilter
from domprune.roles.grounder_rules import takes
from domprune.scoring.pages import PageScorer
from domprune.scoring.settings import ScoringSettings
from domprune.types import ActionType, Annotated, Case, Element, Gold, Snapshot, SubTask

REHEARSED = ("checkout.html", "forum.html", "timetable.html")
"""Pages of the dev half that were held out while the settings were chosen."""
MADE = 100
"""Steps made of one page's own elements, at most."""
NAME = range(3, 41)
"""How many characters the name of an element has of which a step is made."""
TYPED = (
    "Paris London blue copper lamp main street anna miller 2024 green tea berlin shoes north oak "
    "table kettle rome winter new york plan garden maria lopez cheap 12 40 7"
).split()
CLICKS = (
    "Click '{0}'", "Open {0}", "Press the {0} button", "Go to {0}", "Show {0}", "Click on {0}",
    "Choose {0}",
)  # fmt: skip
TYPINGS = (
    "Type '{1}' in the {0} field", "Enter '{1}' as {0}", "Fill in {0} with '{1}'",
    "Put '{1}' into {0}",
)  # fmt: skip
CHOICES = (
    "Select '{1}' in the {0} list", "Choose {1} for {0}", "Set {0} to {1}", "Pick '{1}' as the {0}",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """What is learned from (`written` by hand, `made` of elements), and what is `held_out`."""

    written: Sequence[Annotated]
    made: Sequence[Annotated]
    held_out: Sequence[Annotated]

    @property
    def learned(self) -> list[Annotated]:
        """All that is learned from."""
        return [*self.written, *self.made]


def sample_steps(run: Run, *, rehearsal: bool) -> Steps:
    """Learn from the dev half of the pages and hold out the test half.

    In a rehearsal the dev half alone is split, and the test half is not looked at.
    """
    cases = list(gather(DataSettings(sets=["dev"] if rehearsal else []), run))
    return split(cases, rehearsal=rehearsal)


def split(cases: Sequence[Case], *, rehearsal: bool) -> Steps:
    """The cases as annotated steps; those whose right element pruning loses are never learned.

    Held-out steps are all there are, whatever the annotator would drop.
    """
    apart = [case.page in REHEARSED if rehearsal else case.split == "test" for case in cases]
    learned = [case for case, out in zip(cases, apart, strict=True) if not out]
    pages = {case.page: case.snapshot for case in learned}
    made = [step for page, snapshot in pages.items() for step in made_of(page, snapshot)]
    return Steps(
        written=annotated(learned, drop=True),
        made=annotated(made, drop=True),
        held_out=annotated(
            [case for case, out in zip(cases, apart, strict=True) if out], drop=False
        ),
    )


def annotated(cases: Sequence[Case], *, drop: bool) -> list[Annotated]:
    """The cases with the labels of the rules, less what only a picture of the page would tell."""
    score = PageScorer(ScoringSettings())
    control = QualityControl(
        score=score,
        program=lambda subtask, weights: program_of(subtask, dict(weights)),
        keep=20 if drop else 10**9,
    )
    annotator = RulesAnnotator(RulesFilter(), score)
    found = (annotate_case(case, annotator, control, None) for case in cases)
    return [_unseen(step) for step in found if isinstance(step, Annotated)]


def _unseen(step: Annotated) -> Annotated:
    """The step without thought and state: the tiny model reads text, and no page's title."""
    subtask = replace(step.subtask, state_analysis="", progress_evaluation="")
    return replace(step, subtask=subtask, thought="")


def made_of(page: str, snapshot: Snapshot) -> Iterator[Case]:
    """Steps on the elements of a page that show a name no other has; equal pages, equal steps."""
    draw = Random(page)
    names = Counter(_shown(element).lower() for element in snapshot.elements)
    alone = [one for one in snapshot.elements if names[_shown(one).lower()] == 1 and _shown(one)]
    draw.shuffle(alone)
    for element in alone[:MADE]:
        gold = frozenset({element.id})
        yield Case(
            id=f"{page}/{element.id}",
            page=page,
            subtask=_step_on(element, draw),
            snapshot=snapshot,
            gold=Gold(gold, gold),
        )


def _shown(element: Element) -> str:
    """What the element shows; "" where that is nothing to name it by."""
    shown = element.text or element.label or element.attributes.get("placeholder", "")
    name = " ".join((shown or element.name).split())
    return name if len(name) in NAME and name.isprintable() else ""


def _step_on(element: Element, draw: Random) -> SubTask:
    name, value, kind = _shown(element), "", ActionType.CLICK
    said: Sequence[str] = CLICKS
    options = [option.strip() for option in element.options if option.strip()]
    if element.tag == "select" and options:
        kind, said, value = ActionType.SELECT_OPTION, CHOICES, draw.choice(options)
    elif element.tag in ("input", "textarea") and takes(ActionType.TYPE, element):
        value = " ".join(draw.sample(TYPED, draw.randint(1, 3)))
        kind, said = ActionType.TYPE, TYPINGS
    words = draw.choice(said).format(name, value)
    return SubTask(next_steps=words, action_type=kind, target_text=name, value=value)
