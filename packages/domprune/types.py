"""The data of the pipeline, in the order in which they appear.

page -> snapshot -> elements -> sub-task -> program -> scored -> pruned -> grounded action
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class ActionType(StrEnum):
    """The seven actions of the web agent (Prune4Web, section 3; spec, section 4)."""

    CLICK = "CLICK"
    TYPE = "TYPE"
    SCROLL = "SCROLL"
    SELECT_OPTION = "SELECT_OPTION"
    NAVIGATE = "NAVIGATE"
    DONE = "DONE"
    FAIL = "FAIL"

    @property
    def needs_element(self) -> bool:
        """Whether the action lands on one element, so that filtering and grounding make sense."""
        return self in (ActionType.CLICK, ActionType.TYPE, ActionType.SELECT_OPTION)


class Reason(StrEnum):
    """Why an element counts as interactive; an element may have several."""

    TAG = "tag"
    ROLE = "role"
    ATTRIBUTE = "attribute"
    CURSOR = "cursor"
    LISTENER = "listener"
    LABEL = "label"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in CSS pixels of the top page, measured from the document's top left corner."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Element:
    """One interactive element with the words that the page gives it.

    `id` is the element's rank in document order over all frames and shadow roots, from 0; models
    see it as `[id]`. `text` is the visible text inside the element; `name` and `description` follow
    the ARIA name computation; `label` holds the words beside a field that act as its label although
    the page does not say so (adjacent text, table header); `context` the words around it (legend,
    heading, the other text of its row, list item or card). `attributes` are as written in the page,
    names in lower case; for nameless controls they hold the clues of their icon under `icon` (svg
    title, use href, img alt/src), and for what stands in a form the form's own identifiers under
    `form`.
    `xpath` is absolute inside the frame; a step `shadow-root` enters the open or closed shadow root
    of the element before it. `frame` is "" for the top document, else the path of frame indices
    ("0/2"). `value` is the control's current value (never a password's), `options` the labels of a
    select's options. `box` is None and `in_viewport` is None where no layout is known. In a
    browser what cannot be seen or is covered never becomes an element, and the snapshot's notes
    count it; in saved HTML, where scripts may still show what markup hides (inline display:none,
    noscript), such an element is kept with `shown` False and ranks behind its equals.
    """

    id: int
    tag: str
    role: str = ""
    name: str = ""
    description: str = ""
    text: str = ""
    label: str = ""
    context: str = ""
    value: str = ""
    options: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()
    frame: str = ""
    xpath: str = ""
    box: Box | None = None
    in_viewport: bool | None = None
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All interactive elements of one page, in document order, and what the page weighed.

    `html_chars` is the length of the page's HTML in characters (all frames), from which the
    prompt tokens before pruning are estimated. `notes` say what was left out and why (depth
    limit, closed frames, covered elements), for the report.
    """

    url: str
    title: str
    elements: Sequence[Element]
    html_chars: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SubTask:
    """One step as the planner words it: the fields of the paper's planner prompt (appendix).

    `next_steps` is one action in plain words ("type 'Paris' in the search field"); `target_text` is
    the text of the element to act on; `value` what is to be typed or chosen, "" where nothing is.
    """

    next_steps: str
    action_type: ActionType
    target_text: str = ""
    value: str = ""
    state_analysis: str = ""
    progress_evaluation: str = ""
    challenges: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """The parameters of the scoring template (Prune4Web, section 3.2, step 2).

    `keyword_weights` maps each keyword to its integer weight in 1..50; an LLM gives these and
    nothing else. `action_type` and `value` come from the sub-task. `places` are location words of
    the sub-task ("top", "left", "header", ...), used only where boxes or landmarks are known.
    """

    keyword_weights: Mapping[str, int]
    action_type: ActionType = ActionType.CLICK
    value: str = ""
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scored:
    """An element with its score; higher is better, ties break by document order."""

    element: Element
    score: float


@dataclass(frozen=True, slots=True)
class Pruned:
    """The top-N elements, best first, and how many were ranked to find them."""

    kept: Sequence[Scored]
    ranked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A grounded action: what to do, on which element id (None: on the page), with what."""

    action_type: ActionType
    element_id: int | None = None
    value: str = ""


class Strategy(StrEnum):
    """The ways to carry out an action, in the order in which they are tried."""

    STANDARD = "standard"
    SCROLLED = "scrolled"
    EVENTS = "events"


class Failure(StrEnum):
    """Why an action was not carried out."""

    REFUSED = "refused"
    INVALID = "invalid"
    STALE = "stale"
    DISABLED = "disabled"
    UNFIT = "unfit"
    UNREACHABLE = "unreachable"
    NO_EFFECT = "no_effect"
    TIMEOUT = "timeout"
    GONE = "gone"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at an action; `error` is "" where it went through."""

    strategy: Strategy
    error: str
    milliseconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Executed:
    """What became of an action on a live page.

    `element` is what it landed on, as the page showed it at that moment: another than the one
    asked for where that one was stale and was found again (`refound`). `error` explains `failure`.
    """

    action: Action
    element: Element | None = None
    attempts: tuple[Attempt, ...] = ()
    failure: Failure | None = None
    error: str = ""
    refound: bool = False

    @property
    def ok(self) -> bool:
        """Whether the action was carried out."""
        return self.failure is None


@dataclass(frozen=True, slots=True)
class Gold:
    """The right answer of a case, as element ids of its snapshot.

    `exact` are the labelled elements themselves; `same_control` adds the elements that act as the
    same control (the nearest candidate around the label, the control a label names). Both are empty
    when extraction lost the gold element: such a case counts as a miss, never as left out.
    """

    exact: frozenset[int]
    same_control: frozenset[int]


NO_GOLD = Gold(frozenset(), frozenset())
"""The gold of a case whose labelled element was lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One labelled step: a page, what to do on it and where the right answer lies.

    `page` names the page inside its data set. `keyword_weights` is given where a data set tests the
    scorer alone. `gold` is resolved against the snapshot by the data set, not by the pipeline.
    """

    id: str
    page: str
    subtask: SubTask
    snapshot: Snapshot
    gold: Gold
    keyword_weights: Mapping[str, int] | None = None
    task: str = ""
    history: tuple[str, ...] = ()
    split: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotated:
    """A case with the intermediate labels that training needs (Prune4Web, appendix B.2).

    `subtask`, `program` and `thought` were written by an annotator that knew the gold element; the
    thought is what a planner that sees the page's picture could think before the sub-task.
    `action` is the right answer; its element is one of the case's gold, or None where the action
    lands on no element. `split` is "train" or "test" of the low-level grounding benchmark: all
    steps of one site are in one of them. `screenshot` is the picture that the planner would see.
    """

    case: Case
    subtask: SubTask
    program: Program
    thought: str
    action: Action
    split: str = ""
    screenshot: Path | None = None


@dataclass(frozen=True, slots=True)
class Dropped:
    """A step that the annotation left out; `reason` is the name that it is counted under."""

    case_id: str
    reason: str
